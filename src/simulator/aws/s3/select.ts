// SPDX-License-Identifier: GPL-3.0-or-later
/** Which operation a request is: by method, address, sub-resource and header, never by elimination. */
import { decodePath, type Incoming } from '../incoming.ts';
import type { Route } from '../route.ts';
import type { S3Operation, S3Operations } from './operation.ts';

export interface Address {
  readonly bucketName: string;
  readonly key: string;
}

export function addressOf(incoming: Incoming, route: Route): Address {
  const path = incoming.path.slice(1);
  if (route.hostBucket !== undefined) return { bucketName: route.hostBucket, key: decodePath(path) };
  const slash = path.indexOf('/');
  if (slash < 0) return { bucketName: decodePath(path), key: '' };
  return { bucketName: decodePath(path.slice(0, slash)), key: decodePath(path.slice(slash + 1)) };
}

/** Query names that the protocol itself uses; presigners move some headers to the query. */
const everywhere = /^(x-id|X-Amz-[A-Z].*|x-amz-(content-sha256|user-agent|checksum-mode|sdk-checksum-algorithm))$/;
const headersEverywhere =
  /^x-amz-(date|content-sha256|security-token|user-agent|expected-bucket-owner|request-payer|sdk-checksum-algorithm|trailer|decoded-content-length|checksum-(crc32|crc32c|crc64nvme|sha1|sha256))$/;

export interface Selection {
  readonly operation?: S3Operation;
  /** The query name or header that no operation here takes. */
  readonly unknown?: string;
}

export function select(operations: S3Operations, incoming: Incoming, address: Address): Selection {
  const on = address.bucketName === '' ? ['service'] : address.key === '' ? ['bucket', 'newBucket'] : ['object'];
  const names = incoming.query.map(([name]) => name).filter((name) => !everywhere.test(name));
  const fitting = Object.entries(operations).filter(
    ([, operation]) => operation.method === incoming.method && on.includes(operation.on),
  );
  const found =
    fitting.find(
      ([, { sub, header }]) =>
        sub !== undefined && names.includes(sub) && (header === undefined || incoming.headers.has(header)),
    ) ??
    fitting.find(([, { sub, header }]) => sub === undefined && header !== undefined && incoming.headers.has(header)) ??
    fitting.find(([, { sub, header }]) => sub === undefined && header === undefined);
  if (!found) return names[0] === undefined ? {} : { unknown: names[0] };
  const operation: S3Operation = { ...found[1], name: found[0] };
  const unknown =
    names.find((name) => name !== operation.sub && !listed(operation.query, name)) ??
    [...incoming.headers.keys()].find((name) => foreignHeader(operation, name));
  return unknown === undefined ? { operation } : { operation, unknown };
}

function foreignHeader(operation: S3Operation, name: string): boolean {
  if (!name.startsWith('x-amz-') || headersEverywhere.test(name)) return false;
  return name !== operation.header && !listed(operation.headers, name);
}

function listed(list: readonly string[] | undefined, name: string): boolean {
  return (list ?? []).some((entry) => (entry.endsWith('*') ? name.startsWith(entry.slice(0, -1)) : entry === name));
}
