// SPDX-License-Identifier: GPL-3.0-or-later
/** How a datastore's objects are called and what is in them (pbs-datastore: s3.rs, data_blob.rs, fixed_index.rs, manifest.rs). */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Snapshot } from '../state.ts';

export const inUseKey = (store: string) => `${store}/.in-use`;
export const chunkKey = (store: string, digest: string) => `${store}/.chunks/${digest.slice(0, 4)}/${digest}`;
export const contentPrefix = (store: string) => `${store}/.cnt/`;

const nsPath = (ns: string) =>
  ns
    .split('/')
    .filter((part) => part !== '')
    .map((part) => `ns/${part}/`)
    .join('');

export function rfc3339(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}

export function namespaceKey(store: string, ns: string): string {
  return `${contentPrefix(store)}${nsPath(ns)}.namespace`;
}

export function groupPrefix(store: string, { ns, type, id }: Pick<Snapshot, 'ns' | 'type' | 'id'>): string {
  return `${contentPrefix(store)}${nsPath(ns)}${type}/${id}/`;
}

export function snapshotPrefix(store: string, snapshot: Pick<Snapshot, 'ns' | 'type' | 'id' | 'time'>): string {
  return `${groupPrefix(store, snapshot)}${rfc3339(snapshot.time)}/`;
}

/** Name of a snapshot within its store. */
export function snapshotName({ ns, type, id, time }: Pick<Snapshot, 'ns' | 'type' | 'id' | 'time'>): string {
  return `${ns}:${type}/${id}/${time}`;
}

const magic = Buffer.from([66, 171, 56, 7, 190, 131, 112, 161]);

/** An uncompressed, unencrypted data blob: magic, CRC-32, data. */
export function blobOf(data: Uint8Array): Uint8Array {
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(crc32(data) >>> 0);
  return new Uint8Array(Buffer.concat([magic, sum, data]));
}

export function dataOf(blob: Buffer): Buffer | undefined {
  const data = blob.subarray(12);
  const sound = blob.subarray(0, 8).equals(magic) && blob.readUInt32LE(8) === crc32(data) >>> 0;
  return sound ? data : undefined;
}

export function digestOfChunk(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

const fixedMagic = Buffer.from([47, 127, 65, 237, 145, 253, 15, 205]);

/** A fixed index: a header of 4096 bytes, then the digests. */
export function indexOf(size: number, chunks: readonly string[]): Uint8Array {
  const header = Buffer.alloc(4096);
  fixedMagic.copy(header);
  header.writeBigUInt64LE(BigInt(size), 64);
  header.writeBigUInt64LE(4_194_304n, 72);
  return new Uint8Array(Buffer.concat([header, ...chunks.map((digest) => Buffer.from(digest, 'hex'))]));
}

export function chunksOf(index: Buffer): readonly string[] {
  const found: string[] = [];
  for (let at = 4096; at + 32 <= index.length; at += 32) found.push(index.toString('hex', at, at + 32));
  return found;
}
