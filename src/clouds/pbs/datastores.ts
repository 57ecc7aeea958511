// SPDX-License-Identifier: GPL-3.0-or-later
/** Datastores on S3, and the folder or disk that holds their cache. */
import { z } from 'zod';
import type { Asked } from '../proxmox/asked.ts';
import { count } from '../proxmox/loose.ts';
import type { ProxmoxApi } from '../proxmox/proxmox-api.ts';
import { parsePropertyString, propertyString } from '../proxmox/property-string.ts';
import { asked } from './asked.ts';
import { bytesOf } from './human-byte.ts';

const config = z.looseObject({
  name: z.string(),
  path: z.string(),
  backend: z.string().optional(),
  comment: z.string().optional(),
  'gc-schedule': z.string().optional(),
  'verify-new': z.union([z.boolean(), z.number()]).optional(),
  'maintenance-mode': z.string().optional(),
  'notification-thresholds': z.string().optional(),
  'counter-reset-schedule': z.string().optional(),
});

export interface DatastoreBackend {
  readonly client: string;
  readonly bucket: string;
  /** How much of the bucket's chunks is kept on the server's disk, in bytes. Absent: as much as there was room when it started. */
  readonly maxCacheBytes?: number;
}

/** When the server tells that it has asked much of S3, counted since the last reset. Since 4.1.6. */
export interface S3Alerts {
  /** `s3-get`, …: requests; `s3-upload` and `s3-download`: bytes, in whole GiB. */
  readonly thresholds: Readonly<Record<string, number>>;
  /** A calendar event; absent: it never begins anew. */
  readonly resetSchedule?: string;
}

export interface Datastore {
  readonly name: string;
  /** The cache's folder; fixed. */
  readonly path: string;
  /** Absent: it lies on the server's own disks. Fixed. */
  readonly s3?: DatastoreBackend;
  readonly comment: string;
  /** A calendar event; empty: no garbage is collected. */
  readonly gcSchedule: string;
  readonly verifyNew: boolean;
  /** Absent: none are set, or they are left as they are. */
  readonly alerts?: S3Alerts;
  /** `s3-refresh`, `read-only`, `offline`, `delete`, …; absent: in use. */
  readonly maintenance?: string;
  /** What whoever began that has said. */
  readonly maintenanceMessage?: string;
}

function s3Of(backend = ''): Datastore['s3'] {
  const { type, client, bucket, 'max-cache-size': cache } = parsePropertyString(backend).options;
  if (type !== 's3' || client === undefined || bucket === undefined) return undefined;
  const maxCacheBytes = cache === undefined ? undefined : bytesOf(cache);
  return { client, bucket, ...(maxCacheBytes === undefined ? {} : { maxCacheBytes }) };
}

const gibibyte = 1024 ** 3;

function backendOf({ client, bucket, maxCacheBytes }: DatastoreBackend): string {
  const cache = maxCacheBytes === undefined ? {} : { 'max-cache-size': `${Math.floor(maxCacheBytes / gibibyte)}GiB` };
  return propertyString({ options: { type: 's3', client, bucket, ...cache } });
}

const inBytes = new Set(['s3-upload', 's3-download']);

function alertsOf(one: z.output<typeof config>): Pick<Datastore, 'alerts'> {
  const { 'notification-thresholds': text, 'counter-reset-schedule': resetSchedule } = one;
  if (text === undefined && resetSchedule === undefined) return {};
  const thresholds = Object.entries(parsePropertyString(text ?? '').options).flatMap(([name, value]) => {
    const number = inBytes.has(name) ? bytesOf(value) : Number(value);
    return number === undefined ? [] : [[name, number] as const];
  });
  return {
    alerts: {
      thresholds: Object.fromEntries(thresholds),
      ...(resetSchedule === undefined ? {} : { resetSchedule }),
    },
  };
}

/** What is not in there is taken away. */
function alertFields({ alerts }: Pick<Datastore, 'alerts'>) {
  if (!alerts) return { set: {}, gone: [] };
  const { thresholds, resetSchedule } = alerts;
  const options = Object.entries(thresholds).map(([name, value]) => [
    name,
    inBytes.has(name) ? `${Math.round(value / gibibyte)}GiB` : String(value),
  ]);
  const gone = [
    ...(options.length === 0 ? ['notification-thresholds'] : []),
    ...(resetSchedule === undefined ? ['counter-reset-schedule'] : []),
  ];
  const text = propertyString({ options: Object.fromEntries(options) });
  return {
    set: {
      'notification-thresholds': text === '' ? undefined : text,
      'counter-reset-schedule': resetSchedule,
    },
    gone,
  };
}

