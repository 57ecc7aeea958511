// SPDX-License-Identifier: GPL-3.0-or-later
import type { Versioned } from '../../kernel/versioned.ts';
import type { Tag } from '../tag.ts';
import type { LifecycleRule } from './lifecycle-rules.ts';

export interface PublicAccessBlock {
  readonly BlockPublicAcls: boolean;
  readonly IgnorePublicAcls: boolean;
  readonly BlockPublicPolicy: boolean;
  readonly RestrictPublicBuckets: boolean;
}

export interface Encryption {
  readonly algorithm: string;
  readonly kmsKeyID: string | undefined;
  readonly bucketKey: boolean;
  readonly blocked: readonly string[] | undefined;
}

export interface Retention {
  readonly mode: 'GOVERNANCE' | 'COMPLIANCE';
  readonly days: number | undefined;
  readonly years: number | undefined;
}

/** One configuration of S3 Intelligent-Tiering: which objects go to its archive tiers. */
export interface TieringConfiguration {
  readonly id: string;
  readonly enabled: boolean;
  readonly prefix: string | undefined;
  readonly tags: readonly Tag[];
  /** The filter was given as And. */
  readonly and: boolean;
  readonly tiers: readonly { readonly days: number; readonly accessTier: string }[];
}

/** What CloudWatch is told of a bucket once a day. */
export interface StorageDay {
  /** Midnight UTC. */
  readonly at: number;
  /** Bytes by StorageType. */
  readonly bytes: Readonly<Record<string, number>>;
  readonly objects: number;
}

/** Never changed in place; see `Versioned`. */
export interface BucketSettings {
  readonly versioning: 'Enabled' | 'Suspended' | undefined;
  readonly publicAccessBlock: PublicAccessBlock | undefined;
  readonly ownership: string | undefined;
  readonly encryption: Encryption;
  readonly tags: readonly Tag[];
  readonly policy: string | undefined;
  readonly lifecycle: readonly LifecycleRule[] | undefined;
  /** x-amz-transition-default-minimum-object-size of the lifecycle rules. */
  readonly transitionMinimum: string;
  /** The time of the last change of the lifecycle rules. */
  readonly lifecycleSince: number;
  /** Default retention of Object Lock. */
  readonly retention: Retention | undefined;
  readonly payer: 'BucketOwner' | 'Requester';
  readonly tiering: readonly TieringConfiguration[];
}

export interface ObjectVersion {
  /** `null` for one made while versioning was not on. */
  id: string;
  deleteMarker: boolean;
  at: number;
  /** When the next version came; absent for the current one. */
  noncurrentSince?: number;
  body: Uint8Array;
  etag: string;
  /** Headers that come back as they were given: content-type, cache-control, x-amz-meta-…, x-amz-checksum-…. */
  headers: Record<string, string>;
  tags: readonly Tag[];
  storageClass: string;
  encryption: Encryption;
  /** Object Lock: this version cannot be deleted before. */
  lock?: { readonly mode: Retention['mode']; readonly until: number };
}

export interface Part {
  body: Uint8Array;
  etag: string;
  at: number;
}

export interface Upload {
  readonly id: string;
  readonly key: string;
  readonly at: number;
  readonly headers: Record<string, string>;
  readonly tags: readonly Tag[];
  readonly storageClass: string;
  readonly initiator: string;
  readonly parts: Map<number, Part>;
}

export interface BucketState {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly createdAt: number;
  /** Once on, it cannot be turned off. */
  objectLock: boolean;
  settings: Versioned<BucketSettings>;
  /** By key; versions oldest first. */
  objects: Map<string, ObjectVersion[]>;
  uploads: Map<string, Upload>;
  /** Lifecycle ran up to this midnight. */
  lifecycleRanAt: number;
  /** Oldest first. */
  storageDays: StorageDay[];
}

export interface BucketListing {
  readonly name: string;
  readonly region: string;
  readonly createdAt: number;
}
