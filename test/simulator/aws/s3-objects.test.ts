// SPDX-License-Identifier: GPL-3.0-or-later
import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { newWorld, tag, tags, type Client } from './client.ts';

const day = 86_400_000;

async function ready(versioned = false) {
  const made = newWorld();
  const { root } = made;
  await root.bucket('a-bucket');
  if (versioned)
    await root.set(
      'a-bucket',
      'versioning',
      '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>',
    );
  const put = async (key: string, body = 'x', headers: Record<string, string> = {}) =>
    root.s3('PUT', `/a-bucket/${key}`, { body, headers });
  const versions = () => made.world.account('123456789012').buckets()[0]?.objects ?? [];
  return { ...made, put, versions };
}

async function deleteObjects(client: Client, inner: string) {
  const body = `<Delete>${inner}</Delete>`;
  const md5 = createHash('md5').update(body).digest('base64');
  return client.s3('POST', '/a-bucket', { query: { delete: '' }, body, headers: { 'content-md5': md5 } });
}

test('PreconditionFailed: If-None-Match on what is there; a delete marker counts as nothing.', async () => {
  const { root, put } = await ready(true);
  expect((await put('k', 'x', { 'if-none-match': '*' })).status).toBe(200);
  expect(await put('k', 'x', { 'if-none-match': '*' })).toMatchObject({ status: 412, code: 'PreconditionFailed' });
  await root.s3('DELETE', '/a-bucket/k');
  expect((await put('k', 'x', { 'if-none-match': '*' })).status).toBe(200);
  expect((await put('k', 'y', { 'if-match': '"0123"' })).code).toBe('PreconditionFailed');
  expect((await put('none', 'y', { 'if-match': '"0123"' })).code).toBe('NoSuchKey');
});

test('Without versioning an object is replaced and gone when deleted; with it a delete leaves a marker.', async () => {
  const { root, put, versions } = await ready();
  await put('k', '1');
  await put('k', '2');
  expect(versions()).toHaveLength(1);
  await root.s3('DELETE', '/a-bucket/k');
  expect(versions()).toHaveLength(0);
  await root.set(
    'a-bucket',
    'versioning',
    '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>',
  );
  const first = await put('k', '1');
  await put('k', '2');
  const gone = await root.s3('DELETE', '/a-bucket/k');
  expect(gone.headers['x-amz-delete-marker']).toBe('true');
  const missing = await root.s3('GET', '/a-bucket/k');
  expect(missing).toMatchObject({ status: 404, code: 'NoSuchKey' });
  expect(missing.headers['x-amz-delete-marker']).toBe('true');
  expect(
    (await root.s3('GET', '/a-bucket/k', { query: { versionId: first.headers['x-amz-version-id'] ?? '' } })).text,
  ).toBe('1');
  await root.s3('DELETE', '/a-bucket/k', { query: { versionId: gone.headers['x-amz-version-id'] ?? '' } });
  expect((await root.s3('GET', '/a-bucket/k')).text).toBe('2');
});

test('NoSuchVersion, InvalidArgument and MethodNotAllowed: a version that is not there, is no version, is a delete marker.', async () => {
  const { root, put } = await ready(true);
  await put('k');
  const get = async (versionId: string) => root.s3('GET', '/a-bucket/k', { query: { versionId } });
  expect(await get('A'.repeat(32))).toMatchObject({ status: 404, code: 'NoSuchVersion' });
  expect(await get('!')).toMatchObject({ status: 400, code: 'InvalidArgument' });
  const marker = await root.s3('DELETE', '/a-bucket/k');
  expect(await get(marker.headers['x-amz-version-id'] ?? '')).toMatchObject({ status: 405, code: 'MethodNotAllowed' });
});

test('Suspended versioning writes the version "null" over itself and keeps the others.', async () => {
  const { root, put, versions } = await ready(true);
  await put('k', '1');
  await root.set(
    'a-bucket',
    'versioning',
    '<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>',
  );
  await put('k', '2');
  await put('k', '3');
  expect(versions().map(({ id, body }) => [id === 'null', Buffer.from(body).toString()])).toEqual([
    [false, '1'],
    [true, '3'],
  ]);
  await root.s3('DELETE', '/a-bucket/k');
  expect(versions().map(({ deleteMarker }) => deleteMarker)).toEqual([false, true]);
});

test('NoSuchKey or AccessDenied: a missing object is a 404 only for whom may list.', async () => {
  const { root } = await ready();
  const reader = await root.user('reader', [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }]);
  expect(await reader.s3('GET', '/a-bucket/none')).toMatchObject({ status: 403, code: 'AccessDenied' });
  expect((await reader.s3('HEAD', '/a-bucket/none')).status).toBe(403);
  const lister = await root.user('lister', [
    { Effect: 'Allow', Action: ['s3:GetObject', 's3:ListBucket'], Resource: '*' },
  ]);
  expect(await lister.s3('GET', '/a-bucket/none')).toMatchObject({ status: 404, code: 'NoSuchKey' });
});

