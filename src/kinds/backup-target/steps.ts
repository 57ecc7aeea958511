// SPDX-License-Identifier: GPL-3.0-or-later
import type { Encryption, ObjectVersion } from '../../clouds/aws/s3/bucket-requests.ts';
import type { Tags } from '../../core/owner-mark.ts';
import type { Step } from '../../core/step.ts';

interface Of<Do extends string> extends Step {
  readonly do: Do;
}

interface OnBucket<Do extends string> extends Of<Do> {
  readonly bucket: string;
  readonly account: string;
}

interface OnUser<Do extends string> extends Of<Do> {
  readonly user: string;
}

/** A lifecycle rule as S3's API has it. */
export interface LifecycleRule {
  readonly ID: string;
  readonly Status: 'Enabled';
  readonly Filter: { readonly Prefix: string };
  readonly Expiration?: { readonly ExpiredObjectDeleteMarker: boolean };
  readonly NoncurrentVersionExpiration?: { readonly NoncurrentDays: number };
  readonly AbortIncompleteMultipartUpload?: { readonly DaysAfterInitiation: number };
  readonly Transitions?: { readonly Days: number; readonly StorageClass: 'INTELLIGENT_TIERING' }[];
}

export type BucketStep =
  | (OnBucket<'CreateBucket'> & { readonly region: string; readonly tags: Tags })
  /** Puts our mark on a bucket that the user named for adoption; its other tags stay. */
  | (OnBucket<'AdoptBucket'> & { readonly tags: Tags })
  | (OnBucket<'TagBucket'> & { readonly tags: Tags })
  | OnBucket<'BlockPublicAccess'>
  | OnBucket<'DisableACLs'>
  | (OnBucket<'SetEncryption'> & { readonly encryption: Encryption })
  | (OnBucket<'SetVersioning'> & { readonly versioning: 'Enabled' | 'Suspended' })
  | (OnBucket<'SetLifecycle'> & { readonly rules: readonly LifecycleRule[] })
  | (OnBucket<'RequireTLS'> & { readonly policy: string })
  /** Takes our mark off a bucket that stays: from then on it is the user's alone. */
  | (OnBucket<'ReleaseBucket'> & { readonly tags: Tags })
  /** One page of versions; planned again until the bucket is empty. */
  | (OnBucket<'EmptyBucket'> & { readonly versions: readonly ObjectVersion[] })
  | OnBucket<'DeleteBucket'>;

export type UserStep =
  | (OnUser<'CreateUser'> & { readonly tags: Tags; readonly boundary?: string })
  /** What the user's own policies can give at most. */
  | (OnUser<'SetUserBoundary'> & { readonly boundary: string })
  | (OnUser<'AdoptUser'> & { readonly tags: Tags })
  | (OnUser<'SetUserPolicy'> & { readonly policyName: string; readonly document: string })
  | (OnUser<'RemoveUserPolicy'> & { readonly policyName: string })
  | OnUser<'DeleteUser'>;

interface OldKey {
  readonly key: string;
  readonly createdAt: number;
}

export type KeyStep =
  /** Makes the place for a key and writes down which keys were there before. */
  | (Of<'ReserveSecret'> & {
      readonly secret: string;
      readonly besides: readonly string[];
      readonly supersedes: readonly string[];
    })
  /** Makes a key and puts it into the Secret in the same breath: its secret part is shown once. */
  | (OnUser<'CreateAccessKey'> & {
      readonly secret: string;
      readonly besides: readonly string[];
      /** What consumers read, or beside it until it is proven. */
      readonly place: 'current' | 'pending';
    })
  /** A place beside the current key for the one that is to replace it. */
  | (Of<'ReserveNextKey'> & { readonly secret: string; readonly besides: readonly string[] })
  /** One write: the proven key takes the place that consumers read. */
  | (Of<'PromoteAccessKey'> & { readonly secret: string; readonly key: string; readonly replaces: OldKey })
  /** The replaced key stops to work, and when is noted. */
  | (OnUser<'DeactivateAccessKey'> & { readonly secret: string; readonly key: string; readonly createdAt: number })
  | (OnUser<'DeleteAccessKey'> & {
      readonly secret: string;
      readonly key: string;
      readonly createdAt: number;
      readonly because: 'lost' | 'abandoned' | 'superseded' | 'replaced' | 'refused' | 'deleting';
    })
  /** Bucket, region and endpoint, beside the key. */
  | (Of<'DescribeAccess'> & { readonly secret: string })
  | (Of<'RemoveSecret'> & { readonly secret: string });

interface ProbeOf<Do extends string> extends OnBucket<Do> {
  readonly secret: string;
  readonly prefix: string;
  readonly key: string;
}

/** Writes, reads, lists and deletes a small object: with the key that consumers read, or with the one that shall replace it. */
export type ProbeStep = ProbeOf<'ValidateAccess'> | ProbeOf<'ProveAccessKey'>;

export type BackupTargetStep = BucketStep | UserStep | KeyStep | ProbeStep;
