// SPDX-License-Identifier: GPL-3.0-or-later
/** Where what exists is not as the spec wants it, part by part. Pure. */
import type { Difference } from '../../core/drift.ts';
import { serverKnown } from './known.ts';
import { machineLeft, storeLeft, wiringLeft } from './left-alone.ts';
import { machineDrift } from './machine/drift.ts';
import type { Observed } from './observed.ts';
import { machineWish, storeWish, wiringWish } from './of-spec.ts';
import { storeDrift } from './store/drift.ts';
import { wiringDrift } from './wiring/drift.ts';
import type { PbsDesired } from './wish.ts';

export function drift(desired: PbsDesired, observed: Observed): readonly Difference[] {
  const { machine, store, wiring } = observed;
  const { spec } = desired;
  const vm = machineWish(desired);
  const wires = () => wiringWish(desired, serverKnown(desired, observed));
  return [
    ...(vm && machine ? machineDrift(machineLeft(spec, vm, machine), machine) : []),
    ...(store ? storeDrift(storeLeft(spec, storeWish(desired), store), store) : []),
    ...(wiring ? wiringDrift(wiringLeft(spec, wires(), wiring), wiring) : []),
  ];
}
