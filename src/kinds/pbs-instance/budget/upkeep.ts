// SPDX-License-Identifier: GPL-3.0-or-later
/** How many requests the care of a datastore makes in a month, at most. Pure. */
import { parseCalendarEvent, runsPerMonth } from '../../../clouds/proxmox/calendar.ts';

/** "ListObjectsV2" of the S3 API reference, MaxKeys: an answer lists up to 1,000 keys. */
const keysInList = 1000;

export interface Stock {
  /** Chunks in the bucket, each an object of its own. */
  readonly chunks: number;
  /** What they take there. */
  readonly bytes: number;
  /** Backups there are: each has a manifest that a verification writes its result into. */
  readonly backups: number;
  /** What one run of each job refers to, by the job's schedule. */
  readonly jobs: readonly { readonly schedule: string; readonly backups: number; readonly chunks: number }[];
}

export interface Care {
  readonly gcSchedule: string;
  readonly verifySchedule: string;
  readonly verifyNew: boolean;
  /** Between two restore tests; absent: there are none. */
  readonly restoreIntervalDays?: number;
}

export interface Upkeep {
  readonly name: 'GarbageCollection' | 'Verification' | 'NewBackups' | 'RestoreTests' | 'Monitoring';
  /** A month. */
  readonly runs: number;
  /** What S3 charges as PUT: lists, too. */
  readonly writes: number;
  readonly reads: number;
  readonly bytes: number;
}

function timesOf(schedule: string): number | undefined {
  const event = parseCalendarEvent(schedule);
  return event && runsPerMonth(event);
}

/** pbs-datastore, datastore.rs, garbage_collection: HeadBucket, then a list of all chunks. What is deleted, by a hundred, S3 does not charge. */
function collection(runs: number, { chunks }: Stock): Upkeep {
  const lists = Math.max(1, Math.ceil(chunks / keysInList));
  return { name: 'GarbageCollection', runs, writes: runs * lists, reads: runs, bytes: 0 };
}

/**
 * proxmox-backup, backup/verify.rs: each chunk is fetched from S3, none from the cache, and in one job each only once (`verified_chunks`).
 * What was verified lately is left out; but the newest backups never were, and refer to nearly all there is: so every chunk, each time.
 */
function verification(runs: number, { chunks, bytes, backups }: Stock): Upkeep {
  return { name: 'Verification', runs, writes: runs * backups, reads: runs * chunks, bytes: runs * bytes };
}

/** `verify-new`, the same after each backup (proxmox-backup, api2/backup/environment.rs): of the whole backup, also of what did not change. */
function newBackups(stock: Stock): Upkeep {
  const size = stock.chunks === 0 ? 0 : stock.bytes / stock.chunks;
  const all = stock.jobs.map((job) => ({ ...job, runs: timesOf(job.schedule) ?? 0 }));
  const sum = (of: (job: (typeof all)[number]) => number) => all.reduce((total, job) => total + of(job), 0);
  const reads = sum(({ runs, chunks }) => runs * chunks);
  return {
    name: 'NewBackups',
    runs: sum(({ runs }) => runs),
    writes: sum(({ runs, backups }) => runs * backups),
    reads,
    bytes: reads * size,
  };
}

const daysOfMonth = 31;

/** One guest each time, whole: the cache of the server has some of its chunks, and nobody knows which (pbs-restore reads them through the server). */
function restoreTests(intervalDays: number, { chunks, bytes, jobs }: Stock): Upkeep {
  const size = chunks === 0 ? 0 : bytes / chunks;
  const guests = jobs.filter(({ backups }) => backups > 0).map((job) => job.chunks / job.backups);
  const runs = daysOfMonth / intervalDays;
  const reads = runs * Math.max(0, ...guests);
  return { name: 'RestoreTests', runs, writes: 0, reads, bytes: reads * size };
}

/** ADR 50: answered by the server's own disk. */
const monitoring: Upkeep = { name: 'Monitoring', runs: 0, writes: 0, reads: 0, bytes: 0 };

/** What has a schedule that only the server understands is left out. */
export function upkeepOf(
  { gcSchedule, verifySchedule, verifyNew, restoreIntervalDays }: Care,
  stock: Stock,
): readonly Upkeep[] {
  const [collections, verifications] = [timesOf(gcSchedule), timesOf(verifySchedule)];
  return [
    ...(collections === undefined ? [] : [collection(collections, stock)]),
    ...(verifications === undefined ? [] : [verification(verifications, stock)]),
    ...(verifyNew ? [newBackups(stock)] : []),
    ...(restoreIntervalDays === undefined ? [] : [restoreTests(restoreIntervalDays, stock)]),
    monitoring,
  ];
}
