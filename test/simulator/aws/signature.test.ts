// SPDX-License-Identifier: GPL-3.0-or-later
import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { readAll } from '../../../src/simulator/kernel/service.ts';
import { Client, newWorld, tag } from './client.ts';

const minute = 60_000;

test('A signature made by another implementation is accepted, for awkward keys and queries too.', async () => {
  const { root } = newWorld();
  await root.bucket('a-bucket');
  const key = "/a-bucket/dir/a b+c'()!*~.txt";
  expect((await root.s3('PUT', key, { body: 'x' })).status).toBe(200);
  const list = await root.s3('GET', '/a-bucket', { query: { 'list-type': '2', prefix: 'dir/a b+', delimiter: '/' } });
  expect(tag(list.text, 'Key')).toBe("dir/a b+c'()!*~.txt");
});

test('InvalidAccessKeyId: a key that S3 does not know.', async () => {
  const { world, clock } = newWorld();
  const stranger = new Client(world, clock, { accessKeyID: 'AKIAAAAAAAAAAAAAAAAA', secretAccessKey: 'x' });
  expect(await stranger.s3('GET', '/')).toMatchObject({ status: 403, code: 'InvalidAccessKeyId' });
});

test('InvalidClientTokenId: a key that IAM and STS do not know.', async () => {
  const { world, clock } = newWorld();
  const stranger = new Client(world, clock, { accessKeyID: 'AKIAAAAAAAAAAAAAAAAA', secretAccessKey: 'x' });
  expect(await stranger.iam('ListUsers')).toMatchObject({ status: 403, code: 'InvalidClientTokenId' });
  expect(await stranger.sts('GetCallerIdentity')).toMatchObject({ status: 403, code: 'InvalidClientTokenId' });
});

test('SignatureDoesNotMatch: a wrong secret.', async () => {
  const { world, clock, root } = newWorld();
  const forger = new Client(world, clock, {
    accessKeyID: root.credentials?.accessKeyID ?? '',
    secretAccessKey: 'wrong',
  });
  expect(await forger.s3('GET', '/')).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
  expect(await forger.sts('GetCallerIdentity')).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
});

test('SignatureDoesNotMatch: a header, a path or a form changed after signing.', async () => {
  const { root } = newWorld();
  const changed = await root.s3('GET', '/', {
    headers: { 'x-amz-meta-a': '1' },
    tamper: (headers) => ({ ...headers, 'x-amz-meta-a': '2' }),
  });
  expect(changed.code).toBe('SignatureDoesNotMatch');
  const date = await root.sts(
    'GetCallerIdentity',
    {},
    { tamper: (headers) => ({ ...headers, 'x-amz-date': '20260105T090001Z' }) },
  );
  expect(date.code).toBe('SignatureDoesNotMatch');
});

test('AccessDenied: a header that was not signed.', async () => {
  const { root } = newWorld();
  const answer = await root.s3('GET', '/', { tamper: (headers) => ({ ...headers, 'x-amz-acl': 'public-read' }) });
  expect(answer).toMatchObject({ status: 403, code: 'AccessDenied' });
  expect(answer.text).toContain('<HeadersNotSigned>x-amz-acl</HeadersNotSigned>');
});

test('InvalidAccessKeyId and InvalidClientTokenId: a key that was made inactive, until it is active again.', async () => {
  const { root } = newWorld();
  const bob = await root.user('bob', []);
  const AccessKeyId = bob.credentials?.accessKeyID ?? '';
  await root.iam('UpdateAccessKey', { UserName: 'bob', AccessKeyId, Status: 'Inactive' });
  expect((await bob.s3('GET', '/')).code).toBe('InvalidAccessKeyId');
  expect((await bob.sts('GetCallerIdentity')).code).toBe('InvalidClientTokenId');
  await root.iam('UpdateAccessKey', { UserName: 'bob', AccessKeyId, Status: 'Active' });
  expect((await bob.sts('GetCallerIdentity')).status).toBe(200);
});

test.each([
  ['15 minutes early', -15 * minute, 200],
  ['15 minutes late', 15 * minute, 200],
  ['more than 15 minutes early', -16 * minute, 403],
  ['more than 15 minutes late', 16 * minute, 403],
])('RequestTimeTooSkewed: a clock that is %s.', async (_, offset, status) => {
  const { root, clock } = newWorld();
  const signedAt = new Date(clock.now() + offset);
  const s3 = await root.s3('GET', '/', { signedAt });
  expect([s3.status, s3.code]).toEqual([status, status === 200 ? undefined : 'RequestTimeTooSkewed']);
  const sts = await root.sts('GetCallerIdentity', {}, { signedAt });
  expect([sts.status, sts.code]).toEqual([status, status === 200 ? undefined : 'SignatureDoesNotMatch']);
});

test('MissingAuthenticationToken: IAM without a signature; S3 answers AccessDenied.', async () => {
  const { world, clock } = newWorld();
  const nobody = new Client(world, clock, undefined);
  expect(await nobody.iam('ListUsers')).toMatchObject({ status: 403, code: 'MissingAuthenticationToken' });
  expect(await nobody.s3('GET', '/')).toMatchObject({ status: 403, code: 'AccessDenied' });
});

test('IncompleteSignature and AuthorizationHeaderMalformed: an authorization header that says nothing.', async () => {
  const { root } = newWorld();
  const tamper = (headers: Record<string, string>): Record<string, string> => ({
    ...headers,
    authorization: 'AWS4-HMAC-SHA256 Credential=x',
  });
  expect((await root.iam('ListUsers', {}, { tamper })).code).toBe('IncompleteSignature');
  expect((await root.s3('GET', '/', { tamper })).code).toBe('AuthorizationHeaderMalformed');
});

