// SPDX-License-Identifier: GPL-3.0-or-later
/** Where what exists is not as the spec wants it, part by part. Pure. */
import type { Difference } from '../../core/drift.ts';
import { serverKnown } from './known.ts';
import { machineDrift } from './machine/drift.ts';
import type { Observed } from './observed.ts';
import { machineWish, storeWish, wiringWish } from './of-spec.ts';
import { storeDrift } from './store/drift.ts';
import { wiringDrift } from './wiring/drift.ts';
import type { PbsDesired } from './wish.ts';

export function drift(desired: PbsDesired, observed: Observed): readonly Difference[] {
  const { machine, store, wiring } = observed;
  const vm = machineWish(desired);
  return [
    ...(vm && machine ? machineDrift(vm, machine) : []),
    ...(store ? storeDrift(storeWish(desired), store) : []),
    ...(wiring ? wiringDrift(wiringWish(desired, serverKnown(desired, observed)), wiring) : []),
  ];
}
