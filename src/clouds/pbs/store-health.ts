// SPDX-License-Identifier: GPL-3.0-or-later
/** How a datastore does, by what the server has written down itself: no request to S3 (api2/admin/{gc,verify,prune}.rs). */
import { z } from 'zod';
import { count } from '../proxmox/loose.ts';
import type { ProxmoxApi } from '../proxmox/proxmox-api.ts';
import { taskEnd, type TaskEnd } from '../proxmox/task-end.ts';
import { asked } from './asked.ts';

const run = {
  schedule: z.string().optional(),
  'next-run': z.number().optional(),
  'last-run-state': z.string().optional(),
  'last-run-endtime': z.number().optional(),
};

export interface LastRun {
  /** Milliseconds since the epoch, by the server's clock. */
  readonly endedAt: number;
  readonly end: TaskEnd;
}

type Run = z.output<z.ZodObject<typeof run>>;

function lastOf(one: Run): LastRun | undefined {
  const [exitstatus, ended] = [one['last-run-state'], one['last-run-endtime']];
  if (exitstatus === undefined || ended === undefined) return undefined;
  return { endedAt: ended * 1000, end: taskEnd({ status: 'stopped', exitstatus }) };
}

export interface Scheduled {
  /** A calendar event; absent: it runs by hand only. */
  readonly schedule?: string;
  /** Milliseconds since the epoch. */
  readonly nextRun?: number;
}

function scheduledOf(one: Run): Scheduled {
  const { schedule, 'next-run': next } = one;
  return { ...(schedule === undefined ? {} : { schedule }), ...(next === undefined ? {} : { nextRun: next * 1000 }) };
}

export interface Collections extends Scheduled {
  readonly last?: LastRun;
  /** Of chunks in the store, after the last one. */
  readonly diskBytes: number;
  /** How many those are; each is an object in the bucket. Absent: none were counted yet. */
  readonly chunks?: number;
}

const collections = z.array(z.looseObject({ ...run, 'disk-bytes': count.optional(), 'disk-chunks': count.optional() }));

export async function collectionsOf(pbs: ProxmoxApi, store: string): Promise<Collections> {
  const [one] = await pbs.read(asked('GET', '/admin/gc/{store}', [store]), collections);
  const last = one && lastOf(one);
  const chunks = one?.['disk-chunks'] ?? 0;
  return {
    ...(one ? scheduledOf(one) : {}),
    ...(last ? { last } : {}),
    diskBytes: one?.['disk-bytes'] ?? 0,
    ...(chunks > 0 ? { chunks } : {}),
  };
}

const jobs = z.array(z.looseObject({ id: z.string(), ...run }));

export interface ScheduledJob extends Scheduled {
  readonly id: string;
  readonly last?: LastRun;
}

/** Jobs that verify, or prune, a datastore. */
export async function jobsOf(
  pbs: ProxmoxApi,
  kind: 'verify' | 'prune',
  store: string,
): Promise<readonly ScheduledJob[]> {
  const found = await pbs.read(asked('GET', `/admin/${kind}`, [], { store }), jobs);
  return found.map((one) => {
    const last = lastOf(one);
    return { id: one.id, ...scheduledOf(one), ...(last ? { last } : {}) };
  });
}

export interface Instance {
  /** Absent: before 4.1.10 a server has none. */
  readonly id?: string;
  /** Milliseconds since the epoch, by its own clock. */
  readonly date: number | undefined;
}

export async function instanceOf(pbs: ProxmoxApi): Promise<Instance> {
  const { data, date } = await pbs.findDated(
    asked('GET', '/nodes/{node}/identity', ['localhost']),
    z.looseObject({ 'pbs-instance-id': z.string() }),
  );
  return { ...(data ? { id: data['pbs-instance-id'] } : {}), date };
}
