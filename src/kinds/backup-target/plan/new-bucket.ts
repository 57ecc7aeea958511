// SPDX-License-Identifier: GPL-3.0-or-later
import type { BucketSettings } from '../../../clouds/aws/s3/bucket-settings.ts';

/** What AWS gives every new bucket since 2023 (S3 User Guide, "Default settings for new S3 buckets"). */
export const newBucket: BucketSettings = {
  tags: {},
  publicAccessBlocked: true,
  objectOwnership: 'BucketOwnerEnforced',
  encryption: { type: 'SSE-S3', bucketKey: false },
  versioning: 'Unversioned',
};
