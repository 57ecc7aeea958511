// SPDX-License-Identifier: GPL-3.0-or-later
/** BackupTargets at the edges of what is allowed. */
import { changed } from './manifests.ts';
import type { Spec } from './manifests.ts';

const key = '1234abcd-12ab-34cd-56ef-1234567890ab';
const arn = `arn:aws:kms:ap-northeast-2:123456789012:key/${key}`;

export const goodBackupTargets: readonly { readonly name: string; readonly spec: Spec }[] = [
  { name: 'the least', spec: changed({}) },
  { name: 'a bucket name of 3 characters', spec: changed({ 'bucket.name': 'abc' }) },
  { name: 'a bucket name of 63 characters', spec: changed({ 'bucket.name': 'a'.repeat(63) }) },
  { name: 'a bucket name that begins with a digit', spec: changed({ 'bucket.name': '0-9' }) },
  {
    name: 'a KMS key by its ARN',
    spec: changed({ 'bucket.encryption': { type: 'SSE-KMS', kmsKeyID: arn, bucketKey: 'Enabled' } }),
  },
  { name: 'a KMS key by its id', spec: changed({ 'bucket.encryption': { type: 'SSE-KMS', kmsKeyID: key } }) },
  {
    name: 'a multi-region KMS key',
    spec: changed({ 'bucket.encryption': { type: 'SSE-KMS', kmsKeyID: 'mrk-1234abcd12ab34cd56ef1234567890ab' } }),
  },
  { name: 'suspended versions', spec: changed({ 'bucket.versioning': 'Suspended' }) },
  { name: 'tiering at once', spec: changed({ 'bucket.intelligentTieringAfterDays': 0 }) },
  { name: 'tags in Korean, and without a value', spec: changed({ 'bucket.tags': { 팀: '서울 사무소', empty: '' } }) },
  {
    name: '40 tags',
    spec: changed({
      'bucket.tags': Object.fromEntries(
        Array.from({ length: 40 }, (_, i) => [`t${i}`.padEnd(128, '-'), 'v'.repeat(256)]),
      ),
    }),
  },
  { name: 'a prefix of two parts', spec: changed({ 'user.prefix': 'backups/seoul.office_1/' }) },
  { name: 'a prefix part that begins with a dot', spec: changed({ 'user.prefix': '.chunks/..a/' }) },
  { name: 'a permissions boundary', spec: changed({ 'user.permissionsBoundary': 'hybridcloud/eu/backup-user' }) },
  { name: 'a user name of 64 characters', spec: changed({ 'user.name': 'A_+=,.@-'.repeat(8) }) },
  { name: 'every name of a region', spec: changed({ 'aws.region': 'us-gov-west-1' }) },
  { name: 'the European sovereign cloud', spec: changed({ 'aws.region': 'eusc-de-east-1' }) },
  {
    name: 'a role with a path, in the account of the guard',
    spec: changed({
      'aws.accountID': '123456789012',
      'aws.assumeRole': { arn: 'arn:aws:iam::123456789012:role/ops/hybrid-operator', externalID: 'seoul:7/a' },
    }),
  },
  { name: 'credentials of its own', spec: changed({ 'aws.credentialsSecretRef': { name: 'aws' } }) },
  { name: 'a Secret with dots in its name', spec: changed({ 'accessKey.secretRef.name': 'vm.backups.s3' }) },
  { name: 'validation every minute', spec: changed({ 'validation.intervalSeconds': 60 }) },
  { name: 'compared every two minutes', spec: changed({ driftIntervalSeconds: 120 }) },
  { name: 'validation once a day', spec: changed({ 'validation.intervalSeconds': 86_400 }) },
  {
    name: 'a key that is never rotated',
    spec: changed({ 'accessKey.rotationPeriodDays': 0, 'accessKey.rotationOverlapHours': 24 }),
  },
  {
    name: 'a key for a day, with a short overlap',
    spec: changed({ 'accessKey.rotationPeriodDays': 1, 'accessKey.rotationOverlapHours': 23 }),
  },
  {
    name: 'a rotation without an overlap',
    spec: changed({ 'accessKey.rotationPeriodDays': 90, 'accessKey.rotationOverlapHours': 0 }),
  },
  {
    name: 'every field ignored that may be',
    spec: changed({ ignoreFields: ['bucket.encryption', 'bucket.lifecycle', 'bucket.tags', 'bucket.versioning'] }),
  },
  { name: 'unknown fields, which are dropped', spec: changed({ comment: 'x' }) },
];
