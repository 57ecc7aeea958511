// SPDX-License-Identifier: GPL-3.0-or-later
/** Whether the datastore can take backups and give them back. Pure. */
import type { LastRun } from '../../../clouds/pbs/store-health.ts';
import { causeOf } from './causes.ts';
import type { PbsSeen, StoreSeen, WorthSeen } from './seen.ts';
import type { Trouble } from './trouble.ts';
import type { WorthWish } from './wish.ts';

const minute = 60_000;
/** S3 refuses a signature that is further from its own time (RequestTimeTooSkewed, "Error responses"). */
const tooSkewed = 15 * minute;
const skewNoticed = minute;

function serverTrouble(wish: WorthWish, pbs: PbsSeen): readonly Trouble[] {
  const replaced =
    pbs.is === 'Another' ||
    (wish.instanceID !== undefined && pbs.instanceID !== undefined && wish.instanceID !== pbs.instanceID);
  if (!replaced) return [];
  const why = pbs.is === 'Another' ? pbs.message : 'Another instance of Proxmox Backup Server answers at its address.';
  return [
    {
      reason: 'ServerReplaced',
      message: `${why} Backups do not land where they did. Look who answers there, before anything trusts it.`,
      stops: 'Lasting',
    },
  ];
}

/** Whether the datastore is closed because the spec says so. */
export function isClosedOnRequest({ maintenance }: WorthWish, { pbs }: WorthSeen): boolean {
  return maintenance !== undefined && pbs.is === 'Here' && pbs.store?.maintenance === maintenance;
}

const closedFor = { 'read-only': 'what is there can be restored', offline: 'nothing of it can be restored' };

function requestedTrouble(datastore: string, mode: keyof typeof closedFor): Trouble {
  return {
    reason: 'InRequestedMaintenance',
    message: `The datastore ${datastore} is ${mode}, as datastore.maintenance asks: no backup comes in, and ${closedFor[mode]}. Take datastore.maintenance out of the spec when the work is done.`,
    stops: 'Passing',
  };
}

function maintenanceTrouble({ datastore, maintenance }: WorthWish, mode: string | undefined): readonly Trouble[] {
  if (mode === undefined) return [];
  if (mode === maintenance) return [requestedTrouble(datastore, maintenance)];
  const passing = mode === 's3-refresh';
  return [
    {
      reason: 'InMaintenance',
      message: passing
        ? `The datastore ${datastore} reads its metadata from the bucket again (s3-refresh): it is back when that is done.`
        : `The datastore ${datastore} is in maintenance (${mode}): nothing is saved. End it: Options > Maintenance mode, or \`proxmox-backup-manager datastore update ${datastore} --delete maintenance-mode\`.`,
      stops: passing ? 'Passing' : 'Lasting',
    },
  ];
}

const fullAt = 0.01;
const fillingAt = 0.1;

function cacheTrouble({ cache }: StoreSeen): readonly Trouble[] {
  if (!cache || cache.total === 0) return [];
  const free = cache.avail / cache.total;
  if (free < fullAt)
    return [
      {
        reason: 'CacheDiskFull',
        message:
          'The disk of the cache is full: every backup fails, though the bucket has room. Enlarge the disk (server.vm.cacheDisk), or set datastore.maxCacheSize.',
        stops: 'Lasting',
      },
    ];
  if (free >= fillingAt) return [];
  return [
    {
      reason: 'CacheDiskFilling',
      message:
        'Less than a tenth of the disk of the cache is free. Enlarge it before backups fail: 64 to 128 GiB are recommended.',
    },
  ];
}

interface Evidence {
  readonly at: number;
  /** Absent: it worked. */
  readonly failure?: string;
}

function evidenceOf({ endedAt, end }: LastRun): readonly Evidence[] {
  if (end.is === 'Running') return [];
  return [end.is === 'Failed' ? { at: endedAt, failure: end.message } : { at: endedAt }];
}

/** All that has lately needed the bucket: nobody has to ask it again to know. */
function evidence({ pve }: WorthSeen, { collections, verifications }: StoreSeen): readonly Evidence[] {
  const runs = pve.runs.flatMap(({ startedAt: at, end, report }): readonly Evidence[] => [
    ...report.failures.map(({ why }) => ({ at, failure: why })),
    ...(end.is === 'Done' ? [{ at }] : []),
  ]);
  const lasts = [collections.last, ...verifications.map(({ last }) => last)];
  return [...runs, ...lasts.flatMap((last) => (last ? evidenceOf(last) : []))];
}

