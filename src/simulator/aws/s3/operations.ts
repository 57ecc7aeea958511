// SPDX-License-Identifier: GPL-3.0-or-later
import { bucketOperations } from './buckets.ts';
import { deleteObjectsOperations } from './delete-objects.ts';
import { encryptionOperations } from './encryption.ts';
import { lifecycleOperations } from './lifecycle.ts';
import { listOperations } from './lists.ts';
import { multipartOperations } from './multipart.ts';
import { objectOperations } from './objects.ts';
import { bucketPolicyOperations } from './policy.ts';
import { settingsOperations } from './settings-operations.ts';
import { taggingOperations } from './tags.ts';

/** Everything S3 can do here; what is missing answers NotImplemented. */
export const operations = {
  ...bucketOperations,
  ...settingsOperations,
  ...encryptionOperations,
  ...taggingOperations,
  ...bucketPolicyOperations,
  ...lifecycleOperations,
  ...objectOperations,
  ...deleteObjectsOperations,
  ...listOperations,
  ...multipartOperations,
};
