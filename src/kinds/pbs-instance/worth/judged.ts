// SPDX-License-Identifier: GPL-3.0-or-later
import type { WorthStatus } from '../../../api/pbs-instance/worth.ts';
import { judgeGuests, type GuestVerdict } from './guests.ts';
import { judgeJobs, type JobVerdict } from './jobs.ts';
import { runningTroubles } from './running.ts';
import type { WorthSeen } from './seen.ts';
import { storeTroubles } from './store.ts';
import type { Trouble } from './trouble.ts';
import type { WorthWish } from './wish.ts';

export interface Judged {
  readonly guests: readonly GuestVerdict[];
  readonly jobs: readonly JobVerdict[];
  readonly store: readonly Trouble[];
  readonly running: readonly Trouble[];
}

/** @param before What the status said last: since when a guest waits, when a job was to run. */
export function judge(wish: WorthWish, seen: WorthSeen, before: WorthStatus): Judged {
  const guests = judgeGuests(wish, seen, before);
  const jobs = judgeJobs(wish, seen, { before, guests });
  return {
    guests,
    jobs,
    store: storeTroubles(wish, seen),
    running: runningTroubles(wish, seen, { jobs, guests }),
  };
}
