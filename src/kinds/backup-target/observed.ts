// SPDX-License-Identifier: GPL-3.0-or-later
import type { ObjectVersion } from '../../clouds/aws/bucket-requests.ts';
import type { BucketFound } from '../../clouds/aws/buckets.ts';
import type { Owner, Tags } from '../../core/owner-mark.ts';
import type { AccessKey } from '../../clouds/aws/users.ts';

/** What the Secret says: ids and marks, never a value. */
export type AccessSecret =
  | { readonly found: 'absent' }
  /** Made by somebody else. */
  | { readonly found: 'foreign' }
  | {
      readonly found: 'ours';
      readonly reserved: {
        readonly at: number;
        readonly besides: readonly string[];
        readonly supersedes: readonly string[];
      };
      /** The key that was delivered into it. */
      readonly delivered?: { readonly key: string; readonly at: number };
      /** The values are the ones that were delivered. */
      readonly intact: boolean;
      /** Bucket, region and endpoint are right. */
      readonly describes: boolean;
    };

export interface FoundUser {
  readonly arn: string;
  readonly tags: Tags;
  readonly policies: Readonly<Record<string, string>>;
  readonly attached: readonly string[];
}

export interface Observed {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly account: string;
  readonly partition: string;
  readonly owner: Owner;
  readonly bucket: BucketFound;
  readonly user: FoundUser | undefined;
  readonly keys: readonly AccessKey[];
  readonly secret: AccessSecret;
  /** Only while the bucket is to be deleted: the first page of what is in it. */
  readonly contents?: readonly ObjectVersion[];
  readonly validation?: Validation;
}

/** The last validation, as the status keeps it. */
export interface Validation {
  readonly lastTime: number;
  readonly outcome: 'Succeeded' | 'Failed';
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
  readonly consecutiveFailures: number;
}
