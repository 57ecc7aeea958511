// SPDX-License-Identifier: GPL-3.0-or-later
/** From a datastore to backups in it, against the simulated products and their contracts. */
import { expect, test } from '@jest/globals';
import { readKeyFile } from '../../../../src/clouds/pbs/encryption-key.ts';
import { wiringFacts } from '../../../../src/kinds/pbs-instance/wiring/facts.ts';
import { copyOfAnybody } from '../../../../src/clouds/pve/marks.ts';
import { wiringDrift } from '../../../../src/kinds/pbs-instance/wiring/drift.ts';
import { planWiring } from '../../../../src/kinds/pbs-instance/wiring/plan.ts';
import { tokenIDOf, type WiringWish } from '../../../../src/kinds/pbs-instance/wiring/wish.ts';
import { object, owner, wiring } from './stage.ts';

const all = [
  'AddBackupUser',
  'MakeBackupToken',
  'GrantBackup',
  'GrantBackup',
  'MakeEncryptionKey',
  'AddStorage',
  'AddBackupJob',
] as const;

test('From a datastore to an encrypted backup in it; a second round looks and writes nothing.', async () => {
  const stage = await wiring();
  const { cloud, wish } = stage;
  cloud.world.pve.makeGuest({ vmid: 200, name: 'web', running: true });
  expect(await stage.settle()).toEqual({ done: all, failures: [] });
  expect(stage.writes().length).toBe(6);
  expect(await stage.settle()).toEqual({ done: [], failures: [] });
  expect(stage.writes()).toEqual([]);

  await cloud.clock.advance(20 * 3_600_000);
  await cloud.world.settle();
  const [snapshot] = cloud.server.snapshots(wish.datastore);
  const file = readKeyFile(stage.secret('main-key')?.get('encryption-key') ?? '');
  expect(file).toMatchObject({ is: 'Good', fingerprint: snapshot?.fingerprint });
  expect(snapshot?.owner).toBe(tokenIDOf(wish.account));
  expect(wiringFacts(wish, await stage.look())).toEqual({
    tokenID: tokenIDOf(wish.account),
    storage: { id: 'pbs-main', active: true },
    keyFingerprint: snapshot?.fingerprint,
    jobs: [{ id: 'nightly', nextRun: Date.UTC(2026, 0, 7, 2) }],
  });
});

test('The key is in its Secret before Proxmox VE hears of it, and the job comes after both.', async () => {
  const stage = await wiring();
  stage.cloud.world.faults.add({
    kind: 'error',
    service: 'pve',
    action: 'POST /storage',
    status: 500,
    code: 'nothing goes',
  });
  await expect(stage.settle({ tries: 4 })).rejects.toThrow('never settles');
  expect(readKeyFile(stage.secret('main-key')?.get('encryption-key') ?? '').is).toBe('Good');
  expect(stage.cloud.world.pve.jobs()).toEqual([]);
  stage.cloud.world.faults.clear();
  const { done } = await stage.settle();
  expect(done).toEqual(['AddStorage', 'AddBackupJob']);
});

test('What a plan shows is what goes out, in this order, from nothing and back to nothing.', async () => {
  const stage = await wiring({ wish: { namespace: 'team/a' } });
  await stage.settle();
  await stage.settle({ absent: true });
  expect(stage.sent().length).toBeGreaterThan(12);
  expect(stage.sent().map(({ action }) => action)).toEqual(stage.promised.map(({ action }) => action));
  // the digest of a fresh look, and no secret, is all that a sent one has more
  expect(stage.sent()).toEqual(stage.promised);
});

test('The least of rights is enough: what needs.ts says, and Admin where the server has no smaller role.', async () => {
  const stage = await wiring({
    wish: { namespace: 'team/a' },
    grants: [
      { path: '/storage', privileges: ['Datastore.Allocate', 'Datastore.Audit'] },
      { path: '/', privileges: ['Sys.Audit', 'Sys.Modify'], propagate: false },
    ],
    roles: [
      ['/access', 'Admin'],
      ['/datastore', 'Admin'],
    ],
  });
  const { done } = await stage.settle();
  expect(done.slice(0, 2)).toEqual(['AddBackupNamespace', 'AddBackupNamespace']);
  stage.cloud.world.pve.makeGuest({ vmid: 200, name: 'web', running: true });
  await stage.cloud.clock.advance(20 * 3_600_000);
  await stage.cloud.world.settle();
  expect(stage.cloud.server.snapshots(stage.wish.datastore)).toMatchObject([{ ns: 'team/a', id: '200' }]);
});