test('InvalidRange: behind the end. Other ranges cut the body.', async () => {
  const { root, put } = await ready();
  await put('k', 'hello world');
  const get = async (range: string) => root.s3('GET', '/a-bucket/k', { headers: { range } });
  expect(await get('bytes=0-4')).toMatchObject({ status: 206, text: 'hello' });
  expect((await get('bytes=-5')).text).toBe('world');
  expect(await get('bytes=99-')).toMatchObject({ status: 416, code: 'InvalidRange' });
});

test('NotModified: If-None-Match of the same tag; PreconditionFailed: If-Match of another.', async () => {
  const { root, put } = await ready();
  const { headers } = await put('k');
  expect(await root.s3('GET', '/a-bucket/k', { headers: { 'if-none-match': headers['etag'] ?? '' } })).toMatchObject({
    status: 304,
    text: '',
  });
  expect((await root.s3('GET', '/a-bucket/k', { headers: { 'if-match': '"0"' } })).code).toBe('PreconditionFailed');
});

test('AccessControlListNotSupported, InvalidStorageClass, KeyTooLongError, MetadataTooLarge: an object that S3 does not take.', async () => {
  const { put } = await ready();
  expect((await put('k', 'x', { 'x-amz-acl': 'public-read' })).code).toBe('AccessControlListNotSupported');
  expect((await put('k', 'x', { 'x-amz-acl': 'bucket-owner-full-control' })).status).toBe(200);
  expect((await put('k', 'x', { 'x-amz-storage-class': 'ATTIC' })).code).toBe('InvalidStorageClass');
  expect((await put('k'.repeat(1025))).code).toBe('KeyTooLongError');
  expect((await put('k', 'x', { 'x-amz-meta-long': 'v'.repeat(2048) })).code).toBe('MetadataTooLarge');
});

test('Listing pages through keys and common prefixes, each once.', async () => {
  const { root, put } = await ready();
  for (const key of ['a', 'b/1', 'b/2', 'c', 'd/1']) await put(key);
  const seen: string[] = [];
  let token = '';
  do {
    const query = {
      'list-type': '2',
      delimiter: '/',
      'max-keys': '1',
      ...(token ? { 'continuation-token': token } : {}),
    };
    const { text } = await root.s3('GET', '/a-bucket', { query });
    seen.push(...tags(text, 'Key'), ...tags(text, 'Prefix').filter(Boolean));
    token = tag(text, 'NextContinuationToken');
  } while (token);
  expect(seen).toEqual(['a', 'b/', 'c', 'd/']);
});

test('Versions page by key and version, newest first.', async () => {
  const { root, put } = await ready(true);
  for (const body of ['1', '2', '3']) await put('k', body);
  await root.s3('DELETE', '/a-bucket/k');
  await put('l');
  const seen: string[] = [];
  let markers: Record<string, string> = {};
  for (;;) {
    const { text } = await root.s3('GET', '/a-bucket', { query: { versions: '', 'max-keys': '2', ...markers } });
    seen.push(...tags(text, 'VersionId'));
    if (tag(text, 'IsTruncated') === 'false') break;
    markers = { 'key-marker': tag(text, 'NextKeyMarker'), 'version-id-marker': tag(text, 'NextVersionIdMarker') };
  }
  expect(new Set(seen).size).toBe(5);
  expect(seen).toHaveLength(5);
});

test('AccessDenied: an s3:prefix condition restricts listing, and refuses HeadBucket, which has no prefix.', async () => {
  const { root } = await ready();
  const user = await root.user('u', [
    { Effect: 'Allow', Action: 's3:ListBucket', Resource: '*', Condition: { StringLike: { 's3:prefix': ['mine/*'] } } },
  ]);
  expect((await user.s3('GET', '/a-bucket', { query: { 'list-type': '2', prefix: 'mine/x' } })).status).toBe(200);
  expect((await user.s3('GET', '/a-bucket', { query: { 'list-type': '2', prefix: 'yours/' } })).code).toBe(
    'AccessDenied',
  );
  expect((await user.s3('HEAD', '/a-bucket')).status).toBe(403);
});

test('DeleteObjects judges each object by itself; MalformedXML beyond 1,000, InvalidRequest without a checksum.', async () => {
  const { root, put, versions } = await ready();
  await put('mine/1');
  await put('yours/1');
  const user = await root.user('u', [
    { Effect: 'Allow', Action: 's3:DeleteObject', Resource: 'arn:aws:s3:::a-bucket/mine/*' },
  ]);
  const { text } = await deleteObjects(user, '<Object><Key>mine/1</Key></Object><Object><Key>yours/1</Key></Object>');
  expect(/<Deleted><Key>mine\/1<\/Key>/.test(text)).toBe(true);
  expect(/<Error><Key>yours\/1<\/Key><Code>AccessDenied<\/Code>/.test(text)).toBe(true);
  expect(versions().map(({ key }) => key)).toEqual(['yours/1']);
  expect((await deleteObjects(root, '<Object><Key>k</Key></Object>'.repeat(1001))).code).toBe('MalformedXML');
  expect((await root.s3('POST', '/a-bucket', { query: { delete: '' }, body: '<Delete/>' })).code).toBe(
    'InvalidRequest',
  );
});

