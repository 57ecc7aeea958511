// SPDX-License-Identifier: GPL-3.0-or-later
import type * as S3 from '@aws-sdk/client-s3';
import { canonical } from '../../../core/digest.ts';
import { Failure } from '../../../core/failure.ts';
import type { Scope } from '../../../core/scope.ts';
import type { BucketRef, Encryption } from './bucket-requests.ts';
import type { Tags } from '../../../core/owner-mark.ts';
import { fromTagList } from '../tags.ts';
import { read } from '../request.ts';
import type { AwsSession } from '../session.ts';
import { sideBySide } from '../side-by-side.ts';

/** What a bucket is set to; a part that is absent is not set at all. */
export interface BucketSettings {
  readonly tags: Tags;
  /** All four switches on. */
  readonly publicAccessBlocked: boolean;
  readonly objectOwnership?: string;
  readonly encryption?: Encryption;
  readonly versioning: 'Enabled' | 'Suspended' | 'Unversioned';
  /** The rules as canonical JSON. */
  readonly lifecycle?: string;
  /** The bucket policy as canonical JSON. */
  readonly policy?: string;
}

/** S3's codes for "this part is not set". */
const notSet = new Set([
  'NoSuchTagSet',
  'NoSuchPublicAccessBlockConfiguration',
  'OwnershipControlsNotFoundError',
  'ServerSideEncryptionConfigurationNotFoundError',
  'NoSuchLifecycleConfiguration',
  'NoSuchBucketPolicy',
]);

function codeOf(error: unknown): string {
  return error instanceof Failure && error.cause instanceof Error ? error.cause.name : '';
}

/** Reads all parts side by side; `undefined` when the bucket is gone. */
export async function readSettings(
  session: AwsSession,
  scope: Scope,
  ref: BucketRef,
): Promise<BucketSettings | undefined> {
  const input = { Bucket: ref.bucket, ExpectedBucketOwner: ref.account };
  const part = async <Output>(action: string): Promise<Partial<Output>> => {
    try {
      return await session.send<Output & object>(read('s3', action, input), scope);
    } catch (error) {
      if (notSet.has(codeOf(error))) return {};
      throw error;
    }
  };
  try {
    const [tagging, access, ownership, encryption, versioning, lifecycle, policy] = await sideBySide([
      part<S3.GetBucketTaggingCommandOutput>('GetBucketTagging'),
      part<S3.GetPublicAccessBlockCommandOutput>('GetPublicAccessBlock'),
      part<S3.GetBucketOwnershipControlsCommandOutput>('GetBucketOwnershipControls'),
      part<S3.GetBucketEncryptionCommandOutput>('GetBucketEncryption'),
      part<S3.GetBucketVersioningCommandOutput>('GetBucketVersioning'),
      part<S3.GetBucketLifecycleConfigurationCommandOutput>('GetBucketLifecycleConfiguration'),
      part<S3.GetBucketPolicyCommandOutput>('GetBucketPolicy'),
    ]);
    return {
      tags: fromTagList(tagging.TagSet),
      publicAccessBlocked: allBlocked(access.PublicAccessBlockConfiguration),
      versioning: versioning.Status ?? 'Unversioned',
      ...setParts({
        objectOwnership: ownership.OwnershipControls?.Rules?.[0]?.ObjectOwnership,
        encryption: encryptionOf(encryption.ServerSideEncryptionConfiguration?.Rules?.[0]),
        lifecycle: lifecycle.Rules && canonical({ rules: lifecycle.Rules }),
        policy: policy.Policy && canonical(JSON.parse(policy.Policy)),
      }),
    };
  } catch (error) {
    if (codeOf(error) === 'NoSuchBucket') return undefined;
    throw error;
  }
}

function encryptionOf(rule: S3.ServerSideEncryptionRule | undefined): Encryption | undefined {
  const algorithm = rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm;
  if (!algorithm) return undefined;
  const kmsKeyID = rule.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID;
  return {
    type: algorithm === 'AES256' ? 'SSE-S3' : 'SSE-KMS',
    bucketKey: rule.BucketKeyEnabled ?? false,
    ...(kmsKeyID ? { kmsKeyID } : {}),
  };
}

function allBlocked(block: S3.PublicAccessBlockConfiguration | undefined): boolean {
  return [
    block?.BlockPublicAcls,
    block?.IgnorePublicAcls,
    block?.BlockPublicPolicy,
    block?.RestrictPublicBuckets,
  ].every((on) => on === true);
}

type Settable = Pick<BucketSettings, 'objectOwnership' | 'encryption' | 'lifecycle' | 'policy'>;

function setParts(parts: { readonly [Name in keyof Settable]: Settable[Name] | undefined }): Settable {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined));
}
