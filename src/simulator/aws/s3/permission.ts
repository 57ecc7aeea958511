// SPDX-License-Identifier: GPL-3.0-or-later
import { visible } from '../../kernel/versioned.ts';
import { authorize, decide, type Wish } from '../authorize.ts';
import type { Call } from '../call.ts';
import { queryValue } from '../incoming.ts';
import { knownPolicy } from '../policy/cache.ts';
import { isPublic } from '../policy/public.ts';
import type { S3Call } from './operation.ts';
import type { BucketSettings, BucketState } from './state.ts';

export function settingsOf(call: Call, bucket: BucketState): BucketSettings {
  // a bucket always has settings from its creation on
  return visible(bucket.settings, call.now) ?? (bucket.settings.versions[0]?.value as BucketSettings);
}

export function bucketArn(name: string): string {
  return `arn:aws:s3:::${name}`;
}

/** Keys of a request to a bucket (Service Authorization Reference, "Condition keys for Amazon S3"). */
function requestKeys({ incoming }: Call): Wish['context'] {
  const header = (name: string): string | undefined => incoming.headers.get(name);
  return {
    's3:prefix': queryValue(incoming, 'prefix'),
    's3:delimiter': queryValue(incoming, 'delimiter'),
    's3:max-keys': queryValue(incoming, 'max-keys'),
    's3:VersionId': queryValue(incoming, 'versionId'),
    's3:x-amz-acl': header('x-amz-acl'),
    's3:x-amz-storage-class': header('x-amz-storage-class'),
    's3:x-amz-server-side-encryption': header('x-amz-server-side-encryption'),
    's3:x-amz-copy-source': header('x-amz-copy-source'),
    's3:x-amz-content-sha256': header('x-amz-content-sha256'),
    's3:x-amz-object-ownership': header('x-amz-object-ownership'),
    's3:if-none-match': header('if-none-match'),
    's3:if-match': header('if-match'),
    's3:signatureversion': 'AWS4-HMAC-SHA256',
    's3:authType': incoming.headers.has('authorization') ? 'REST-HEADER' : 'REST-QUERY-STRING',
    's3:TlsVersion': '1.3',
  };
}

/** Managing the policy stays open to the owner's root, whatever the policy denies (S3 User Guide, "Bucket policies"). */
const rootKeeps = new Set(['s3:GetBucketPolicy', 's3:PutBucketPolicy', 's3:DeleteBucketPolicy']);

export function bucketWish(
  call: Call,
  bucket: BucketState,
  wish: Pick<Wish, 'action' | 'resource'> & Partial<Wish>,
): Wish {
  const { policy: text, publicAccessBlock } = settingsOf(call, bucket);
  const policy = text === undefined ? undefined : knownPolicy(text, 'resource');
  const stranger = call.principal.account !== bucket.account;
  const restricted =
    stranger && publicAccessBlock?.RestrictPublicBuckets === true && policy !== undefined && isPublic(policy);
  const kept = call.principal.kind === 'root' && !stranger && rootKeeps.has(wish.action);
  return {
    owner: bucket.account,
    ...wish,
    context: { 's3:ResourceAccount': bucket.account, ...requestKeys(call), ...wish.context },
    ...(policy && !restricted && !kept ? { resourcePolicy: policy } : {}),
  };
}

/** The permission of the operation itself. */
export function permit(call: S3Call, bucket: BucketState): void {
  const { operation, key } = call;
  if (operation.permission === '') return;
  const resource = operation.on === 'object' ? `${bucketArn(bucket.name)}/${key}` : bucketArn(bucket.name);
  authorize(call, bucketWish(call, bucket, { action: operation.permission, resource, ...operation.wish?.(call) }));
}

/** Without s3:ListBucket a missing object answers 403, not 404 (API_GetObject). */
export function mayList(call: Call, bucket: BucketState): boolean {
  return decide(call, bucketWish(call, bucket, { action: 's3:ListBucket', resource: bucketArn(bucket.name) })).allowed;
}
