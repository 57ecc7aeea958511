// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { cloud } from './cloud.ts';
import { wired } from './wired.ts';

const key = JSON.stringify({
  kdf: null,
  created: '2026-01-05T09:00:00Z',
  modified: '2026-01-05T09:00:00Z',
  data: Buffer.alloc(32, 7).toString('base64'),
  fingerprint: 'aa:bb:cc',
});

test('A storage of type pbs is tried before it is kept, and its password is never told.', async () => {
  const { pve, entry } = await wired();
  const { data, text } = await pve.get('/storage/pbs-main');
  expect(data).toMatchObject({
    storage: 'pbs-main',
    type: 'pbs',
    content: 'backup',
    server: '192.168.0.30',
    datastore: 'vm-backup-s3',
    username: 'pve@pbs!backup',
  });
  expect(text).not.toContain(entry['password']);
  expect((await pve.get('/nodes/node1/storage/pbs-main/status')).data).toMatchObject({
    active: 1,
    enabled: 1,
    total: 64 * 1024 ** 3,
  });
});

test.each([
  [
    'another password',
    { password: 'planted-wrong' },
    'create storage failed: pbs-two: error fetching datastores - 401 Unauthorized',
  ],
  [
    'another fingerprint',
    { fingerprint: Array(32).fill('AA').join(':') },
    "create storage failed: pbs-two: error fetching datastores - 500 Can't connect to 192.168.0.30:8007 (certificate verify failed)",
  ],
  [
    'another address',
    { server: '192.168.0.99' },
    "create storage failed: pbs-two: error fetching datastores - 500 Can't connect to 192.168.0.99:8007 (No route to host)",
  ],
  [
    'another port',
    { port: 8008 },
    "create storage failed: pbs-two: error fetching datastores - 500 Can't connect to 192.168.0.30:8008 (Connection refused)",
  ],
  [
    'another datastore',
    { datastore: 'none' },
    "create storage failed: pbs-two: Cannot find datastore 'none', check permissions and existence!",
  ],
])('500: %s, and nothing is kept.', async (_, more, reason) => {
  const { pve, entry, world } = await wired();
  expect(await pve.post('/storage', { ...entry, storage: 'pbs-two', 'encryption-key': key, ...more })).toMatchObject({
    status: 500,
    reason,
  });
  expect(world.pve.storages().map(({ id }) => id)).not.toContain('pbs-two');
  expect(world.pve.secrets('pbs-two')).toBeUndefined();
});

test('500: a token without DatastoreBackup for its user, too, sees no datastore.', async () => {
  const { pve, entry, admin } = await wired();
  await admin.put('/access/acl', {
    path: '/datastore/vm-backup-s3',
    role: 'DatastoreBackup',
    'auth-id': 'pve@pbs',
    delete: 1,
  });
  expect((await pve.post('/storage', { ...entry, storage: 'pbs-two' })).reason).toContain(
    "Cannot find datastore 'vm-backup-s3'",
  );
});

test("500 storage ID 'pbs-main' already defined; 400 missing value for required option, unexpected property.", async () => {
  const { pve, entry } = await wired();
  expect((await pve.post('/storage', entry)).reason).toBe(
    "create storage failed: storage ID 'pbs-main' already defined",
  );
  const { server: _, ...without } = entry;
  expect((await pve.post('/storage', without)).json['errors']).toEqual({
    server: "missing value for required option 'server'",
  });
  expect((await pve.post('/storage', { ...entry, storage: 'two', path: '/x' })).json['errors']).toEqual({
    path: "unexpected property 'path'",
  });
});

test("500 can't change value of fixed parameter; a wrong password is taken without a word and shows as inactive.", async () => {
  const { pve } = await wired();
  expect((await pve.put('/storage/pbs-main', { server: '192.168.0.31' })).reason).toContain(
    "can't change value of fixed parameter 'server'",
  );
  expect((await pve.put('/storage/pbs-main', { password: 'planted-wrong' })).status).toBe(200);
  expect((await pve.get('/nodes/node1/storage/pbs-main/status')).data).toMatchObject({ active: 0 });
});

