// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { bucket, cloud, datastore, least, stocked, type Cloud } from './cloud.ts';

const name = String(datastore['name']);
const config = `/config/datastore/${name}`;
const create = (at: Cloud, more: object = {}) => at.admin.post('/config/datastore', { ...datastore, ...more });
const made = async (at: Cloud, more: object = {}) => at.overAt(at.admin, (await create(at, more)).data);

test('A datastore is made by a task: the marker of its server and the first chunk are in the bucket then.', async () => {
  const at = await stocked({ options: { 'gc-schedule': 'daily', comment: 'by hand' } });
  expect((await at.admin.get(config)).data).toEqual({
    name,
    path: datastore['path'],
    backend: `bucket=${bucket},client=aws-s3-storage,type=s3`,
    'gc-schedule': 'daily',
    comment: 'by hand',
  });
  expect([...at.keysIn()].sort()).toEqual([
    expect.stringMatching(/^vm-backup-s3\/\.chunks\/[0-9a-f]{4}\/[0-9a-f]{64}$/),
    'vm-backup-s3/.in-use',
  ]);
});

test('400 failed to access bucket: asked before the task is begun.', async () => {
  const at = await cloud();
  await at.admin.post('/config/s3', at.endpoint);
  const answer = await create(at, { backend: 'type=s3,client=aws-s3-storage,bucket=not-there' });
  expect(answer).toMatchObject({
    status: 400,
    text: 'failed to access bucket: bucket does not exist or no permission to access it',
  });
  expect((await create(at, { backend: 'type=s3,client=none,bucket=not-there' })).text).toBe(
    "no such s3-endpoint 'none'",
  );
});

test.each(['with.dots', 'xn--bucket', 'amzn-s3-demo-x', 'bucket--ol-s3', 'ab', 'UPPER'])(
  '400 invalid bucket name: %s.',
  async (bad) => {
    const at = await cloud();
    expect((await create(at, { backend: `type=s3,client=aws-s3-storage,bucket=${bad}` })).text).toBe(
      "parameter verification failed - 'backend': invalid bucket name",
    );
  },
);

test('400: a backend without its parts, a name that is taken, a path inside another’s.', async () => {
  const at = await stocked();
  expect((await create(at, { name: 'other', backend: 'type=s3,bucket=x-y' })).text).toContain('missing client');
  expect((await create(at)).text).toBe(`parameter verification failed - 'name': datastore '${name}' already exists.`);
  expect((await create(at, { name: 'other' })).text).toContain('nested datastores not allowed');
  expect((await create(at, { name: 'other', path: 'relative' })).status).toBe(400);
  expect((await create(at, { name: 'other', path: '/x', 'gc-schedule': 'never' })).text).toContain('calendar event');
});

test('Unable to acquire lock: one datastore at a time.', async () => {
  const at = await cloud();
  await at.admin.post('/config/s3', at.endpoint);
  await create(at);
  expect((await create(at, { name: 'other', path: '/other' })).text).toContain('Unable to acquire lock');
});

test('Bucket already contains datastore in use by host: the marker of another server, until it is told to overwrite it.', async () => {
  const at = await stocked();
  const other = at.world.addPbs({ address: '192.168.0.31', hostname: 'other' });
  const admin = at.pbs('192.168.0.31', other.token().authorization);
  await admin.post('/config/s3', at.endpoint);
  const tries = async (more: object) =>
    at.overAt(admin, (await admin.post('/config/datastore', { ...datastore, ...more })).data);
  expect(await tries({})).toBe('Bucket already contains datastore in use by host pbs');
  expect(await tries({ 'reuse-datastore': 1 })).toBe('Bucket already contains datastore in use by host pbs');
  expect(await tries({ 'reuse-datastore': 1, 'overwrite-in-use': 1 })).toBe('OK');
});

