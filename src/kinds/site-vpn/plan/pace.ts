// SPDX-License-Identifier: GPL-3.0-or-later
/** How soon is looked again at what AWS is at. Pure. */
import type { Hold } from '../../../core/plan.ts';
import { milliseconds } from '../../../core/time.ts';
import type { Context } from './part.ts';

/** EC2's transitions take seconds, but for those of connections, which take minutes. */
const shortestMs = 2000;
const longestMs = 20_000;

/** A quarter of the time that has passed already: what is quick is seen at once, and what is slow is not asked for all the time. */
export function paced(hold: Hold, { last, observed }: Context): Hold {
  if (hold.why !== 'Waiting') return hold;
  const synced = last.conditions?.find(({ type }) => type === 'Synced');
  const since = synced?.status === 'False' ? milliseconds(synced.lastTransitionTime) : observed.now;
  const passed = Math.max(0, observed.now - since) || 0;
  return { ...hold, lookAgainAfterMs: Math.min(longestMs, Math.max(shortestMs, Math.round(passed / 4))) };
}
