// SPDX-License-Identifier: GPL-3.0-or-later
/** Each guest against the objective. Pure. */
import type { WorthStatus } from '../../../api/pbs-instance/worth.ts';
import { isOwn, type BackupGroup, type ListedBackup } from '../../../clouds/pbs/snapshots.ts';
import type { Included } from '../../../clouds/pve/backup-jobs.ts';
import { copyOfAnybody } from '../../../clouds/pve/marks.ts';
import type { ListedGuest } from '../../../clouds/pve/resources.ts';
import { milliseconds, rfc3339 } from '../../../core/time.ts';
import { isOf, selects } from './selection.ts';
import type { PveSeen, SeenRun, WorthSeen } from './seen.ts';
import type { WorthWish } from './wish.ts';

export interface GuestVerdict {
  readonly vmid: number;
  readonly name: string;
  readonly node: string;
  readonly state:
    | 'Protected'
    | 'FirstBackupDue'
    | 'Stale'
    | 'Unverified'
    | 'NeverBackedUp'
    | 'Unprotected'
    | 'Excluded'
    | 'Unknown';
  readonly lastGood?: number;
  /** Since when a job saves it, of one that has no backup yet. */
  readonly since?: string;
  /** What went wrong in the last run. */
  readonly why?: string;
  readonly unsound?: 'Corrupt' | 'Empty' | 'Shrunk';
  readonly leftOut: readonly string[];
}

const hour = 3_600_000;
const day = 24 * hour;
const shrunkTo = 0.1;

const isFinished = ({ size }: ListedBackup) => size !== undefined;

/** A guest that has no disk is saved whole without any. */
function isEmpty({ archives }: ListedBackup, disks: number): boolean {
  return archives === 0 && disks > 0;
}

function unsoundOf(backups: readonly ListedBackup[], disks: number): GuestVerdict['unsound'] {
  const [newest, before] = backups.filter(isFinished);
  if (backups.some(({ verified }) => verified === 'failed')) return 'Corrupt';
  if (!newest) return undefined;
  if (isEmpty(newest, disks)) return 'Empty';
  const [size = 0, was = 0] = [newest.size, before?.size];
  // once: what stays small was meant
  return size < was * shrunkTo ? 'Shrunk' : undefined;
}

interface Covered {
  readonly saved: readonly string[];
  readonly leftOut: readonly string[];
}

/** By whichever of the jobs; a disk is left out when none takes it. */
export function coveredBy({ jobs }: PveSeen): ReadonlyMap<number, Covered> {
  const all = new Map<number, Included[]>();
  for (const { included = [] } of jobs)
    for (const one of included) all.set(one.vmid, [...(all.get(one.vmid) ?? []), one]);
  return new Map(
    [...all].map(([vmid, some]) => {
      const saved = [...new Set(some.flatMap((one) => one.saved))];
      return [
        vmid,
        { saved, leftOut: [...new Set(some.flatMap((one) => one.leftOut))].filter((disk) => !saved.includes(disk)) },
      ];
    }),
  );
}

/** Whoever wrote the spec left it out; or it goes elsewhere, which is somebody else's affair. */
function isLeftAlone({ jobs }: PveSeen, wish: WorthWish, guest: ListedGuest): boolean {
  const onPurpose = wish.jobs.some(({ exclude }) => exclude.includes(guest.vmid));
  return onPurpose || jobs.some((job) => job.enabled && job.storage !== wish.storage && selects(job, guest));
}

/** Runs of jobs that save it, on its node, the newest first. */
function runsFor({ jobs, runs, guests }: PveSeen, { vmid, node }: ListedGuest): readonly SeenRun[] {
  const mine = jobs.filter(({ included = [] }) => included.some((one) => one.vmid === vmid));
  return runs.filter((run) => {
    const { selection } = run.report;
    return run.node === node && mine.some((job) => isOf(job, { node, selection }, guests));
  });
}

function failureIn(pve: PveSeen, guest: ListedGuest): string | undefined {
  return runsFor(pve, guest)[0]?.report.failures.find(({ vmid }) => vmid === guest.vmid)?.why;
}

interface Judging {
  readonly wish: WorthWish;
  readonly seen: WorthSeen;
  readonly before: WorthStatus;
  readonly groups: ReadonlyMap<string, BackupGroup> | undefined;
  /** By the clock that backups are dated with. */
  readonly now: number;
}

