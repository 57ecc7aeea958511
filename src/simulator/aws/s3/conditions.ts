// SPDX-License-Identifier: GPL-3.0-or-later
/** Conditional requests. Source: S3 User Guide, "Add preconditions to S3 operations with conditional requests". */
import { AwsError } from '../errors.ts';
import { notImplemented } from './reply.ts';
import type { ObjectVersion } from './state.ts';

function failed(condition: string): AwsError {
  return new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412, {
    detail: { Condition: condition },
  });
}

function sameTag(given: string, etag: string): boolean {
  return given === '*' || given.replaceAll('"', '') === etag.replaceAll('"', '');
}

/** A current version that is a delete marker counts as no object. */
export function checkWrite(headers: ReadonlyMap<string, string>, current: ObjectVersion | undefined): void {
  const present = current?.deleteMarker === false ? current : undefined;
  const none = headers.get('if-none-match');
  const match = headers.get('if-match');
  if (none !== undefined && none !== '*') throw notImplemented('If-None-Match');
  if (none !== undefined && present) throw failed('If-None-Match');
  if (match === undefined) return;
  if (!present) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
  if (!sameTag(match, present.etag)) throw failed('If-Match');
}

/** For DeleteObject: a missing object meets no If-Match but is no error otherwise. */
export function checkDelete(match: string | undefined, current: ObjectVersion | undefined): void {
  if (match === undefined || current?.deleteMarker !== false) return;
  if (!sameTag(match, current.etag)) throw failed('If-Match');
}

/** RFC 9110 § 13.2.2, as GetObject and HeadObject apply it. */
export function checkRead(headers: ReadonlyMap<string, string>, version: ObjectVersion): void {
  const match = headers.get('if-match');
  const unmodified = headers.get('if-unmodified-since');
  if (match !== undefined && !sameTag(match, version.etag)) throw failed('If-Match');
  if (match === undefined && unmodified !== undefined && seconds(version.at) > Date.parse(unmodified))
    throw failed('If-Unmodified-Since');
  const none = headers.get('if-none-match');
  const modified = headers.get('if-modified-since');
  const unchanged =
    none === undefined
      ? modified !== undefined && seconds(version.at) <= Date.parse(modified)
      : sameTag(none, version.etag);
  if (unchanged) throw new AwsError('NotModified', 'Not Modified', 304, { headers: { etag: version.etag } });
}

function seconds(at: number): number {
  return Math.floor(at / 1000) * 1000;
}
