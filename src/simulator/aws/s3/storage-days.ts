// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * What a bucket held at each midnight, for CloudWatch. Source: S3 User Guide, "Metrics and dimensions": sizes count noncurrent versions
 * and the parts of unfinished uploads, the number of objects counts delete markers too.
 */
import type { BucketState, StorageDay } from './state.ts';

const day = 86_400_000;
/** CloudWatch keeps daily points for 455 days; a month is enough here. */
const kept = 32;

const storageTypes: Readonly<Record<string, string>> = {
  STANDARD: 'StandardStorage',
  STANDARD_IA: 'StandardIAStorage',
  ONEZONE_IA: 'OneZoneIAStorage',
  INTELLIGENT_TIERING: 'IntelligentTieringFAStorage',
  GLACIER_IR: 'GlacierInstantRetrievalStorage',
  GLACIER: 'GlacierStorage',
  DEEP_ARCHIVE: 'DeepArchiveStorage',
};

/** Every midnight since the last request shows what has been there since: nothing changes a bucket unseen. */
export function recordDays(bucket: BucketState, now: number): void {
  const last = bucket.storageDays.at(-1)?.at ?? Math.floor(bucket.createdAt / day) * day;
  const latest = Math.floor(now / day) * day;
  if (latest <= last) return;
  const { bytes, objects } = contentOf(bucket);
  for (let at = Math.max(last + day, latest - kept * day); at <= latest; at += day)
    bucket.storageDays.push({ at, bytes, objects });
  bucket.storageDays.splice(0, Math.max(0, bucket.storageDays.length - kept));
}

function contentOf(bucket: BucketState): Omit<StorageDay, 'at'> {
  const bytes: Record<string, number> = {};
  let objects = 0;
  const add = (storageClass: string, size: number, marker: boolean): void => {
    objects++;
    const type = storageTypes[storageClass] ?? storageClass;
    if (!marker) bytes[type] = (bytes[type] ?? 0) + size;
  };
  for (const versions of bucket.objects.values())
    for (const { storageClass, body, deleteMarker } of versions) add(storageClass, body.byteLength, deleteMarker);
  for (const { storageClass, parts } of bucket.uploads.values())
    for (const { body } of parts.values()) add(storageClass, body.byteLength, false);
  return { bytes, objects };
}
