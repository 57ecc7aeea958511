// SPDX-License-Identifier: GPL-3.0-or-later
/** Datastores on S3, and the folder or disk that holds their cache. */
import { z } from 'zod';
import type { Asked } from '../proxmox/asked.ts';
import type { ProxmoxApi } from '../proxmox/proxmox-api.ts';
import { parsePropertyString, propertyString } from '../proxmox/property-string.ts';
import { asked } from './asked.ts';

const config = z.looseObject({
  name: z.string(),
  path: z.string(),
  backend: z.string().optional(),
  comment: z.string().optional(),
  'gc-schedule': z.string().optional(),
  'verify-new': z.union([z.boolean(), z.number()]).optional(),
  'maintenance-mode': z.string().optional(),
});

export interface Datastore {
  readonly name: string;
  /** The cache's folder; fixed. */
  readonly path: string;
  /** Absent: it lies on the server's own disks. Fixed. */
  readonly s3?: { readonly client: string; readonly bucket: string };
  readonly comment: string;
  /** A calendar event; empty: no garbage is collected. */
  readonly gcSchedule: string;
  readonly verifyNew: boolean;
  /** `s3-refresh`, `read-only`, `offline`, `delete`, …; absent: in use. */
  readonly maintenance?: string;
}

function s3Of(backend = ''): Datastore['s3'] {
  const { type, client, bucket } = parsePropertyString(backend).options;
  return type === 's3' && client !== undefined && bucket !== undefined ? { client, bucket } : undefined;
}

/** What the token may not see is left out without a word. */
export async function datastores(pbs: ProxmoxApi): Promise<readonly Datastore[]> {
  const found = await pbs.read(asked('GET', '/config/datastore'), z.array(config));
  return found.map((one) => {
    const s3 = s3Of(one.backend);
    const { first, options } = parsePropertyString(one['maintenance-mode'] ?? '');
    const maintenance = options['type'] ?? first;
    return {
      name: one.name,
      path: one.path,
      ...(s3 ? { s3 } : {}),
      comment: one.comment ?? '',
      gcSchedule: one['gc-schedule'] ?? '',
      verifyNew: Boolean(one['verify-new']),
      ...(maintenance === undefined ? {} : { maintenance }),
    };
  });
}

export interface NewDatastore extends Omit<Datastore, 's3' | 'maintenance'> {
  readonly s3: { readonly client: string; readonly bucket: string };
  /** Absent: the bucket is empty. `Mine`: what a try that broke off left, or what this server itself had; `Taken`: another one's, that is gone. */
  readonly reuse?: 'Mine' | 'Taken';
}

/**
 * Begins a task, after the bucket has answered. A try that breaks off leaves folders, and a marker in the bucket, over which a plain second
 * one stumbles: that one has to reuse.
 */
export function addDatastoreRequest({ name, path, s3, comment, gcSchedule, verifyNew, reuse }: NewDatastore): Asked {
  return asked('POST', '/config/datastore', [], {
    name,
    path,
    backend: propertyString({ options: { type: 's3', client: s3.client, bucket: s3.bucket } }),
    comment,
    'gc-schedule': gcSchedule,
    'verify-new': verifyNew,
    ...(reuse === undefined ? {} : { 'reuse-datastore': true }),
    ...(reuse === 'Taken' ? { 'overwrite-in-use': true } : {}),
  });
}

export function changeDatastoreRequest({ name, comment, gcSchedule, verifyNew }: Datastore): Asked {
  return asked('PUT', '/config/datastore/{name}', [name], {
    comment,
    'gc-schedule': gcSchedule,
    'verify-new': verifyNew,
  });
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
  used: z.number(),
  avail: z.number(),
});

/** Of the cache's file system, in bytes: the bucket has no end. From the server's own disk, without a request to S3. */
export function cacheUsage(pbs: ProxmoxApi, name: string): Promise<z.output<typeof usage> | undefined> {
  return pbs.find(asked('GET', '/admin/datastore/{store}/status', [name]), usage);
}
