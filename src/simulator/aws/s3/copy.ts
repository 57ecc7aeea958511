// SPDX-License-Identifier: GPL-3.0-or-later
import { authorize, requestTagKeys } from '../authorize.ts';
import type { Reply } from '../call.ts';
import { AwsError } from '../errors.ts';
import { decodePath } from '../incoming.ts';
import { sealed, unseal } from '../kms/use.ts';
import { checkWrite } from './conditions.ts';
import {
  checkAcl,
  checkKey,
  encryptionHeaders,
  encryptionOf,
  storageClassOf,
  storedHeaders,
  versionHeader,
} from './object-headers.ts';
import { lockOfNew } from './object-lock.ts';
import { checkReadable, findVersion } from './object-reads.ts';
import type { BucketCall } from './operation.ts';
import { bucketArn, bucketWish, settingsOf } from './permission.ts';
import { invalidArgument, s3Date, xmlReply } from './reply.ts';
import type { BucketState, ObjectVersion } from './state.ts';
import { headerTags } from './tags.ts';
import { currentVersion, newVersionID, pushVersion } from './versions.ts';

interface Source {
  readonly bucket: BucketState;
  readonly key: string;
  readonly versionID: string | undefined;
}

function sourceOf(call: BucketCall): Source {
  const text = call.incoming.headers.get('x-amz-copy-source') ?? '';
  const [path = '', query = ''] = text.split('?');
  const [name = '', ...rest] = decodePath(path.replace(/^\//, '')).split('/');
  const key = rest.join('/');
  if (!name || !key)
    throw invalidArgument(
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
      'x-amz-copy-source',
      text,
    );
  const bucket = call.world.state.buckets.get(name);
  if (!bucket)
    throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404, { detail: { BucketName: name } });
  return { bucket, key, versionID: /(?:^|&)versionId=([^&]+)/.exec(query)?.[1] };
}

/** Reading the source needs its own permission (API_CopyObject, "Permissions"). */
function readSource(call: BucketCall, { bucket, key, versionID }: Source): ObjectVersion {
  const action = versionID === undefined ? 's3:GetObject' : 's3:GetObjectVersion';
  authorize(call, bucketWish(call, bucket, { action, resource: `${bucketArn(bucket.name)}/${key}` }));
  const version = findVersion({ ...call, bucket }, key, versionID);
  checkReadable(version);
  unseal({ ...call, bucket, key }, version.encryption);
  const match = call.incoming.headers.get('x-amz-copy-source-if-match');
  if (match !== undefined && match.replaceAll('"', '') !== version.etag.replaceAll('"', ''))
    throw new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412, {
      detail: { Condition: 'x-amz-copy-source-If-Match' },
    });
  return version;
}

export function copyObject(call: BucketCall): Reply {
  const { bucket, key, world, now, incoming } = call;
  checkKey(key);
  checkAcl(call);
  const source = sourceOf(call);
  const from = readSource(call, source);
  const replaces = incoming.headers.get('x-amz-metadata-directive') === 'REPLACE';
  const same = source.bucket === bucket && source.key === key && source.versionID === undefined;
  if (same && !replaces && !incoming.headers.has('x-amz-storage-class'))
    throw new AwsError(
      'InvalidRequest',
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  checkWrite(incoming.headers, currentVersion(bucket, key));
  const tags =
    incoming.headers.get('x-amz-tagging-directive') === 'REPLACE'
      ? headerTags(incoming.headers.get('x-amz-tagging'))
      : from.tags;
  if (tags.length > 0)
    authorize(
      call,
      bucketWish(call, bucket, {
        action: 's3:PutObjectTagging',
        resource: `${bucketArn(bucket.name)}/${key}`,
        context: requestTagKeys(tags),
      }),
    );
  const { versioning } = settingsOf(call, bucket);
  const version: ObjectVersion = {
    id: newVersionID(world, versioning),
    deleteMarker: false,
    at: now,
    body: from.body,
    etag: from.etag,
    headers: replaces ? storedHeaders(call) : from.headers,
    tags,
    storageClass: storageClassOf(call),
    encryption: sealed(call, encryptionOf(call)),
    ...lockOfNew(call),
  };
  pushVersion(bucket, key, version);
  return xmlReply(
    'CopyObjectResult',
    { LastModified: s3Date(now), ETag: version.etag },
    {
      ...encryptionHeaders(version.encryption),
      ...(versioning === 'Enabled' ? versionHeader(versioning, version.id) : {}),
      ...(source.bucket.objects.get(source.key) && from.id !== 'null'
        ? { 'x-amz-copy-source-version-id': from.id }
        : {}),
    },
  );
}
