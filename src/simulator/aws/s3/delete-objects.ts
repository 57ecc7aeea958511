// SPDX-License-Identifier: GPL-3.0-or-later
import { decide } from '../authorize.ts';
import type { Reply } from '../call.ts';
import { may, must, records, required, text, type Fields, type Members } from '../protocol/model.ts';
import { readXmlFields } from '../protocol/xml-input.ts';
import type { Xml } from '../protocol/xml.ts';
import { keptByLock, lockedMessage } from './object-lock.ts';
import type { BucketCall, S3Operations } from './operation.ts';
import { bucketArn, bucketWish, settingsOf } from './permission.ts';
import { malformedXml, xmlReply } from './reply.ts';
import { currentVersion, deleteCurrent, removeVersion } from './versions.ts';

const identifier: Members = { Key: required(text({ min: 1 })), VersionId: text(), ETag: text() };
const members: Members = {
  Object: { is: 'list', required: true, max: 1000, of: { is: 'structure', members: identifier } },
  Quiet: { is: 'flag' },
};

export const deleteObjectsOperations: S3Operations = {
  DeleteObjects: {
    on: 'bucket',
    effect: 'write',
    method: 'POST',
    sub: 'delete',
    checksum: true,
    headers: ['x-amz-bypass-governance-retention'],
    // each object is authorised by itself, and refused by itself
    permission: '',
    run: deleteObjects,
  },
};

/** API_DeleteObjects: up to 1,000 keys, MalformedXML beyond. */
function deleteObjects(call: BucketCall): Reply {
  const fields = readXmlFields(call.content, 'Delete', members);
  if (!fields) throw malformedXml();
  const results = records(fields, 'Object').map((object) => deleteOne(call, object));
  const quiet = may(fields, 'Quiet') === 'true';
  return xmlReply('DeleteResult', {
    Deleted: quiet ? [] : results.flatMap(({ deleted }) => (deleted ? [deleted] : [])),
    Error: results.flatMap(({ error }) => (error ? [error] : [])),
  });
}

function deleteOne(call: BucketCall, object: Fields): { deleted?: Xml; error?: Xml } {
  const { bucket, world, now } = call;
  const Key = must(object, 'Key');
  const VersionId = may(object, 'VersionId');
  const failed = (Code: string, Message: string): { error: Xml } => ({ error: { Key, VersionId, Code, Message } });
  const action = VersionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion';
  if (!decide(call, bucketWish(call, bucket, { action, resource: `${bucketArn(bucket.name)}/${Key}` })).allowed)
    return failed('AccessDenied', 'Access Denied');
  const etag = may(object, 'ETag');
  const current = currentVersion(bucket, Key);
  if (
    etag !== undefined &&
    etag !== '*' &&
    current?.deleteMarker === false &&
    current.etag.replaceAll('"', '') !== etag.replaceAll('"', '')
  )
    return failed('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
  if (VersionId !== undefined)
    return keptByLock(call, Key, VersionId)
      ? failed('AccessDenied', lockedMessage)
      : { deleted: deleteVersion(call, Key, VersionId) };
  const { versionID, marker } = deleteCurrent(world, bucket, {
    key: Key,
    at: now,
    versioning: settingsOf(call, bucket).versioning,
  });
  return { deleted: { Key, ...(marker ? { DeleteMarker: true, DeleteMarkerVersionId: versionID } : {}) } };
}

function deleteVersion({ bucket }: BucketCall, Key: string, VersionId: string): Xml {
  const gone = removeVersion(bucket, Key, VersionId);
  return { Key, VersionId, ...(gone?.deleteMarker ? { DeleteMarker: true, DeleteMarkerVersionId: VersionId } : {}) };
}
