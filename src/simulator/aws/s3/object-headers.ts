// SPDX-License-Identifier: GPL-3.0-or-later
import { randomText } from '../../kernel/random.ts';
import { AwsError } from '../errors.ts';
import { invalidArgument } from './reply.ts';
import type { BucketCall } from './operation.ts';
import { settingsOf } from './permission.ts';
import { httpDate } from './reply.ts';
import type { BucketSettings, Encryption, ObjectVersion } from './state.ts';

/** Headers that a stored object takes from its request. */
export const storingHeaders = [
  'x-amz-meta-*',
  'x-amz-storage-class',
  'x-amz-tagging',
  'x-amz-acl',
  'x-amz-server-side-encryption',
  'x-amz-server-side-encryption-aws-kms-key-id',
  'x-amz-server-side-encryption-bucket-key-enabled',
];

const kept = /^(content-(type|disposition|encoding|language)|cache-control|expires|x-amz-meta-.+)$/;
const storageClasses = [
  'STANDARD',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'GLACIER_IR',
  'DEEP_ARCHIVE',
];

export function storedHeaders(call: BucketCall): Record<string, string> {
  const entries = [...call.incoming.headers]
    .filter(([name]) => kept.test(name))
    .map(([name, value]) => [name, name === 'content-encoding' ? unchunkedEncoding(value) : value]);
  const headers: Record<string, string> = Object.fromEntries(entries.filter(([, value]) => value !== ''));
  const size = Object.entries(headers).reduce(
    (sum, [name, value]) => (name.startsWith('x-amz-meta-') ? sum + name.length - 11 + value.length : sum),
    0,
  );
  // S3 User Guide, "Working with object metadata": 2 KB
  if (size > 2048)
    throw new AwsError('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size');
  return { 'content-type': 'binary/octet-stream', ...headers };
}

function unchunkedEncoding(value: string): string {
  const encodings = value.split(',').map((part) => part.trim());
  return encodings.filter((part) => part !== 'aws-chunked').join(',');
}

export function storageClassOf(call: BucketCall): string {
  const storageClass = call.incoming.headers.get('x-amz-storage-class') ?? 'STANDARD';
  if (!storageClasses.includes(storageClass))
    throw new AwsError('InvalidStorageClass', 'The storage class you specified is not valid');
  return storageClass;
}

/** Where ACLs are disabled only the owner's full control may be named (S3 User Guide, "Controlling ownership of objects"). */
export function checkAcl(call: BucketCall): void {
  const acl = call.incoming.headers.get('x-amz-acl');
  if (acl === undefined || acl === 'bucket-owner-full-control' || acl === 'private') return;
  throw new AwsError('AccessControlListNotSupported', 'The bucket does not allow ACLs');
}

export function encryptionOf(call: BucketCall): Encryption {
  const { headers } = call.incoming;
  const algorithm = headers.get('x-amz-server-side-encryption');
  if (algorithm === undefined) return settingsOf(call, call.bucket).encryption;
  if (!['AES256', 'aws:kms', 'aws:kms:dsse'].includes(algorithm))
    throw invalidArgument(
      'The encryption method specified is not supported',
      'x-amz-server-side-encryption',
      algorithm,
    );
  const bucketKey = headers.get('x-amz-server-side-encryption-bucket-key-enabled') === 'true';
  return {
    algorithm,
    kmsKeyID: headers.get('x-amz-server-side-encryption-aws-kms-key-id'),
    bucketKey,
    blocked: undefined,
  };
}

export function encryptionHeaders({ algorithm, kmsKeyID, bucketKey }: Encryption): Record<string, string> {
  return {
    'x-amz-server-side-encryption': algorithm,
    ...(kmsKeyID === undefined ? {} : { 'x-amz-server-side-encryption-aws-kms-key-id': kmsKeyID }),
    ...(bucketKey ? { 'x-amz-server-side-encryption-bucket-key-enabled': 'true' } : {}),
  };
}

/** Version ids are told only by buckets that have, or had, versioning. */
export function versionHeader(versioning: BucketSettings['versioning'], id: string): Record<string, string> {
  return versioning === undefined ? {} : { 'x-amz-version-id': id };
}

export function objectHeaders(
  version: ObjectVersion,
  versioning: BucketSettings['versioning'],
): Record<string, string> {
  return {
    ...version.headers,
    etag: version.etag,
    'last-modified': httpDate(version.at),
    'accept-ranges': 'bytes',
    ...encryptionHeaders(version.encryption),
    ...versionHeader(versioning, version.id),
    ...(version.storageClass === 'STANDARD' ? {} : { 'x-amz-storage-class': version.storageClass }),
    ...(version.tags.length === 0 ? {} : { 'x-amz-tagging-count': String(version.tags.length) }),
  };
}

/** S3 User Guide, "Naming Amazon S3 objects". */
export function checkKey(key: string): void {
  const size = Buffer.byteLength(key);
  if (size > 1024)
    throw new AwsError('KeyTooLongError', 'Your key is too long', 400, {
      detail: { Size: size, MaxSizeAllowed: 1024 },
    });
}

export function newUploadID(call: BucketCall): string {
  return randomText(call.world.state.random, 64, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._');
}
