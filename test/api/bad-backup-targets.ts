// SPDX-License-Identifier: GPL-3.0-or-later
/** BackupTargets that must be refused, with what the API server must say. Used by the unit tests and by the real API server's. */
import { changed } from './manifests.ts';
import type { Spec } from './manifests.ts';

export interface Bad {
  readonly name: string;
  readonly spec: Spec;
  /** Part of the API server's message. */
  readonly message: string;
  /** Part of `parseBackupTarget`'s message, where the API server's own wording cannot be ours. */
  readonly parsed?: string;
}

type Values = Parameters<typeof changed>[0];

function bad(name: string, values: Values, message: string, parsed?: string): Bad {
  return { name, spec: changed(values), message, ...(parsed === undefined ? {} : { parsed }) };
}

const keyArn = (region: string) => `arn:aws:kms:${region}:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const kms = (id: string) => ({ 'bucket.encryption': { type: 'SSE-KMS', kmsKeyID: id } });
const manyTags = Object.fromEntries(Array.from({ length: 41 }, (_, index) => [`tag-${index}`, 'x']));

const buckets: Bad[] = [
  bad('no bucket', { bucket: undefined }, 'spec.bucket: Required value', 'spec.bucket must be an object: set it'),
  bad(
    'bucket without a name',
    { 'bucket.name': undefined },
    'spec.bucket.name: Required value',
    'spec.bucket.name must be a string: set it',
  ),
  bad(
    'bucket name of 2 characters',
    { 'bucket.name': 'ab' },
    'spec.bucket.name in body should be at least 3 chars long',
    'spec.bucket.name must be at least 3 characters long',
  ),
  bad(
    'bucket name of 64 characters',
    { 'bucket.name': 'a'.repeat(64) },
    'spec.bucket.name: Too long: may not be more than 63',
    'spec.bucket.name must be at most 63 characters long: shorten it',
  ),
  bad(
    'bucket name in upper case',
    { 'bucket.name': 'Iksan-Backup' },
    'bucket.name may hold lower-case letters, digits and ',
  ),
  bad(
    'bucket name with an underscore',
    { 'bucket.name': 'iksan_backup' },
    'bucket.name may hold lower-case letters, digits and ',
  ),
  bad('bucket name that begins with a dash', { 'bucket.name': '-iksan' }, 'must begin and end with a letter or digit'),
  bad('bucket name that ends with a dash', { 'bucket.name': 'iksan-' }, 'must begin and end with a letter or digit'),
  bad(
    'bucket name with a dot',
    { 'bucket.name': 'iksan.backup' },
    'bucket.name must not contain dots (so it cannot be an IP address either)',
  ),
  bad('bucket name with two dots', { 'bucket.name': 'iksan..backup' }, 'bucket.name must not contain dots'),
  bad('bucket name like an IP address', { 'bucket.name': '192.168.5.4' }, "use '-' instead"),
  bad('bucket name for punycode', { 'bucket.name': 'xn--iksan' }, 'bucket.name must not begin with xn--, sthree-'),
  bad(
    'bucket name with the prefix sthree-',
    { 'bucket.name': 'sthree-iksan' },
    'bucket.name must not begin with xn--, sthree-',
  ),
  bad(
    'bucket name of the documentation',
    { 'bucket.name': 'amzn-s3-demo-bucket' },
    'bucket.name must not begin with xn--, sthree-',
  ),
  ...['-s3alias', '--ol-s3', '--x-s3', '--table-s3', '-an'].map((end) =>
    bad(
      `bucket name that ends with ${end}`,
      { 'bucket.name': `iksan${end}` },
      'bucket.name must not end with -s3alias, --ol-s3',
    ),
  ),
  bad('bucket name that ends with .mrap', { 'bucket.name': 'iksan.mrap' }, 'bucket.name must not'),
  bad('bucket name with a line feed', { 'bucket.name': 'iksan\n' }, 'bucket.name may hold lower-case letters'),
  bad(
    'versioning by a word that S3 has not',
    { 'bucket.versioning': 'Disabled' },
    'spec.bucket.versioning: Unsupported value: "Disabled"',
    'spec.bucket.versioning must be one of Enabled, Suspended',
  ),
  bad(
    'versioning as a boolean',
    { 'bucket.versioning': true },
    'spec.bucket.versioning in body must be of type string',
    'spec.bucket.versioning must be one of',
  ),
];

const encryption: Bad[] = [
  bad(
    'an encryption that S3 has not',
    { 'bucket.encryption': { type: 'AES256' } },
    'spec.bucket.encryption.type: Unsupported value',
    'spec.bucket.encryption.type must be one of SSE-S3, SSE-KMS',
  ),
  bad(
    'SSE-KMS without a key',
    { 'bucket.encryption': { type: 'SSE-KMS' } },
    'bucket.encryption.kmsKeyID is required with type SSE-KMS: set it',
  ),
  bad(
    'a KMS key with SSE-S3',
    { 'bucket.encryption': { kmsKeyID: keyArn('ap-northeast-2') } },
    'bucket.encryption.kmsKeyID is for type SSE-KMS only',
  ),
  bad(
    'a bucket key with SSE-S3',
    { 'bucket.encryption': { bucketKey: 'Enabled' } },
    'bucket.encryption.bucketKey: Enabled is for type SSE-KMS only',
  ),
  bad('a KMS alias', kms('alias/backups'), 'for an alias, give the key that it names'),
  bad(
    'the ARN of a KMS alias',
    kms('arn:aws:kms:ap-northeast-2:123456789012:alias/backups'),
    'for an alias, give the key that it names',
  ),
  bad(
    'a KMS key of another region',
    kms(keyArn('us-east-1')),
    'bucket.encryption.kmsKeyID is of another region than aws.region',
  ),
];

const lifecycle: Bad[] = [
  bad(
    'noncurrent versions for 0 days',
    { 'bucket.noncurrentVersionExpirationDays': 0 },
    'spec.bucket.noncurrentVersionExpirationDays in body should be greater than or equal to 1',
    'spec.bucket.noncurrentVersionExpirationDays must be at least 1: raise it',
  ),
  bad(
    'noncurrent versions for 11 years',
    { 'bucket.noncurrentVersionExpirationDays': 4015 },
    'spec.bucket.noncurrentVersionExpirationDays in body should be less than or equal to 3650',
    'must be at most 3650: lower it',
  ),
  bad(
    'half days',
    { 'bucket.noncurrentVersionExpirationDays': 1.5 },
    'spec.bucket.noncurrentVersionExpirationDays in body must be of type integer',
    'spec.bucket.noncurrentVersionExpirationDays must be a whole number',
  ),
  bad(
    'days as text',
    { 'bucket.noncurrentVersionExpirationDays': '30' },
    'spec.bucket.noncurrentVersionExpirationDays in body must be of type integer',
    'spec.bucket.noncurrentVersionExpirationDays must be a number',
  ),
  bad(
    'uploads kept for 0 days',
    { 'bucket.abortIncompleteMultipartUploadDays': 0 },
    'spec.bucket.abortIncompleteMultipartUploadDays in body should be greater than or equal to 1',
    'must be at least 1',
  ),
  bad(
    'uploads kept for 366 days',
    { 'bucket.abortIncompleteMultipartUploadDays': 366 },
    'spec.bucket.abortIncompleteMultipartUploadDays in body should be less than or equal to 365',
    'must be at most 365',
  ),
  bad(
    'tiering after less than nothing',
    { 'bucket.intelligentTieringAfterDays': -1 },
    'spec.bucket.intelligentTieringAfterDays in body should be greater than or equal to 0',
    'must be at least 0',
  ),
  bad(
    '41 tags',
    { 'bucket.tags': manyTags },
    'spec.bucket.tags: Too many: 41: must have at most 40 items',
    'bucket.tags: at most 40 tags; remove some',
  ),
  bad('a tag of AWS', { 'bucket.tags': { 'aws:owner': 'x' } }, 'keys that begin with aws: belong to AWS'),
  bad(
    'a tag of ours',
    { 'bucket.tags': { 'hybridcloud.dev/owner': 'x' } },
    'keys that begin with hybridcloud.dev/ mark what the operator owns',
  ),
  bad('a tag without a key', { 'bucket.tags': { '': 'x' } }, 'bucket.tags: a key has 1 to 128 characters'),
  bad(
    'a tag with a long key',
    { 'bucket.tags': { ['k'.repeat(129)]: 'x' } },
    'bucket.tags: a key has 1 to 128 characters',
  ),
  bad(
    'a tag with a long value',
    { 'bucket.tags': { k: 'v'.repeat(257) } },
    'spec.bucket.tags.k: Too long: may not be more than 256',
    'bucket.tags: a value has at most 256 characters; shorten it',
  ),
  bad(
    'a tag with a character that AWS refuses',
    { 'bucket.tags': { team: 'a;b' } },
    'bucket.tags: keys and values may hold letters, digits, spaces',
  ),
];

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
    'validation every second',
    { 'validation.intervalSeconds': 1 },
    'spec.validation.intervalSeconds in body should be greater than or equal to 60',
    'spec.validation.intervalSeconds must be at least 60: raise it',
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
];

export const badBackupTargets: readonly Bad[] = [
  ...buckets,
  ...encryption,
  ...lifecycle,
  ...users,
  ...accounts,
  ...others,
];

export interface Frozen {
  readonly field: string;
  readonly to: string;
  readonly message: string;
}

/** Changes that an update must not make. */
export const frozenFields: readonly Frozen[] = [
  {
    field: 'bucket.name',
    to: 'another-bucket',
    message: 'bucket.name cannot be changed: a bucket cannot be renamed; create another BackupTarget',
  },
  { field: 'user.name', to: 'another-user', message: 'user.name cannot be changed: keys belong to a user' },
  {
    field: 'aws.region',
    to: 'us-east-1',
    message: 'aws.region cannot be changed: what was made there would be left behind',
  },
  {
    field: 'accessKey.secretRef.name',
    to: 'another-secret',
    message: 'accessKey.secretRef.name cannot be changed: what reads the old Secret',
  },
];
