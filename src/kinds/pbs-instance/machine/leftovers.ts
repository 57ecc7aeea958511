// SPDX-License-Identifier: GPL-3.0-or-later
/** Answers that nobody reads any more: the hash of root's password is in them. Pure. */
import { answersOf } from './answer-iso.ts';
import type { MachineSeen } from './seen.ts';
import type { MachineStep } from './steps.ts';
import { afterFailure, held, underWay, type MachinePart } from './waits.ts';
import type { MachineWish } from './wish.ts';

export function leftovers(wish: MachineWish, seen: MachineSeen): readonly MachineStep[] {
  const { node, iso } = wish;
  return answersOf(seen.owner, wish, seen.images).map((volume) => {
    const target = `image with the answers ${volume} on ${node}`;
    return { do: 'DeleteAnswer', part: 'machine', effect: 'delete', target, node, storage: iso.storage, volume };
  });
}

export function cleaning(wish: MachineWish, seen: MachineSeen): MachinePart | undefined {
  const steps = leftovers(wish, seen);
  if (steps.length === 0) return undefined;
  const hold = underWay(seen, ['imgdel']) ?? afterFailure(seen, 'imgdel');
  return hold ? held(hold) : { steps };
}
