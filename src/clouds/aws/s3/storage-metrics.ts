// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * What buckets hold, from CloudWatch, where S3 puts it once a day (S3 User Guide, "Metrics and dimensions"). One call asks for many buckets
 * of an account and region, since GetMetricData takes 500 metrics and each of them is paid.
 */
import type * as CloudWatch from '@aws-sdk/client-cloudwatch';
import type { Clock } from '../../../core/clock.ts';
import { read } from '../request.ts';
import type { AwsSession } from '../session.ts';

export interface StorageUse {
  /** Midnight UTC of the day that was measured, in milliseconds. */
  readonly at: number;
  /** Bytes by storage type, old versions and unfinished uploads included. */
  readonly bytes: Readonly<Record<string, number>>;
  /** Objects, old versions, delete markers and parts of unfinished uploads. */
  readonly objects: number;
}

const dayMs = 86_400_000;
/** S3 delivers late, and "at best effort". */
const lookBackDays = 4;
/** After a failure CloudWatch is left alone for this long; nothing depends on it. */
const failureRestMs = 30 * 60_000;
const perCall = 500;
const objectsType = 'AllStorageTypes';
/** Those in which a backup server's objects can be, or get by the lifecycle rules that are fit for it. */
const storageTypes = [
  'StandardStorage',
  'IntelligentTieringFAStorage',
  'IntelligentTieringIAStorage',
  'IntelligentTieringAIAStorage',
  'StandardIAStorage',
  'OneZoneIAStorage',
  'GlacierInstantRetrievalStorage',
  'GlacierStorage',
  'DeepArchiveStorage',
];
const bucketsPerCall = Math.floor(perCall / (storageTypes.length + 1));

const bySession = new WeakMap<AwsSession, StorageMetrics>();

export function storageMetrics(session: AwsSession, clock: Clock): StorageMetrics {
  const known = bySession.get(session) ?? new StorageMetrics(session, clock);
  bySession.set(session, known);
  return known;
}

/** Of one account and region. Who asks first asks for all buckets that were ever named here. */
export class StorageMetrics {
  readonly #session: AwsSession;
  readonly #clock: Clock;
  readonly #named = new Set<string>();
  #slot: number | undefined;
  #known = new Map<string, StorageUse | undefined>();
  #looking: Promise<void> | undefined;
  #failed: { readonly at: number; readonly error: unknown } | undefined;

  constructor(session: AwsSession, clock: Clock) {
    this.#session = session;
    this.#clock = clock;
  }

  /** It is one of those that are asked for together. */
  name(bucket: string): void {
    this.#named.add(bucket);
  }

  /** @param slot A number that rises a few times a day: what was read in the same one is not read again. @throws Failure */
  async read(bucket: string, slot: number): Promise<StorageUse | undefined> {
    this.name(bucket);
    if (this.#slot !== slot) this.#known = new Map();
    this.#slot = slot;
    while (!this.#known.has(bucket)) {
      const failed = this.#failed;
      if (failed && this.#clock.monotonic() - failed.at < failureRestMs) throw failed.error;
      // whoever comes while one is under way is served by that one, or by the next for all of them together
      this.#looking ??= this.#look().finally(() => (this.#looking = undefined));
      await this.#looking;
    }
    return this.#known.get(bucket);
  }

  async #look(): Promise<void> {
    const known = this.#known;
    const buckets = [...this.#named].filter((bucket) => !known.has(bucket)).slice(0, bucketsPerCall);
    try {
      const found = await this.#ask(buckets);
      for (const bucket of buckets) known.set(bucket, found.get(bucket));
      this.#failed = undefined;
    } catch (error) {
      this.#failed = { at: this.#clock.monotonic(), error };
    }
  }

  async #ask(buckets: readonly string[]): Promise<Map<string, StorageUse | undefined>> {
    const now = this.#clock.now();
    const input = {
      MetricDataQueries: buckets.flatMap((bucket, index) => queriesOf(bucket, index)),
      StartTime: new Date(Math.floor(now / dayMs) * dayMs - lookBackDays * dayMs),
      EndTime: new Date(now),
      ScanBy: 'TimestampDescending',
    };
    const results: CloudWatch.MetricDataResult[] = [];
    let token: string | undefined;
    do {
      const page: CloudWatch.GetMetricDataCommandOutput = await this.#session.send(
        read('cloudwatch', 'GetMetricData', { ...input, ...(token === undefined ? {} : { NextToken: token }) }),
      );
      results.push(...(page.MetricDataResults ?? []));
      token = page.NextToken;
    } while (token !== undefined);
    return new Map(buckets.map((bucket, index) => [bucket, useOf(results, index)]));
  }
}

const idOf = (bucket: number, type: string) => `b${bucket}_${type}`;

function queriesOf(bucket: string, index: number): CloudWatch.MetricDataQuery[] {
  const query = (MetricName: string, type: string) => ({
    Id: idOf(index, type),
    MetricStat: {
      Metric: {
        Namespace: 'AWS/S3',
        MetricName,
        Dimensions: [
          { Name: 'BucketName', Value: bucket },
          { Name: 'StorageType', Value: type },
        ],
      },
      Period: dayMs / 1000,
      Stat: 'Average',
    },
  });
  return [...storageTypes.map((type) => query('BucketSizeBytes', type)), query('NumberOfObjects', objectsType)];
}

/** Of the newest day that was delivered: a storage type that has no value for it holds nothing any more. */
function useOf(results: readonly CloudWatch.MetricDataResult[], index: number): StorageUse | undefined {
  const newest = (type: string) => {
    const { Timestamps = [], Values = [] } = results.find(({ Id }) => Id === idOf(index, type)) ?? {};
    const [at] = Timestamps;
    const [value] = Values;
    return at && value !== undefined ? { at: at.getTime(), value } : undefined;
  };
  const sizes = storageTypes.flatMap((type) => {
    const found = newest(type);
    return found ? [{ type, ...found }] : [];
  });
  const count = newest(objectsType);
  const at = Math.max(...sizes.map((size) => size.at), count?.at ?? 0);
  if (at === 0) return undefined;
  const bytes = Object.fromEntries(sizes.filter((size) => size.at === at).map(({ type, value }) => [type, value]));
  return { at, bytes, objects: count?.at === at ? count.value : 0 };
}
