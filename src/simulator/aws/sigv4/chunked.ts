// SPDX-License-Identifier: GPL-3.0-or-later
/** Bodies in chunks. Source: S3 API reference, "Signature calculations for the authorization header: transferring payload in multiple chunks". */
import { hmac, scopeText, sha256, signingKey } from './canonical.ts';
import type { Claim } from './parse.ts';

export interface Unchunked {
  readonly content: Uint8Array;
  /** Names in lower case. */
  readonly trailers: ReadonlyMap<string, string>;
  /** False when a chunk's signature is wrong. */
  readonly genuine: boolean;
}

const emptyHash = sha256('');

/** undefined: the body is no sequence of chunks. `signed` is absent for an unsigned payload with a trailer. */
export function unchunk(body: Uint8Array, signed?: { claim: Claim; secret: string }): Unchunked | undefined {
  const parts: Buffer[] = [];
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  let previous = signed?.claim.signature ?? '';
  let at = 0;
  for (;;) {
    const end = bytes.indexOf('\r\n', at);
    const match =
      end < 0
        ? null
        : /^([0-9a-fA-F]{1,8})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(bytes.toString('latin1', at, end));
    if (!match?.[1]) return undefined;
    const size = Number.parseInt(match[1], 16);
    const data = bytes.subarray(end + 2, end + 2 + size);
    if (data.length !== size) return undefined;
    if (signed) {
      const expected = chunkSignature(signed, previous, data);
      if (expected !== match[2]) return { content: body, trailers: new Map(), genuine: false };
      previous = expected;
    }
    at = end + 2 + size;
    if (size === 0)
      return { content: Buffer.concat(parts), trailers: trailersOf(bytes.toString('latin1', at)), genuine: true };
    if (bytes.toString('latin1', at, at + 2) !== '\r\n') return undefined;
    parts.push(data);
    at += 2;
  }
}

function chunkSignature(
  { claim, secret }: { claim: Claim; secret: string },
  previous: string,
  data: Uint8Array,
): string {
  const text = ['AWS4-HMAC-SHA256-PAYLOAD', claim.timestamp, scopeText(claim), previous, emptyHash, sha256(data)].join(
    '\n',
  );
  return hmac(signingKey(secret, claim), text).toString('hex');
}

function trailersOf(text: string): Map<string, string> {
  const lines = text.split('\r\n').filter((line) => line.includes(':'));
  return new Map(
    lines.map((line) => [
      line.slice(0, line.indexOf(':')).trim().toLowerCase(),
      line.slice(line.indexOf(':') + 1).trim(),
    ]),
  );
}
