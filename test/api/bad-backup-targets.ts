// SPDX-License-Identifier: GPL-3.0-or-later
/** BackupTargets that must be refused, with what the API server must say. Used by the unit tests and by the real API server's. */
import { bad } from './bad.ts';
import type { Bad } from './bad.ts';
import { buckets, encryption, lifecycle } from './bad-buckets.ts';

const users: Bad[] = [
  bad('no user', { user: undefined }, 'spec.user: Required value', 'spec.user must be an object: set it'),
  bad('user without a name', { user: {} }, 'spec.user.name: Required value', 'spec.user.name must be a string: set it'),
  bad(
    'user name of 65 characters',
    { 'user.name': 'u'.repeat(65) },
    'spec.user.name: Too long: may not be more than 64',
    'spec.user.name must be at most 64 characters long',
  ),
  bad('user name with a space', { 'user.name': 'proxmox user' }, 'user.name may hold letters, digits and _+=,.@- only'),
  bad(
    'user name with a path',
    { 'user.name': '/backup/proxmox' },
    'user.name may hold letters, digits and _+=,.@- only',
  ),
  bad(
    'policy name with a colon',
    { 'user.policyName': 'backup:policy' },
    'user.policyName may hold letters, digits and _+=,.@- only',
  ),
  bad(
    'policy name of 129 characters',
    { 'user.policyName': 'p'.repeat(129) },
    'spec.user.policyName: Too long: may not be more than 128',
    'spec.user.policyName must be at most 128 characters long',
  ),
  bad('prefix that begins with a slash', { 'user.prefix': '/backups/' }, 'user.prefix must not begin with /'),
  bad('prefix without a slash at its end', { 'user.prefix': 'backups' }, 'user.prefix must end with /'),
  bad('prefix with a wildcard', { 'user.prefix': 'backups*/' }, 'user.prefix must not contain *, ? or $'),
  bad('prefix with a question mark', { 'user.prefix': 'backup?/' }, 'user.prefix must not contain *, ? or $'),
  bad('prefix with a policy variable', { 'user.prefix': '${aws:username}/' }, 'user.prefix must not contain *, ? or $'),
  bad('prefix that climbs', { 'user.prefix': 'backups/../' }, 'user.prefix must not contain the parts . or ..'),
  bad('prefix with an empty part', { 'user.prefix': 'backups//vm/' }, 'user.prefix must not contain //'),
  bad(
    'permissions boundary by its ARN',
    { 'user.permissionsBoundary': 'arn:aws:iam::123456789012:policy/hybridcloud/backup-user' },
    'user.permissionsBoundary must be path and name of an IAM policy of the account',
  ),
  bad(
    'prefix with a space',
    { 'user.prefix': 'vm backups/' },
    'user.prefix may hold letters, digits and _.=+@- between slashes only',
  ),
];

const accounts: Bad[] = [
  bad('no aws', { aws: undefined }, 'spec.aws: Required value', 'spec.aws must be an object: set it'),
  bad('no region', { aws: {} }, 'spec.aws.region: Required value', 'spec.aws.region must be a string: set it'),
  bad(
    'a zone for a region',
    { 'aws.region': 'ap-northeast-2a' },
    'aws.region must be the code of an AWS region, e.g. ap-northeast-2; not a zone',
  ),
  bad('a city for a region', { 'aws.region': 'Seoul' }, 'aws.region must be the code of an AWS region'),
  bad(
    'account id as a number',
    { 'aws.accountID': 123_456_789_012 },
    'spec.aws.accountID in body must be of type string',
    'spec.aws.accountID must be a string',
  ),
  bad(
    'account id of 11 digits',
    { 'aws.accountID': '12345678901' },
    'aws.accountID must be the 12 digits of the account',
  ),
  bad(
    'account id with dashes',
    { 'aws.accountID': '1234-5678-90' },
    'aws.accountID must be the 12 digits of the account',
  ),
  bad(
    'the ARN of a user for a role',
    { 'aws.assumeRole': { arn: 'arn:aws:iam::123456789012:user/bob' } },
    'aws.assumeRole.arn must be the ARN of an IAM role',
  ),
  bad(
    'a role without an ARN',
    { 'aws.assumeRole': {} },
    'spec.aws.assumeRole.arn: Required value',
    'spec.aws.assumeRole.arn must be a string: set it',
  ),
  bad(
    'a role of another account',
    { 'aws.accountID': '999999999999', 'aws.assumeRole': { arn: 'arn:aws:iam::123456789012:role/r' } },
    'aws.accountID and aws.assumeRole.arn name different accounts',
  ),
  bad(
    'an external id of 1 character',
    { 'aws.assumeRole': { arn: 'arn:aws:iam::123456789012:role/r', externalID: 'x' } },
    'spec.aws.assumeRole.externalID in body should be at least 2 chars long',
    'must be at least 2 characters long',
  ),
  bad(
    'an external id with a space',
    { 'aws.assumeRole': { arn: 'arn:aws:iam::123456789012:role/r', externalID: 'a b' } },
    'aws.assumeRole.externalID may hold letters, digits and _+=,.@:/- only',
  ),
  bad(
    'credentials by a name that no Secret has',
    { 'aws.credentialsSecretRef': { name: 'AWS' } },
    'aws.credentialsSecretRef.name must be the name of a Secret',
  ),
  bad(
    'credentials without a name',
    { 'aws.credentialsSecretRef': {} },
    'spec.aws.credentialsSecretRef.name: Required value',
    'spec.aws.credentialsSecretRef.name must be a string: set it',
  ),
];

