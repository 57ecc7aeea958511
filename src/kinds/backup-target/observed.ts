// SPDX-License-Identifier: GPL-3.0-or-later
import type { ObjectVersion } from '../../clouds/aws/s3/bucket-requests.ts';
import type { Counted } from '../../clouds/aws/room.ts';
import type { BucketFound } from '../../clouds/aws/s3/buckets.ts';
import type { BackupTargetStatus } from '../../api/backup-target.ts';
import type { Owner, Tags } from '../../core/owner-mark.ts';
import type { RareSettings } from '../../clouds/aws/s3/rare-settings.ts';
import type { Rights } from '../../clouds/aws/iam/rights.ts';
import type { AccessKey } from '../../clouds/aws/iam/users.ts';

/** When a key that was made for a reservation can have been made, by IAM's clock, in milliseconds since the epoch. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Reserved {
  /** By the operator's clock. */
  readonly at: number;
  /** The keys that were there then. */
  readonly besides: readonly string[];
  /** Absent where IAM's time was not known: then no key is known for ours by its time. */
  readonly span?: Span;
}

interface Delivered {
  readonly key: string;
  /** When it came into its place, by the operator's clock. */
  readonly at: number;
}

/** The Secret that this object made. */
export interface OurSecret {
  readonly found: 'ours';
  readonly reserved: Reserved & { readonly supersedes: readonly string[] };
  /** The key that was delivered into it: what consumers read. */
  readonly delivered?: Delivered;
  /** The values are the ones that were delivered. */
  readonly intact: boolean;
  /** Bucket, region and endpoint are right. */
  readonly describes: boolean;
  /** The key after it: its place, and the key once that is there. No consumer reads it. */
  readonly pending?: {
    readonly reserved: Reserved;
    readonly delivered?: Delivered;
    readonly intact: boolean;
  };
  /** The key before it, and when it was made inactive. */
  readonly retiring?: { readonly key: string; readonly createdAt: number; readonly deactivatedAt?: number };
  /** A step of the rotation was refused. */
  readonly refused?: { readonly at: number; readonly message: string };
}

/** What the Secret says: ids and marks, never a value. `foreign`: made by somebody else. */
export type AccessSecret = { readonly found: 'absent' } | { readonly found: 'foreign' } | OurSecret;

export interface FoundUser {
  readonly arn: string;
  readonly tags: Tags;
  readonly policies: Readonly<Record<string, string>>;
  readonly attached: readonly string[];
  readonly boundary?: string;
}

export interface Observed {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly account: string;
  readonly partition: string;
  readonly owner: Owner;
  readonly bucket: BucketFound;
  /** Looked at more seldom; absent for a bucket that is none of our business. */
  readonly rare?: RareSettings;
  readonly user: FoundUser | undefined;
  /** Only while something is to be made: how much the account has, and may have. */
  readonly room?: { readonly buckets?: Counted; readonly users?: Counted };
  /** Only while something is being made: what the identity may do. */
  readonly rights?: Rights;
  /** ARN of the permissions boundary that the user has to have. */
  readonly boundary?: string;
  readonly keys: readonly AccessKey[];
  readonly secret: AccessSecret;
  /** Asked for just now; absent: as the status has it. */
  readonly usage?: NonNullable<BackupTargetStatus['usage']>;
  /** Only while the bucket is to be deleted: the first page of what is in it. */
  readonly contents?: readonly ObjectVersion[];
  readonly validation?: Validation;
  /** The last try of the key that is pending, or was until a moment ago. */
  readonly proof?: Validation;
}

/** The last trial of a key, as the status keeps it. */
export interface Validation {
  /** Which key; unknown where an older version of the operator wrote it. */
  readonly key?: string | undefined;
  readonly lastTime: number;
  readonly outcome: 'Succeeded' | 'Failed';
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
  readonly consecutiveFailures: number;
}
