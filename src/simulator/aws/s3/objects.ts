// SPDX-License-Identifier: GPL-3.0-or-later
import { authorize, requestTagKeys } from '../authorize.ts';
import type { Reply } from '../call.ts';
import { AwsError } from '../errors.ts';
import { queryValue } from '../incoming.ts';
import { sealed } from '../kms/use.ts';
import { checkDelete, checkWrite } from './conditions.ts';
import { copyObject } from './copy.ts';
import {
  checkAcl,
  checkKey,
  encryptionHeaders,
  encryptionOf,
  storageClassOf,
  storedHeaders,
  storingHeaders,
  versionHeader,
} from './object-headers.ts';
import { etagOf } from './etag.ts';
import { keptByLock, lockedMessage, lockOfNew } from './object-lock.ts';
import { getObject, headObject } from './object-reads.ts';
import type { BucketCall, S3Call, S3Operations } from './operation.ts';
import { bucketArn, bucketWish, settingsOf } from './permission.ts';
import { emptyReply } from './reply.ts';
import { headerTags } from './tags.ts';
import { currentVersion, deleteCurrent, newVersionID, pushVersion, removeVersion } from './versions.ts';

const on = 'object';
/** A request for one version needs the permission for versions. */
const byVersion = (plain: string, versioned: string) => (call: S3Call) => ({
  action: queryValue(call.incoming, 'versionId') === undefined ? plain : versioned,
});
const responseQuery = ['versionId', 'response-*'];

export const objectOperations: S3Operations = {
  PutObject: {
    on,
    effect: 'write',
    method: 'PUT',
    headers: storingHeaders,
    permission: 's3:PutObject',
    wish: (call) => ({ context: requestTagKeys(headerTags(call.incoming.headers.get('x-amz-tagging'))) }),
    run: putObject,
  },
  CopyObject: {
    on,
    effect: 'write',
    method: 'PUT',
    header: 'x-amz-copy-source',
    headers: [
      ...storingHeaders,
      'x-amz-metadata-directive',
      'x-amz-tagging-directive',
      'x-amz-copy-source-if-match',
      'x-amz-checksum-algorithm',
    ],
    permission: 's3:PutObject',
    run: copyObject,
  },
  GetObject: {
    on,
    effect: 'read',
    method: 'GET',
    query: responseQuery,
    headers: ['x-amz-checksum-mode'],
    permission: 's3:GetObject',
    wish: byVersion('s3:GetObject', 's3:GetObjectVersion'),
    run: getObject,
  },
  HeadObject: {
    on,
    effect: 'read',
    method: 'HEAD',
    query: responseQuery,
    headers: ['x-amz-checksum-mode'],
    permission: 's3:GetObject',
    wish: byVersion('s3:GetObject', 's3:GetObjectVersion'),
    run: headObject,
  },
  DeleteObject: {
    on,
    effect: 'write',
    method: 'DELETE',
    query: ['versionId'],
    headers: ['x-amz-bypass-governance-retention'],
    permission: 's3:DeleteObject',
    wish: byVersion('s3:DeleteObject', 's3:DeleteObjectVersion'),
    run: deleteObject,
  },
};

/** API_PutObject. */
function putObject(call: BucketCall): Reply {
  const { bucket, key, world, now, incoming, content, checksums } = call;
  checkKey(key);
  checkAcl(call);
  const tags = headerTags(incoming.headers.get('x-amz-tagging'));
  if (tags.length > 0)
    authorize(
      call,
      bucketWish(call, bucket, { action: 's3:PutObjectTagging', resource: `${bucketArn(bucket.name)}/${key}` }),
    );
  checkWrite(incoming.headers, currentVersion(bucket, key));
  const { versioning } = settingsOf(call, bucket);
  const version = {
    id: newVersionID(world, versioning),
    deleteMarker: false,
    at: now,
    body: content,
    etag: etagOf(content),
    headers: { ...storedHeaders(call), ...checksums },
    tags,
    storageClass: storageClassOf(call),
    encryption: sealed(call, encryptionOf(call)),
    ...lockOfNew(call),
  };
  pushVersion(bucket, key, version);
  const headers = { etag: version.etag, ...encryptionHeaders(version.encryption), ...checksums };
  return emptyReply(200, { ...headers, ...(versioning === 'Enabled' ? versionHeader(versioning, version.id) : {}) });
}

/** API_DeleteObject: deleting what is not there is no error. */
function deleteObject(call: BucketCall): Reply {
  const { bucket, key, world, now, incoming } = call;
  const { versioning } = settingsOf(call, bucket);
  const id = queryValue(incoming, 'versionId');
  checkDelete(incoming.headers.get('if-match'), currentVersion(bucket, key));
  if (id !== undefined) {
    if (keptByLock(call, key, id)) throw new AwsError('AccessDenied', lockedMessage, 403);
    const gone = removeVersion(bucket, key, id);
    return emptyReply(204, {
      'x-amz-version-id': id,
      ...(gone?.deleteMarker ? { 'x-amz-delete-marker': 'true' } : {}),
    });
  }
  const { versionID, marker } = deleteCurrent(world, bucket, { key, at: now, versioning });
  return emptyReply(204, {
    ...(versionID === undefined ? {} : { 'x-amz-version-id': versionID }),
    ...(marker ? { 'x-amz-delete-marker': 'true' } : {}),
  });
}
