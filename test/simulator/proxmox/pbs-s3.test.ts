// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { bucket, cloud, datastore, least, stocked } from './cloud.ts';

const check = '/admin/s3/aws-s3-storage/check';

test('An endpoint is kept without asking S3, and its secret is never told.', async () => {
  const { admin, endpoint, world } = await cloud();
  expect((await admin.post('/config/s3', endpoint)).data).toBeNull();
  const shown = await admin.get('/config/s3/aws-s3-storage');
  expect(shown.data).toMatchObject({
    id: 'aws-s3-storage',
    region: 'ap-northeast-2',
    'access-key': endpoint['access-key'],
  });
  expect(shown.json['digest']).toMatch(/^[0-9a-f]{64}$/);
  expect(shown.text + (await admin.get('/config/s3')).text).not.toContain(endpoint['secret-key']);
  expect(world.s3Requests).toEqual([]);
});

test("400 s3 client config 'aws-s3-storage' already exists; 404 to delete what is not there.", async () => {
  const { admin, endpoint } = await cloud();
  await admin.post('/config/s3', endpoint);
  expect((await admin.post('/config/s3', endpoint)).text).toBe(
    "parameter verification failed - 'id': s3 client config 'aws-s3-storage' already exists.",
  );
  expect((await admin.delete('/config/s3/other')).status).toBe(404);
});

test.each([
  ['http://s3.example.com', 'endpoint'],
  ['under_score.example.com', 'endpoint'],
])('400 value does not match the regex pattern: the endpoint %s.', async (text, name) => {
  const { admin, endpoint } = await cloud();
  expect((await admin.post('/config/s3', { ...endpoint, endpoint: text })).text).toBe(
    `parameter verification failed - '${name}': value does not match the regex pattern`,
  );
});

test('put-rate-limit: PUT takes it and forgets it; everything else is changed, and delete is a list.', async () => {
  const { admin, endpoint } = await cloud();
  await admin.post('/config/s3', { ...endpoint, 'put-rate-limit': 5, 'path-style': 1 });
  await admin.put('/config/s3/aws-s3-storage', {
    'put-rate-limit': 9,
    'rate-in': '1MiB',
    delete: ['path-style', 'region'],
  });
  const { data } = await admin.get('/config/s3/aws-s3-storage');
  expect(data).toMatchObject({ 'put-rate-limit': 5, 'rate-in': '1 MiB' });
  expect((await admin.put('/config/s3/aws-s3-storage', { 'rate-in': 'fast' })).status).toBe(400);
  expect(Object.keys(data as object)).not.toContain('region');
});

test('A new secret changes no digest; anything else does.', async () => {
  const { admin, endpoint } = await cloud();
  await admin.post('/config/s3', endpoint);
  const digest = async () => (await admin.get('/config/s3/aws-s3-storage')).json['digest'] as string;
  const first = await digest();
  await admin.put('/config/s3/aws-s3-storage', { 'secret-key': 'planted-other', digest: first });
  expect(await digest()).toBe(first);
  await admin.put('/config/s3/aws-s3-storage', { port: 443, digest: first });
  expect((await admin.put('/config/s3/aws-s3-storage', { port: 444, digest: first })).text).toContain(
    'detected modified configuration',
  );
});

test.each([
  ['4.0.4', { 'provider-quirks': ['skip-if-none-match-header'] }],
  ['4.0.15', { 'rate-in': '1MiB' }],
])('400: what PBS %s does not have yet.', async (version, more) => {
  const { admin, endpoint } = await cloud({ version });
  expect((await admin.post('/config/s3', { ...endpoint, ...more })).text).toContain(
    'schema does not allow additional properties.',
  );
});

test('404: PBS 3.4 has no S3.', async () => {
  const { admin, endpoint } = await cloud({ version: '3.4.8' });
  expect((await admin.post('/config/s3', endpoint)).status).toBe(404);
});

test('check looks, writes, reads and deletes at the prefix, or at the bucket’s root.', async () => {
  const { admin, endpoint, world, keysIn } = await cloud();
  await admin.post('/config/s3', endpoint);
  expect(await admin.put(check, { bucket, 'store-prefix': 'vm-backup-s3' })).toMatchObject({ status: 200, data: null });
  expect(world.s3Requests.map(({ operation, key, status }) => [operation, key, status])).toEqual([
    ['HeadBucket', '', 200],
    ['PutObject', 'vm-backup-s3/.s3-client-test', 200],
    ['GetObject', 'vm-backup-s3/.s3-client-test', 200],
    ['DeleteObject', 'vm-backup-s3/.s3-client-test', 204],
  ]);
  await admin.put(check, { bucket });
  expect(world.s3Requests[5]?.key).toBe('.s3-client-test');
  expect(keysIn()).toEqual([]);
});