/** Whether it had its chance: a run that began since has passed it by; one that is not over may still come to it. */
function isLate({ wish, seen: { pve, now } }: Judging, guest: ListedGuest, since: number): boolean {
  if (now - since > wish.recoveryPointHours * hour) return true;
  return pve.running.length === 0 && runsFor(pve, guest).some(({ startedAt }) => startedAt - pve.aheadMs > since);
}

function neverSaved(judging: Judging, guest: ListedGuest): Pick<GuestVerdict, 'state' | 'since' | 'why'> {
  const { seen, before } = judging;
  const isIt = ({ id }: { readonly id: number }) => id === guest.vmid;
  const { stale = [], awaiting = [] } = before.guests ?? {};
  const since = awaiting.find(isIt)?.since ?? stale.find(isIt)?.since ?? rfc3339(seen.now);
  const why = failureIn(seen.pve, guest);
  if (why !== undefined) return { state: 'NeverBackedUp', since, why };
  const never = stale.some(isIt) || isLate(judging, guest, milliseconds(since));
  return { state: never ? 'NeverBackedUp' : 'FirstBackupDue', since };
}

/** Of one whose good backup is young enough. */
function isVerified({ verifiedWithinDays: days }: WorthWish, backups: readonly ListedBackup[], now: number): boolean {
  const since = now - days * day;
  return days === 0 || backups.some(({ verified, verifiedAt = 0 }) => verified === 'ok' && verifiedAt >= since);
}

/** Numbers are given out once a cluster, and several may share a namespace. */
function ownIn({ login }: WorthWish, group: BackupGroup | undefined): readonly ListedBackup[] {
  const { backups = [] } = group ?? {};
  return login === undefined ? backups : backups.filter((one) => isOwn(one, login));
}

function judged(judging: Judging, guest: ListedGuest, { saved, leftOut }: Covered): GuestVerdict {
  const { wish, seen, groups, now } = judging;
  const { vmid, name, node } = guest;
  const base = { vmid, name, node, leftOut };
  if (!groups) return { ...base, state: 'Unknown' };
  const backups = ownIn(wish, groups.get(`${guest.type === 'qemu' ? 'vm' : 'ct'}/${vmid}`));
  const unsound = unsoundOf(backups, saved.length);
  const told = { ...base, ...(unsound === undefined ? {} : { unsound }) };
  const good = backups.find((one) => isFinished(one) && one.verified !== 'failed' && !isEmpty(one, saved.length));
  if (!good) {
    const never = neverSaved(judging, guest);
    return { ...told, ...never, ...(unsound === undefined ? {} : { state: 'NeverBackedUp' as const }) };
  }
  const known = { ...told, lastGood: good.at };
  if (now - good.at <= wish.recoveryPointHours * hour)
    return { ...known, state: isVerified(wish, backups, now) ? 'Protected' : 'Unverified' };
  const why = failureIn(seen.pve, guest);
  return { ...known, state: 'Stale', ...(why === undefined ? {} : { why }) };
}

/** Of a restore test, whoever's. */
function isCopy({ copies = [] }: WorthWish, { vmid, tags }: ListedGuest): boolean {
  return copies.includes(vmid) || tags.includes(copyOfAnybody);
}

/** Those that are to be saved here, by number. */
export function judgeGuests(wish: WorthWish, seen: WorthSeen, before: WorthStatus): readonly GuestVerdict[] {
  const { pve, pbs } = seen;
  const groups = pbs.is === 'Here' ? pbs.store?.groups : undefined;
  const judging: Judging = {
    wish,
    seen,
    before,
    groups: groups && new Map(groups.map((one) => [`${one.type}/${one.id}`, one])),
    now: seen.now + pve.aheadMs,
  };
  const covered = coveredBy(pve);
  return pve.guests.flatMap((guest): readonly GuestVerdict[] => {
    if (guest.vmid === wish.self || isCopy(wish, guest)) return [];
    const by = covered.get(guest.vmid);
    if (by) return [judged(judging, guest, by)];
    const { vmid, name, node } = guest;
    return [{ vmid, name, node, state: isLeftAlone(pve, wish, guest) ? 'Excluded' : 'Unprotected', leftOut: [] }];
  });
}
