// SPDX-License-Identifier: GPL-3.0-or-later
/** Multipart uploads. Source: S3 User Guide, "Uploading and copying objects using multipart upload", and the API pages of each call. */
import type { Reply } from '../call.ts';
import { AwsError } from '../errors.ts';
import { queryValue } from '../incoming.ts';
import { sealed } from '../kms/use.ts';
import { canonicalID } from './bucket-list.ts';
import { completeUpload } from './complete-upload.ts';
import { listQuery } from './lists.ts';
import {
  checkAcl,
  checkKey,
  encryptionHeaders,
  encryptionOf,
  newUploadID,
  storageClassOf,
  storedHeaders,
  storingHeaders,
} from './object-headers.ts';
import { etagOf } from './etag.ts';
import type { BucketCall, S3Operations } from './operation.ts';
import { emptyReply, invalidArgument, s3Date, xmlReply } from './reply.ts';
import { headerTags } from './tags.ts';
import { uploadOf } from './uploads.ts';

const on = 'object';
const sub = 'uploadId';

export const multipartOperations: S3Operations = {
  CreateMultipartUpload: {
    on,
    effect: 'write',
    method: 'POST',
    sub: 'uploads',
    headers: [...storingHeaders, 'x-amz-checksum-algorithm', 'x-amz-checksum-type'],
    permission: 's3:PutObject',
    run: createUpload,
  },
  UploadPart: {
    on,
    effect: 'write',
    method: 'PUT',
    sub,
    query: ['partNumber'],
    permission: 's3:PutObject',
    run: uploadPart,
  },
  CompleteMultipartUpload: {
    on,
    effect: 'write',
    method: 'POST',
    sub,
    headers: ['x-amz-checksum-type', 'x-amz-mp-object-size'],
    permission: 's3:PutObject',
    run: completeUpload,
  },
  AbortMultipartUpload: {
    on,
    effect: 'write',
    method: 'DELETE',
    sub,
    permission: 's3:AbortMultipartUpload',
    run: abortUpload,
  },
  ListParts: {
    on,
    effect: 'read',
    method: 'GET',
    sub,
    query: ['max-parts', 'part-number-marker'],
    permission: 's3:ListMultipartUploadParts',
    run: listParts,
  },
  ListMultipartUploads: {
    on: 'bucket',
    effect: 'read',
    method: 'GET',
    sub: 'uploads',
    query: ['prefix', 'delimiter', 'max-uploads', 'key-marker', 'upload-id-marker', 'encoding-type'],
    permission: 's3:ListBucketMultipartUploads',
    run: listUploads,
  },
};

function createUpload(call: BucketCall): Reply {
  const { bucket, key, now, incoming } = call;
  checkKey(key);
  checkAcl(call);
  const encryption = sealed(call, encryptionOf(call));
  const id = newUploadID(call);
  bucket.uploads.set(id, {
    id,
    key,
    at: now,
    headers: storedHeaders(call),
    tags: headerTags(incoming.headers.get('x-amz-tagging')),
    storageClass: storageClassOf(call),
    initiator: call.principal.arn,
    parts: new Map(),
  });
  const algorithm = incoming.headers.get('x-amz-checksum-algorithm');
  const sums = algorithm === undefined ? {} : { 'x-amz-checksum-algorithm': algorithm };
  return xmlReply(
    'InitiateMultipartUploadResult',
    { Bucket: bucket.name, Key: key, UploadId: id },
    { ...encryptionHeaders(encryption), ...sums },
  );
}

function uploadPart(call: BucketCall): Reply {
  const text = queryValue(call.incoming, 'partNumber') ?? '';
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > 10_000)
    throw invalidArgument('Part number must be an integer between 1 and 10000, inclusive', 'partNumber', text);
  const upload = uploadOf(call);
  const etag = etagOf(call.content);
  upload.parts.set(number, { body: call.content, etag, at: call.now });
  return emptyReply(200, { etag, ...call.checksums });
}

function abortUpload(call: BucketCall): Reply {
  call.bucket.uploads.delete(uploadOf(call).id);
  return emptyReply(204);
}

function listParts(call: BucketCall): Reply {
  const upload = uploadOf(call);
  const max = Math.min(1000, Number(queryValue(call.incoming, 'max-parts') ?? 1000));
  const marker = Number(queryValue(call.incoming, 'part-number-marker') ?? 0);
  if (!Number.isInteger(max) || !Number.isInteger(marker))
    throw new AwsError('InvalidArgument', 'Provided max-parts not an integer or within integer range');
  const rest = [...upload.parts].filter(([number]) => number > marker).sort(([a], [b]) => a - b);
  const page = rest.slice(0, max);
  return xmlReply('ListPartsResult', {
    Bucket: call.bucket.name,
    Key: upload.key,
    UploadId: upload.id,
    PartNumberMarker: marker,
    NextPartNumberMarker: page.at(-1)?.[0] ?? 0,
    MaxParts: max,
    IsTruncated: rest.length > page.length,
    Part: page.map(([number, part]) => ({
      PartNumber: number,
      LastModified: s3Date(part.at),
      ETag: part.etag,
      Size: part.body.byteLength,
    })),
    StorageClass: upload.storageClass,
  });
}

function listUploads(call: BucketCall): Reply {
  const query = listQuery(call, 'max-uploads');
  const keyMarker = queryValue(call.incoming, 'key-marker') ?? '';
  const idMarker = queryValue(call.incoming, 'upload-id-marker') ?? '';
  const behind = ({ key, id }: { key: string; id: string }): boolean =>
    key > keyMarker || (key === keyMarker && idMarker !== '' && id > idMarker);
  const rest = [...call.bucket.uploads.values()]
    .filter((upload) => upload.key.startsWith(query.prefix) && behind(upload))
    .sort((a, b) => (a.key < b.key || (a.key === b.key && a.id < b.id) ? -1 : 1));
  const page = rest.slice(0, query.max);
  const truncated = rest.length > page.length;
  const owner = { ID: canonicalID(call.bucket.account) };
  return xmlReply('ListMultipartUploadsResult', {
    Bucket: call.bucket.name,
    KeyMarker: query.encoded(keyMarker),
    UploadIdMarker: idMarker,
    NextKeyMarker: truncated ? query.encoded(page.at(-1)?.key ?? '') : undefined,
    NextUploadIdMarker: truncated ? page.at(-1)?.id : undefined,
    Prefix: query.encoded(query.prefix),
    MaxUploads: query.max,
    IsTruncated: truncated,
    EncodingType: query.encoding,
    Upload: page.map(({ key, id, at, storageClass, initiator }) => ({
      Key: query.encoded(key),
      UploadId: id,
      Initiator: { ID: initiator },
      Owner: owner,
      StorageClass: storageClass,
      Initiated: s3Date(at),
    })),
  });
}