test('check: a policy for one prefix is enough with it, and not without.', async () => {
  const scoped = [least[0] ?? {}, { ...least[1], Resource: `arn:aws:s3:::${bucket}/vm-backup-s3/*` }];
  const { admin, endpoint } = await cloud({ statements: scoped });
  await admin.post('/config/s3', endpoint);
  expect((await admin.put(check, { bucket, 'store-prefix': 'vm-backup-s3' })).status).toBe(200);
  expect((await admin.put(check, { bucket })).text).toBe('put object failed: unexpected status code 403 Forbidden');
});

test.each([
  ['s3:ListBucket', 'bucket does not exist or no permission to access it'],
  ['s3:PutObject', 'put object failed: unexpected status code 403 Forbidden'],
  ['s3:GetObject', 'get object failed: object is archived and inaccessible until restored'],
  ['s3:DeleteObject', 'delete object failed: unexpected status code 403 Forbidden'],
])('check: a key that may not %s.', async (gone, message) => {
  const statements = least
    .map((one) => ({ ...one, Action: [one.Action].flat().filter((action) => action !== gone) }))
    .filter(({ Action }) => Action.length > 0);
  const { admin, endpoint } = await cloud({ statements });
  await admin.post('/config/s3', endpoint);
  expect(await admin.put(check, { bucket, 'store-prefix': 'x' })).toMatchObject({ status: 400, text: message });
});

test('A condition on s3:prefix breaks HeadBucket, which has none.', async () => {
  const narrow = [{ ...least[0], Condition: { StringLike: { 's3:prefix': 'vm-backup-s3/*' } } }, least[1] ?? {}];
  const { admin, endpoint } = await cloud({ statements: narrow });
  await admin.post('/config/s3', endpoint);
  expect((await admin.put(check, { bucket, 'store-prefix': 'x' })).text).toBe(
    'bucket does not exist or no permission to access it',
  );
});

test('Without a region it signs for us-west-1, and a bucket elsewhere refuses.', async () => {
  const { admin, endpoint } = await cloud();
  await admin.post('/config/s3', {
    ...endpoint,
    id: 'no-region',
    endpoint: '{{bucket}}.s3.ap-northeast-2.amazonaws.com',
    region: [],
  });
  expect((await admin.put('/admin/s3/no-region/check', { bucket, 'store-prefix': 'x' })).status).toBe(400);
});

test('check and list-buckets need rights on the very root.', async () => {
  const { admin, endpoint, pbs, server, root } = await cloud({
    statements: [...least, { Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' }],
  });
  await admin.post('/config/s3', { ...endpoint, endpoint: 's3.{{region}}.amazonaws.com', 'path-style': 1 });
  await root.bucket('another');
  const small = pbs(
    '192.168.0.30',
    server.token({ user: 'small@pbs', roles: [['/system/s3-endpoint', 'Admin']] }).authorization,
  );
  expect((await small.put(check, { bucket })).status).toBe(403);
  expect((await small.get('/config/s3/aws-s3-storage/list-buckets')).status).toBe(403);
  expect((await admin.get('/config/s3/aws-s3-storage/list-buckets')).data).toEqual([
    { name: 'another' },
    { name: bucket },
  ]);
});

test('in-use by datastore: an endpoint that one needs stays.', async () => {
  const { admin } = await stocked();
  expect(await admin.delete('/config/s3/aws-s3-storage')).toMatchObject({
    status: 400,
    text: `in-use by datastore ${String(datastore['name'])}`,
  });
});

test('A rotated key shows at the next request, and a new one heals it without a restart.', async () => {
  const { admin, root, endpoint } = await stocked();
  await root.iam('DeleteAccessKey', { UserName: 'pbs', AccessKeyId: String(endpoint['access-key']) });
  expect((await admin.put(check, { bucket })).text).toBe('bucket does not exist or no permission to access it');
  const { credentials } = await root.keyOf('pbs');
  await admin.put('/config/s3/aws-s3-storage', {
    'access-key': credentials?.accessKeyID ?? '',
    'secret-key': credentials?.secretAccessKey ?? '',
  });
  expect((await admin.put(check, { bucket })).status).toBe(200);
});

test('A clock that is off by an hour: S3 refuses what it signs.', async () => {
  const { admin, endpoint, server } = await cloud();
  await admin.post('/config/s3', endpoint);
  server.skew(3_600_000);
  expect((await admin.put(check, { bucket })).status).toBe(400);
});