test('A renewed certificate makes it inactive until its fingerprint is put right.', async () => {
  const { pve, server } = await wired();
  server.renewCertificate();
  expect((await pve.get('/nodes/node1/storage/pbs-main/status')).data).toMatchObject({ active: 0 });
  expect((await pve.get('/nodes/node1/storage/pbs-main/content')).reason).toContain('certificate verify failed');
  await pve.put('/storage/pbs-main', { fingerprint: server.fingerprint });
  expect((await pve.get('/nodes/node1/storage/pbs-main/status')).data).toMatchObject({ active: 1 });
});

test('An encryption key: told whole once, then its fingerprint; it goes with the storage.', async () => {
  const { pve, entry, world } = await wired();
  const made = await pve.post('/storage', { ...entry, storage: 'pbs-two', 'encryption-key': key });
  expect(made.data).toEqual({ storage: 'pbs-two', type: 'pbs', config: { 'encryption-key': key } });
  expect((await pve.get('/storage/pbs-two')).data).toMatchObject({ 'encryption-key': 'aa:bb:cc' });
  const auto = await pve.post('/storage', { ...entry, storage: 'pbs-three', 'encryption-key': 'autogen' });
  expect(JSON.parse((auto.data as { config: { 'encryption-key': string } }).config['encryption-key'])).toHaveProperty(
    'data',
  );
  await pve.delete('/storage/pbs-two');
  expect(world.pve.secrets('pbs-two')).toBeUndefined();
  expect((await pve.post('/storage', { ...entry, storage: 'pbs-two', 'encryption-key': 'text' })).reason).toContain(
    'encryption key',
  );
});

test('403: who makes storages has Datastore.Allocate on /storage.', async () => {
  const { as, world, entry } = await wired();
  const { authorization } = world.pve.token({ grants: [{ path: '/storage/pbs-two', role: 'PVEDatastoreAdmin' }] });
  expect((await as(authorization).post('/storage', { ...entry, storage: 'pbs-two' })).reason).toBe(
    'Permission check failed (/storage, Datastore.Allocate)',
  );
});

test('scan/pbs tells the datastores without keeping anything; the identity is handed on since 9.2.', async () => {
  const { pve, entry } = await wired();
  const { server, username, password, fingerprint } = entry;
  const found = await pve.get('/nodes/node1/scan/pbs', {
    server: server ?? '',
    username: username ?? '',
    password: password ?? '',
    fingerprint: fingerprint ?? '',
  });
  expect(found.data).toMatchObject([{ store: 'vm-backup-s3' }]);
  expect((await pve.get('/nodes/node1/storage/pbs-main/identity')).data).toEqual({
    type: 'pbs',
    id: expect.any(String),
  });
  const old = await cloud();
  expect((await old.pve.get('/nodes/node1/storage/none/identity')).status).toBe(500);
});

test('Who may something in a namespace alone is shown the datastore, with a status of zeros; who may nothing, 403.', async () => {
  const at = await wired();
  const { admin, server } = at;
  await admin.post('/admin/datastore/vm-backup-s3/namespace', { name: 'team' });
  await admin.post('/access/users', { userid: 'ns@pbs' });
  const { value } = (await admin.post('/access/users/ns@pbs/token/a')).data as { readonly value: string };
  const mine = at.pbs('192.168.0.30', `PBSAPIToken=ns@pbs!a:${value}`);
  const status = () => mine.get('/admin/datastore/vm-backup-s3/status');
  expect([(await mine.get('/admin/datastore')).data, (await status()).status]).toEqual([[], 403]);
  for (const who of ['ns@pbs', 'ns@pbs!a'])
    await admin.put('/access/acl', { path: '/datastore/vm-backup-s3/team', role: 'DatastoreBackup', 'auth-id': who });
  expect((await mine.get('/admin/datastore')).data).toMatchObject([{ store: 'vm-backup-s3' }]);
  expect((await status()).data).toMatchObject({ total: 0, used: 0, avail: 0 });
  expect(server.snapshots('vm-backup-s3')).toEqual([]);
});
