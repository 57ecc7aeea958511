// SPDX-License-Identifier: GPL-3.0-or-later
/** For `status.s3` and `status.datastore`. Pure. */
import type { StoreSeen } from './seen.ts';

export interface StoreFacts {
  readonly s3?: { readonly bucket: string; readonly endpoint: string; readonly accessKeyID: string };
  readonly datastore?: { readonly name: string; readonly state: string };
}

/** The key that the server has, which may not be the newest. */
export function storeFacts({ place, endpoint, datastore }: StoreSeen): StoreFacts {
  const s3 = place && endpoint && { bucket: place.bucket, endpoint: place.host, accessKeyID: endpoint.accessKeyID };
  return {
    ...(s3 ? { s3 } : {}),
    ...(datastore ? { datastore: { name: datastore.name, state: datastore.maintenance ?? 'InUse' } } : {}),
  };
}
