// SPDX-License-Identifier: GPL-3.0-or-later
/** What there has to be on the server. Pure. */
import type { PruneJob, VerifyJob } from '../../../clouds/pbs/care.ts';
import type { Datastore, DatastoreBackend } from '../../../clouds/pbs/datastores.ts';
import type { S3Endpoint } from '../../../clouds/pbs/s3-endpoints.ts';
import { digest } from '../../../core/digest.ts';
import { commentOf } from './mark.ts';
import type { PlaceSeen } from './seen.ts';
import type { StoreWish } from './wish.ts';

export function wantedEndpoint({ s3: { id }, rates, putRateLimit }: StoreWish, place: PlaceSeen): S3Endpoint {
  const { host, port, region, accessKeyID, fingerprint, pathStyle, quirks } = place;
  return {
    id,
    endpoint: pathStyle ? host : `{{bucket}}.${host}`,
    accessKeyID,
    region,
    ...(port === undefined ? {} : { port }),
    ...(fingerprint === undefined ? {} : { fingerprint }),
    pathStyle,
    quirks,
    ...(rates ? { rates } : {}),
    ...(putRateLimit === undefined ? {} : { putRateLimit }),
  };
}

export type WantedDatastore = Omit<Datastore, 's3' | 'maintenance' | 'maintenanceMessage'> & {
  readonly s3: DatastoreBackend;
};

export function wantedDatastore(
  { uid, s3, datastore, cache, alerts }: StoreWish,
  { bucket, seal }: PlaceSeen,
): WantedDatastore {
  const backend = { client: s3.id, bucket, ...(cache ? { maxCacheBytes: cache.bytes } : {}) };
  return {
    ...datastore,
    comment: commentOf({ owner: uid, seal }),
    ...(alerts ? { alerts } : {}),
    s3: backend,
  };
}

/** 32 characters are all that an id may have. */
function jobID(store: string, what: string): string {
  const id = `${store}-${what}`;
  return id.length <= 32 ? id : `${store.slice(0, 24 - what.length)}-${digest(store).slice(0, 6)}-${what}`;
}

const jobComment = 'kept by hybrid-cloud-operator';

/** What nothing is kept of is left out: the server knows no 0. */
export function wantedPrune({ datastore: { name }, prune: { schedule, keep } }: StoreWish): PruneJob {
  const kept = Object.fromEntries(Object.entries(keep).filter(([, count]) => (count as number) > 0));
  return { id: jobID(name, 'prune'), store: name, schedule, keep: kept, comment: jobComment };
}

export function wantedVerify({ datastore: { name }, verify }: StoreWish): VerifyJob {
  return { id: jobID(name, 'verify'), store: name, ...verify, comment: jobComment };
}