test('AuthorizationHeaderMalformed: a signature for another region names the right one.', async () => {
  const { root } = newWorld();
  const answer = await root.s3('GET', '/', { signedFor: 'eu-west-1' });
  expect(answer).toMatchObject({ status: 400, code: 'AuthorizationHeaderMalformed' });
  expect(tag(answer.text, 'Region')).toBe('ap-northeast-2');
});

test('XAmzContentSHA256Mismatch: a body that is not the signed one.', async () => {
  const { root } = newWorld();
  await root.bucket('a-bucket');
  const claimed = createHash('sha256').update('other').digest('hex');
  const answer = await root.s3('PUT', '/a-bucket/k', { body: 'x', headers: { 'x-amz-content-sha256': claimed } });
  expect(answer).toMatchObject({ status: 400, code: 'XAmzContentSHA256Mismatch' });
});

test("BadDigest: a Content-MD5 or a checksum that is not the body's; InvalidDigest and InvalidRequest: none at all.", async () => {
  const { root } = newWorld();
  await root.bucket('a-bucket');
  const put = async (headers: Record<string, string>) =>
    (await root.s3('PUT', '/a-bucket/k', { body: 'hello', headers })).code;
  expect(await put({ 'content-md5': createHash('md5').update('other').digest('base64') })).toBe('BadDigest');
  expect(await put({ 'content-md5': 'short' })).toBe('InvalidDigest');
  expect(await put({ 'x-amz-checksum-crc32': 'AAAAAA==' })).toBe('BadDigest');
  expect(await put({ 'x-amz-checksum-crc32': 'AA==' })).toBe('InvalidRequest');
  expect(await put({ 'x-amz-checksum-sha256': createHash('sha256').update('hello').digest('base64') })).toBeUndefined();
});

test('Checksums agree with published values of "123456789".', async () => {
  const { root } = newWorld();
  await root.bucket('a-bucket');
  const known = { crc32: 'cbf43926', crc32c: 'e3069283', crc64nvme: 'ae8b14860a799888' };
  for (const [name, hex] of Object.entries(known)) {
    const headers = { [`x-amz-checksum-${name}`]: Buffer.from(hex, 'hex').toString('base64') };
    expect((await root.s3('PUT', `/a-bucket/${name}`, { body: '123456789', headers })).status).toBe(200);
  }
});

test('IncompleteBody and MalformedTrailerError: a chunked body that ends early or lacks its announced trailer.', async () => {
  const { root } = newWorld();
  await root.bucket('a-bucket');
  const headers = {
    'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    'x-amz-decoded-content-length': '5',
    'x-amz-trailer': 'x-amz-checksum-crc32',
  };
  const put = async (body: string) => root.s3('PUT', '/a-bucket/k', { body, headers });
  expect((await put('5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n')).status).toBe(200);
  expect((await root.s3('GET', '/a-bucket/k')).text).toBe('hello');
  expect((await put('5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n')).code).toBe('BadDigest');
  expect((await put('5\r\nhello\r\n0\r\n\r\n')).code).toBe('MalformedTrailerError');
  expect((await put('5\r\nhel')).code).toBe('IncompleteBody');
  expect((await put('4\r\nhell\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n')).code).toBe('IncompleteBody');
});

test('ExpiredToken and InvalidToken: the session of a role ends, and needs its own token.', async () => {
  const { world, clock, root } = newWorld();
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: '123456789012' }, Action: 'sts:AssumeRole' }],
  };
  await root.iam('CreateRole', { RoleName: 'r', AssumeRolePolicyDocument: JSON.stringify(trust) });
  const bob = await root.user('bob', [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }]);
  const { text } = await bob.sts('AssumeRole', {
    RoleArn: 'arn:aws:iam::123456789012:role/r',
    RoleSessionName: 'me',
    DurationSeconds: '900',
  });
  const key = { accessKeyID: tag(text, 'AccessKeyId'), secretAccessKey: tag(text, 'SecretAccessKey') };
  const session = new Client(world, clock, { ...key, token: tag(text, 'SessionToken') });
  expect((await session.sts('GetCallerIdentity')).text).toContain('assumed-role/r/me');
  expect((await new Client(world, clock, { ...key, token: 'another' }).s3('GET', '/')).code).toBe('InvalidToken');
  await clock.advance(900_000);
  expect((await session.s3('GET', '/')).code).toBe('ExpiredToken');
  expect((await session.sts('GetCallerIdentity')).code).toBe('ExpiredToken');
});

test('AccessDenied: a presigned request after its time; SignatureDoesNotMatch: one for another key.', async () => {
  const { root, world, clock } = newWorld();
  await root.bucket('a-bucket');
  await root.s3('PUT', '/a-bucket/k', { body: 'content' });
  const url = await root.presign('GET', '/a-bucket/k', 60);
  const get = async (to: string) => {
    const { status, body } = await world.service({ method: 'GET', url: new URL(to), headers: {} });
    return { status, text: Buffer.from(await readAll(body)).toString() };
  };
  expect(await get(url)).toEqual({ status: 200, text: 'content' });
  expect((await get(url.replace('/k?', '/other?'))).text).toContain('SignatureDoesNotMatch');
  await clock.advance(61_000);
  const late = await get(url);
  expect([late.status, late.text.includes('Request has expired')]).toEqual([403, true]);
});
