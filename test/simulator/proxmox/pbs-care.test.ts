// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { createProxmox } from '../../../src/simulator/proxmox/index.ts';
import { Client } from './world.ts';
import { backups, hour, lastRun, store, wired } from './wired.ts';

const night = Date.UTC(2026, 0, 6, 2) / 1000;

test('A backup that is corrupt is found by a verification alone, which reads every chunk from S3.', async () => {
  const at = await wired();
  at.world.pve.tellBackups(200, 'corrupt');
  await at.days(1);
  expect(await lastRun(at)).toMatchObject({ status: 'OK' });
  at.world.s3Requests.length = 0;
  const verify = async () => at.overAt(at.admin, (await at.admin.post(`/admin/datastore/${store}/verify`)).data);
  expect(await verify()).toContain('verification failed');
  expect(at.world.s3Requests.filter(({ operation }) => operation === 'GetObject')).toHaveLength(1);
  expect(await backups(at)).toMatchObject([{ verification: { state: 'failed' } }]);
});

test('With verify-new each backup is verified; what rots later is seen when it is due again.', async () => {
  const at = await wired({ options: { 'verify-new': 1 } });
  await at.admin.post('/config/verify', { id: 'monthly', store, schedule: 'sun 04:00', 'outdated-after': 3 });
  await at.days(1);
  expect(await backups(at)).toMatchObject([{ verification: { state: 'ok' } }]);
  const [snapshot] = at.server.snapshots(store);
  if (snapshot) await at.server.rot(store, snapshot);
  await at.days(6);
  expect(
    (await backups(at)).filter(({ verification }) => (verification as { state: string }).state === 'failed'),
  ).toMatchObject([{ ctime: night }]);
});

test('Encrypted at the client: the key’s fingerprint is told with each backup.', async () => {
  const key = JSON.stringify({ kdf: null, data: 'AAAA', fingerprint: 'aa:bb' });
  const at = await wired({ entry: { 'encryption-key': key } });
  await at.days(1);
  expect(await backups(at)).toMatchObject([{ encrypted: 'aa:bb' }]);
});

test('Into a namespace, which must be there.', async () => {
  const at = await wired({ entry: { namespace: 'site' } });
  await at.days(1);
  expect(await lastRun(at)).toMatchObject({ status: 'job errors' });
  await at.admin.post(`/admin/datastore/${store}/namespace`, { name: 'site' });
  await at.days(1);
  expect(await backups(at)).toHaveLength(1);
  expect(at.keysIn(`${store}/.cnt/ns/site/vm/200/`)).toHaveLength(4);
});

test('backup owner check failed: a renamed token cannot go on with the groups of the old one, until the owner is changed.', async () => {
  const at = await wired();
  await at.days(1);
  const { value } = (await at.admin.post('/access/users/pve@pbs/token/second')).data as { value: string };
  await at.admin.put('/access/acl', {
    path: `/datastore/${store}`,
    role: 'DatastoreBackup',
    'auth-id': 'pve@pbs!second',
  });
  await at.pve.put('/storage/pbs-main', { username: 'pve@pbs!second', password: value });
  await at.days(1);
  const run = await lastRun(at);
  expect((await at.pve.get(`/nodes/node1/tasks/${String(run?.['upid'])}/log`)).text).toContain(
    'backup owner check failed (pve@pbs!second != pve@pbs!backup)',
  );
  expect(await backups(at)).toEqual([]);
  await at.admin.post(`/admin/datastore/${store}/change-owner`, {
    'backup-type': 'vm',
    'backup-id': '200',
    'new-owner': 'pve@pbs!second',
  });
  await at.days(1);
  expect(await backups(at)).toHaveLength(2);
});

test('DatastoreBackup can neither prune nor delete.', async () => {
  const at = await wired();
  await at.days(1);
  const token = at.pbs('192.168.0.30', `PBSAPIToken=pve@pbs!backup:${String(at.entry['password'])}`);
  const snapshot = { 'backup-type': 'vm', 'backup-id': '200', 'backup-time': night };
  expect((await token.delete(`/admin/datastore/${store}/snapshots`, snapshot)).text).toBe(
    `missing permissions 'Datastore.Modify|Datastore.Prune' on '/datastore/${store}'`,
  );
  expect((await at.admin.delete(`/admin/datastore/${store}/snapshots`, snapshot)).data).toBeNull();
  expect(at.keysIn(`${store}/.cnt/vm/200/2026`)).toEqual([]);
});

