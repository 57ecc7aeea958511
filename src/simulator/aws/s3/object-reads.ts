// SPDX-License-Identifier: GPL-3.0-or-later
import { accessDenied } from '../authorize.ts';
import type { Reply } from '../call.ts';
import { AwsError } from '../errors.ts';
import { queryValue } from '../incoming.ts';
import { unseal } from '../kms/use.ts';
import { isChecksumHeader } from '../sigv4/checksum.ts';
import { checkRead } from './conditions.ts';
import { objectHeaders } from './object-headers.ts';
import type { BucketCall } from './operation.ts';
import { bucketArn, mayList, settingsOf } from './permission.ts';
import { httpDate, invalidArgument } from './reply.ts';
import type { ObjectVersion } from './state.ts';
import { currentVersion } from './versions.ts';

/** API_GetObject: without s3:ListBucket a missing object is a 403. */
export function noSuchKey(call: BucketCall, key: string, headers: Record<string, string> = {}): AwsError {
  if (mayList(call, call.bucket))
    return new AwsError('NoSuchKey', 'The specified key does not exist.', 404, { detail: { Key: key }, headers });
  const wish = { action: 's3:ListBucket', resource: bucketArn(call.bucket.name), owner: call.bucket.account };
  return accessDenied(call, wish, 'noIdentity');
}

/** The version asked for, or the current one. */
export function findVersion(call: BucketCall, key: string, id: string | undefined): ObjectVersion {
  if (id === undefined) {
    const current = currentVersion(call.bucket, key);
    if (current?.deleteMarker === false) return current;
    throw noSuchKey(call, key, current ? { 'x-amz-delete-marker': 'true', 'x-amz-version-id': current.id } : {});
  }
  const found = call.bucket.objects.get(key)?.find((version) => version.id === id);
  if (!found && !/^(null|[\w.]{32})$/.test(id)) throw invalidArgument('Invalid version id specified', 'versionId', id);
  if (!found)
    throw new AwsError('NoSuchVersion', 'The specified version does not exist.', 404, {
      detail: { Key: key, VersionId: id },
    });
  if (found.deleteMarker)
    throw new AwsError('MethodNotAllowed', 'The specified method is not allowed against this resource.', 405, {
      headers: { 'x-amz-delete-marker': 'true', allow: 'DELETE', 'last-modified': httpDate(found.at) },
    });
  return found;
}

/** API_GetObject: what is archived must be restored first; nothing restores it here. */
export function checkReadable({ storageClass }: ObjectVersion): void {
  if (storageClass !== 'GLACIER' && storageClass !== 'DEEP_ARCHIVE') return;
  throw new AwsError('InvalidObjectState', "The operation is not valid for the object's storage class", 403, {
    detail: { StorageClass: storageClass },
  });
}

export function headObject(call: BucketCall): Reply {
  const { body, ...reply } = getObject(call);
  return { ...reply, body: body.slice(0, 0) };
}

export function getObject(call: BucketCall): Reply {
  const { incoming, bucket, key } = call;
  const version = findVersion(call, key, queryValue(incoming, 'versionId'));
  checkRead(incoming.headers, version);
  if (incoming.method === 'GET') {
    checkReadable(version);
    unseal(call, version.encryption);
  }
  const headers = { ...objectHeaders(version, settingsOf(call, bucket).versioning), ...overrides(call) };
  const range = incoming.headers.get('range');
  const wanted = range === undefined ? undefined : rangeOf(range, version.body.byteLength);
  const withSums = incoming.headers.get('x-amz-checksum-mode')?.toUpperCase() === 'ENABLED' && !wanted;
  const shown = Object.fromEntries(Object.entries(headers).filter(([name]) => withSums || !isChecksumHeader(name)));
  const body = wanted ? version.body.subarray(wanted.from, wanted.to + 1) : version.body;
  const length = { 'content-length': String(body.byteLength) };
  if (!wanted) return { status: 200, headers: { ...shown, ...length }, body };
  const contentRange = `bytes ${wanted.from}-${wanted.to}/${version.body.byteLength}`;
  return { status: 206, headers: { ...shown, ...length, 'content-range': contentRange }, body };
}

function overrides(call: BucketCall): Record<string, string> {
  const given = call.incoming.query.filter(([name]) => name.startsWith('response-'));
  return Object.fromEntries(given.map(([name, value]) => [name.slice('response-'.length), value]));
}

/** One range; what cannot be read as one is ignored, what lies outside is InvalidRange. */
function rangeOf(text: string, size: number): { from: number; to: number } | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(text);
  if (!match || (match[1] === '' && match[2] === '')) return undefined;
  const suffix = match[1] === '';
  const from = suffix ? Math.max(0, size - Number(match[2])) : Number(match[1]);
  const to = suffix || match[2] === '' ? size - 1 : Math.min(size - 1, Number(match[2]));
  if (from >= size || from > to)
    throw new AwsError('InvalidRange', 'The requested range is not satisfiable', 416, {
      detail: { RangeRequested: text, ActualObjectSize: size },
    });
  return { from, to };
}
