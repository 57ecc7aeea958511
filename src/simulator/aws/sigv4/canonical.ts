// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * The canonical request of Signature Version 4, written from its description (IAM User Guide, "Create a signed AWS API request")
 * and not from any SDK, so that it is a second opinion on the client.
 */
import { createHash, createHmac } from 'node:crypto';
import { decodePath, type Incoming } from '../incoming.ts';
import type { Claim } from './parse.ts';

export function sha256(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('hex');
}

export function hmac(key: Uint8Array | string, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}

/** Percent-encodes all but the unreserved characters of RFC 3986. */
export function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** S3 encodes the path once and never normalises it; other services encode it twice. */
function canonicalPath(path: string, service: string): string {
  const once = path.split('/').map((segment) => encode(decodePath(segment)));
  return (service === 's3' ? once : once.map(encode)).join('/') || '/';
}

function canonicalQuery(incoming: Incoming): string {
  return incoming.query
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function canonicalRequest(incoming: Incoming, claim: Claim, payloadHash: string): string {
  const headers = claim.signedHeaders.map(
    (name) => `${name}:${(incoming.headers.get(name) ?? '').trim().replace(/ {2,}/g, ' ')}\n`,
  );
  return [
    incoming.method,
    canonicalPath(incoming.path, claim.service),
    canonicalQuery(incoming),
    headers.join(''),
    claim.signedHeaders.join(';'),
    payloadHash,
  ].join('\n');
}

export function scopeText(claim: Claim): string {
  return `${claim.date}/${claim.region}/${claim.service}/aws4_request`;
}

const derived = new Map<string, Buffer>();

/** The key for one day, region and service; kept, because deriving it costs four HMACs. */
export function signingKey(secret: string, claim: Claim): Buffer {
  const name = `${secret}/${scopeText(claim)}`;
  const known = derived.get(name);
  if (known) return known;
  const key = hmac(hmac(hmac(hmac(`AWS4${secret}`, claim.date), claim.region), claim.service), 'aws4_request');
  if (derived.size > 500) derived.clear();
  derived.set(name, key);
  return key;
}

export function signatureOf(
  incoming: Incoming,
  claim: Claim,
  { secret, payloadHash }: { secret: string; payloadHash: string },
): string {
  const text = [
    'AWS4-HMAC-SHA256',
    claim.timestamp,
    scopeText(claim),
    sha256(canonicalRequest(incoming, claim, payloadHash)),
  ].join('\n');
  return hmac(signingKey(secret, claim), text).toString('hex');
}
