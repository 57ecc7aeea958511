// SPDX-License-Identifier: GPL-3.0-or-later
/** Each write meets each fault, once: the end is the same as without, nothing is there twice, and no secret is lost for good. */
import { expect, test } from '@jest/globals';
import type { FaultRule } from '../../../../src/simulator/kernel/faults.ts';
import { tokenIDOf } from '../../../../src/kinds/pbs-instance/wiring/wish.ts';
import { dropSecret, owner, wiring, type Wiring } from './stage.ts';

const faults: readonly FaultRule[] = [
  { kind: 'answerLost' },
  { kind: 'requestLost' },
  { kind: 'lateEffect', afterCalls: 2 },
  { kind: 'lateEffect', afterCalls: 9 },
  // pveproxy gave up after 30 s; what was asked has been done all the same, or has not
  { kind: 'errorAfter', service: 'pve', status: 596 },
  { kind: 'error', service: 'pve', status: 596 },
  // "cfs-lock 'file-storage_cfg' error: got lock request timeout"
  { kind: 'error', service: 'pve' },
  { kind: 'error', service: 'pbs', status: 503 },
  { kind: 'error', service: 'pbs', code: 'unable to acquire lock "/etc/proxmox-backup/.user.lck" - got timeout' },
];

/** A wiring writes four times to the backup server, then twice to Proxmox VE; a deletion the other way round. */
const writesTo = ({ service }: FaultRule) => ({ pve: 2, pbs: 4 })[service ?? ''] ?? 6;

/** What is there, of ours, in the end. */
function truth({ cloud, wish, ...stage }: Wiring) {
  const { pve } = cloud.world;
  const user = cloud.server.state.access.users.get(wish.account.user);
  return {
    storages: pve
      .storages()
      .filter(({ type }) => type === 'pbs')
      .map(({ id, options }) => [id, options['username']]),
    keyInPve: pve.secrets('pbs-main')?.encryptionKey === stage.secret('main-key')?.get('encryption-key'),
    password: pve.secrets('pbs-main')?.password === user?.tokens.get('pve')?.secret,
    kept: stage.secret('main-pve-token')?.get('secret') === user?.tokens.get('pve')?.secret,
    jobs: pve.jobs().map(({ id }) => id),
    grants: cloud.server.state.access.acl.filter(({ who }) => who.startsWith(wish.account.user)).length,
  };
}

const whole = (stage: Wiring) => ({
  storages: [['pbs-main', tokenIDOf(stage.wish.account)]],
  keyInPve: true,
  password: true,
  kept: true,
  jobs: ['nightly'],
  grants: 2,
});

test.each(faults)('$kind $service $status $afterCalls at any write: it ends as without.', async (fault) => {
  for (let nth = 1; nth <= writesTo(fault); nth++) {
    const stage = await wiring();
    stage.cloud.world.faults.add({ ...fault, effect: 'write', nth, count: 1 });
    await stage.settle();
    // what comes late comes now
    for (let calls = 0; calls < 12; calls++) await stage.cloud.pve.get('/version');
    await stage.settle();
    expect([nth, truth(stage)]).toEqual([nth, whole(stage)]);
    stage.cloud.world.faults.clear();
    stage.writes();
    await stage.settle();
    expect(stage.writes()).toEqual([]);
  }
});

test.each(faults)(
  '$kind $service $status $afterCalls at any write of a deletion: nothing of ours is left.',
  async (fault) => {
    for (let nth = 1; nth <= writesTo(fault); nth++) {
      const stage = await wiring();
      await stage.settle();
      const key = stage.secret('main-key')?.get('encryption-key');
      stage.cloud.world.faults.add({ ...fault, effect: 'write', nth, count: 1 });
      await stage.settle({ absent: true });
      for (let calls = 0; calls < 12; calls++) await stage.cloud.pve.get('/version');
      await stage.settle({ absent: true });
      expect(truth(stage)).toMatchObject({ storages: [], jobs: [], grants: 0 });
      expect(stage.cloud.server.state.access.users.has(stage.wish.account.user)).toBe(false);
      expect(stage.secret('main-pve-token')).toBeUndefined();
      expect(stage.secret('main-key')?.get('encryption-key')).toBe(key);
    }
  },
);

test('A token whose secret was lost, or made anew by somebody, is made anew under the same name, and Proxmox VE is told.', async () => {
  const stage = await wiring();
  await stage.settle();
  const told = ['MakeBackupToken', 'SendBackupToken'];
  await dropSecret(stage, 'main-pve-token');
  expect((await stage.settle()).done).toEqual(told);
  const { account } = stage.wish;
  await stage.cloud.admin.put(`/access/users/${account.user}/token/${account.token}`, { regenerate: 1 });
  expect((await stage.settle()).done).toEqual(told);
  stage.cloud.server.remove.token(tokenIDOf(account));
  expect((await stage.settle()).done).toEqual(told);
  expect(truth(stage)).toEqual(whole(stage));
});

test('A password that somebody put into Proxmox VE makes the storage inactive, and is put right within the hour.', async () => {
  const stage = await wiring();
  await stage.settle();
  await stage.cloud.pve.put('/storage/pbs-main', { password: 'wrong-password' });
  expect((await stage.look()).active).toBe(false);
  await stage.cloud.clock.advance(3_600_000);
  expect((await stage.settle()).done).toEqual(['SendBackupToken']);
  expect(truth(stage)).toEqual(whole(stage));
});

test('A new certificate of the server shows as drift, and is put right; so is what else somebody changes.', async () => {
  const stage = await wiring();
  await stage.settle();
  const { cloud, wish } = stage;
  await cloud.pve.put('/storage/pbs-main', {
    disable: 1,
    namespace: 'x',
    'prune-backups': 'keep-last=1',
    fingerprint: Array(32).fill('AA').join(':'),
  });
  await cloud.pve.put('/cluster/backup/nightly', {
    enabled: 0,
    schedule: '05:00',
    'prune-backups': 'keep-last=1',
    node: 'node1',
  });
  await cloud.admin.put('/access/acl', { path: '/', role: 'Admin', 'auth-id': wish.account.user });
  expect((await stage.settle()).done).toEqual(['RevokeGrant', 'ChangeStorage', 'ChangeBackupJob']);
  expect(await stage.settle()).toEqual({ done: [], failures: [] });
  expect((await cloud.pve.get('/cluster/backup/nightly')).data).not.toHaveProperty('prune-backups');
});

test('A stranger’s storage, job or user of the wanted name is never touched; what is named is taken over.', async () => {
  const stage = await wiring();
  const { cloud, wish } = stage;
  const job = { id: 'nightly', schedule: '01:00', storage: 'local', all: 1, comment: 'by hand' };
  await cloud.pve.post('/cluster/backup', job);
  stage.writes();
  const { hold, done } = await stage.settle();
  expect([hold?.reason, done, stage.writes()]).toEqual(['NotOurs', [], []]);
  const taken = await stage.settle({ wish: { ...wish, adopt: ['nightly'] } });
  expect([taken.hold, taken.done.at(-1)]).toEqual([undefined, 'ChangeBackupJob']);
  expect((await cloud.pve.get('/cluster/backup/nightly')).data).toMatchObject({
    storage: 'pbs-main',
    schedule: '02:00',
    comment: expect.stringContaining(owner.uid),
  });
});
