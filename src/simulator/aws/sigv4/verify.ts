// SPDX-License-Identifier: GPL-3.0-or-later
import { timingSafeEqual } from 'node:crypto';
import type { Incoming } from '../incoming.ts';
import { sha256, signatureOf } from './canonical.ts';
import { timeOf, type Claim } from './parse.ts';
import { SignatureProblem } from './problem.ts';

/** Both directions; S3 API reference, RequestTimeTooSkewed. */
const allowedSkewMs = 15 * 60 * 1000;

/** Headers that must be signed when they are there; IAM User Guide, "Create a signed AWS API request". */
function mustBeSigned(name: string): boolean {
  return name === 'host' || (name.startsWith('x-amz-') && name !== 'x-amz-content-sha256');
}

export interface Verification {
  readonly secret: string;
  readonly now: number;
  /** S3 takes the payload's hash from its header, all others compute it. */
  readonly payload: 'header' | 'computed';
}

/** Proves that the request was signed with the secret, about now, and that its body is the one signed. */
export function verifySignature(incoming: Incoming, claim: Claim, by: Verification): void {
  checkTime(claim, by.now);
  const unsigned = [...incoming.headers.keys()].find(
    (name) => mustBeSigned(name) && !claim.signedHeaders.includes(name),
  );
  if (unsigned !== undefined) throw new SignatureProblem('headersNotSigned', unsigned);
  const payloadHash = payloadHashOf(incoming, claim, by.payload);
  const expected = Buffer.from(signatureOf(incoming, claim, { secret: by.secret, payloadHash }));
  const got = Buffer.from(claim.signature);
  if (expected.length !== got.length || !timingSafeEqual(expected, got)) throw new SignatureProblem('mismatch');
  if (/^[0-9a-f]{64}$/.test(payloadHash) && by.payload === 'header' && sha256(incoming.body) !== payloadHash)
    throw new SignatureProblem('contentHash', payloadHash);
}

function checkTime(claim: Claim, now: number): void {
  const at = timeOf(claim.timestamp);
  if (Number.isNaN(at)) throw new SignatureProblem('malformed', 'X-Amz-Date must be in the ISO8601 basic format');
  if (!claim.timestamp.startsWith(claim.date))
    throw new SignatureProblem('mismatch', 'Date in Credential scope does not match the request date');
  if (claim.expires !== undefined) {
    if (now > at + claim.expires * 1000) throw new SignatureProblem('expired');
    if (at > now + allowedSkewMs) throw new SignatureProblem('skewed', claim.timestamp);
    return;
  }
  if (Math.abs(now - at) > allowedSkewMs) throw new SignatureProblem('skewed', claim.timestamp);
}

function payloadHashOf(incoming: Incoming, claim: Claim, from: 'header' | 'computed'): string {
  if (from === 'computed') return sha256(incoming.body);
  const header = incoming.headers.get('x-amz-content-sha256');
  if (header !== undefined) return header;
  const hoisted = incoming.query.find(([name]) => name.toLowerCase() === 'x-amz-content-sha256');
  if (claim.presigned) return hoisted?.[1] ?? 'UNSIGNED-PAYLOAD';
  throw new SignatureProblem('missingContentHash');
}
