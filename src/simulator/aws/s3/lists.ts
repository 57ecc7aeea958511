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
  const { shown, groups, last, truncated } = pageOf(currentEntries(call, query, after), query);
  const owner =
    queryValue(call.incoming, 'fetch-owner') === 'true' ? { ID: canonicalID(call.bucket.account) } : undefined;
  return xmlReply('ListBucketResult', {
    Name: call.bucket.name,
    Prefix: query.encoded(query.prefix),
    StartAfter: startAfter && query.encoded(startAfter),
    ContinuationToken: token,
    NextContinuationToken: truncated && last ? Buffer.from(last.group ?? last.key).toString('base64') : undefined,
    KeyCount: shown.length + groups.length,
    MaxKeys: query.max,
    ...echoed(query, truncated),
    Contents: shown.map(({ key, version }) => ({ Key: query.encoded(key), ...described(version), Owner: owner })),
    CommonPrefixes: groups.map((group) => ({ Prefix: query.encoded(group) })),
  });
}

function currentEntries(call: BucketCall, query: ListQuery, after: string | undefined): Entry[] {
  return keysWith(call, query.prefix).flatMap((key) => {
    const version = call.bucket.objects.get(key)?.at(-1);
    const group = groupOf(key, query);
    if (!version || version.deleteMarker || (after !== undefined && (group ?? key) <= after)) return [];
    return [{ key, version, latest: true, group }];
  });
}

interface ListPage {
  readonly shown: readonly Entry[];
  readonly groups: readonly string[];
  readonly last: Entry | undefined;
  readonly truncated: boolean;
}

/** At most `max` entries and common prefixes together. */
function pageOf(entries: readonly Entry[], { max }: ListQuery): ListPage {
  const shown: Entry[] = [];
  const groups = new Set<string>();
  let last: Entry | undefined;
  for (const entry of entries) {
    if (entry.group !== undefined && groups.has(entry.group)) continue;
    if (shown.length + groups.size >= max) return { shown, groups: [...groups], last, truncated: max > 0 };
    if (entry.group === undefined) shown.push(entry);
    else groups.add(entry.group);
    last = entry;
  }
  return { shown, groups: [...groups], last, truncated: false };
}

function echoed(query: ListQuery, truncated: boolean): Record<string, string | boolean | undefined> {
  return {
    Delimiter: query.delimiter && query.encoded(query.delimiter),
    EncodingType: query.encoding,
    IsTruncated: truncated,
  };
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
  /** The common prefix it is hidden under. */
  readonly group: string | undefined;
}

/** Newest first within a key. */
function entriesOf(call: BucketCall, key: string, query: ListQuery): Entry[] {
  const versions = call.bucket.objects.get(key) ?? [];
  const group = groupOf(key, query);
  return versions.map((version, i) => ({ key, version, latest: i === versions.length - 1, group })).reverse();
}

/** Everything behind the markers. */
function entriesAfter(call: BucketCall, query: ListQuery): Entry[] {
  const keyMarker = queryValue(call.incoming, 'key-marker') || undefined;
  const idMarker = queryValue(call.incoming, 'version-id-marker') || undefined;
  if (idMarker !== undefined && keyMarker === undefined)
    throw invalidArgument(
      'A version-id marker cannot be specified without a key marker.',
      'version-id-marker',
      idMarker,
    );
  return keysWith(call, query.prefix).flatMap((key) => {
    // a marker that is a common prefix hides all that is under it
    if (keyMarker !== undefined && groupOf(key, query) === keyMarker) return [];
    if (keyMarker === undefined || key > keyMarker) return entriesOf(call, key, query);
    if (key < keyMarker || idMarker === undefined) return [];
    const entries = entriesOf(call, key, query);
    return entries.slice(entries.findIndex(({ version }) => version.id === idMarker) + 1);
  });
}

/** API_ListObjectVersions. */
function listObjectVersions(call: BucketCall): Reply {
  const query = listQuery(call);
  const { shown, groups, last, truncated } = pageOf(entriesAfter(call, query), query);
  const owner = { ID: canonicalID(call.bucket.account) };
  const head = ({ key, version, latest }: Entry): Record<string, string | boolean> => ({
    Key: query.encoded(key),
    VersionId: version.id,
    IsLatest: latest,
  });
  const [markers, versions] = [true, false].map((marker) =>
    shown.filter(({ version }) => version.deleteMarker === marker),
  );
  return xmlReply('ListVersionsResult', {
    Name: call.bucket.name,
    Prefix: query.encoded(query.prefix),
    KeyMarker: query.encoded(queryValue(call.incoming, 'key-marker') ?? ''),
    VersionIdMarker: queryValue(call.incoming, 'version-id-marker') ?? '',
    ...(truncated && last ? nextMarkers(last, query) : {}),
    MaxKeys: query.max,
    ...echoed(query, truncated),
    Version: versions?.map((entry) => ({ ...head(entry), ...described(entry.version), Owner: owner })),
    DeleteMarker: markers?.map((entry) => ({ ...head(entry), LastModified: s3Date(entry.version.at), Owner: owner })),
    CommonPrefixes: groups.map((group) => ({ Prefix: query.encoded(group) })),
  });
}

function nextMarkers({ key, version, group }: Entry, query: ListQuery): Record<string, string | undefined> {
  if (group !== undefined) return { NextKeyMarker: query.encoded(group) };
  return { NextKeyMarker: query.encoded(key), NextVersionIdMarker: version.id };
}
