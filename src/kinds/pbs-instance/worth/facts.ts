// SPDX-License-Identifier: GPL-3.0-or-later
/** What the status shows. Pure; no ages, which would change by themselves. */
import type { WorthStatus } from '../../../api/pbs-instance/worth.ts';
import type { LastRun, Scheduled } from '../../../clouds/pbs/store-health.ts';
import { oneLine } from '../../../core/one-line.ts';
import { rfc3339 } from '../../../core/time.ts';
import { sizeText } from '../size-text.ts';
import type { GuestVerdict } from './guests.ts';
import { told, type JobVerdict } from './jobs.ts';
import type { Judged } from './judged.ts';
import { nextRunsOf } from './runs.ts';
import type { WorthSeen } from './seen.ts';
import type { WorthWish } from './wish.ts';

type GuestsShown = NonNullable<WorthStatus['guests']>;
type GuestShown = NonNullable<GuestsShown['stale']>[number];

const mostGuests = 100;
const mostJobs = 32;
const longest = 256;
const hour = 3_600_000;

const short = (text: string, most = longest) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

function shown({ vmid, name, lastGood, since }: GuestVerdict, reason: string, message?: string): GuestShown {
  return {
    id: vmid,
    ...(name === '' ? {} : { name: short(oneLine(name), 64) }),
    reason,
    ...(message === undefined ? {} : { message: short(message) }),
    ...(lastGood === undefined ? {} : { lastBackupTime: rfc3339(lastGood) }),
    ...(since === undefined ? {} : { since }),
  };
}

const staleAs: Partial<Record<GuestVerdict['state'], string>> = {
  Stale: 'TooOld',
  NeverBackedUp: 'NeverBackedUp',
  Unverified: 'Unverified',
};

function staleOf(guest: GuestVerdict): readonly GuestShown[] {
  const { state, why } = guest;
  const reason = staleAs[state];
  return reason === undefined ? [] : [shown(guest, reason, why === undefined ? undefined : told(why))];
}

function uncovered(guest: GuestVerdict): readonly GuestShown[] {
  const { state, leftOut } = guest;
  if (state === 'Unprotected') return [shown(guest, 'NoJob')];
  return leftOut.length > 0 ? [shown(guest, 'DisksLeftOut', leftOut.join(', '))] : [];
}

/** In order of need; what is beyond a hundred in all is counted. */
function lists(guests: readonly GuestVerdict[]): Omit<GuestsShown, 'protected' | 'total'> {
  let room = mostGuests;
  let omitted = 0;
  const all = {
    stale: guests.flatMap(staleOf),
    unprotected: guests.flatMap(uncovered),
    unsound: guests.flatMap((one) => (one.unsound ? [shown(one, one.unsound)] : [])),
    awaiting: guests.flatMap((one) => (one.state === 'FirstBackupDue' ? [shown(one, one.state)] : [])),
  };
  const kept = Object.entries(all).flatMap(([name, list]) => {
    const some = list.slice(0, room);
    room -= some.length;
    omitted += list.length - some.length;
    return some.length > 0 ? [[name, some] as const] : [];
  });
  return { ...Object.fromEntries(kept), ...(omitted > 0 ? { omitted } : {}) };
}

function guestsShown(guests: readonly GuestVerdict[]): GuestsShown {
  const excluded = guests.filter(({ state }) => state === 'Excluded').length;
  const total = guests.length - excluded;
  return {
    protected: `${guests.filter(({ state }) => state === 'Protected').length}/${total}`,
    total,
    ...(excluded > 0 ? { excluded } : {}),
    ...lists(guests),
  };
}

/** As many as have room. */
function taggedShown(ids: readonly number[]): string {
  const fit = 20;
  const more = ids.length > fit ? ' and more' : '';
  return `${ids.length}: ${ids.slice(0, fit).join(', ')}${more}`;
}

function jobShown(job: JobVerdict): NonNullable<WorthStatus['jobs']>[number] {
  const { id, schedule, nextRun, nextRuns, due, lastRun, result, failure, tagged } = job;
  return {
    id,
    ...(schedule === '' ? {} : { schedule }),
    ...(nextRun === undefined ? {} : { nextRun }),
    ...(nextRuns === undefined ? {} : { nextRuns: [...nextRuns] }),
    ...(due === undefined ? {} : { dueTime: due }),
    ...(lastRun === undefined ? {} : { lastRun }),
    ...(result === undefined ? {} : { lastResult: result }),
    ...(tagged ? { tagged: short(taggedShown(tagged), 160) } : {}),
    ...(failure === undefined || result !== 'Failed' ? {} : { message: short(told(failure)) }),
  };
}

