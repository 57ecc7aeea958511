// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { Client, newWorld, tag, tags } from './client.ts';

const constraint = (region: string): string =>
  `<CreateBucketConfiguration><LocationConstraint>${region}</LocationConstraint></CreateBucketConfiguration>`;

test('A new bucket is private, owner-enforced, encrypted and without versions, as AWS makes them.', async () => {
  const { root } = newWorld();
  await root.bucket('new-bucket');
  const get = async (sub: string) => (await root.s3('GET', '/new-bucket', { query: { [sub]: '' } })).text;
  const block = await get('publicAccessBlock');
  for (const name of ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'])
    expect(tag(block, name)).toBe('true');
  expect(tag(await get('ownershipControls'), 'ObjectOwnership')).toBe('BucketOwnerEnforced');
  expect(tag(await get('encryption'), 'SSEAlgorithm')).toBe('AES256');
  expect(tag(await get('encryption'), 'EncryptionType')).toBe('SSE-C');
  expect(tag(await get('versioning'), 'Status')).toBe('');
  expect(tag(await get('requestPayment'), 'Payer')).toBe('BucketOwner');
});

test.each([
  'ab',
  'Upper-case',
  'under_score',
  '-dash',
  'dot..dot',
  '192.168.1.1',
  'xn--abc',
  'name-s3alias',
  'x'.repeat(64),
])('InvalidBucketName: %s.', async (name) => {
  const { root } = newWorld();
  expect(await root.bucket(name)).toMatchObject({ status: 400, code: 'InvalidBucketName' });
});

test('BucketAlreadyOwnedByYou: made twice; in us-east-1 the second time is a success.', async () => {
  const { root, world, clock } = newWorld();
  await root.bucket('twice');
  expect(await root.bucket('twice')).toMatchObject({ status: 409, code: 'BucketAlreadyOwnedByYou' });
  const virginia = new Client(world, clock, root.credentials, 'us-east-1');
  expect((await virginia.bucket('east')).status).toBe(200);
  expect((await virginia.bucket('east')).status).toBe(200);
  expect((await virginia.bucket('twice')).code).toBe('BucketAlreadyOwnedByYou');
});

test("BucketAlreadyExists: the name is another account's, anywhere.", async () => {
  const { root, world, clock } = newWorld();
  await root.bucket('taken');
  const other = new Client(world, clock, world.account('999999999999').rootKey, 'us-east-1');
  expect(await other.bucket('taken')).toMatchObject({ status: 409, code: 'BucketAlreadyExists' });
});

test('OperationAborted: a deleted name is not free at once.', async () => {
  const { root, clock } = newWorld({ bucketReuseMs: 30_000 });
  await root.bucket('again');
  await root.s3('DELETE', '/again');
  expect(await root.bucket('again')).toMatchObject({ status: 409, code: 'OperationAborted' });
  await clock.advance(30_000);
  expect((await root.bucket('again')).status).toBe(200);
});

test('IllegalLocationConstraintException and InvalidLocationConstraint: a region that does not fit the endpoint, or is none.', async () => {
  const { root, world, clock } = newWorld();
  expect((await root.s3('PUT', '/a-bucket')).code).toBe('IllegalLocationConstraintException');
  expect((await root.s3('PUT', '/a-bucket', { body: constraint('eu-west-1') })).code).toBe(
    'IllegalLocationConstraintException',
  );
  expect((await root.s3('PUT', '/a-bucket', { body: constraint('us-east-1') })).code).toBe('InvalidLocationConstraint');
  expect((await root.s3('PUT', '/a-bucket', { body: constraint('moon-1') })).code).toBe('InvalidLocationConstraint');
  const global = new Client(world, clock, root.credentials, 'us-east-1');
  expect(
    (await global.s3('PUT', '/a-bucket', { host: 's3.amazonaws.com', body: constraint('eu-west-1') })).status,
  ).toBe(200);
  expect(world.account('123456789012').buckets()[0]?.region).toBe('eu-west-1');
});

test('MalformedXML: a configuration with an element that S3 does not know, or none at all.', async () => {
  const { root } = newWorld();
  const put = async (body: string) => (await root.s3('PUT', '/a-bucket', { body })).code;
  expect(await put('<CreateBucketConfiguration><Place>x</Place></CreateBucketConfiguration>')).toBe('MalformedXML');
  expect(await put('<Other/>')).toBe('MalformedXML');
  expect(await put('<CreateBucketConfiguration>')).toBe('MalformedXML');
  expect(await put('<!DOCTYPE x [<!ENTITY a "b">]><CreateBucketConfiguration/>')).toBe('MalformedXML');
});

test("TooManyBuckets: the account's quota.", async () => {
  const { root } = newWorld({ quotas: { buckets: 1 } });
  await root.bucket('first-one');
  expect(await root.bucket('second-one')).toMatchObject({ status: 400, code: 'TooManyBuckets' });
});

test('InvalidArgument and InvalidBucketAclWithObjectOwnership: an unknown ownership, a public ACL.', async () => {
  const { root } = newWorld();
  const put = async (headers: Record<string, string>) =>
    (await root.s3('PUT', '/a-bucket', { body: constraint('ap-northeast-2'), headers })).code;
  expect(await put({ 'x-amz-object-ownership': 'Nobody' })).toBe('InvalidArgument');
  expect(await put({ 'x-amz-acl': 'public-read' })).toBe('InvalidBucketAclWithObjectOwnership');
});

test('Tags at creation need s3:TagResource.', async () => {
  const { root, world } = newWorld();
  const tagged =
    '<CreateBucketConfiguration><LocationConstraint>ap-northeast-2</LocationConstraint><Tags><Tag><Key>owner</Key><Value>us</Value></Tag></Tags></CreateBucketConfiguration>';
  const maker = await root.user('maker', [{ Effect: 'Allow', Action: 's3:CreateBucket', Resource: '*' }]);
  const refused = await maker.s3('PUT', '/a-bucket', { body: tagged });
  expect(refused.code).toBe('AccessDenied');
  expect(refused.text).toContain('s3:TagResource');
  const tagger = await root.user('tagger', [
    {
      Effect: 'Allow',
      Action: ['s3:CreateBucket', 's3:TagResource'],
      Resource: 'arn:aws:s3:::a-*',
      Condition: {
        StringEquals: { 'aws:RequestTag/owner': 'us' },
        'ForAllValues:StringEquals': { 'aws:TagKeys': ['owner'] },
      },
    },
  ]);
  expect((await tagger.s3('PUT', '/a-bucket', { body: tagged })).status).toBe(200);
  expect((await tagger.bucket('a-plain')).code).toBe('AccessDenied');
  expect(world.account('123456789012').buckets()[0]?.tags).toEqual([['owner', 'us']]);
});

test('NoSuchBucket: every call to a bucket that is not there.', async () => {
  const { root } = newWorld();
  expect(await root.s3('GET', '/none-here', { query: { versioning: '' } })).toMatchObject({
    status: 404,
    code: 'NoSuchBucket',
  });
  expect(await root.s3('HEAD', '/none-here')).toMatchObject({ status: 404, text: '' });
  expect((await root.s3('DELETE', '/none-here')).code).toBe('NoSuchBucket');
});

test('PermanentRedirect and AuthorizationHeaderMalformed: the wrong region, with the right one in a header.', async () => {
  const { root, world, clock } = newWorld();
  await root.bucket('at-home');
  const ireland = new Client(world, clock, root.credentials, 'eu-west-1');
  const answer = await ireland.s3('GET', '/at-home', { query: { versioning: '' } });
  expect(answer).toMatchObject({ status: 301, code: 'PermanentRedirect' });
  expect(answer.headers['x-amz-bucket-region']).toBe('ap-northeast-2');
  expect((await ireland.s3('HEAD', '/at-home')).status).toBe(301);
  const virginia = new Client(world, clock, root.credentials, 'us-east-1');
  expect(await virginia.s3('GET', '/at-home', { query: { versioning: '' } })).toMatchObject({
    status: 400,
    code: 'AuthorizationHeaderMalformed',
  });
  expect((await virginia.s3('HEAD', '/at-home')).headers['x-amz-bucket-region']).toBe('ap-northeast-2');
});

test('AccessDenied: an expected owner that is not the owner; InvalidBucketOwnerAWSAccountID: one that is no account.', async () => {
  const { root } = newWorld();
  await root.bucket('mine');
  const get = async (owner: string) =>
    root.s3('GET', '/mine', { query: { versioning: '' }, headers: { 'x-amz-expected-bucket-owner': owner } });
  expect((await get('123456789012')).status).toBe(200);
  expect(await get('999999999999')).toMatchObject({ status: 403, code: 'AccessDenied' });
  expect((await get('me')).code).toBe('InvalidBucketOwnerAWSAccountID');
});

test('NotImplemented: a sub-resource, a query name or a header that is not simulated is never taken for another operation.', async () => {
  const { root, world } = newWorld();
  await root.bucket('a-bucket');
  expect(await root.s3('PUT', '/a-bucket', { query: { metrics: '' } })).toMatchObject({
    status: 501,
    code: 'NotImplemented',
  });
  expect((await root.s3('GET', '/a-bucket', { query: { replication: '' } })).code).toBe('NotImplemented');
  expect((await root.s3('GET', '/a-bucket', { query: { surprise: '1', versioning: '' } })).code).toBe('NotImplemented');
  expect((await root.s3('PUT', '/a-bucket/k', { headers: { 'x-amz-website-redirect-location': '/' } })).code).toBe(
    'NotImplemented',
  );
  expect((await root.s3('PUT', '/new-bucket', { query: { acl: '' } })).code).toBe('NotImplemented');
  expect(world.account('123456789012').buckets()).toHaveLength(1);
});

test('MethodNotAllowed: no operation has this method here.', async () => {
  const { root } = newWorld();
  expect(await root.s3('POST', '/')).toMatchObject({ status: 405, code: 'MethodNotAllowed' });
});

test('BucketNotEmpty: as long as a version or a delete marker is left.', async () => {
  const { root } = newWorld();
  await root.bucket('full');
  await root.set('full', 'versioning', '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>');
  const put = await root.s3('PUT', '/full/k', { body: 'x' });
  const marker = await root.s3('DELETE', '/full/k');
  expect(await root.s3('DELETE', '/full')).toMatchObject({ status: 409, code: 'BucketNotEmpty' });
  await root.s3('DELETE', '/full/k', { query: { versionId: put.headers['x-amz-version-id'] ?? '' } });
  expect((await root.s3('DELETE', '/full')).code).toBe('BucketNotEmpty');
  await root.s3('DELETE', '/full/k', { query: { versionId: marker.headers['x-amz-version-id'] ?? '' } });
  expect((await root.s3('DELETE', '/full')).status).toBe(204);
});

test('ListBuckets shows a bucket late and forgets it late; HeadBucket knows at once. Pages, prefix and region.', async () => {
  const { root, clock } = newWorld({ lagMs: 5000 });
  for (const name of ['aa-1', 'aa-2', 'bb-1']) await root.bucket(name);
  expect((await root.s3('HEAD', '/aa-1')).status).toBe(200);
  expect(tags((await root.s3('GET', '/')).text, 'Name')).toEqual([]);
  await clock.advance(5000);
  expect(tags((await root.s3('GET', '/')).text, 'Name')).toEqual(['aa-1', 'aa-2', 'bb-1']);
  const first = await root.s3('GET', '/', { query: { 'max-buckets': '2' } });
  expect(tags(first.text, 'Name')).toEqual(['aa-1', 'aa-2']);
  expect(tag(first.text, 'BucketRegion')).toBe('ap-northeast-2');
  const second = await root.s3('GET', '/', {
    query: { 'max-buckets': '2', 'continuation-token': tag(first.text, 'ContinuationToken') },
  });
  expect(tags(second.text, 'Name')).toEqual(['bb-1']);
  expect(tags((await root.s3('GET', '/', { query: { prefix: 'bb' } })).text, 'Name')).toEqual(['bb-1']);
  await root.s3('DELETE', '/aa-1');
  expect((await root.s3('HEAD', '/aa-1')).status).toBe(404);
  expect(tags((await root.s3('GET', '/')).text, 'Name')).toHaveLength(3);
  await clock.advance(5000);
  expect(tags((await root.s3('GET', '/')).text, 'Name')).toHaveLength(2);
});

test('AccessDenied: HeadBucket needs s3:ListBucket, ListBuckets needs s3:ListAllMyBuckets, and another account sees nothing.', async () => {
  const { root, world, clock } = newWorld();
  await root.bucket('guarded');
  const weak = await root.user('weak', [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }]);
  expect((await weak.s3('HEAD', '/guarded')).status).toBe(403);
  expect((await weak.s3('GET', '/')).text).toContain('s3:ListAllMyBuckets');
  const lister = await root.user('lister', [
    { Effect: 'Allow', Action: 's3:listbucket', Resource: 'arn:aws:s3:::guard??' },
  ]);
  expect((await lister.s3('HEAD', '/guarded')).status).toBe(200);
  const other = new Client(world, clock, world.account('999999999999').rootKey);
  expect((await other.s3('HEAD', '/guarded')).status).toBe(403);
});
