// SPDX-License-Identifier: GPL-3.0-or-later
/** What plans say and do of the machine that was found. Pure. */
import { bootFrom, type BootSource } from '../../../clouds/pve/vms.ts';
import type { Hold } from '../../../core/plan.ts';
import type { MachineSeen, VmSeen } from './seen.ts';
import type { MachineStep } from './steps.ts';
import { afterFailure, held, taskPollMs, type MachinePart } from './waits.ts';

/** In messages. */
export function on({ place }: VmSeen): string {
  return `VM ${place.vmid} on ${place.node}`;
}

/** Of a step: the same before and after there is a number. */
export function labelOf({ place, now }: VmSeen): string {
  return `VM ${now.name} on ${place.node}`;
}

export function cdsOf({ now }: VmSeen): readonly string[] {
  return now.drives.filter(({ cdrom, volume }) => cdrom && volume !== 'none').map(({ slot }) => slot);
}

/** The machine is installed when it is started: from its CD, whatever is on its disk. */
export function bootsFromCd({ atNextStart }: VmSeen): boolean {
  return atNextStart.drives.some(({ slot, cdrom }) => cdrom && slot === atNextStart.bootsFirst);
}

export function bootNextFrom(vm: VmSeen, source: BootSource): MachineStep {
  const target = labelOf(vm);
  return { do: 'UpdateVm', part: 'machine', effect: 'update', target, place: vm.place, set: bootFrom(source) };
}

export function begin(seen: MachineSeen, vm: VmSeen, purpose: 'installation' | 'server'): MachinePart {
  const hold = afterFailure(seen, 'qmstart');
  if (hold) return held(hold);
  const target = `${labelOf(vm)}${purpose === 'installation' ? ', which installs itself' : ''}`;
  const what = { target, place: vm.place, for: purpose };
  return { steps: [{ do: 'StartVm', part: 'machine', effect: 'update', ...what }] };
}

export function detach(vm: VmSeen, slots: readonly string[]): MachineStep {
  const target = `CDs of ${labelOf(vm)}`;
  return { do: 'DetachCds', part: 'machine', effect: 'update', target, place: vm.place, slots };
}

/** How long it runs, in milliseconds; nothing is said of a machine that does not. */
export function runs({ now }: MachineSeen, { startedAt = now }: VmSeen): number {
  return now - startedAt;
}

/** Somebody works on it: nothing is changed until that is over, and nothing is unlocked. */
export function lockedHold(vm: VmSeen): Hold | undefined {
  const { lock } = vm.now;
  if (lock === undefined) return undefined;
  return {
    why: 'Waiting',
    reason: 'Locked',
    message: `${on(vm)} is locked (${lock}). If nothing works on it any more, unlock it on its node: qm unlock ${vm.place.vmid}`,
    until: { happens: 'Unlocked', id: String(vm.place.vmid) },
    lookAgainAfterMs: taskPollMs,
  };
}
