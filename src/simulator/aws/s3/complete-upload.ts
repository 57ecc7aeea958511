// SPDX-License-Identifier: GPL-3.0-or-later
import type { Reply } from '../call.ts';
import { AwsError } from '../errors.ts';
import { sealed } from '../kms/use.ts';
import { must, records, required, text, type Fields, type Members } from '../protocol/model.ts';
import { readXmlFields } from '../protocol/xml-input.ts';
import { checkWrite } from './conditions.ts';
import { multipartEtag } from './etag.ts';
import { encryptionHeaders, encryptionOf, versionHeader } from './object-headers.ts';
import { lockOfNew } from './object-lock.ts';
import type { BucketCall } from './operation.ts';
import { settingsOf } from './permission.ts';
import { malformedXml, xmlReply } from './reply.ts';
import type { Part, Upload } from './state.ts';
import { uploadOf } from './uploads.ts';
import { currentVersion, newVersionID, pushVersion } from './versions.ts';

const sum = text();
const partMembers: Members = {
  PartNumber: required({ is: 'whole', min: 1, max: 10_000 }),
  ETag: required(text()),
  ChecksumCRC32: sum,
  ChecksumCRC32C: sum,
  ChecksumCRC64NVME: sum,
  ChecksumSHA1: sum,
  ChecksumSHA256: sum,
};
const members: Members = {
  Part: { is: 'list', required: true, max: 10_000, of: { is: 'structure', members: partMembers } },
};

/** S3 User Guide, "Amazon S3 multipart upload limits": 5 MiB but for the last part. */
const smallest = 5 * 1024 * 1024;

function partsOf(upload: Upload, listed: readonly Fields[]): Part[] {
  const numbers = listed.map((part) => Number(must(part, 'PartNumber')));
  if (numbers.some((number, i) => i > 0 && number <= (numbers[i - 1] ?? 0)))
    throw new AwsError(
      'InvalidPartOrder',
      'The list of parts was not in ascending order. The parts list must be specified in order by part number.',
    );
  return listed.map((given, i) => {
    const part = upload.parts.get(numbers[i] ?? 0);
    if (!part || part.etag.replaceAll('"', '') !== must(given, 'ETag').replaceAll('"', ''))
      throw new AwsError(
        'InvalidPart',
        "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
      );
    if (i < listed.length - 1 && part.body.byteLength < smallest)
      throw new AwsError('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size');
    return part;
  });
}

/** API_CompleteMultipartUpload. */
export function completeUpload(call: BucketCall): Reply {
  const { bucket, key, world, now, incoming } = call;
  const upload = uploadOf(call);
  const fields = readXmlFields(call.content, 'CompleteMultipartUpload', members);
  if (!fields) throw malformedXml();
  const parts = partsOf(upload, records(fields, 'Part'));
  checkWrite(incoming.headers, currentVersion(bucket, key));
  const { versioning } = settingsOf(call, bucket);
  const encryption = sealed(call, encryptionOf(call));
  const etag = multipartEtag(parts.map((part) => part.etag));
  const id = newVersionID(world, versioning);
  const body = new Uint8Array(Buffer.concat(parts.map((part) => part.body)));
  const { headers, tags, storageClass } = upload;
  pushVersion(bucket, key, {
    id,
    deleteMarker: false,
    at: now,
    body,
    etag,
    headers,
    tags,
    storageClass,
    encryption,
    ...lockOfNew(call),
  });
  bucket.uploads.delete(upload.id);
  const version = versioning === 'Enabled' ? versionHeader(versioning, id) : {};
  const location = `https://${bucket.name}.s3.${bucket.region}.amazonaws.com/${encodeURIComponent(key)}`;
  return xmlReply(
    'CompleteMultipartUploadResult',
    { Location: location, Bucket: bucket.name, Key: key, ETag: etag },
    { ...encryptionHeaders(encryption), ...version },
  );
}