test('What is pruned is freed by the second collection, a day later, at the earliest.', async () => {
  const at = await wired({ options: { 'gc-schedule': '05:00' } });
  await at.admin.post('/config/prune', { id: 'daily', store, schedule: '04:00', 'keep-last': 2 });
  await at.days(3);
  const chunks = () => at.keysIn(`${store}/.chunks/`).length;
  expect(await backups(at)).toHaveLength(2);
  const before = chunks();
  await at.days(4);
  expect(await backups(at)).toHaveLength(2);
  // two that are referenced, and the one that was pruned last
  expect([before, chunks()]).toEqual([3, 3]);
});

test('A new server on the same bucket has the same snapshots, once it overwrote the marker.', async () => {
  const at = await wired();
  await at.days(2);
  const before = at.server.snapshots(store);
  at.server.power(false);
  const next = at.world.addPbs({ address: '192.168.0.31', hostname: 'pbs-new' });
  const admin = at.pbs('192.168.0.31', next.token().authorization);
  await admin.post('/config/s3', at.endpoint);
  const datastore = {
    name: store,
    path: '/mnt/datastore/cache/x',
    backend: 'type=s3,client=aws-s3-storage,bucket=vm-backups-s3',
    'reuse-datastore': 1,
    'overwrite-in-use': 1,
  };
  expect(await at.overAt(admin, (await admin.post('/config/datastore', datastore)).data)).toBe('OK');
  expect(next.snapshots(store)).toEqual([...before]);
});

test('A day of looking at everything asks S3 nothing.', async () => {
  const at = await wired({ job: { enabled: 0 } });
  await at.days(1);
  at.world.s3Requests.length = 0;
  for (let n = 0; n < 24; n++) {
    await at.clock.advance(hour);
    await backups(at);
    await at.pve.get('/nodes/node1/storage/pbs-main/status');
    await at.admin.get(`/admin/datastore/${store}/status`, { verbose: 1 });
    await at.admin.get(`/admin/datastore/${store}/snapshots`);
  }
  expect(at.world.s3Requests).toEqual([]);
});

test('What PVE is told to keep is pruned by its token: an error without Datastore.Prune, done with it.', async () => {
  const at = await wired({ job: { 'prune-backups': 'keep-last=2' } });
  await at.days(1);
  expect(await lastRun(at)).toMatchObject({ status: 'job errors' });
  for (const who of ['pve@pbs', 'pve@pbs!backup'])
    await at.admin.put('/access/acl', { path: `/datastore/${store}`, role: 'DatastorePowerUser', 'auth-id': who });
  await at.days(3);
  expect(await lastRun(at)).toMatchObject({ status: 'OK' });
  expect(await backups(at)).toHaveLength(2);
});

test('keep-daily, -weekly, -monthly keep the newest of each; what is protected stays.', async () => {
  const at = await wired();
  await at.days(2);
  await at.admin.put(`/admin/datastore/${store}/protected`, {
    'backup-type': 'vm',
    'backup-id': '200',
    'backup-time': night,
    protected: 1,
  });
  await at.days(14);
  await at.admin.post('/config/prune', { id: 'rules', store, schedule: 'yearly', 'keep-daily': 2, 'keep-weekly': 2 });
  await at.overAt(at.admin, (await at.admin.post('/admin/prune/rules/run')).data);
  const days = (await backups(at))
    .map(({ ctime }) => new Date(Number(ctime) * 1000).getUTCDate())
    .sort((a, b) => a - b);
  expect(days).toEqual([6, 11, 18, 20, 21]);
});

test('A world with servers and backups is taken and put into another one.', async () => {
  const at = await wired();
  await at.days(1);
  const kept = JSON.stringify(at.world.snapshot());
  const other = createProxmox({ clock: at.clock });
  other.restore(JSON.parse(kept) as ReturnType<typeof other.snapshot>);
  const [found] = other.servers();
  expect([found?.fingerprint, found?.snapshots(store)]).toEqual([at.server.fingerprint, at.server.snapshots(store)]);
  const pve = new Client(other, other.pve.url, { authorization: other.pve.token().authorization });
  expect((await pve.get('/nodes/node1/storage/pbs-main/content')).data).toEqual(await backups(at));
});

test('unknown: what ran on a server when it went off.', async () => {
  const at = await wired();
  const { data } = await at.admin.post(`/admin/datastore/${store}/gc`);
  at.server.power(false);
  await at.clock.advance(hour);
  await at.world.settle();
  at.server.power(true);
  expect(await at.overAt(at.admin, data)).toBe('unknown');
});

test('Another server at the same address is another one: certificate, identity, users.', async () => {
  const at = await wired();
  at.server.power(false);
  const next = at.world.addPbs({ address: at.server.state.address });
  expect(next.instanceID).not.toBe(at.server.instanceID);
  expect(at.world.pbs(at.server.state.address)?.id).toBe(next.id);
  expect((await at.admin.get('/version')).status).toBe(401);
  expect((await at.pve.get('/nodes/node1/storage/pbs-main/status')).data).toMatchObject({ active: 0 });
});
