// SPDX-License-Identifier: GPL-3.0-or-later
/** The writes to a bucket, as data. Each names the account it expects, so that a bucket that changed hands is never touched. */
import type * as S3 from '@aws-sdk/client-s3';
import type { Tags } from '../../../core/owner-mark.ts';
import { toTagList } from '../tags.ts';
import { write, type AwsRequest } from '../request.ts';

/** A bucket of ours: its name, and the account that must own it. */
export interface BucketRef {
  readonly bucket: string;
  readonly account: string;
}

export interface Encryption {
  readonly type: 'SSE-S3' | 'SSE-KMS';
  readonly kmsKeyID?: string;
  readonly bucketKey: boolean;
}

const owned = ({ bucket, account }: BucketRef) => ({ Bucket: bucket, ExpectedBucketOwner: account });

/** The mark goes on in the create call: never a moment in which the bucket is nobody's. us-east-1 takes no location constraint. */
export function createBucket(bucket: string, region: string, tags: Tags): AwsRequest {
  return write('s3', 'CreateBucket', {
    Bucket: bucket,
    ObjectOwnership: 'BucketOwnerEnforced',
    CreateBucketConfiguration: {
      ...(region === 'us-east-1' ? {} : { LocationConstraint: region as S3.BucketLocationConstraint }),
      Tags: toTagList(tags),
    },
  } satisfies S3.CreateBucketCommandInput);
}

/** No tags at all is a call of its own: an empty TagSet is not documented to be accepted. */
export function putTags(ref: BucketRef, tags: Tags): AwsRequest {
  if (Object.keys(tags).length === 0)
    return write('s3', 'DeleteBucketTagging', owned(ref) satisfies S3.DeleteBucketTaggingCommandInput);
  return write('s3', 'PutBucketTagging', {
    ...owned(ref),
    Tagging: { TagSet: toTagList(tags) },
  } satisfies S3.PutBucketTaggingCommandInput);
}

export function blockPublicAccess(ref: BucketRef): AwsRequest {
  return write('s3', 'PutPublicAccessBlock', {
    ...owned(ref),
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    },
  } satisfies S3.PutPublicAccessBlockCommandInput);
}

export function disableACLs(ref: BucketRef): AwsRequest {
  return write('s3', 'PutBucketOwnershipControls', {
    ...owned(ref),
    OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
  } satisfies S3.PutBucketOwnershipControlsCommandInput);
}

export function putEncryption(ref: BucketRef, encryption: Encryption): AwsRequest {
  const kms = encryption.type === 'SSE-KMS';
  return write('s3', 'PutBucketEncryption', {
    ...owned(ref),
    ServerSideEncryptionConfiguration: {
      Rules: [
        {
          ApplyServerSideEncryptionByDefault: kms
            ? { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: encryption.kmsKeyID }
            : { SSEAlgorithm: 'AES256' },
          BucketKeyEnabled: encryption.bucketKey,
        },
      ],
    },
  } satisfies S3.PutBucketEncryptionCommandInput);
}

export function putVersioning(ref: BucketRef, status: 'Enabled' | 'Suspended'): AwsRequest {
  return write('s3', 'PutBucketVersioning', {
    ...owned(ref),
    VersioningConfiguration: { Status: status },
  } satisfies S3.PutBucketVersioningCommandInput);
}

/** A rule that was read and kept as JSON has its dates as text. */
function withDates(rule: S3.LifecycleRule): S3.LifecycleRule {
  const dated = <Part extends { readonly Date?: Date | undefined }>(part: Part): Part =>
    part.Date === undefined ? part : { ...part, Date: new Date(part.Date) };
  return {
    ...rule,
    ...(rule.Expiration ? { Expiration: dated(rule.Expiration) } : {}),
    ...(rule.Transitions ? { Transitions: rule.Transitions.map(dated) } : {}),
  };
}

export function putLifecycle(ref: BucketRef, rules: readonly S3.LifecycleRule[]): AwsRequest {
  return write('s3', 'PutBucketLifecycleConfiguration', {
    ...owned(ref),
    LifecycleConfiguration: { Rules: rules.map(withDates) },
  } satisfies S3.PutBucketLifecycleConfigurationCommandInput);
}

export function putPolicy(ref: BucketRef, policy: string): AwsRequest {
  return write('s3', 'PutBucketPolicy', { ...owned(ref), Policy: policy } satisfies S3.PutBucketPolicyCommandInput);
}

export function deleteBucket(ref: BucketRef): AwsRequest {
  return write('s3', 'DeleteBucket', owned(ref) satisfies S3.DeleteBucketCommandInput);
}

export interface ObjectVersion {
  readonly key: string;
  readonly version: string;
}

export function deleteVersions(ref: BucketRef, versions: readonly ObjectVersion[]): AwsRequest {
  return write('s3', 'DeleteObjects', {
    ...owned(ref),
    Delete: { Quiet: true, Objects: versions.map(({ key, version }) => ({ Key: key, VersionId: version })) },
  } satisfies S3.DeleteObjectsCommandInput);
}
