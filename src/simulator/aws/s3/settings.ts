// SPDX-License-Identifier: GPL-3.0-or-later
import { truth, write } from '../../kernel/versioned.ts';
import type { Call } from '../call.ts';
import type { BucketSettings, BucketState, Encryption } from './state.ts';

/**
 * S3 User Guide, "Default encryption FAQ": SSE-S3 for every bucket since January 2023; "Blocking or unblocking SSE-C for a general
 * purpose bucket": SSE-C blocked for new buckets since April 2026.
 */
export const defaultEncryption: Encryption = {
  algorithm: 'AES256',
  kmsKeyID: undefined,
  bucketKey: false,
  blocked: ['SSE-C'],
};

/** S3 User Guide, "Default settings for new S3 buckets FAQ": since April 2023 all public access is blocked and ACLs are disabled. */
export function newBucketSettings(now: number): BucketSettings {
  return {
    versioning: undefined,
    publicAccessBlock: {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    },
    ownership: 'BucketOwnerEnforced',
    encryption: defaultEncryption,
    tags: [],
    policy: undefined,
    lifecycle: undefined,
    transitionMinimum: 'all_storage_classes_128K',
    lifecycleSince: now,
    retention: undefined,
    payer: 'BucketOwner',
    tiering: [],
  };
}

export function trueSettings(bucket: BucketState): BucketSettings {
  return truth(bucket.settings) as BucketSettings;
}

/** Bucket configurations are eventually consistent (S3 User Guide, "What is Amazon S3?", data consistency model). */
export function changeSettings(call: Call, bucket: BucketState, change: Partial<BucketSettings>): void {
  write(bucket.settings, { ...trueSettings(bucket), ...change }, { now: call.now, lag: call.world.lag('s3') });
}
