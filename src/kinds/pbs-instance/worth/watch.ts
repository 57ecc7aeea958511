// SPDX-License-Identifier: GPL-3.0-or-later
/** When something may be otherwise. Pure. */
import { milliseconds } from '../../../core/time.ts';
import type { Judged } from './judged.ts';
import type { WorthSeen } from './seen.ts';
import type { WorthWish } from './wish.ts';

const soonest = 30_000;
const hour = 3_600_000;
/** Some time after a run has begun its task is there. */
const afterRun = 2 * 60_000;

/** Milliseconds until the next look: a run, the end of an objective, or the interval. */
export function worthWatchMs(wish: WorthWish, { now: ours, pve }: WorthSeen, { guests, jobs }: Judged): number {
  const now = ours + pve.aheadMs;
  const objective = wish.recoveryPointHours * hour;
  const runs = jobs.flatMap(({ nextRun }) => (nextRun === undefined ? [] : [milliseconds(nextRun) + afterRun - now]));
  const ends = guests.flatMap(({ state, lastGood }) =>
    state === 'Protected' && lastGood !== undefined ? [lastGood + objective + 1000 - now] : [],
  );
  const next = [...runs, ...ends].filter((ms) => ms > 0);
  return Math.max(soonest, Math.min(wish.telemetryMs, ...next));
}