const newest = (all: readonly Evidence[]) => Math.max(0, ...all.map(({ at }) => at));

function bucketTrouble(seen: WorthSeen, store: StoreSeen): readonly Trouble[] {
  const all = evidence(seen, store);
  for (const reason of ['BucketRefuses', 'ClockOff', 'BucketUnreached'] as const) {
    const bad = all.flatMap((one) => {
      const cause = one.failure === undefined ? undefined : causeOf(one.failure);
      return cause?.is === reason ? [{ ...one, cause }] : [];
    });
    const [first] = bad;
    if (!first || newest(bad) < newest(all.filter(({ failure }) => failure === undefined))) continue;
    const { says, cure } = first.cause;
    const message = `When it was last needed, ${says}. ${cure}; the next backup or collection of garbage shows whether that helped.`;
    // a line that was down may be up: only what is refused will be refused again
    return [{ reason, message, ...(reason === 'BucketUnreached' ? {} : { stops: 'Lasting' as const }) }];
  }
  return [];
}

function clockTrouble({ pve, pbs }: WorthSeen): readonly Trouble[] {
  const server = pbs.is === 'Here' ? pbs.aheadMs : 0;
  const [serverOff, pveOff] = [Math.abs(server) >= skewNoticed, Math.abs(pve.aheadMs) >= skewNoticed];
  if (!serverOff && !pveOff) return [];
  if (serverOff && pveOff && Math.abs(server - pve.aheadMs) < skewNoticed)
    return [
      {
        reason: 'ClockOff',
        message:
          "The clocks of Proxmox VE and of the backup server agree, and not with the operator's. Let all three be set by NTP.",
      },
    ];
  const whose = [...(serverOff ? ['of the backup server'] : []), ...(pveOff ? ['of Proxmox VE'] : [])].join(' and ');
  const stops = Math.abs(server) >= tooSkewed ? ({ stops: 'Lasting' } as const) : {};
  const effect = stops.stops
    ? 'S3 refuses what it signs, and nothing is saved'
    : 'Ages of backups are not to be trusted';
  return [{ reason: 'ClockOff', message: `The clock ${whose} is off: ${effect}. Let it be set by NTP.`, ...stops }];
}

function collectionTrouble({ collections: { last } }: StoreSeen): readonly Trouble[] {
  if (last?.end.is !== 'Failed') return [];
  const cause = causeOf(last.end.message);
  if (cause?.is === 'BucketRefuses' || cause?.is === 'BucketUnreached') return [];
  const why = cause ? `${cause.says}. ${cause.cure}.` : `${last.end.message}. Look at the task's log on the server.`;
  return [
    {
      reason: 'GarbageCollectionFailed',
      message: `The last collection of garbage failed, and nothing is freed: ${why}`,
    },
  ];
}

const mostOld = 2;
const worthNoticing = 10 * 1024 ** 3;

/** Deletions of the server name no version: a bucket that keeps versions frees nothing by them (PBS sends no versionId). */
function versionsTrouble({ bucket }: WorthWish, { collections }: StoreSeen): readonly Trouble[] {
  const { bytes = 0, keepsVersions = false } = bucket ?? {};
  const { diskBytes } = collections;
  if (!keepsVersions || diskBytes === 0 || bytes < mostOld * diskBytes || bytes - diskBytes < worthNoticing) return [];
  return [
    {
      reason: 'OldVersionsKept',
      message:
        'More than half of the bucket is not of this datastore any more: old versions stay when the server deletes, and are paid for. Let a lifecycle rule expire noncurrent versions and delete markers, or suspend versioning.',
    },
  ];
}

export function storeTroubles(wish: WorthWish, seen: WorthSeen): readonly Trouble[] {
  const { pbs } = seen;
  const server = serverTrouble(wish, pbs);
  if (server.length > 0 || pbs.is === 'Another') return server;
  const { store } = pbs;
  const clock = clockTrouble(seen);
  if (!store)
    return [
      {
        reason: 'DatastoreMissing',
        message: `The backup server has no datastore ${wish.datastore}, or does not show it to the operator's token. Look whether somebody removed it; what is in the bucket stays.`,
        stops: 'Lasting',
      },
      ...clock,
    ];
  return [
    ...maintenanceTrouble(wish, store.maintenance),
    ...cacheTrouble(store),
    ...bucketTrouble(seen, store),
    ...clock,
    ...collectionTrouble(store),
    ...versionsTrouble(wish, store),
  ];
}