test('The token that Proxmox VE has can back up, and can neither prune, delete, verify nor read what is not its own.', async () => {
  const stage = await wiring();
  stage.cloud.world.pve.makeGuest({ vmid: 200, name: 'web', running: true });
  await stage.settle();
  await stage.cloud.clock.advance(20 * 3_600_000);
  await stage.cloud.world.settle();
  const { datastore, account } = stage.wish;
  const secret = stage.secret('main-pve-token')?.get('secret') ?? '';
  const mine = stage.cloud.pbs('192.168.0.30', `PBSAPIToken=${tokenIDOf(account)}:${secret}`);
  const [snapshot] = stage.cloud.server.snapshots(datastore);
  const where = { 'backup-type': 'vm', 'backup-id': '200' };
  const refused = [
    await mine.delete(`/admin/datastore/${datastore}/snapshots`, { ...where, 'backup-time': snapshot?.time ?? 0 }),
    await mine.delete(`/admin/datastore/${datastore}/groups`, where),
    await mine.post(`/admin/datastore/${datastore}/prune`, { ...where, 'keep-last': 1 }),
    await mine.post(`/admin/datastore/${datastore}/prune-datastore`, { 'keep-last': 1 }),
    await mine.post(`/admin/datastore/${datastore}/gc`),
    await mine.delete(`/config/datastore/${datastore}`),
  ];
  expect(refused.filter(({ status }) => status < 400)).toEqual([]);
  expect(stage.cloud.server.snapshots(datastore)).toHaveLength(1);
  expect((await mine.get('/access/permissions', { path: `/datastore/${datastore}` })).data).toEqual({
    [`/datastore/${datastore}`]: { 'Datastore.Backup': true },
  });
});

test('No secret is shown: in no record of a call, in nothing observed, in no step.', async () => {
  const stage = await wiring();
  await stage.settle();
  const shown = JSON.stringify([stage.records, await stage.look()]);
  const key = stage.secret('main-key')?.get('encryption-key') ?? '';
  const { data } = JSON.parse(key) as { data: string };
  const password = stage.secret('main-pve-token')?.get('secret') ?? 'none';
  for (const secret of [data, password]) {
    expect(shown).not.toContain(secret);
    expect(stage.redactor.scrub(`x ${secret}`)).not.toContain(password);
  }
});

test('A job fleeces where disks of guests can be, and nowhere else.', async () => {
  const fleecing = async (storage: string) => {
    const [job] = (await wiring()).wish.jobs;
    const stage = await wiring({ wish: { jobs: job ? [{ ...job, fleecing: storage }] : [] } });
    return stage;
  };
  const good = await fleecing('local-lvm');
  expect((await good.settle()).done).toEqual(all);
  expect(good.cloud.world.pve.jobs()).toMatchObject([{ options: { fleecing: 'enabled=1,storage=local-lvm' } }]);
  expect((await good.settle()).done).toEqual([]);
  const bad = await fleecing('local');
  const { wish } = bad;
  expect(planWiring(wish, await bad.look()).hold).toMatchObject({ reason: 'FleecingStorageUnfit' });
});

test('How containers are looked at and who is mailed is set, put right, and left alone once the spec names it no more.', async () => {
  const [plain] = (await wiring()).wish.jobs;
  if (!plain) throw new Error('no job');
  const notifications = { mode: 'auto', mailTo: ['backup@example.com', 'root'], mailOn: 'failure' } as const;
  const stage = await wiring({ wish: { jobs: [{ ...plain, changeDetection: 'metadata', notifications }] } });
  const options = () => stage.cloud.world.pve.jobs()[0]?.options ?? {};
  expect((await stage.settle()).done).toEqual(all);
  const asked = {
    'pbs-change-detection-mode': 'metadata',
    'notification-mode': 'auto',
    mailto: 'backup@example.com,root',
    mailnotification: 'failure',
  };
  expect(options()).toMatchObject(asked);
  expect((await stage.settle()).done).toEqual([]);

  const person = stage.cloud.pve;
  await person.put('/cluster/backup/nightly', { 'pbs-change-detection-mode': 'legacy', delete: 'mailto' });
  expect(wiringDrift(stage.wish, await stage.look()).map(({ path }) => path)).toEqual([
    'jobs.nightly.changeDetection',
    'jobs.nightly.notifications',
  ]);
  expect((await stage.settle()).done).toEqual(['ChangeBackupJob']);
  expect(options()).toMatchObject(asked);

  const silent = { ...stage.wish, jobs: [{ ...plain, notifications: { ...notifications, mailTo: [] } }] };
  expect((await stage.settle({ wish: silent })).done).toEqual(['ChangeBackupJob']);
  expect(options()).not.toHaveProperty('mailto');
  expect(options()).toMatchObject({ 'pbs-change-detection-mode': 'metadata' });

  const unnamed = { ...stage.wish, jobs: [plain] };
  expect((await stage.settle({ wish: unnamed })).done).toEqual([]);
  expect(stage.sent()).toEqual(stage.promised);
});

const byTag = (tag: string): WiringWish['jobs'] => [
  { id: 'gold', enabled: true, schedule: '02:00', mode: 'snapshot', select: { type: 'Tag', tag, except: [] } },
];

