// SPDX-License-Identifier: GPL-3.0-or-later
import { createHash } from 'node:crypto';

export function etagOf(body: Uint8Array): string {
  return `"${createHash('md5').update(body).digest('hex')}"`;
}

/** Of the parts' digests, with their number: no digest of the whole (S3 User Guide, "Checking object integrity"). */
export function multipartEtag(etags: readonly string[]): string {
  const digests = etags.map((etag) => Buffer.from(etag.replaceAll('"', ''), 'hex'));
  return `"${createHash('md5').update(Buffer.concat(digests)).digest('hex')}-${etags.length}"`;
}
