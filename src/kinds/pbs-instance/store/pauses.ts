// SPDX-License-Identifier: GPL-3.0-or-later
/** How long is waited for what the backup server does with the bucket. Pure. */
import type { Attempt } from './seen.ts';

const leastMs = 5000;
const mostMs = 60_000;
/** After a failure that may pass. */
const againMs = 5 * 60_000;

/** An empty bucket takes seconds, a large one hours: the longer it takes, the more rarely it is asked. */
export function pollMs(task: Pick<Attempt, 'startedAt'> | undefined, now: number): number {
  const lasts = now - (task?.startedAt ?? now);
  return Math.min(Math.max(Math.round(lasts / 10), leastMs), mostMs);
}

/** Until it is tried again; below zero: now. */
export function pauseMs({ startedAt }: Pick<Attempt, 'startedAt'>, now: number): number {
  return againMs - (now - startedAt);
}
