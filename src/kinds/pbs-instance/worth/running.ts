// SPDX-License-Identifier: GPL-3.0-or-later
/** Whether jobs run, and end well. Pure. */
import type { Verdict } from '../../../core/conditions.ts';
import type { GuestVerdict } from './guests.ts';
import { causeOf } from './causes.ts';
import { told, type JobVerdict } from './jobs.ts';
import type { WorthSeen } from './seen.ts';
import { isClosedOnRequest } from './store.ts';
import { conditionOf, named, type Trouble } from './trouble.ts';
import type { WorthWish } from './wish.ts';

function storageTrouble({ storage: id }: WorthWish, { pve: { storage }, pbs }: WorthSeen): readonly Trouble[] {
  if (!storage)
    return [
      {
        reason: 'StorageMissing',
        message: `Proxmox VE has no storage entry ${id}: no job can save anything to this datastore. With managementPolicy: Apply it is made again by itself; else make it in Proxmox VE.`,
        stops: 'Lasting',
      },
    ];
  if (!storage.enabled)
    return [
      {
        reason: 'StorageDisabled',
        message: `The storage entry ${id} is switched off in Proxmox VE. Switch it on: Datacenter > Storage, or \`pvesm set ${id} --disable 0\`.`,
        stops: 'Lasting',
      },
    ];
  // then the store's own condition says why
  const known = pbs.is === 'Another' || pbs.store?.maintenance !== undefined;
  if (storage.active || known) return [];
  return [
    {
      reason: 'StorageInactive',
      message: `Proxmox VE does not get into the datastore by its storage entry ${id}. Look whether the backup server's certificate is the pinned one, whether the token of the entry is still there, and at the network between them.`,
      stops: 'Lasting',
    },
  ];
}

/** Jobs that are not made for want of anybody who has their tag. */
function idle({ jobs, self }: WorthWish, { pve: { guests } }: WorthSeen, gone: readonly string[]): readonly string[] {
  const others = guests.filter(({ vmid }) => vmid !== self);
  const unused = ({ tag }: WorthWish['jobs'][number]) =>
    tag !== undefined && !others.some(({ tags }) => tags.includes(tag));
  return jobs.filter((one) => gone.includes(one.id) && unused(one)).map(({ id }) => id);
}

function switchedOff(wish: WorthWish, seen: WorthSeen, jobs: readonly JobVerdict[]): readonly Trouble[] {
  const wanted = wish.jobs.map(({ id }) => id);
  const off = wanted.filter((id) => jobs.find((job) => job.id === id)?.result === 'Disabled');
  const missing = wanted.filter((id) => !jobs.some((job) => job.id === id));
  const unused = idle(wish, seen, missing);
  const gone = missing.filter((id) => !unused.includes(id));
  const none = !jobs.some(({ result }) => result !== 'Disabled');
  const stops = none ? ({ stops: 'Lasting' } as const) : {};
  return [
    ...(off.length === 0
      ? []
      : [
          {
            reason: 'JobDisabled',
            message: `Switched off in Proxmox VE: job ${off.join(', ')}. Switch it on: Datacenter > Backup.`,
            ...stops,
          },
        ]),
    ...(gone.length === 0
      ? []
      : [
          {
            reason: 'JobMissing',
            message: `Proxmox VE has no job ${gone.join(', ')} any more. With managementPolicy: Apply it is made again by itself; else make it under Datacenter > Backup.`,
            ...stops,
          },
        ]),
    ...(unused.length === 0
      ? []
      : [
          {
            reason: 'TagUnused',
            message: `No guest has the tag that job ${unused.join(', ')} selects by, and without anybody it cannot be made. Give the tag to a guest in Proxmox VE, or correct jobs.select.tag.`,
            ...stops,
          },
        ]),
  ];
}

function offline({ pve }: WorthSeen, guests: readonly GuestVerdict[]): readonly Trouble[] {
  const off = pve.nodes.filter(({ online }) => !online).map(({ name }) => name);
  const there = guests.filter(({ node, state }) => off.includes(node) && state !== 'Unprotected');
  if (there.length === 0) return [];
  return [
    {
      reason: 'NodeOffline',
      message: `Offline: node ${off.join(', ')}. Nothing is saved of ${named(there)} until it is back, or they run elsewhere.`,
    },
  ];
}

/** A run that failed because the datastore is closed on purpose: meant, and to be expected. */
function isHeldBack({ result, failure = '' }: JobVerdict): boolean {
  return result === 'Failed' && causeOf(failure)?.is === 'InMaintenance';
}

function heldBack(jobs: readonly JobVerdict[]): readonly Trouble[] {
  if (jobs.length === 0) return [];
  const ids = jobs.map(({ id }) => id).join(', ');
  return [
    {
      reason: 'InRequestedMaintenance',
      message: `Runs of job ${ids} fail while the datastore is closed, as datastore.maintenance asks. Take that out of the spec when the work is done, or the jobs until then.`,
    },
  ];
}

function troubleOf(job: JobVerdict, guests: readonly GuestVerdict[]): readonly Trouble[] {
  const { id, result } = job;
  if (result === 'Missed')
    return [
      {
        reason: 'RunMissed',
        message: `The time of job ${id} has passed, and it did not run. Look whether pvescheduler runs on the nodes, and at their clocks.`,
      },
    ];
  if (result === 'Failed') {
    const failed = guests.filter(({ vmid }) => job.failedGuests.includes(vmid));
    const of = failed.length === 0 ? '' : ` for ${named(failed)}`;
    return [{ reason: 'RunFailed', message: `Job ${id} failed${of}: ${told(job.failure ?? 'its log says nothing')}` }];
  }
  if (job.selectsNothing)
    return [
      {
        reason: 'JobSelectsNothing',
        message: `Job ${id} means no guest, and saves nothing. Correct its select: the guests or the pool that it names, or what it excludes.`,
      },
    ];
  if (result !== 'SavedNothing') return [];
  return [
    {
      reason: 'RunSavedNothing',
      message: `Job ${id} ended well, and no guest has a new backup in this datastore. Look at the task's log, and at the namespace of the storage entry.`,
    },
  ];
}

export function runningTroubles(
  wish: WorthWish,
  seen: WorthSeen,
  { jobs, guests }: { readonly jobs: readonly JobVerdict[]; readonly guests: readonly GuestVerdict[] },
): readonly Trouble[] {
  const expected = isClosedOnRequest(wish, seen) ? jobs.filter(isHeldBack) : [];
  return [
    ...storageTrouble(wish, seen),
    ...switchedOff(wish, seen, jobs),
    ...offline(seen, guests),
    ...heldBack(expected),
    ...jobs.filter((job) => !expected.includes(job)).flatMap((job) => troubleOf(job, guests)),
  ];
}

export function jobsSucceed(troubles: readonly Trouble[], jobs: readonly JobVerdict[]): Verdict {
  const warned = jobs.filter(({ result }) => result === 'Warnings').map(({ id }) => id);
  const ran = jobs.some(({ result }) => result === 'OK' || result === 'Warnings');
  if (warned.length > 0)
    return conditionOf('JobsSucceed', troubles, {
      reason: 'RunWarned',
      message: `Everything was saved; job ${warned.join(', ')} had warnings. Look at the task's log in Proxmox VE.`,
    });
  return conditionOf(
    'JobsSucceed',
    troubles,
    ran
      ? { reason: 'RunsGood', message: 'The last run of every job was good' }
      : { reason: 'NoRunYet', message: 'No job has run yet' },
  );
}
