// SPDX-License-Identifier: GPL-3.0-or-later
/** The way back. What lost its mark meanwhile is nobody's, and stays. Pure. */
import { answersOf } from './answer-iso.ts';
import { leftovers } from './leftovers.ts';
import { detach, labelOf, lockedHold } from './vm.ts';
import type { MachineSeen, VmSeen } from './seen.ts';
import type { MachineStep } from './steps.ts';
import { afterFailure, held, nothing, underWay, type MachinePart } from './waits.ts';
import type { MachineWish } from './wish.ts';

type On = Extract<MachineStep, { readonly do: 'StopVm' | 'UnprotectVm' | 'DestroyVm' | 'ReleaseVm' }>;

function step<Do extends On['do']>(verb: Do, effect: On['effect'], vm: VmSeen) {
  return { do: verb, part: 'machine', effect, target: labelOf(vm), place: vm.place } as const;
}

function destroy(seen: MachineSeen, vm: VmSeen): MachinePart {
  if (vm.running) return tried(seen, 'qmshutdown', { ...step('StopVm', 'update', vm), risk: 'disrupts' });
  if (vm.now.protection) return { steps: [step('UnprotectVm', 'update', vm)] };
  return tried(seen, 'qmdestroy', step('DestroyVm', 'delete', vm));
}

function tried(seen: MachineSeen, type: string, one: MachineStep): MachinePart {
  const hold = afterFailure(seen, type);
  return hold ? held(hold) : { steps: [one] };
}

/** It stays as it is; but for what holds the hash of root's password. */
function release(wish: MachineWish, seen: MachineSeen, vm: VmSeen): MachinePart {
  const answers = answersOf(seen.owner, wish, seen.images);
  const slots = vm.now.drives.filter(({ volume }) => answers.includes(volume)).map(({ slot }) => slot);
  if (slots.length > 0) return { steps: [detach(vm, slots)] };
  // what is marked is found again: the marks go last
  return { steps: [...leftovers(wish, seen), step('ReleaseVm', 'update', vm)] };
}

export function absentMachine(wish: MachineWish, seen: MachineSeen, deletionPolicy: 'Retain' | 'Delete'): MachinePart {
  const wait = underWay(seen);
  if (wait) return held(wait);
  const { vm } = seen;
  if (!vm) {
    const steps = leftovers(wish, seen);
    return steps.length > 0 ? { steps } : nothing;
  }
  const part = deletionPolicy === 'Delete' ? destroy(seen, vm) : release(wish, seen, vm);
  const lock = part.steps.length > 0 ? lockedHold(vm) : undefined;
  return lock ? held(lock) : part;
}
