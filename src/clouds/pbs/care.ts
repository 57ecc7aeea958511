// SPDX-License-Identifier: GPL-3.0-or-later
/** What keeps a datastore sound, by schedule: prune and verify jobs. Their ids are ours to choose: a second try finds the first. */
import { z } from 'zod';
import type { Asked } from '../proxmox/asked.ts';
import { count, flag } from '../proxmox/loose.ts';
import type { ProxmoxApi } from '../proxmox/proxmox-api.ts';
import { asked } from './asked.ts';

export interface Keep {
  readonly keepLast?: number;
  readonly keepHourly?: number;
  readonly keepDaily?: number;
  readonly keepWeekly?: number;
  readonly keepMonthly?: number;
  readonly keepYearly?: number;
}

const keeps = {
  keepLast: 'keep-last',
  keepHourly: 'keep-hourly',
  keepDaily: 'keep-daily',
  keepWeekly: 'keep-weekly',
  keepMonthly: 'keep-monthly',
  keepYearly: 'keep-yearly',
} as const;

const keepNames = Object.entries(keeps) as readonly (readonly [keyof Keep, (typeof keeps)[keyof Keep]])[];

export interface PruneJob {
  readonly id: string;
  readonly store: string;
  readonly schedule: string;
  readonly keep: Keep;
  readonly comment: string;
}

const pruneJob = z.looseObject({
  id: z.string(),
  store: z.string(),
  schedule: z.string(),
  comment: z.string().optional(),
  ...Object.fromEntries(Object.values(keeps).map((name) => [name, count.optional()])),
});

export async function pruneJobs(pbs: ProxmoxApi): Promise<readonly PruneJob[]> {
  const found = await pbs.read(asked('GET', '/config/prune'), z.array(pruneJob));
  return found.map((one) => ({
    id: one.id,
    store: one.store,
    schedule: one.schedule,
    comment: one.comment ?? '',
    keep: Object.fromEntries(
      keepNames.flatMap(([name, theirs]) => (typeof one[theirs] === 'number' ? [[name, one[theirs]]] : [])),
    ) as Keep,
  }));
}

function keepFields(keep: Keep) {
  return Object.fromEntries(keepNames.map(([name, theirs]) => [theirs, keep[name]]));
}

export function addPruneRequest({ id, store, schedule, keep, comment }: PruneJob): Asked {
  return asked('POST', '/config/prune', [], { id, store, schedule, comment, ...keepFields(keep) });
}

export function changePruneRequest({ id, schedule, keep, comment }: PruneJob, known: PruneJob): Asked {
  const gone = keepNames.flatMap(([name, theirs]) =>
    known.keep[name] !== undefined && keep[name] === undefined ? [theirs] : [],
  );
  return asked('PUT', '/config/prune/{id}', [id], {
    schedule,
    comment,
    ...keepFields(keep),
    delete: gone.length === 0 ? undefined : gone,
  });
}

export function removePruneRequest(id: string): Asked {
  return asked('DELETE', '/config/prune/{id}', [id]);
}

export interface VerifyJob {
  readonly id: string;
  readonly store: string;
  readonly schedule: string;
  /** What was verified so many days ago is verified again: every chunk of it is read from S3, and paid for. */
  readonly outdatedAfterDays: number;
  readonly comment: string;
}

const verifyJob = z.looseObject({
  id: z.string(),
  store: z.string(),
  schedule: z.string().optional(),
  comment: z.string().optional(),
  'outdated-after': count.optional(),
  'ignore-verified': flag.optional(),
});

export async function verifyJobs(pbs: ProxmoxApi): Promise<readonly VerifyJob[]> {
  const found = await pbs.read(asked('GET', '/config/verify'), z.array(verifyJob));
  return found.map((one) => ({
    id: one.id,
    store: one.store,
    schedule: one.schedule ?? '',
    comment: one.comment ?? '',
    // everything, each time
    outdatedAfterDays: one['ignore-verified'] === false ? 0 : (one['outdated-after'] ?? 0),
  }));
}

function verifyFields({ schedule, outdatedAfterDays, comment }: VerifyJob) {
  return { schedule, comment, 'ignore-verified': true, 'outdated-after': outdatedAfterDays };
}

export function addVerifyRequest(job: VerifyJob): Asked {
  return asked('POST', '/config/verify', [], { id: job.id, store: job.store, ...verifyFields(job) });
}

export function changeVerifyRequest(job: VerifyJob): Asked {
  return asked('PUT', '/config/verify/{id}', [job.id], verifyFields(job));
}

export function removeVerifyRequest(id: string): Asked {
  return asked('DELETE', '/config/verify/{id}', [id]);
}