const others: Bad[] = [
  bad(
    'no access key',
    { accessKey: undefined },
    'spec.accessKey: Required value',
    'spec.accessKey must be an object: set it',
  ),
  bad(
    'access key without a Secret',
    { accessKey: {} },
    'spec.accessKey.secretRef: Required value',
    'spec.accessKey.secretRef must be an object: set it',
  ),
  bad(
    'a Secret in another namespace',
    { 'accessKey.secretRef': { name: 'kube-system/s3' } },
    'accessKey.secretRef.name must be the name of a Secret',
  ),
  bad(
    'a Secret with two dots',
    { 'accessKey.secretRef': { name: 'vm..s3' } },
    'accessKey.secretRef.name must be the name of a Secret',
  ),
  bad(
    'one Secret for both credentials',
    { 'aws.credentialsSecretRef': { name: 'vm-backups-s3' } },
    'accessKey.secretRef.name must not be the Secret of aws.credentialsSecretRef',
  ),
  bad(
    'an overlap as long as the period',
    { 'accessKey.rotationPeriodDays': 1, 'accessKey.rotationOverlapHours': 24 },
    'accessKey.rotationOverlapHours must be shorter than rotationPeriodDays',
  ),
  bad(
    'a rotation every eleven years',
    { 'accessKey.rotationPeriodDays': 4000, 'accessKey.rotationOverlapHours': 24 },
    'spec.accessKey.rotationPeriodDays in body should be less than or equal to 3650',
    'spec.accessKey.rotationPeriodDays must be at most 3650: lower it',
  ),
  bad(
    'validation every second',
    { 'validation.intervalSeconds': 1 },
    'spec.validation.intervalSeconds in body should be greater than or equal to 60',
    'spec.validation.intervalSeconds must be at least 60: raise it',
  ),
  bad(
    'a comparison every second',
    { driftIntervalSeconds: 1 },
    'spec.driftIntervalSeconds in body should be greater than or equal to 60',
    'spec.driftIntervalSeconds must be at least 60: raise it',
  ),
  bad(
    'validation every week',
    { 'validation.intervalSeconds': 604_800 },
    'spec.validation.intervalSeconds in body should be less than or equal to 86400',
    'spec.validation.intervalSeconds must be at most 86400: lower it',
  ),
  bad(
    'a management policy that is not there',
    { managementPolicy: 'DryRun' },
    'spec.managementPolicy: Unsupported value: "DryRun"',
    'spec.managementPolicy must be one of Apply, Plan, Observe',
  ),
  bad(
    'a deletion policy that is not there',
    { deletionPolicy: 'Orphan' },
    'spec.deletionPolicy: Unsupported value: "Orphan"',
    'spec.deletionPolicy must be one of Retain, Delete',
  ),
  bad(
    'an ignored field that keeps the bucket closed',
    { ignoreFields: ['bucket.versioning', 'bucket.publicAccess'] },
    'ignoreFields may hold bucket.encryption, bucket.lifecycle, bucket.tags, bucket.versioning only',
  ),
  bad(
    'an ignored field with a wildcard',
    { ignoreFields: ['bucket.*'] },
    'ignoreFields may hold bucket.encryption, bucket.lifecycle, bucket.tags, bucket.versioning only',
  ),
];

export const badBackupTargets: readonly Bad[] = [
  ...buckets,
  ...encryption,
  ...lifecycle,
  ...users,
  ...accounts,
  ...others,
];
