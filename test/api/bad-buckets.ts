// SPDX-License-Identifier: GPL-3.0-or-later
/** `spec.bucket` as it must not be. */
import { bad } from './bad.ts';
import type { Bad } from './bad.ts';

const keyArn = (region: string) => `arn:aws:kms:${region}:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const kms = (id: string) => ({ 'bucket.encryption': { type: 'SSE-KMS', kmsKeyID: id } });
const manyTags = Object.fromEntries(Array.from({ length: 41 }, (_, index) => [`tag-${index}`, 'x']));

export const buckets: Bad[] = [
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

export const encryption: Bad[] = [
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

export const lifecycle: Bad[] = [
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
