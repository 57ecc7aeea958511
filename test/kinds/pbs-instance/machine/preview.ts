// SPDX-License-Identifier: GPL-3.0-or-later
/** What a preview does, without a world: what is planned is done, what is waited for happens. */
import { expect } from '@jest/globals';
import { isoID } from '../../../../src/clouds/pve/volumes.ts';
import type { Event } from '../../../../src/core/step.ts';
import { absentMachine } from '../../../../src/kinds/pbs-instance/machine/absent.ts';
import { afterMachineEvent } from '../../../../src/kinds/pbs-instance/machine/after-event.ts';
import { afterMachine } from '../../../../src/kinds/pbs-instance/machine/after.ts';
import { planMachine } from '../../../../src/kinds/pbs-instance/machine/plan.ts';
import type { MachineSeen, VmSeen } from '../../../../src/kinds/pbs-instance/machine/seen.ts';
import type { MachineStep } from '../../../../src/kinds/pbs-instance/machine/steps.ts';
import type { MachineWish } from '../../../../src/kinds/pbs-instance/machine/wish.ts';
import { imageFile, uid, wish } from './wish.ts';

/** The image is there, and nothing else. */
export const nothing: MachineSeen = {
  now: 1_000_000_000_000,
  owner: { uid, cluster: 'cluster-1', object: 'PbsInstance/default/pbs-main' },
  doubtful: [],
  password: { found: 'absent' },
  images: [isoID('local', imageFile)],
  tasks: [],
  failed: [],
  answers: false,
};

interface Walked {
  readonly steps: readonly MachineStep[];
  readonly events: readonly Event[];
  readonly seen: MachineSeen;
}

export function walk(from: MachineSeen, wanted: MachineWish = wish, absent?: 'Retain' | 'Delete'): Walked {
  const steps: MachineStep[] = [];
  const events: Event[] = [];
  let seen = from;
  for (let round = 0; round < 40; round++) {
    const part = absent ? absentMachine(wanted, seen, absent) : planMachine(wanted, seen);
    for (const step of part.steps) {
      const next = afterMachine(seen, step);
      expect(afterMachine(next, step)).toBe(next);
      steps.push(step);
      seen = next;
    }
    if (part.steps.length > 0) continue;
    const { until } = part.hold ?? {};
    if (!until) return { steps, events, seen };
    const next = afterMachineEvent(seen, until);
    if (next === seen) return { steps, events, seen };
    events.push(until);
    seen = next;
  }
  throw new Error('It never ended.');
}

export const names = (steps: readonly MachineStep[]) => steps.map((step) => step.do);

/** All is made, and answers. */
export const { seen: done } = walk(nothing);

export function withVm(edit: (vm: VmSeen) => Partial<VmSeen>, seen: MachineSeen = done): MachineSeen {
  if (!seen.vm) throw new Error('no machine');
  return { ...seen, vm: { ...seen.vm, ...edit(seen.vm) } };
}

export const hold = (seen: MachineSeen, wanted: MachineWish = wish) => planMachine(wanted, seen).hold;
