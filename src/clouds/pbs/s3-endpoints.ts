// SPDX-License-Identifier: GPL-3.0-or-later
/** Where the server keeps what it stores, as it is told: entries of its s3.cfg. */
import { z } from 'zod';
import type { Asked } from '../proxmox/asked.ts';
import { count, flag } from '../proxmox/loose.ts';
import type { ProxmoxApi } from '../proxmox/proxmox-api.ts';
import { asked } from './asked.ts';
import { bytesOf } from './human-byte.ts';

const endpoint = z.looseObject({
  id: z.string(),
  endpoint: z.string(),
  'access-key': z.string(),
  region: z.string().optional(),
  port: count.optional(),
  fingerprint: z.string().optional(),
  'path-style': flag.optional(),
  'provider-quirks': z.array(z.string()).optional(),
  'rate-in': z.string().optional(),
  'rate-out': z.string().optional(),
  'put-rate-limit': count.optional(),
});

export interface S3Endpoint {
  /** 3 to 32 letters, digits, `_`, `.`, `-`. */
  readonly id: string;
  /** A host, `{{bucket}}.` and `{{region}}` in it as wanted; never a scheme. */
  readonly endpoint: string;
  readonly accessKeyID: string;
  /** Signed for; the server's own default is us-west-1. */
  readonly region: string;
  readonly port?: number;
  /** SHA-256, with colons, of a certificate that no authority signed. */
  readonly fingerprint?: string;
  readonly pathStyle: boolean;
  readonly quirks: readonly string[];
  /** In whole MiB; absent: left as they are. */
  readonly rates?: S3Rates;
  /** PUT requests in a second. Fixed when it is made; absent: left as it is. */
  readonly putRateLimit?: number;
}

/** Bytes in a second; absent: no limit. */
export interface S3Rates {
  /** What comes from S3. */
  readonly in?: number;
  readonly out?: number;
}

function ratesOf(one: z.output<typeof endpoint>): Pick<S3Endpoint, 'rates'> {
  const [received, sent] = [one['rate-in'], one['rate-out']].map((text) =>
    text === undefined ? undefined : bytesOf(text),
  );
  if (received === undefined && sent === undefined) return {};
  return {
    rates: { ...(received === undefined ? {} : { in: received }), ...(sent === undefined ? {} : { out: sent }) },
  };
}

/** Asked for as a list: of one that is not there a single read is an error like any other. */
export async function s3Endpoints(pbs: ProxmoxApi): Promise<readonly S3Endpoint[]> {
  const found = await pbs.read(asked('GET', '/config/s3'), z.array(endpoint));
  return found.map((one) => ({
    id: one.id,
    endpoint: one.endpoint,
    accessKeyID: one['access-key'],
    region: one.region ?? 'us-west-1',
    ...(one.port === undefined ? {} : { port: one.port }),
    ...(one.fingerprint === undefined ? {} : { fingerprint: one.fingerprint }),
    pathStyle: one['path-style'] ?? false,
    quirks: one['provider-quirks'] ?? [],
    ...ratesOf(one),
    ...(one['put-rate-limit'] === undefined ? {} : { putRateLimit: one['put-rate-limit'] }),
  }));
}

const mebibyte = 1024 ** 2;
const rateText = (bytes: number | undefined) =>
  bytes === undefined ? undefined : `${Math.max(1, Math.round(bytes / mebibyte))}MiB`;

function fieldsOf({ endpoint: host, region, port, fingerprint, pathStyle, quirks, rates }: S3Endpoint) {
  return {
    'rate-in': rateText(rates?.in),
    'rate-out': rateText(rates?.out),
    endpoint: host,
    region,
    port,
    fingerprint,
    'path-style': pathStyle,
    'provider-quirks': quirks.length === 0 ? undefined : quirks,
  };
}

/** Nothing is asked of S3 by this. */
export function addS3Request(one: S3Endpoint, secretKey: string): Asked {
  const key = { 'access-key': one.accessKeyID, 'secret-key': secretKey };
  return asked('POST', '/config/s3', [], {
    id: one.id,
    ...fieldsOf(one),
    'put-rate-limit': one.putRateLimit,
    ...key,
  });
}

/**
 * `put-rate-limit` is not among it: the server takes it, and forgets it (api2/config/s3.rs, update, up to 4.2.3).
 * @param secretKey Absent: it stays. Both halves of a key change in one request.
 */
export function changeS3Request(one: S3Endpoint, secretKey?: string): Asked {
  const gone = [
    ...(one.port === undefined ? ['port'] : []),
    ...(one.fingerprint === undefined ? ['fingerprint'] : []),
    ...(one.quirks.length === 0 ? ['provider-quirks'] : []),
    ...(one.rates && one.rates.in === undefined ? ['rate-in'] : []),
    ...(one.rates && one.rates.out === undefined ? ['rate-out'] : []),
  ];
  const key = secretKey === undefined ? {} : { 'access-key': one.accessKeyID, 'secret-key': secretKey };
  return asked('PUT', '/config/s3/{id}', [one.id], {
    ...fieldsOf(one),
    ...key,
    delete: gone.length === 0 ? undefined : gone,
  });
}

/** Refused while a datastore uses it. */
export function removeS3Request(id: string): Asked {
  return asked('DELETE', '/config/s3/{id}', [id]);
}

/**
 * The server writes, reads and deletes one object below `<datastore>/`, with its key. It lists nothing and deletes no batch: what that
 * needs is not tried. Needs Sys.Modify on `/`.
 */
export function checkS3Request(id: string, bucket: string, datastore: string): Asked {
  return asked('PUT', '/admin/s3/{s3-endpoint-id}/check', [id], { bucket, 'store-prefix': datastore });
}
