// SPDX-License-Identifier: GPL-3.0-or-later
import type { Reply } from '../call.ts';
import { queryValue } from '../incoming.ts';
import { encode } from '../sigv4/canonical.ts';
import { canonicalID } from './bucket-list.ts';
import type { BucketCall, S3Operations } from './operation.ts';
import { invalidArgument, s3Date, xmlReply } from './reply.ts';
import type { ObjectVersion } from './state.ts';

export const listOperations: S3Operations = {
  ListObjectsV2: {
    on: 'bucket',
    effect: 'read',
    method: 'GET',
    sub: 'list-type',
    query: ['prefix', 'delimiter', 'max-keys', 'continuation-token', 'start-after', 'fetch-owner', 'encoding-type'],
    permission: 's3:ListBucket',
    run: listObjectsV2,
  },
  ListObjectVersions: {
    on: 'bucket',
    effect: 'read',
    method: 'GET',
    sub: 'versions',
    query: ['prefix', 'delimiter', 'max-keys', 'key-marker', 'version-id-marker', 'encoding-type'],
    permission: 's3:ListBucketVersions',
    run: listObjectVersions,
  },
};

export interface ListQuery {
  readonly prefix: string;
  readonly delimiter: string | undefined;
  readonly max: number;
  readonly encoding: string | undefined;
  readonly encoded: (text: string) => string;
}

export function listQuery(call: BucketCall, maxName = 'max-keys'): ListQuery {
  const get = (name: string): string | undefined => queryValue(call.incoming, name);
  const max = get(maxName) ?? '1000';
  if (!/^\d{1,10}$/.test(max))
    throw invalidArgument(`Provided ${maxName} not an integer or within integer range`, maxName, max);
  const encoding = get('encoding-type');
  if (encoding !== undefined && encoding !== 'url')
    throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', encoding);
  const encoded = (text: string): string => (encoding === 'url' ? encode(text).replaceAll('%2F', '/') : text);
  return {
    prefix: get('prefix') ?? '',
    delimiter: get('delimiter') || undefined,
    max: Math.min(1000, Number(max)),
    encoding,
    encoded,
  };
}

/** The common prefix a key falls under, if any. */
export function groupOf(key: string, { prefix, delimiter }: ListQuery): string | undefined {
  if (delimiter === undefined) return undefined;
  const end = key.indexOf(delimiter, prefix.length);
  return end < 0 ? undefined : key.slice(0, end + delimiter.length);
}

function keysWith(call: BucketCall, prefix: string): string[] {
  const keys = [...call.bucket.objects.keys()];
  return (prefix === '' ? keys : keys.filter((key) => key.startsWith(prefix))).sort();
}

/** API_ListObjectsV2. Strongly consistent, in binary order of the keys. */
function listObjectsV2(call: BucketCall): Reply {
  const query = listQuery(call);
  const type = queryValue(call.incoming, 'list-type');
  if (type !== '2') throw invalidArgument('Invalid List Type specified in Request', 'list-type', type ?? '');
  const token = queryValue(call.incoming, 'continuation-token');
  const startAfter = queryValue(call.incoming, 'start-after');
  const after = token === undefined ? startAfter : Buffer.from(token, 'base64').toString();
  const contents: { key: string; version: ObjectVersion }[] = [];
  const groups = new Set<string>();
  let last: string | undefined;
  let truncated = false;
  for (const key of keysWith(call, query.prefix)) {
    const version = call.bucket.objects.get(key)?.at(-1);
    const group = groupOf(key, query);
    if (!version || version.deleteMarker || (after !== undefined && (group ?? key) <= after)) continue;
    if (group !== undefined && groups.has(group)) continue;
    if (contents.length + groups.size >= query.max) {
      truncated = query.max > 0;
      break;
    }
    if (group === undefined) contents.push({ key, version });
    else groups.add(group);
    last = group ?? key;
  }
  const owner =
    queryValue(call.incoming, 'fetch-owner') === 'true' ? { ID: canonicalID(call.bucket.account) } : undefined;
  return xmlReply('ListBucketResult', {
    Name: call.bucket.name,
    Prefix: query.encoded(query.prefix),
    StartAfter: startAfter && query.encoded(startAfter),
    ContinuationToken: token,
    NextContinuationToken: truncated && last !== undefined ? Buffer.from(last).toString('base64') : undefined,
    KeyCount: contents.length + groups.size,
    MaxKeys: query.max,
    Delimiter: query.delimiter && query.encoded(query.delimiter),
    EncodingType: query.encoding,
    IsTruncated: truncated,
    Contents: contents.map(({ key, version }) => ({ Key: query.encoded(key), ...described(version), Owner: owner })),
    CommonPrefixes: [...groups].map((group) => ({ Prefix: query.encoded(group) })),
  });
}

