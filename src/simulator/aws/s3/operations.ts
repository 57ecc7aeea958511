// SPDX-License-Identifier: GPL-3.0-or-later
import { bucketOperations } from './buckets.ts';
import { deleteObjectsOperations } from './delete-objects.ts';
import { encryptionOperations } from './encryption.ts';
import { lifecycleOperations } from './lifecycle.ts';
import { listOperations } from './lists.ts';
import { multipartOperations } from './multipart.ts';
import { objectLockOperations } from './object-lock.ts';
import { objectOperations } from './objects.ts';
import { bucketPolicyOperations } from './policy.ts';
import { requestPaymentOperations } from './request-payment.ts';
import { settingsOperations } from './settings-operations.ts';
import { taggingOperations } from './tags.ts';
import { tieringOperations } from './tiering.ts';

/** Everything S3 can do here; what is missing answers NotImplemented. */
export const operations = {
  ...bucketOperations,
  ...settingsOperations,
  ...objectLockOperations,
  ...requestPaymentOperations,
  ...tieringOperations,
  ...encryptionOperations,
  ...taggingOperations,
  ...bucketPolicyOperations,
  ...lifecycleOperations,
  ...objectOperations,
  ...deleteObjectsOperations,
  ...listOperations,
  ...multipartOperations,
};
