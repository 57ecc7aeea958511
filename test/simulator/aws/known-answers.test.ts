// SPDX-License-Identifier: GPL-3.0-or-later
/** Signatures published in the S3 API reference, with the example key printed there. */
import { expect, test } from '@jest/globals';
import { incomingOf } from '../../../src/simulator/aws/incoming.ts';
import { signatureOf } from '../../../src/simulator/aws/sigv4/canonical.ts';
import { unchunk } from '../../../src/simulator/aws/sigv4/chunked.ts';
import { claimOf, type Claim } from '../../../src/simulator/aws/sigv4/parse.ts';

const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

function claimed(headers: Record<string, string>, url: string, signedHeaders: string) {
  const authorization = `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=${signedHeaders},Signature=x`;
  const incoming = incomingOf({
    method: 'GET',
    url: new URL(url),
    headers: { ...headers, authorization, 'x-amz-date': '20130524T000000Z' },
  });
  return { incoming, claim: claimOf(incoming) as Claim };
}

test('GET with a range ("Signature calculations: transferring payload in a single chunk").', () => {
  const headers = { host: 'examplebucket.s3.amazonaws.com', range: 'bytes=0-9', 'x-amz-content-sha256': empty };
  const { incoming, claim } = claimed(
    headers,
    'https://examplebucket.s3.amazonaws.com/test.txt',
    'host;range;x-amz-content-sha256;x-amz-date',
  );
  expect(signatureOf(incoming, claim, { secret, payloadHash: empty })).toBe(
    'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  );
});

test('GET of a sub-resource without a value.', () => {
  const headers = { host: 'examplebucket.s3.amazonaws.com', 'x-amz-content-sha256': empty };
  const { incoming, claim } = claimed(
    headers,
    'https://examplebucket.s3.amazonaws.com/?lifecycle',
    'host;x-amz-content-sha256;x-amz-date',
  );
  expect(signatureOf(incoming, claim, { secret, payloadHash: empty })).toBe(
    'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
  );
});

test('A presigned GET ("Authenticating requests: using query parameters").', () => {
  const query =
    'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404';
  const url = new URL(`https://examplebucket.s3.amazonaws.com/test.txt?${query}`);
  const incoming = incomingOf({ method: 'GET', url, headers: {} });
  const claim = claimOf(incoming) as Claim;
  expect(signatureOf(incoming, claim, { secret, payloadHash: 'UNSIGNED-PAYLOAD' })).toBe(claim.signature);
});

test('Signed chunks ("transferring payload in multiple chunks"), and one byte changed.', () => {
  const seed = '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9';
  const claim = { ...claimed({ host: 'h' }, 'https://h/', 'host').claim, signature: seed };
  const chunk = (size: number, signature: string): string =>
    `${size.toString(16)};chunk-signature=${signature}\r\n${'a'.repeat(size)}\r\n`;
  const body = [
    chunk(65_536, 'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648'),
    chunk(1024, '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497'),
    chunk(0, 'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9'),
  ].join('');
  const good = unchunk(Buffer.from(body), { claim, secret });
  expect([good?.genuine, good?.content.byteLength]).toEqual([true, 66_560]);
  expect(unchunk(Buffer.from(body.replace('aaaa', 'aaba')), { claim, secret })?.genuine).toBe(false);
});
