// SPDX-License-Identifier: GPL-3.0-or-later
/** From the bytes on the wire to the content that was meant, with every proof of its integrity checked. */
import { createHash } from 'node:crypto';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { checksum, isChecksumHeader } from '../sigv4/checksum.ts';
import { unchunk } from '../sigv4/chunked.ts';
import type { Claim } from '../sigv4/parse.ts';

export interface Content {
  readonly content: Uint8Array;
  readonly checksums: Record<string, string>;
}

export function contentOf(call: Call, claim: Claim | undefined): Content {
  const { headers, body } = call.incoming;
  const hash = headers.get('x-amz-content-sha256') ?? '';
  const given = new Map([...headers].filter(([name]) => isChecksumHeader(name)));
  let content = body;
  if (hash.startsWith('STREAMING-')) {
    const decoded = unchunked(call, claim, hash);
    content = decoded.content;
    for (const [name, value] of decoded.trailers) if (isChecksumHeader(name)) given.set(name, value);
    const announced = headers.get('x-amz-trailer')?.toLowerCase();
    if (announced !== undefined && !decoded.trailers.has(announced))
      throw new AwsError(
        'MalformedTrailerError',
        'The request contained trailing data that was not well-formed or did not conform to our published schema.',
      );
  }
  checkMd5(headers.get('content-md5'), content);
  checkAll(given, content);
  return { content, checksums: Object.fromEntries(given) };
}

function unchunked(call: Call, claim: Claim | undefined, hash: string): NonNullable<ReturnType<typeof unchunk>> {
  const secret = claim && call.world.state.credentials.get(claim.accessKeyID)?.secret;
  const signed =
    hash.startsWith('STREAMING-AWS4-HMAC-SHA256') && claim && secret !== undefined ? { claim, secret } : undefined;
  const decoded = unchunk(call.incoming.body, signed);
  if (!decoded) throw new AwsError('IncompleteBody', 'The request body terminated unexpectedly');
  if (!decoded.genuine)
    throw new AwsError(
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
      403,
    );
  const length = call.incoming.headers.get('x-amz-decoded-content-length');
  if (length === undefined)
    throw new AwsError('MissingContentLength', 'You must provide the Content-Length HTTP header.', 411);
  if (Number(length) !== decoded.content.byteLength)
    throw new AwsError(
      'IncompleteBody',
      'You did not provide the number of bytes specified by the Content-Length HTTP header',
    );
  return decoded;
}

/** S3 API reference, InvalidDigest and BadDigest. */
function checkMd5(given: string | undefined, content: Uint8Array): void {
  if (given === undefined) return;
  if (Buffer.from(given, 'base64').length !== 16)
    throw new AwsError('InvalidDigest', 'The Content-MD5 you specified was invalid.');
  if (createHash('md5').update(content).digest('base64') !== given)
    throw new AwsError('BadDigest', 'The Content-MD5 you specified did not match what we received.');
}

function checkAll(given: ReadonlyMap<string, string>, content: Uint8Array): void {
  // S3 API reference, PutObject: one checksum algorithm a request
  if (given.size > 1)
    throw new AwsError(
      'InvalidRequest',
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    );
  for (const [name, value] of given) {
    const computed = checksum(name, content);
    const algorithm = name.slice('x-amz-checksum-'.length).toUpperCase();
    if (Buffer.from(value, 'base64').length !== Buffer.from(computed ?? '', 'base64').length)
      throw new AwsError('InvalidRequest', `Value for ${name} header is invalid.`);
    if (computed !== value)
      throw new AwsError('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`);
  }
}
