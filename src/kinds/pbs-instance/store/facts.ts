// SPDX-License-Identifier: GPL-3.0-or-later
/** For `status.s3` and `status.datastore`. Pure. */
import type { Datastore } from '../../../clouds/pbs/datastores.ts';
import { sizeText } from '../size-text.ts';
import type { StoreSeen } from './seen.ts';

export interface StoreFacts {
  readonly s3?: { readonly bucket: string; readonly endpoint: string; readonly accessKeyID: string };
  readonly datastore?: { readonly name: string; readonly state: string; readonly maxCacheSize?: string };
}

function cacheOf({ s3 }: Datastore): { readonly maxCacheSize?: string } {
  return s3?.maxCacheBytes === undefined ? {} : { maxCacheSize: sizeText(s3.maxCacheBytes) };
}

/** The key that the server has, which may not be the newest. */
export function storeFacts({ place, endpoint, datastore }: StoreSeen): StoreFacts {
  const s3 = place && endpoint && { bucket: place.bucket, endpoint: place.host, accessKeyID: endpoint.accessKeyID };
  return {
    ...(s3 ? { s3 } : {}),
    ...(datastore
      ? { datastore: { name: datastore.name, state: datastore.maintenance ?? 'InUse', ...cacheOf(datastore) } }
      : {}),
  };
}
