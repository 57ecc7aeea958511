// SPDX-License-Identifier: GPL-3.0-or-later
import type * as S3 from '@aws-sdk/client-s3';
import { Failure } from '../../../core/failure.ts';
import type { Scope } from '../../../core/scope.ts';
import type { BucketRef, ObjectVersion } from './bucket-requests.ts';
import { failureOf } from '../errors.ts';
import { readSettings, type BucketSettings } from './bucket-settings.ts';
import type { Tags } from '../../../core/owner-mark.ts';
import { fromTagList } from '../tags.ts';
import { read, type AwsRequest } from '../request.ts';
import type { AwsSession } from '../session.ts';
import type { AgeLimit } from '../iam/users.ts';

export type BucketFound =
  | { readonly found: 'absent' }
  /** The name belongs to another account. */
  | { readonly found: 'elsewhere' }
  | { readonly found: 'here'; readonly region: string; readonly settings: BucketSettings };

const bucketsLook = 's3/buckets';
const settingsLook = (bucket: string) => `s3/bucket/${bucket}`;

function statusOf(error: unknown): number | undefined {
  const cause = error instanceof Failure ? error.cause : error;
  return (cause as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode;
}

/** One refusal out of many, as the SDK would have thrown it. */
function asError({ Code = 'InternalError', Message = '' }: S3._Error): Error {
  return Object.assign(new Error(Message), {
    name: Code,
    $metadata: { httpStatusCode: Code === 'InternalError' ? 500 : 400 },
  });
}

/** Versions that Object Lock keeps go when their retention is over, and not before: whoever empties the bucket has to wait. */
function refusalOf(refused: S3._Error, request: AwsRequest): unknown {
  if (refused.Code !== 'AccessDenied' || !/object lock/i.test(refused.Message ?? ''))
    return failureOf(asError(refused), request);
  return new Failure({
    class: 'Denied',
    reason: 'ObjectsLocked',
    message: `Object Lock keeps ${refused.Key ?? 'an object'} and perhaps more in bucket ${String(request.input['Bucket'])}: they cannot be deleted before their retention is over. Wait until then, it is tried again by itself; or set deletionPolicy: Retain to keep the bucket.`,
    cause: asError(refused),
  });
}

/** Buckets of one account. One ListBuckets serves all objects; settings are read bucket by bucket, as S3 has no other way. */
export class Buckets {
  readonly #session: AwsSession;
  readonly #scope: Scope;

  constructor(session: AwsSession, scope: Scope) {
    this.#session = session;
    this.#scope = scope;
  }

  async find(bucket: string, { maxAgeMs }: AgeLimit): Promise<BucketFound> {
    const { looks } = this.#session;
    const names = await looks.get(bucketsLook, maxAgeMs, () => this.#all());
    // the list may lag behind a bucket that was just made or deleted (S3 User Guide, "consistency model"); HeadBucket decides
    const region = names.get(bucket) ?? (await this.#head(bucket));
    if (region === 'absent' || region === 'elsewhere') return { found: region };
    const ref = { bucket, account: this.#session.account };
    if (region !== this.#session.region) return { found: 'here', region, settings: await this.#tagsOnly(ref) };
    const settings = await looks.get(settingsLook(bucket), maxAgeMs, () =>
      readSettings(this.#session, this.#scope, ref),
    );
    return settings ? { found: 'here', region, settings } : { found: 'absent' };
  }

  /** How many buckets the account has, by the shared list. */
  async count({ maxAgeMs }: AgeLimit): Promise<number> {
    return (await this.#session.looks.get(bucketsLook, maxAgeMs, () => this.#all())).size;
  }

  /** A look of its own, for what destroys. `undefined` when the bucket is gone. */
  async freshTags(ref: BucketRef): Promise<Tags | undefined> {
    try {
      const { TagSet } = await this.#session.send<S3.GetBucketTaggingCommandOutput>(
        read('s3', 'GetBucketTagging', { Bucket: ref.bucket, ExpectedBucketOwner: ref.account }),
        this.#scope,
      );
      return fromTagList(TagSet);
    } catch (error) {
      const code = (error instanceof Failure ? (error.cause as Error | undefined)?.name : undefined) ?? '';
      if (code === 'NoSuchTagSet') return {};
      if (code === 'NoSuchBucket') return undefined;
      throw error;
    }
  }

  /** The first page of everything that is stored, old versions and delete markers included. */
  async versions(ref: BucketRef): Promise<readonly ObjectVersion[]> {
    const page = await this.#session.send<S3.ListObjectVersionsCommandOutput>(
      read('s3', 'ListObjectVersions', { Bucket: ref.bucket, ExpectedBucketOwner: ref.account }),
      this.#scope,
    );
    return [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map((one) => ({
      key: one.Key ?? '',
      version: one.VersionId ?? 'null',
    }));
  }

  /** Sends a write and forgets what it may have changed. */
  async write<Output>(request: AwsRequest): Promise<Output> {
    try {
      const answer = await this.#session.send<Output & { Errors?: readonly S3._Error[] }>(request, this.#scope);
      // DeleteObjects answers 200 and refuses object by object (API reference, DeleteObjects)
      if (answer.Errors?.[0]) throw refusalOf(answer.Errors[0], request);
      return answer;
    } finally {
      this.#session.looks.drop(settingsLook(String(request.input['Bucket'])));
      if (request.action === 'CreateBucket' || request.action === 'DeleteBucket') this.#session.looks.drop(bucketsLook);
    }
  }

  async #all(): Promise<ReadonlyMap<string, string>> {
    const names = new Map<string, string>();
    let token: string | undefined;
    do {
      // BucketRegion comes only with a page size (API reference, ListBuckets); 10,000 is the largest
      const input = { MaxBuckets: 10_000, ...(token === undefined ? {} : { ContinuationToken: token }) };
      const page: S3.ListBucketsCommandOutput = await this.#session.send(read('s3', 'ListBuckets', input));
      for (const { Name = '', BucketRegion } of page.Buckets ?? [])
        names.set(Name, BucketRegion ?? this.#session.region);
      token = page.ContinuationToken;
    } while (token !== undefined);
    return names;
  }

  async #head(bucket: string): Promise<string> {
    try {
      const answer = await this.#session.send<S3.HeadBucketCommandOutput>(
        read('s3', 'HeadBucket', { Bucket: bucket, ExpectedBucketOwner: this.#session.account }),
        this.#scope,
      );
      return answer.BucketRegion ?? this.#session.region;
    } catch (error) {
      const status = statusOf(error);
      if (status === 404) return 'absent';
      // 403: exists and is not ours; 301 and 400: exists in another region, and was in no list of ours
      if (status === 403 || status === 301 || status === 400) return 'elsewhere';
      throw error;
    }
  }

  async #tagsOnly(ref: BucketRef): Promise<BucketSettings> {
    return {
      tags: (await this.freshTags(ref).catch(() => undefined)) ?? {},
      publicAccessBlocked: false,
      versioning: 'Unversioned',
    };
  }
}