test('A job by a tag has who has the tag, from look to look; once nobody has it, it stays as it was, and is made for nobody.', async () => {
  const stage = await wiring({ wish: { jobs: byTag('gold') } });
  const { pve } = stage.cloud.world;
  const guest = (vmid: number, tags?: string) =>
    pve.makeGuest({
      vmid,
      name: `g${vmid}`,
      config: { scsi0: 'local-lvm:8', ...(tags === undefined ? {} : { tags }) },
    });
  const retag = (vmid: number, tags: string) => stage.cloud.pve.put(`/nodes/node1/qemu/${vmid}/config`, { tags });
  const listed = () => pve.jobs().map(({ id, options: { vmid, all } }) => [id, vmid, all]);
  const changed = { done: ['ChangeBackupJob'], failures: [] };

  guest(200, 'silver');
  expect(await stage.settle()).toMatchObject({ done: all.slice(0, -1), hold: { reason: 'TagUnused' } });
  expect(listed()).toEqual([]);
  guest(201, 'gold;silver');
  // a copy that is restored for a test, and goes again
  guest(202, `gold;${copyOfAnybody}`);
  expect((await stage.settle()).done).toEqual(['AddBackupJob']);
  expect(listed()).toEqual([['gold', '201', undefined]]);

  await retag(200, 'silver;gold');
  expect(await stage.settle()).toEqual(changed);
  expect(listed()).toEqual([['gold', '200,201', undefined]]);
  expect(await stage.settle()).toEqual({ done: [], failures: [] });
  await retag(201, 'silver');
  expect(await stage.settle()).toEqual(changed);
  expect(listed()).toEqual([['gold', '200', undefined]]);

  await retag(200, 'silver');
  expect(await stage.settle()).toMatchObject({ done: [], hold: { reason: 'TagUnused' } });
  expect(listed()).toEqual([['gold', '200', undefined]]);
  expect((await stage.settle({ wish: { ...stage.wish, jobs: byTag('silver') } })).done).toEqual(['ChangeBackupJob']);
  expect(listed()).toEqual([['gold', '200,201', undefined]]);
  expect((await stage.settle({ wish: { ...stage.wish, jobs: [] } })).done).toEqual(['RemoveBackupJob']);
  expect(stage.sent()).toEqual(stage.promised);
});

test('Guests that the token may see no more are not taken for gone: their job keeps them, and that is told; one that is gone goes.', async () => {
  const root = { path: '/', privileges: ['Sys.Audit', 'Sys.Modify'], propagate: false };
  const grants = [
    { path: '/storage', privileges: ['Datastore.Allocate', 'Datastore.Audit'] },
    { path: '/vms', privileges: ['VM.Audit'] },
    root,
  ];
  const stage = await wiring({ grants, wish: { jobs: byTag('gold') } });
  const { pve } = stage.cloud.world;
  for (const vmid of [200, 201])
    pve.makeGuest({ vmid, name: `g${vmid}`, config: { scsi0: 'local-lvm:8', tags: 'gold' } });
  expect((await stage.settle()).done).toEqual(all);
  pve.removeGuest(201);
  expect((await stage.settle()).done).toEqual(['ChangeBackupJob']);
  pve.revoke('operator@pve!operator', '/vms');
  expect(await stage.settle()).toMatchObject({ done: [], hold: { reason: 'TagsUnreadable' } });
  expect(pve.jobs()).toMatchObject([{ options: { vmid: '200' } }]);
});

test('Deletion takes jobs, storage, token and user, in this order; backups stay, and so does the key, which nothing owns.', async () => {
  const stage = await wiring();
  stage.cloud.world.pve.makeGuest({ vmid: 200, name: 'web', running: true });
  await stage.settle();
  await stage.cloud.clock.advance(20 * 3_600_000);
  await stage.cloud.world.settle();
  stage.writes();
  expect((await stage.settle({ absent: true })).done).toEqual([
    'RemoveBackupJob',
    'RemoveStorage',
    'RevokeGrant',
    'RevokeGrant',
    'RemoveBackupToken',
    'RemoveBackupUser',
    'RemoveTokenSecret',
  ]);
  expect(stage.cloud.server.snapshots(stage.wish.datastore)).toHaveLength(1);
  expect(
    stage.kube.objects('secrets', 'team-a').map(({ metadata }) => [metadata.name, metadata.ownerReferences]),
  ).toEqual([['main-key', undefined]]);
  expect(await stage.settle({ absent: true })).toEqual({ done: [], failures: [] });
  // made again, in another cluster even: the same key, the same name, and the group goes on
  const { done } = await stage.settle();
  expect(done).not.toContain('MakeEncryptionKey');
  await stage.cloud.clock.advance(24 * 3_600_000);
  await stage.cloud.world.settle();
  const snapshots = stage.cloud.server.snapshots(stage.wish.datastore);
  expect(new Set(snapshots.map(({ fingerprint }) => fingerprint)).size).toBe(1);
  expect(snapshots).toHaveLength(2);
  expect([object.metadata.uid]).toEqual([owner.uid]);
});
