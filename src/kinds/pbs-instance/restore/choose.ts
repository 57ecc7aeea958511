// SPDX-License-Identifier: GPL-3.0-or-later
/** Which guest is tested next, and when. Pure. */
import { testsOf, type LastTold } from './begun.ts';
import type { Candidate, EndedTest, RestoreSeen } from './seen.ts';
import type { RestoreWish } from './wish.ts';

const hour = 3_600_000;
/** What was in the way may be gone by then: minutes, and when it is not, hours. */
const againAfter = (tries: number) => (tries <= 1 ? hour / 6 : 6 * hour);
/** A backup that is newer than the one that failed. */
const newerAfter = hour;

export interface Due {
  readonly candidate: Candidate;
  /** Milliseconds since the epoch; 0: at once. */
  readonly at: number;
}

interface Choice {
  readonly wish: RestoreWish;
  readonly tests: readonly EndedTest[];
  readonly candidates: readonly Candidate[];
  /** Which one the last test was of. */
  readonly server?: string | undefined;
}

/** A guest whose test did not go well has one of its own, beside the interval. */
function again({ tests, candidates }: Choice): readonly Due[] {
  return candidates.flatMap((candidate): readonly Due[] => {
    const test = tests.find(({ guest }) => guest === candidate.guest);
    if (!test || test.result === 'Restored') return [];
    if (test.result === 'NotDone') return [{ candidate, at: test.at + againAfter(test.tries ?? 1) }];
    return candidate.snapshotAt > test.snapshotAt ? [{ candidate, at: test.at + newerAfter }] : [];
  });
}

/** The longest untested first; of those that never were, the lowest id. */
function byTurn({ wish, tests, candidates, server }: Choice): readonly Due[] {
  const testedAt = ({ guest }: Candidate) => tests.find((one) => one.guest === guest)?.at ?? 0;
  const [candidate] = candidates.toSorted((a, b) => testedAt(a) - testedAt(b) || a.guest - b.guest);
  if (!candidate) return [];
  const newest = tests.reduce((latest, { at }) => Math.max(latest, at), 0);
  // a server that was made anew has to prove that its backups are those of before
  const isAnother = server !== undefined && wish.server !== undefined && server !== wish.server;
  return [{ candidate, at: newest === 0 || isAnother ? 0 : newest + wish.intervalMs }];
}

export function wantedOf({ vmids }: RestoreWish, { candidates }: RestoreSeen): readonly Candidate[] | undefined {
  return candidates?.filter(({ guest }) => vmids === undefined || vmids.includes(guest));
}

/** `undefined`: there is no good backup of any guest that shall be tested, or nobody can tell now. */
export function dueTest(wish: RestoreWish, seen: RestoreSeen, last: LastTold): Due | undefined {
  const candidates = wantedOf(wish, seen) ?? [];
  // one that is over and not told yet was of this server
  const server = seen.ended.length > 0 ? wish.server : last.restoreTests?.serverID;
  const choice = { wish, tests: testsOf(last, seen), candidates, server };
  return [...byTurn(choice), ...again(choice)].toSorted((a, b) => a.at - b.at)[0];
}
