// SPDX-License-Identifier: GPL-3.0-or-later
/** All of it together. Pure. */
import type { WorthStatus } from '../../../api/pbs-instance/worth.ts';
import type { Facts } from '../../../core/kind.ts';
import type { Hold } from '../../../core/plan.ts';
import { protectionTroubles, worthConditions } from './conditions.ts';
import { careOf, worthFields, type Care } from './facts.ts';
import { judge } from './judged.ts';
import type { WorthSeen } from './seen.ts';
import { isClosedOnRequest } from './store.ts';
import type { Trouble } from './trouble.ts';
import { worthWatchMs } from './watch.ts';
import type { WorthWish } from './wish.ts';

export interface Worth {
  /** Ready's share: the objective is met, and the next backup can land. */
  readonly serving: true | Hold;
  readonly facts: Required<Facts> & { readonly fields: WorthStatus };
  /** To be told with what the datastore's own part tells. */
  readonly datastore: Care;
  /** For the plan's `watchMs`. */
  readonly watchMs: number;
}

function holdOf({ reason, message, stops }: Trouble, wish: WorthWish): Hold {
  if (stops === 'Passing') return { why: 'Waiting', reason, message };
  const id = `${wish.storage}:${wish.datastore}`;
  return { why: 'Blocked', reason, message, blockedBy: [{ kind: 'Backups', id, why: reason }] };
}

/** @param before The last status: since when guests wait, when jobs were to run, and what was known of backups that nobody can read now. */
export function worthOf(wish: WorthWish, seen: WorthSeen, before: WorthStatus): Worth {
  const judged = judge(wish, seen, before);
  const isClosed = isClosedOnRequest(wish, seen);
  const stopping = [...judged.store, ...judged.running].find(({ stops }) => stops !== undefined);
  const worst = stopping ?? protectionTroubles(judged.guests, isClosed)[0];
  return {
    serving: worst ? holdOf(worst, wish) : true,
    facts: { fields: worthFields(wish, judged, before), conditions: worthConditions(judged, seen, isClosed) },
    datastore: careOf(seen),
    watchMs: worthWatchMs(wish, seen, judged),
  };
}
