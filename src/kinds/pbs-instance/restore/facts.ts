// SPDX-License-Identifier: GPL-3.0-or-later
/** What the status shows of restore tests. Pure. */
import type { RestoreStatus } from '../../../api/pbs-instance/restore-tests.ts';
import { oneLine } from '../../../core/one-line.ts';
import { rfc3339 } from '../../../core/time.ts';
import { testsOf, type LastTold } from './begun.ts';
import { dueTest, wantedOf } from './choose.ts';
import type { EndedTest, RestoreSeen, RunningTest } from './seen.ts';
import type { RestoreWish } from './wish.ts';

type Tested = NonNullable<RestoreStatus['guests']>[number];
type Running = NonNullable<RestoreStatus['running']>[number];

const mostGuests = 50;
const mostRunning = 4;

const short = (text: string, most: number) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
const nameOf = (name: string) => (name === '' ? {} : { name: short(oneLine(name), 64) });

function testedOf({ guest, name, at, snapshotAt, seconds, result, message, tries }: EndedTest): Tested {
  return {
    id: guest,
    ...nameOf(name),
    time: rfc3339(at),
    snapshotTime: rfc3339(snapshotAt),
    seconds,
    result,
    ...(message === undefined ? {} : { message: short(message, 256) }),
    ...(tries === undefined ? {} : { tries }),
  };
}

function runningOf({ guest, name, copy, snapshotAt, task }: RunningTest): Running {
  const { vmid, node } = copy;
  return { copyID: vmid, id: guest, ...nameOf(name), node, snapshotTime: rfc3339(snapshotAt), task };
}

const isWell = ({ result }: EndedTest) => result === 'Restored';

/** Those that went wrong, then the newest: who falls out was not tested for the longest time, and is next again. */
function kept(tests: readonly EndedTest[]): readonly EndedTest[] {
  const by = tests.toSorted((a, b) => Number(isWell(a)) - Number(isWell(b)) || b.at - a.at);
  const some = new Set(by.slice(0, mostGuests));
  return tests.filter((one) => some.has(one));
}

function sumOf(wish: RestoreWish, seen: RestoreSeen, tests: readonly EndedTest[], last: LastTold): string {
  const wanted = wantedOf(wish, seen);
  if (!wanted) return last.restoreTests?.tested ?? '0/0';
  const well = wanted.filter(({ guest }) => tests.some((one) => one.guest === guest && isWell(one)));
  return `${well.length}/${wanted.length}`;
}

/** Of whom no test is wanted any more, only what is still under way is told. */
export function restoreFacts(
  wish: RestoreWish | undefined,
  seen: RestoreSeen,
  last: LastTold,
): RestoreStatus | undefined {
  const open = [...seen.running, ...seen.copies.flatMap(({ of }) => of ?? [])].slice(0, mostRunning).map(runningOf);
  const running = open.length > 0 ? { running: open } : {};
  if (!wish) return seen.running.length + seen.copies.length > 0 ? { tested: '0/0', ...running } : undefined;
  const tests = testsOf(last, seen);
  const newest = tests.reduce((latest, { at }) => Math.max(latest, at), 0);
  const due = dueTest(wish, seen, last);
  const server = seen.ended.length > 0 ? wish.server : last.restoreTests?.serverID;
  return {
    tested: sumOf(wish, seen, tests, last),
    ...(due && due.at > 0 ? { nextTime: rfc3339(due.at) } : {}),
    ...(due ? { nextID: due.candidate.guest } : {}),
    ...(newest > 0 ? { lastTime: rfc3339(newest) } : {}),
    ...(server === undefined ? {} : { serverID: short(server, 128) }),
    ...running,
    ...(tests.length > 0 ? { guests: kept(tests).map(testedOf) } : {}),
  };
}
