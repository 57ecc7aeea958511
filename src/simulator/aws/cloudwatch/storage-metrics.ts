// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * The daily storage metrics of buckets. Source: S3 User Guide, "Metrics and dimensions": one value a day, for a bucket and a storage type;
 * delivered as best effort, so the last one is older than now. Here it comes a day after its midnight.
 */
import type { Call } from '../call.ts';
import { runLifecycle } from '../s3/lifecycle-run.ts';
import type { BucketState } from '../s3/state.ts';

export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

export interface Point {
  readonly at: number;
  readonly value: number;
}

const deliveryMs = 86_400_000;

/** What was delivered of a metric, oldest first. Only exactly these dimensions name it. */
export function storagePoints(call: Call, { namespace, name, dimensions }: Metric): Point[] {
  const { BucketName: bucketName = '', StorageType: type = '', ...others } = dimensions;
  const bucket = call.world.state.buckets.get(bucketName);
  if (namespace !== 'AWS/S3' || Object.keys(others).length > 0 || !bucket || !isHere(call, bucket)) return [];
  return delivered(call, bucket).flatMap(({ at, bytes, objects }) => {
    if (name === 'NumberOfObjects') return type === 'AllStorageTypes' ? [{ at, value: objects }] : [];
    const value = name === 'BucketSizeBytes' ? bytes[type] : undefined;
    return value === undefined ? [] : [{ at, value }];
  });
}

/** Metrics that have a value. */
export function storageMetrics(call: Call): Metric[] {
  const buckets = [...call.world.state.buckets.values()].filter((bucket) => isHere(call, bucket));
  return buckets.flatMap((bucket) => {
    const days = delivered(call, bucket);
    const types = [...new Set(days.flatMap(({ bytes }) => Object.keys(bytes)))];
    const metric = (name: string, type: string): Metric => ({
      namespace: 'AWS/S3',
      name,
      dimensions: { StorageType: type, BucketName: bucket.name },
    });
    const objects = days.length > 0 ? [metric('NumberOfObjects', 'AllStorageTypes')] : [];
    return [...types.map((type) => metric('BucketSizeBytes', type)), ...objects];
  });
}

/** Metrics live in the account of the bucket and in its region. */
function isHere(call: Call, { account, region }: BucketState): boolean {
  return account === call.principal.account && region === call.route.region;
}

/** An empty bucket has no value at all. */
function delivered(call: Call, bucket: BucketState) {
  runLifecycle(call.world, bucket, call.now);
  return bucket.storageDays.filter(({ at, objects }) => at + deliveryMs <= call.now && objects > 0);
}