/** What the token may not see is left out without a word. */
export async function datastores(pbs: ProxmoxApi): Promise<readonly Datastore[]> {
  const found = await pbs.read(asked('GET', '/config/datastore'), z.array(config));
  return found.map((one) => {
    const s3 = s3Of(one.backend);
    const { first, options } = parsePropertyString(one['maintenance-mode'] ?? '');
    const maintenance = options['type'] ?? first;
    const { message } = options;
    return {
      name: one.name,
      path: one.path,
      ...(s3 ? { s3 } : {}),
      comment: one.comment ?? '',
      gcSchedule: one['gc-schedule'] ?? '',
      verifyNew: Boolean(one['verify-new']),
      ...alertsOf(one),
      ...(maintenance === undefined ? {} : { maintenance }),
      ...(message === undefined ? {} : { maintenanceMessage: message }),
    };
  });
}

export interface NewDatastore extends Omit<Datastore, 's3' | 'maintenance' | 'maintenanceMessage'> {
  /** The cache in whole GiB. */
  readonly s3: DatastoreBackend;
  /** Absent: the bucket is empty. `Mine`: what a try that broke off left, or what this server itself had; `Taken`: another one's, that is gone. */
  readonly reuse?: 'Mine' | 'Taken';
}

/**
 * Begins a task, after the bucket has answered. A try that breaks off leaves folders, and a marker in the bucket, over which a plain second
 * one stumbles: that one has to reuse.
 */
export function addDatastoreRequest(one: NewDatastore): Asked {
  const { name, path, s3, comment, gcSchedule, verifyNew, reuse } = one;
  return asked('POST', '/config/datastore', [], {
    name,
    path,
    backend: backendOf(s3),
    comment,
    'gc-schedule': gcSchedule,
    'verify-new': verifyNew,
    ...alertFields(one).set,
    ...(reuse === undefined ? {} : { 'reuse-datastore': true }),
    ...(reuse === 'Taken' ? { 'overwrite-in-use': true } : {}),
  });
}

export function changeDatastoreRequest(one: Datastore): Asked {
  const { name, comment, gcSchedule, verifyNew } = one;
  const { set, gone } = alertFields(one);
  return asked('PUT', '/config/datastore/{name}', [name], {
    comment,
    // none stays none: it is no calendar event
    ...(gcSchedule === '' ? {} : { 'gc-schedule': gcSchedule }),
    'verify-new': verifyNew,
    ...set,
    ...(gone.length === 0 ? {} : { delete: gone }),
  });
}

export interface Maintenance {
  readonly mode: 'read-only' | 'offline';
  /** Up to 64 characters. */
  readonly message: string;
}

export function beginMaintenanceRequest(name: string, { mode, message }: Maintenance): Asked {
  const text = propertyString({ options: { type: mode, message } });
  return asked('PUT', '/config/datastore/{name}', [name], { 'maintenance-mode': text });
}

/** Whichever mode it is in. */
export function endMaintenanceRequest(name: string): Asked {
  return asked('PUT', '/config/datastore/{name}', [name], { delete: ['maintenance-mode'] });
}

/** Takes it out of the server; every object stays in the bucket but the marker of use. */
export function detachDatastoreRequest(name: string): Asked {
  return asked('DELETE', '/config/datastore/{name}', [name], { 'destroy-data': false, 'keep-job-configs': false });
}

/** Deletes every object below `<name>/` in the bucket. */
export function destroyDatastoreRequest(name: string): Asked {
  return asked('DELETE', '/config/datastore/{name}', [name], { 'destroy-data': true, 'keep-job-configs': false });
}

/** Reads all metadata from the bucket again: it costs requests. */
export function refreshRequest(name: string): Asked {
  return asked('PUT', '/admin/datastore/{store}/s3-refresh', [name]);
}

export function collectGarbageRequest(name: string): Asked {
  return asked('POST', '/admin/datastore/{store}/gc', [name]);
}

const usage = z.looseObject({
  total: z.number(),
  avail: z.number(),
  's3-statistics': z
    .looseObject({
      get: count,
      put: count,
      post: count,
      head: count,
      delete: count,
      uploaded: count,
      downloaded: count,
    })
    .optional(),
});

/** What the server has asked S3 for since it began to count. */
export interface S3Counted {
  readonly get: number;
  readonly put: number;
  readonly post: number;
  readonly head: number;
  readonly delete: number;
  /** Bytes, as the next. */
  readonly uploaded: number;
  readonly downloaded: number;
}

export interface DatastoreUsage {
  /** Of the cache's file system, in bytes: the bucket has no end. */
  readonly total: number;
  readonly avail: number;
  readonly counted?: S3Counted;
}

/** From the server's own disk and memory, without a request to S3 (api2/admin/datastore.rs, status). */
export async function datastoreUsage(pbs: ProxmoxApi, name: string): Promise<DatastoreUsage | undefined> {
  const request = asked('GET', '/admin/datastore/{store}/status', [name], { verbose: true });
  const found = await pbs.find(request, usage);
  if (!found) return undefined;
  const { total, avail, 's3-statistics': counted } = found;
  return { total, avail, ...(counted ? { counted } : {}) };
}
