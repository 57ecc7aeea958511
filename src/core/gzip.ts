// SPDX-License-Identifier: GPL-3.0-or-later
import { gzipSync } from 'node:zlib';

/** The same bytes for the same text on every machine: no time, and an operating system that is not said (RFC 1952, 2.3.1). */
export function gzip(text: string): Uint8Array {
  const bytes = gzipSync(text, { level: 9 });
  bytes.fill(0, 4, 8);
  bytes[9] = 255;
  return bytes;
}

export function base64(content: string | Uint8Array): string {
  return Buffer.from(content).toString('base64');
}