test('CopyObject needs to read the source and to write the target; InvalidRequest: onto itself unchanged.', async () => {
  const { root, put } = await ready();
  await put('from', 'content', { 'x-amz-meta-a': '1' });
  const copy = { headers: { 'x-amz-copy-source': '/a-bucket/from' } };
  const writer = await root.user('w', [{ Effect: 'Allow', Action: 's3:PutObject', Resource: '*' }]);
  expect((await writer.s3('PUT', '/a-bucket/to', copy)).text).toContain('s3:GetObject');
  expect((await root.s3('PUT', '/a-bucket/to', copy)).status).toBe(200);
  const got = await root.s3('GET', '/a-bucket/to');
  expect([got.text, got.headers['x-amz-meta-a']]).toEqual(['content', '1']);
  expect((await root.s3('PUT', '/a-bucket/from', copy)).code).toBe('InvalidRequest');
});

test('EntityTooSmall, InvalidPart, InvalidPartOrder, NoSuchUpload, InvalidArgument: a multipart upload that does not fit together.', async () => {
  const { root, world } = await ready();
  const path = '/a-bucket/big';
  const uploadId = tag((await root.s3('POST', path, { query: { uploads: '' } })).text, 'UploadId');
  const part = async (partNumber: string, body: string) =>
    root.s3('PUT', path, { query: { partNumber, uploadId }, body });
  const listed = (parts: [string, string][]): string =>
    `<CompleteMultipartUpload>${parts.map(([number, etag]) => `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag></Part>`).join('')}</CompleteMultipartUpload>`;
  const complete = async (parts: [string, string][]) =>
    root.s3('POST', path, { query: { uploadId }, body: listed(parts) });
  expect((await part('0', 'x')).code).toBe('InvalidArgument');
  const small = (await part('1', 'x')).headers['etag'] ?? '';
  const last = (await part('2', 'end')).headers['etag'] ?? '';
  expect(
    (
      await complete([
        ['1', small],
        ['2', last],
      ])
    ).code,
  ).toBe('EntityTooSmall');
  expect(
    (
      await complete([
        ['2', last],
        ['1', small],
      ])
    ).code,
  ).toBe('InvalidPartOrder');
  expect((await complete([['1', '"0"']])).code).toBe('InvalidPart');
  expect(tags((await root.s3('GET', '/a-bucket', { query: { uploads: '' } })).text, 'UploadId')).toEqual([uploadId]);
  const large = (await part('1', 'x'.repeat(5 * 1024 * 1024))).headers['etag'] ?? '';
  expect(
    tag(
      (
        await complete([
          ['1', large],
          ['2', last],
        ])
      ).text,
      'ETag',
    ),
  ).toMatch(/-2&quot;$/);
  expect((await complete([['1', large]])).code).toBe('NoSuchUpload');
  expect(world.account('123456789012').buckets()[0]?.objects[0]?.body.byteLength).toBe(5 * 1024 * 1024 + 3);
});

test('Lifecycle runs with the clock: noncurrent versions, their delete markers and uploads go at midnight.', async () => {
  const { root, clock, put, versions, world } = await ready(true);
  const rule =
    '<Rule><ID>r</ID><Filter><Prefix></Prefix></Filter><Status>Enabled</Status><Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration><NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays></NoncurrentVersionExpiration><AbortIncompleteMultipartUpload><DaysAfterInitiation>1</DaysAfterInitiation></AbortIncompleteMultipartUpload></Rule>';
  await root.set('a-bucket', 'lifecycle', `<LifecycleConfiguration>${rule}</LifecycleConfiguration>`);
  await put('k', '1');
  await put('k', '2');
  await put('canary', 'x');
  await root.s3('DELETE', '/a-bucket/canary');
  await root.s3('POST', '/a-bucket/up', { query: { uploads: '' } });
  // 09:00 plus one day, rounded up: midnight after tomorrow
  await clock.advance(day);
  expect(versions()).toHaveLength(4);
  await clock.advance(day);
  expect(versions().map(({ key, body }) => [key, Buffer.from(body).toString()])).toEqual([['k', '2']]);
  expect(world.account('123456789012').buckets()[0]?.uploads).toEqual([]);
});

test('Lifecycle expires current versions by age, and keeps the newest noncurrent ones it was told to keep.', async () => {
  const { root, clock, put, versions } = await ready(true);
  const rule =
    '<Rule><ID>r</ID><Filter><Prefix>old/</Prefix></Filter><Status>Enabled</Status><Expiration><Days>2</Days></Expiration><NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays><NewerNoncurrentVersions>1</NewerNoncurrentVersions></NoncurrentVersionExpiration></Rule>';
  await root.set('a-bucket', 'lifecycle', `<LifecycleConfiguration>${rule}</LifecycleConfiguration>`);
  for (const body of ['1', '2', '3']) await put('old/k', body);
  await put('new/k');
  await clock.advance(30 * day);
  const left = versions().map(({ key, deleteMarker, body }) => [key, deleteMarker, Buffer.from(body).toString()]);
  expect(left).toEqual([
    ['old/k', false, '3'],
    ['old/k', true, ''],
    ['new/k', false, 'x'],
  ]);
});
