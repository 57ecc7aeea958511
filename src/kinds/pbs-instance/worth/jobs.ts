// SPDX-License-Identifier: GPL-3.0-or-later
/** How each job did when it ran last, and whether it ran when it should have. Pure. */
import type { WorthStatus } from '../../../api/pbs-instance/worth.ts';
import { milliseconds, rfc3339 } from '../../../core/time.ts';
import { causeOf } from './causes.ts';
import type { GuestVerdict } from './guests.ts';
import { isOf } from './selection.ts';
import type { PveSeen, SeenJob, SeenRun, WorthSeen } from './seen.ts';
import type { WorthWish } from './wish.ts';

type JobStatus = NonNullable<WorthStatus['jobs']>[number];

export interface JobVerdict {
  readonly id: string;
  readonly schedule: string;
  readonly nextRun?: string;
  /** That one, and those after it. */
  readonly nextRuns?: readonly string[];
  /** When its time has last passed, as far as it was seen coming. */
  readonly due?: string;
  readonly lastRun?: string;
  readonly result?: NonNullable<JobStatus['lastResult']>;
  /** The first failure of its last run, as the log has it. */
  readonly failure?: string;
  readonly failedGuests: readonly number[];
  readonly selectsNothing: boolean;
  /** Who is in its list, of a job that is for those with a tag. */
  readonly tagged?: readonly number[];
}

const minute = 60_000;
/** pvescheduler looks every minute, and a node may be slow. */
const graceMs = 15 * minute;

/** The last on each node. Nodes of one run begin within moments of each other: what is much older is of a run before. */
function lastRuns({ runs, guests }: PveSeen, job: SeenJob): readonly SeenRun[] {
  const mine = runs.filter(({ node, report: { selection } }) => isOf(job, { node, selection }, guests));
  const newest = mine[0]?.startedAt ?? 0;
  return mine.filter(
    (run, at) => newest - run.startedAt < graceMs && mine.findIndex(({ node }) => node === run.node) === at,
  );
}

function dueOf(job: SeenJob, known: JobStatus | undefined, now: number): string | undefined {
  if (!job.enabled || known?.schedule !== job.schedule) return undefined;
  return known.nextRun !== undefined && milliseconds(known.nextRun) <= now ? known.nextRun : known.dueTime;
}

interface Passed {
  readonly due: string | undefined;
  readonly now: number;
  /** When backups were made of what the job saves. */
  readonly backups: readonly number[];
}

/** Neither a run nor a backup since: who may not see runs (Sys.Audit on the nodes) still sees what came of them. */
function isMissed({ running, runs }: PveSeen, last: readonly SeenRun[], { due, now, backups }: Passed): boolean {
  const at = due === undefined ? Number.POSITIVE_INFINITY : milliseconds(due);
  if (now < at + graceMs) return false;
  const begun = [...running, ...last.map(({ startedAt }) => startedAt), ...backups];
  // at its hour, with the selection that it had then
  const then = runs.some(({ startedAt }) => startedAt >= at - minute && startedAt < at + graceMs);
  return !then && !begun.some((one) => one >= at - minute);
}

function backupsOf({ included = [] }: SeenJob, guests: readonly GuestVerdict[]): readonly number[] {
  const saved = guests.filter(({ vmid }) => included.some((one) => one.vmid === vmid));
  return saved.flatMap(({ lastGood }) => lastGood ?? []);
}

/** Ended well, and nobody of those that it saves has anything from it. */
function savedNothing(last: readonly SeenRun[], job: SeenJob, guests: readonly GuestVerdict[]): boolean {
  const [newest] = last;
  const nodes = new Set(last.map(({ node }) => node));
  const meant = guests.filter(
    ({ vmid, node, since }) =>
      nodes.has(node) &&
      job.included?.some((one) => one.vmid === vmid) &&
      (since === undefined || milliseconds(since) < (newest?.startedAt ?? 0)),
  );
  if (!newest || meant.length === 0 || meant.some(({ state }) => state === 'Unknown')) return false;
  return meant.every(({ lastGood, unsound }) => (lastGood ?? 0) < newest.startedAt - minute && unsound === undefined);
}

function resultOf(last: readonly SeenRun[]): 'OK' | 'Warnings' | 'Failed' | undefined {
  if (last.length === 0) return undefined;
  if (last.some(({ end }) => end.is === 'Failed')) return 'Failed';
  return last.some(({ end }) => end.is === 'Done' && end.warnings > 0) ? 'Warnings' : 'OK';
}

function failureOf(last: readonly SeenRun[]): Pick<JobVerdict, 'failure' | 'failedGuests'> {
  const failures = last.flatMap(({ report }) => report.failures);
  // "job errors" says nothing that the failures do not
  const ends = last.flatMap(({ end }) => (end.is === 'Failed' && end.message !== 'job errors' ? [end.message] : []));
  const failure = failures[0]?.why ?? ends[0];
  return { failedGuests: failures.map(({ vmid }) => vmid), ...(failure === undefined ? {} : { failure }) };
}

interface Judging {
  readonly before: WorthStatus;
  readonly guests: readonly GuestVerdict[];
}

function ranAs(last: readonly SeenRun[], job: SeenJob, guests: readonly GuestVerdict[]): JobVerdict['result'] {
  const ended = resultOf(last);
  if (ended === undefined || ended === 'Failed') return ended;
  return savedNothing(last, job, guests) ? 'SavedNothing' : ended;
}

function nextOf({ enabled, nextRun, following = [] }: SeenJob): Pick<JobVerdict, 'nextRun' | 'nextRuns'> {
  if (!enabled || nextRun === undefined) return {};
  const next = rfc3339(nextRun * 1000);
  return { nextRun: next, nextRuns: [next, ...following.map(rfc3339)] };
}

function taggedIn({ jobs }: WorthWish, { id, select }: SeenJob): Pick<JobVerdict, 'tagged'> {
  const byTag = jobs.some((one) => one.id === id && one.tag !== undefined);
  return byTag && select.type === 'IDs' ? { tagged: select.ids } : {};
}

function judged(job: SeenJob, { now: ours, pve }: WorthSeen, { before, guests }: Judging): JobVerdict {
  const now = ours + pve.aheadMs;
  const known = before.jobs?.find(({ id }) => id === job.id);
  const due = dueOf(job, known, now);
  const last = lastRuns(pve, job);
  const [newest] = last;
  const missed = isMissed(pve, last, { due, now, backups: backupsOf(job, guests) });
  const result = job.enabled ? (missed ? 'Missed' : ranAs(last, job, guests)) : 'Disabled';
  return {
    id: job.id,
    schedule: job.schedule,
    ...nextOf(job),
    ...(due === undefined ? {} : { due }),
    ...(newest ? { lastRun: rfc3339(newest.startedAt) } : {}),
    ...(result === undefined ? {} : { result }),
    ...(result === 'Failed' ? failureOf(last) : { failedGuests: [] }),
    selectsNothing: job.enabled && job.included?.length === 0,
  };
}

/** Jobs that lead here, and those that should. */
export function judgeJobs(wish: WorthWish, seen: WorthSeen, judging: Judging): readonly JobVerdict[] {
  return seen.pve.jobs
    .filter(({ storage, id }) => storage === wish.storage || wish.jobs.some((one) => one.id === id))
    .map((job) => ({ ...judged(job, seen, judging), ...taggedIn(wish, job) }));
}

/** For people: what it means where that is known, else the text. */
export function told(failure: string): string {
  const cause = causeOf(failure);
  return cause ? `${cause.says}. ${cause.cure}.` : `${failure}. Look at the task's log in Proxmox VE.`;
}
