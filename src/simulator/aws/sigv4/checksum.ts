// SPDX-License-Identifier: GPL-3.0-or-later
/** Source: S3 User Guide, "Checking object integrity". CRC-64/NVME as in the NVM Express NVM Command Set specification. */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

type Digest = (data: Uint8Array) => Uint8Array;

const digests: Record<string, Digest> = {
  'x-amz-checksum-crc32': (data) => word(crc32(data)),
  'x-amz-checksum-crc32c': (data) => word(crc32c(data)),
  'x-amz-checksum-crc64nvme': crc64nvme,
  'x-amz-checksum-sha1': (data) => createHash('sha1').update(data).digest(),
  'x-amz-checksum-sha256': (data) => createHash('sha256').update(data).digest(),
};

export function isChecksumHeader(name: string): boolean {
  return Object.hasOwn(digests, name);
}

/** Base64, as the headers carry it. */
export function checksum(header: string, data: Uint8Array): string | undefined {
  const digest = digests[header];
  return digest && Buffer.from(digest(data)).toString('base64');
}

function word(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

let table32: Uint32Array | undefined;

/** Castagnoli, reflected polynomial 0x82f63b78. */
function crc32c(data: Uint8Array): number {
  table32 ??= Uint32Array.from({ length: 256 }, (_, index) => {
    let value = index;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
    return value;
  });
  let crc = 0xffffffff;
  for (const byte of data) crc = (crc >>> 8) ^ (table32[(crc ^ byte) & 255] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}

let table64: BigUint64Array | undefined;

/** Reflected polynomial 0x9a6c9329ac4bc9b5. */
function crc64nvme(data: Uint8Array): Uint8Array {
  table64 ??= BigUint64Array.from({ length: 256 }, (_, index) => {
    let value = BigInt(index);
    for (let bit = 0; bit < 8; bit++) value = value & 1n ? (value >> 1n) ^ 0x9a6c9329ac4bc9b5n : value >> 1n;
    return value;
  });
  let crc = 0xffffffffffffffffn;
  for (const byte of data) crc = (crc >> 8n) ^ (table64[Number((crc ^ BigInt(byte)) & 255n)] ?? 0n);
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(crc ^ 0xffffffffffffffffn);
  return bytes;
}