test('EEXIST: File exists: what a failed creation leaves stops the next one, until it reuses it.', async () => {
  const readOnly = [least[0] ?? {}, { ...least[1], Action: ['s3:GetObject'] }];
  const at = await cloud({ statements: readOnly });
  await at.admin.post('/config/s3', at.endpoint);
  expect(await made(at)).toBe('unexpected status code 403 Forbidden');
  const document = JSON.stringify({ Version: '2012-10-17', Statement: least });
  await at.root.iam('PutUserPolicy', { UserName: 'pbs', PolicyName: 'p', PolicyDocument: document });
  expect(await made(at)).toMatch(/^unable to create chunk store .*\.chunks" - EEXIST: File exists$/);
  expect(await made(at, { 'reuse-datastore': 1 })).toBe('OK');
});

test('A failure after the marker leaves it: in use by the server itself.', async () => {
  const at = await cloud();
  await at.admin.post('/config/s3', at.endpoint);
  at.server.fill('/mnt/datastore/cache');
  expect(await made(at)).toContain('No space left on device');
  at.server.fill('/mnt/datastore/cache', false);
  at.server.tellTasks('create-datastore', 'atime safety check failed');
  expect(await made(at)).toBe('atime safety check failed');
});

test('Detached, the bucket keeps its objects without the marker; destroyed, nothing is left of the store.', async () => {
  const at = await stocked();
  expect(await at.overAt(at.admin, (await at.admin.delete(config)).data)).toBe('OK');
  expect(at.keysIn('vm-backup-s3/.in-use')).toEqual([]);
  expect(at.keysIn()).toHaveLength(1);
  expect(await made(at)).toContain('EEXIST');
  expect(await made(at, { 'reuse-datastore': 1 })).toBe('OK');
  expect(await at.overAt(at.admin, (await at.admin.delete(config, { 'destroy-data': 1 })).data)).toBe('OK');
  expect(at.keysIn()).toEqual([]);
});

test('Name, path and backend cannot be changed; the rest can, and delete is a list.', async () => {
  const at = await stocked({ options: { comment: 'x', 'gc-schedule': 'daily' } });
  expect((await at.admin.put(config, { path: '/other' })).text).toContain(
    'schema does not allow additional properties',
  );
  await at.admin.put(config, { 'gc-schedule': 'weekly', 'verify-new': 1, delete: ['comment'] });
  expect((await at.admin.get(config)).data).toEqual(expect.not.objectContaining({ comment: 'x' }));
  expect((await at.admin.get(config)).data).toMatchObject({ 'gc-schedule': 'weekly', 'verify-new': true });
});

test('What to keep, given with the datastore, becomes a job of its own.', async () => {
  const at = await stocked({ options: { 'keep-last': 3, 'prune-schedule': 'daily' } });
  expect((await at.admin.get('/config/prune')).data).toEqual([
    { id: expect.stringMatching(/^default-vm-backup-s3-/), store: name, schedule: 'daily', 'keep-last': 3 },
  ]);
});

test('Looking at a datastore asks S3 nothing, and tells the sizes of the cache’s file system.', async () => {
  const at = await stocked();
  at.world.s3Requests.length = 0;
  const { data } = await at.admin.get(`/admin/datastore/${name}/status`, { verbose: 1 });
  expect(data).toMatchObject({ total: 64 * 1024 ** 3, 'backend-type': 's3', 's3-statistics': { put: 0, head: 0 } });
  for (const path of [
    '/admin/datastore',
    '/admin/gc',
    '/admin/prune',
    '/admin/verify',
    '/status/datastore-usage',
    `/admin/datastore/${name}/snapshots`,
    `/admin/datastore/${name}/groups`,
    '/nodes/localhost/tasks',
  ])
    expect((await at.admin.get(path)).status).toBe(200);
  await at.admin.put('/admin/s3/aws-s3-storage/reset-counters');
  expect((await at.admin.get(`/admin/datastore/${name}/status`, { verbose: 1 })).data).toMatchObject({
    's3-statistics': { put: 0 },
  });
  expect(at.world.s3Requests).toEqual([]);
});

test('Counters and types of backends are told since 4.1.6.', async () => {
  const at = await stocked({ version: '4.1.0' });
  expect((await at.admin.get(`/admin/datastore/${name}/status`, { verbose: 1 })).data).not.toHaveProperty(
    's3-statistics',
  );
  expect((await at.admin.get('/admin/datastore')).data).toEqual([{ store: name, 'mount-status': 'nonremovable' }]);
});

test('Namespaces: one below the other, and the parent first.', async () => {
  const at = await stocked();
  const path = `/admin/datastore/${name}/namespace`;
  expect((await at.admin.post(path, { name: 'inner', parent: 'outer' })).text).toContain('cannot create new namespace');
  await at.admin.post(path, { name: 'outer' });
  expect((await at.admin.post(path, { name: 'outer' })).text).toBe("namespace 'outer' already exists");
  await at.admin.post(path, { name: 'inner', parent: 'outer' });
  expect((await at.admin.get(path)).data).toEqual([{ ns: '' }, { ns: 'outer' }, { ns: 'outer/inner' }]);
});

test('Jobs: refused without a store, found with their next run, run by hand into a task whatever the schema says.', async () => {
  const at = await stocked();
  const job = { id: 'monthly', store: name, schedule: 'monthly', 'outdated-after': 60 };
  expect((await at.admin.post('/config/verify', { ...job, store: 'none' })).text).toBe("no such datastore 'none'");
  await at.admin.post('/config/verify', job);
  expect((await at.admin.post('/config/verify', job)).text).toContain('already exists');
  const { data } = await at.admin.post('/admin/verify/monthly/run');
  expect(data).toMatch(/:verificationjob:vm\\x2dbackup\\x2ds3\\x3amonthly:/);
  expect(await at.overAt(at.admin, data)).toBe('OK');
  expect((await at.admin.get('/admin/verify', { store: name })).data).toMatchObject([
    { id: 'monthly', 'next-run': Date.UTC(2026, 1, 1) / 1000, 'last-run-state': 'OK', 'last-run-upid': data },
  ]);
});

test('Garbage collection runs on its schedule, and a key that was revoked ends it.', async () => {
  const at = await stocked({ options: { 'gc-schedule': 'daily' } });
  await at.clock.advance(16 * 3_600_000);
  await at.world.settle();
  expect((await at.admin.get('/admin/gc')).data).toMatchObject([
    { store: name, schedule: 'daily', 'last-run-state': 'OK', 'next-run': Date.UTC(2026, 0, 7) / 1000 },
  ]);
  await at.root.iam('DeleteAccessKey', { UserName: 'pbs', AccessKeyId: String(at.endpoint['access-key']) });
  await at.clock.advance(24 * 3_600_000);
  await at.world.settle();
  expect((await at.admin.get(`/admin/gc/${name}`)).data).toMatchObject([
    { 'last-run-state': 'bucket does not exist or no permission to access it' },
  ]);
});

test('S3 refresh maintenance mode: until it is over nobody reads or writes.', async () => {
  const at = await stocked();
  const { data } = await at.admin.put(`/admin/datastore/${name}/s3-refresh`);
  expect((await at.admin.get(`/admin/datastore/${name}/snapshots`)).text).toBe(
    `datastore '${name}' is in S3 refresh maintenance mode`,
  );
  expect((await at.admin.get(config)).data).toMatchObject({ 'maintenance-mode': 'type=s3-refresh' });
  expect(await at.overAt(at.admin, data)).toBe('OK');
  expect((await at.admin.get(`/admin/datastore/${name}/snapshots`)).data).toEqual([]);
});

test('Maintenance has a message of 64 characters; what is being deleted is opened no more.', async () => {
  const at = await stocked();
  const mode = (text: string) => at.admin.put(config, { 'maintenance-mode': text });
  expect((await mode(`type=read-only,message=${'x'.repeat(65)}`)).status).toBe(400);
  expect((await mode('type=closed')).status).toBe(400);
  await mode('type=read-only,message=ours:1');
  expect((await at.admin.get(config)).data).toMatchObject({ 'maintenance-mode': 'type=read-only,message=ours:1' });
  expect((await at.admin.get(`/admin/datastore/${name}/snapshots`)).status).toBe(200);
  await mode('offline');
  expect((await at.admin.get(config)).data).toMatchObject({ 'maintenance-mode': 'type=offline' });
  expect((await at.admin.get(`/admin/datastore/${name}/snapshots`)).status).toBe(400);
  await at.admin.put(config, { delete: ['maintenance-mode'] });
  expect((await at.admin.get(config)).data).not.toHaveProperty('maintenance-mode');
  await mode('type=delete');
  expect((await at.admin.put(config, { delete: ['maintenance-mode'] })).text).toBe('datastore is being deleted');
});

test('datastore is currently in use: a task on it keeps it.', async () => {
  const at = await stocked();
  await at.admin.post(`/admin/datastore/${name}/gc`);
  expect((await at.admin.delete(config)).text).toBe('datastore is currently in use');
  expect((await at.admin.post(`/admin/datastore/${name}/gc`)).text).toContain('already running');
});