function endShown({ end }: LastRun): string {
  if (end.is === 'Failed') return short(end.message, 128);
  return end.is === 'Done' && end.warnings > 0 ? 'with warnings' : 'OK';
}

/** A number that moves with every backup would have the status written as often: in steps. */
const stepPercent = 5;

/** Of the fields of `status.datastore`, those that a look at the backups knows. */
export interface Care {
  readonly used?: string;
  readonly cacheUsed?: string;
  readonly lastGCTime?: string;
  readonly lastGCResult?: string;
  readonly nextGCTimes?: readonly string[];
  readonly lastPruneTime?: string;
  readonly lastPruneResult?: string;
  readonly nextPruneTimes?: readonly string[];
  readonly lastVerifyTime?: string;
  readonly lastVerifyResult?: string;
  readonly nextVerifyTimes?: readonly string[];
}

function lastOf(jobs: readonly { readonly last?: LastRun }[]): LastRun | undefined {
  return jobs.flatMap(({ last }) => last ?? []).toSorted((a, b) => b.endedAt - a.endedAt)[0];
}

/** `lastGCTime` and so on: what there is of it. */
function runsShown(
  name: 'GC' | 'Prune' | 'Verify',
  jobs: readonly (Scheduled & { readonly last?: LastRun })[],
  zone?: string,
): Care {
  const last = lastOf(jobs);
  const next = nextRunsOf(jobs, zone).map(rfc3339);
  return {
    ...(last ? { [`last${name}Time`]: rfc3339(last.endedAt), [`last${name}Result`]: endShown(last) } : {}),
    ...(next.length > 0 ? { [`next${name}Times`]: next } : {}),
  };
}

export function careOf({ pbs }: WorthSeen): Care {
  const store = pbs.is === 'Here' ? pbs.store : undefined;
  if (!store) return {};
  const { cache, verifications, prunes, collections, zone } = store;
  const used = cache && cache.total > 0 ? (1 - cache.avail / cache.total) * 100 : undefined;
  return {
    ...(used === undefined ? {} : { cacheUsed: `${stepPercent * Math.round(used / stepPercent)}%` }),
    ...(collections.last ? { used: sizeText(collections.diskBytes) } : {}),
    ...runsShown('GC', [collections], zone),
    ...runsShown('Prune', prunes, zone),
    ...runsShown('Verify', verifications, zone),
  };
}

function times(
  guests: readonly GuestVerdict[],
  { recoveryPointHours }: WorthWish,
): Pick<WorthStatus, 'lastBackupTime' | 'oldestUnmetRPO'> {
  const good = guests.flatMap(({ lastGood }) => lastGood ?? []);
  const unmet = guests.flatMap(({ state, lastGood }) =>
    state === 'Stale' && lastGood !== undefined ? [lastGood] : [],
  );
  return {
    ...(good.length === 0 ? {} : { lastBackupTime: rfc3339(Math.max(...good)) }),
    ...(unmet.length === 0 ? {} : { oldestUnmetRPO: rfc3339(Math.min(...unmet) + recoveryPointHours * hour) }),
  };
}

/** Where nobody may read the backups now, what was known of them stays. */
function known({ guests, lastBackupTime, oldestUnmetRPO }: WorthStatus): WorthStatus {
  return {
    ...(guests === undefined ? {} : { guests }),
    ...(lastBackupTime === undefined ? {} : { lastBackupTime }),
    ...(oldestUnmetRPO === undefined ? {} : { oldestUnmetRPO }),
  };
}

export function worthFields(wish: WorthWish, { guests, jobs }: Judged, before: WorthStatus): WorthStatus {
  const unreadable = guests.some(({ state }) => state === 'Unknown');
  return {
    ...(unreadable ? known(before) : { guests: guestsShown(guests), ...times(guests, wish) }),
    jobs: jobs.slice(0, mostJobs).map(jobShown),
  };
}
