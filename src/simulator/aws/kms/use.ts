// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * S3 using a key in the name of its caller. Source: S3 User Guide, "Using server-side encryption with AWS KMS keys (SSE-KMS)": who
 * puts needs kms:GenerateDataKey, who gets kms:Decrypt; KMS Developer Guide, "Determining access to AWS KMS keys".
 */
import { authorize } from '../authorize.ts';
import { AwsError } from '../errors.ts';
import { knownPolicy } from '../policy/cache.ts';
import type { BucketCall } from '../s3/operation.ts';
import type { Encryption } from '../s3/state.ts';
import { findKey } from './keys.ts';
import type { KmsKey } from './state.ts';

const managed = /^(arn:aws:kms:[a-z0-9-]+:\d{12}:)?alias\/aws\/s3$/;

/** What an object is stored with, once its writer may use the key: the ARN instead of the id. */
export function sealed(call: BucketCall, encryption: Encryption): Encryption {
  const key = usedKey(call, encryption, 'kms:GenerateDataKey');
  return key ? { ...encryption, kmsKeyID: key.arn } : encryption;
}

/** @throws {AwsError} when the reader may not use the key that the object was written with. */
export function unseal(call: BucketCall, encryption: Encryption): void {
  usedKey(call, encryption, 'kms:Decrypt');
}

function usedKey(call: BucketCall, encryption: Encryption, action: string): KmsKey | undefined {
  const { algorithm, kmsKeyID, bucketKey } = encryption;
  if (!algorithm.startsWith('aws:kms')) return undefined;
  const { bucket, principal, world, now } = call;
  if (kmsKeyID === undefined || managed.test(kmsKeyID)) {
    // the policy of aws/s3 lets everybody of its account use it through S3, and nobody else
    if (principal.account === bucket.account) return undefined;
    throw new AwsError('AccessDenied', 'Access Denied', 403);
  }
  const region = kmsKeyID.startsWith('arn:') ? kmsKeyID.split(':')[3] : bucket.region;
  // SSE-KMS: the key must be in the region of the bucket
  if (region !== bucket.region) throw new AwsError('KMS.NotFoundException', `Invalid arn ${region}`);
  const key = findKey(world.state, kmsKeyID, { account: principal.account, region: bucket.region, now });
  if (!key) throw new AwsError('KMS.NotFoundException', `Key '${shownArn(call, kmsKeyID)}' does not exist`);
  permit(call, key, { action, bucketKey });
  if (key.state === 'Disabled') throw new AwsError('KMS.DisabledException', `${key.arn} is disabled.`);
  if (key.state === 'PendingDeletion')
    throw new AwsError('KMS.KMSInvalidStateException', `${key.arn} is pending deletion.`);
  return key;
}

function shownArn({ principal, bucket }: BucketCall, id: string): string {
  return id.startsWith('arn:') ? id : `arn:aws:kms:${bucket.region}:${principal.account}:key/${id}`;
}

function permit(call: BucketCall, key: KmsKey, { action, bucketKey }: { action: string; bucketKey: boolean }): void {
  const bucketArn = `arn:aws:s3:::${call.bucket.name}`;
  authorize(call, {
    action,
    resource: key.arn,
    owner: key.account,
    resourcePolicy: knownPolicy(key.policy, 'resource'),
    // a key policy must grant, or hand over to the account's own policies (KMS Developer Guide, "Key policies")
    mustGrant: true,
    context: {
      'kms:ViaService': `s3.${key.region}.amazonaws.com`,
      'kms:CallerAccount': call.principal.account,
      // with a bucket key the context is the bucket (S3 User Guide, "Reducing the cost of SSE-KMS with Amazon S3 Bucket Keys")
      'kms:EncryptionContext:aws:s3:arn': bucketKey ? bucketArn : `${bucketArn}/${call.key}`,
    },
  });
}