function described(version: ObjectVersion): Record<string, string | number> {
  return {
    LastModified: s3Date(version.at),
    ETag: version.etag,
    Size: version.body.byteLength,
    StorageClass: version.storageClass,
  };
}

interface Entry {
  readonly key: string;
  readonly version: ObjectVersion;
  readonly latest: boolean;
}

/** Newest first within a key. */
function entriesOf(call: BucketCall, key: string): Entry[] {
  const versions = call.bucket.objects.get(key) ?? [];
  return versions.map((version, i) => ({ key, version, latest: i === versions.length - 1 })).reverse();
}

/** Everything behind the markers. */
function entriesAfter(call: BucketCall, { prefix }: ListQuery): Entry[] {
  const keyMarker = queryValue(call.incoming, 'key-marker') || undefined;
  const idMarker = queryValue(call.incoming, 'version-id-marker') || undefined;
  if (idMarker !== undefined && keyMarker === undefined)
    throw invalidArgument(
      'A version-id marker cannot be specified without a key marker.',
      'version-id-marker',
      idMarker,
    );
  return keysWith(call, prefix).flatMap((key) => {
    if (keyMarker === undefined || key > keyMarker) return entriesOf(call, key);
    if (key < keyMarker || idMarker === undefined) return [];
    const entries = entriesOf(call, key);
    return entries.slice(entries.findIndex(({ version }) => version.id === idMarker) + 1);
  });
}

/** API_ListObjectVersions. */
function listObjectVersions(call: BucketCall): Reply {
  const query = listQuery(call);
  const shown: Entry[] = [];
  const groups = new Set<string>();
  let last: { key: string; id: string | undefined } | undefined;
  let truncated = false;
  for (const entry of entriesAfter(call, query)) {
    const group = groupOf(entry.key, query);
    if (group !== undefined && (groups.has(group) || group === queryValue(call.incoming, 'key-marker'))) continue;
    if (shown.length + groups.size >= query.max) {
      truncated = query.max > 0;
      break;
    }
    if (group === undefined) shown.push(entry);
    else groups.add(group);
    last = group === undefined ? { key: entry.key, id: entry.version.id } : { key: group, id: undefined };
  }
  const owner = { ID: canonicalID(call.bucket.account) };
  const head = ({ key, version, latest }: Entry): Record<string, string | boolean> => ({
    Key: query.encoded(key),
    VersionId: version.id,
    IsLatest: latest,
  });
  return xmlReply('ListVersionsResult', {
    Name: call.bucket.name,
    Prefix: query.encoded(query.prefix),
    KeyMarker: query.encoded(queryValue(call.incoming, 'key-marker') ?? ''),
    VersionIdMarker: queryValue(call.incoming, 'version-id-marker') ?? '',
    NextKeyMarker: truncated && last ? query.encoded(last.key) : undefined,
    NextVersionIdMarker: truncated ? last?.id : undefined,
    MaxKeys: query.max,
    Delimiter: query.delimiter && query.encoded(query.delimiter),
    EncodingType: query.encoding,
    IsTruncated: truncated,
    Version: shown
      .filter(({ version }) => !version.deleteMarker)
      .map((entry) => ({ ...head(entry), ...described(entry.version), Owner: owner })),
    DeleteMarker: shown
      .filter(({ version }) => version.deleteMarker)
      .map((entry) => ({ ...head(entry), LastModified: s3Date(entry.version.at), Owner: owner })),
    CommonPrefixes: [...groups].map((group) => ({ Prefix: query.encoded(group) })),
  });
}
