// SPDX-License-Identifier: GPL-3.0-or-later
/** Settings of a bucket that hardly ever change, and that the operator never sets: looked at on a slower ring than the others. */
import type * as S3 from '@aws-sdk/client-s3';
import { Failure } from '../../../core/failure.ts';
import type { Scope } from '../../../core/scope.ts';
import type { BucketRef } from './bucket-requests.ts';
import { codeOf } from '../errors.ts';
import { read } from '../request.ts';
import type { AwsSession } from '../session.ts';
import type { AgeLimit } from '../iam/users.ts';

/** Part of an Intelligent-Tiering configuration that is switched on. */
export interface ArchiveTier {
  readonly id: string;
  readonly prefix: string;
  /** It is for objects with certain tags only. */
  readonly tagged: boolean;
  /** `ARCHIVE_ACCESS` or `DEEP_ARCHIVE_ACCESS`. */
  readonly tier: string;
  readonly days: number;
}

export interface RareSettings {
  /** Once on, Object Lock cannot be turned off. `retention`: what every new object is locked for, as text. */
  readonly objectLock?: { readonly retention?: string };
  readonly requesterPays: boolean;
  readonly archiveTiers: readonly ArchiveTier[];
  /** Permissions that are missing: what they would show is not known. */
  readonly unreadable: readonly string[];
}

const rareLook = (bucket: string) => `s3/rare/${bucket}`;

/** `undefined` when the bucket is gone. @throws Failure, but not for a permission that is missing. */
export async function readRareSettings(
  session: AwsSession,
  scope: Scope,
  { ref, maxAgeMs }: AgeLimit & { readonly ref: BucketRef },
): Promise<RareSettings | undefined> {
  return session.looks.get(rareLook(ref.bucket), maxAgeMs, () => lookAt(session, scope, ref));
}

async function lookAt(session: AwsSession, scope: Scope, ref: BucketRef): Promise<RareSettings | undefined> {
  const input = { Bucket: ref.bucket, ExpectedBucketOwner: ref.account };
  const unreadable: string[] = [];
  const part = async <Output>(action: string, permission: string): Promise<Partial<Output>> => {
    try {
      return await session.send<Output & object>(read('s3', action, input), scope);
    } catch (error) {
      if (codeOf(error) === 'ObjectLockConfigurationNotFoundError') return {};
      if (!(error instanceof Failure) || error.reason !== 'AccessDenied') throw error;
      unreadable.push(permission);
      return {};
    }
  };
  try {
    const [lock, payment, tiering] = await Promise.all([
      part<S3.GetObjectLockConfigurationCommandOutput>(
        'GetObjectLockConfiguration',
        's3:GetBucketObjectLockConfiguration',
      ),
      part<S3.GetBucketRequestPaymentCommandOutput>('GetBucketRequestPayment', 's3:GetBucketRequestPayment'),
      part<S3.ListBucketIntelligentTieringConfigurationsCommandOutput>(
        'ListBucketIntelligentTieringConfigurations',
        's3:GetIntelligentTieringConfiguration',
      ),
    ]);
    return {
      ...objectLockOf(lock.ObjectLockConfiguration),
      requesterPays: payment.Payer === 'Requester',
      archiveTiers: (tiering.IntelligentTieringConfigurationList ?? []).flatMap(tiersOf),
      unreadable: unreadable.sort(),
    };
  } catch (error) {
    if (codeOf(error) === 'NoSuchBucket') return undefined;
    throw error;
  }
}

function objectLockOf(lock: S3.ObjectLockConfiguration | undefined): Pick<RareSettings, 'objectLock'> {
  if (lock?.ObjectLockEnabled !== 'Enabled') return {};
  const { Mode, Days, Years } = lock.Rule?.DefaultRetention ?? {};
  if (Mode === undefined) return { objectLock: {} };
  const period = Years === undefined ? `${Days ?? 0} days` : `${Years} years`;
  return { objectLock: { retention: `${period} (${Mode})` } };
}

/** A filter is a prefix, a tag, or both inside And (S3 API reference, IntelligentTieringFilter). */
function scopeOf(filter: S3.IntelligentTieringFilter = {}): Pick<ArchiveTier, 'prefix' | 'tagged'> {
  const { And: and, Prefix, Tag } = filter;
  return { prefix: and?.Prefix ?? Prefix ?? '', tagged: Tag !== undefined || (and?.Tags?.length ?? 0) > 0 };
}

function tiersOf({ Id = '', Status, Filter, Tierings = [] }: S3.IntelligentTieringConfiguration): ArchiveTier[] {
  if (Status !== 'Enabled') return [];
  const scope = scopeOf(Filter);
  return Tierings.map(({ AccessTier = '', Days = 0 }) => ({ id: Id, ...scope, tier: AccessTier, days: Days }));
}
