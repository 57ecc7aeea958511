// SPDX-License-Identifier: GPL-3.0-or-later
/** From a server and a bucket to a datastore that takes backups, and what happens to it afterwards; over real HTTPS, with a simulated S3 behind. */
import { afterEach, expect, test } from '@jest/globals';
import { absentStore } from '../../../../src/kinds/pbs-instance/store/plan-absent.ts';
import { observeStore } from '../../../../src/kinds/pbs-instance/store/observe.ts';
import { storeFacts } from '../../../../src/kinds/pbs-instance/store/facts.ts';
import { storeDrift } from '../../../../src/kinds/pbs-instance/store/drift.ts';
import type { Snapshot } from '../../../../src/simulator/proxmox/pbs/state.ts';
import { bucket, depot, sessionOf, storeName, verbs, walk, type Depot } from './depot.ts';

let at: Depot;
afterEach(() => at.close());

const whole = ['ClaimBackupTarget', 'AddS3Endpoint', 'CreateDatastore', 'AddPruneJob', 'AddVerifyJob', 'NoteDatastore'];
const look = () => observeStore(at.store, at.wants);
const secretKey = () => at.secrets.all.get('vm-backups-s3')?.data.get('secretAccessKey') ?? 'none';

test('A claim, an endpoint, a check, a datastore, its care; and then not one write more, and no look makes a request to S3.', async () => {
  at = await depot();
  const { done, hold } = await walk(at);
  expect(hold).toBeUndefined();
  expect(verbs({ done })).toEqual(whole);
  expect(at.server.state.endpoints.get('aws-s3-storage')?.options).toMatchObject({
    endpoint: `{{bucket}}.s3.ap-northeast-2.amazonaws.com`,
    region: 'ap-northeast-2',
  });
  expect(at.world.s3Requests.slice(0, 4).map(({ operation }) => operation)).toEqual([
    'HeadBucket',
    'PutObject',
    'GetObject',
    'DeleteObject',
  ]);
  expect(at.server.datastore(storeName)).toMatchObject({ options: { 'gc-schedule': 'daily', 'verify-new': true } });
  expect([...at.server.state.prune.values()]).toMatchObject([{ options: { 'keep-last': 3, 'keep-daily': 7 } }]);
  expect([...at.server.state.verify.values()]).toMatchObject([{ options: { 'outdated-after': 60 } }]);
  expect(at.keysIn(`${storeName}/.in-use`)).toHaveLength(1);
  const writes = () => at.world.calls.filter(({ effect }) => effect === 'write').length;
  const [before, asked] = [writes(), at.world.s3Requests.length];
  for (let looks = 0; looks < 24; looks++) {
    expect(await walk(at)).toEqual({ done: [] });
    await at.clock.advance(60_000);
  }
  expect(writes()).toBe(before);
  expect(at.world.s3Requests).toHaveLength(asked);
});

test('No step, record or fact holds the secret part of a key.', async () => {
  at = await depot();
  const { done } = await walk(at);
  const seen = await look();
  const told = JSON.stringify([done, seen, at.records, storeFacts(seen), storeDrift(at.wants, seen)]);
  expect(told.includes(secretKey())).toBe(false);
  expect(at.learnt.includes(secretKey())).toBe(true);
});

test("A rotated key is the server's at the next look, before the old one ends; so is a secret part that was corrected alone.", async () => {
  at = await depot();
  await walk(at);
  const id = await at.rotate('pbs-next');
  const { done } = await walk(at);
  expect(verbs({ done })).toEqual(['ChangeS3Endpoint']);
  expect(done[0]).toMatchObject({ routine: true });
  expect(storeFacts(await look())).toMatchObject({ s3: { accessKeyID: id, bucket } });
  const held = at.server.state.endpoints.get('aws-s3-storage');
  expect(held?.secret === secretKey()).toBe(true);
  const data = at.secrets.all.get('vm-backups-s3')?.data ?? new Map<string, string>();
  at.secrets.put('vm-backups-s3', { ...Object.fromEntries(data), secretAccessKey: 'mistyped' });
  expect(verbs(await walk(at))).toEqual(['ChangeS3Endpoint']);
  at.secrets.put('vm-backups-s3', Object.fromEntries(data));
  expect(verbs(await walk(at))).toEqual(['ChangeS3Endpoint']);
  expect(at.server.state.endpoints.get('aws-s3-storage')?.secret === secretKey()).toBe(true);
});

test('What somebody changes is changed back, and told; what somebody deletes is made again.', async () => {
  at = await depot();
  await walk(at);
  const store = at.server.datastore(storeName);
  if (store) store.options['gc-schedule'] = 'monthly';
  const [prune] = at.server.state.prune.values();
  if (prune) prune.options['keep-last'] = 1;
  at.server.state.verify.clear();
  expect(storeDrift(at.wants, await look())).toEqual([
    { path: 'datastore.gcSchedule', want: 'daily', have: 'monthly' },
    { path: 'datastore.prune.keep', want: '{"keepLast":3,"keepDaily":7}', have: '{"keepLast":1,"keepDaily":7}' },
  ]);
  expect(verbs(await walk(at))).toEqual(['ChangeDatastore', 'ChangePruneJob', 'AddVerifyJob']);
  expect(storeDrift(at.wants, await look())).toEqual([]);
});

test('One BackupTarget has one user: the second is held, and takes over by annotation alone.', async () => {
  at = await depot();
  await walk(at);
  const claimant = { ...at.store.claimant, name: 'other', uid: 'uid-other' };
  const store = { ...at.store, claimant };
  const { record: _ours, ...bare } = at.wants;
  const wants = {
    ...bare,
    uid: 'uid-other',
    datastore: { ...at.wants.datastore, name: 'other-s3', path: '/mnt/other' },
  };
  const { done, hold } = await walk(at, { store, wants });
  expect(done).toEqual([]);
  expect(hold).toMatchObject({ why: 'Blocked', reason: 'InUse' });
  expect(hold?.message).toContain('hybridcloud.dev/take-over: uid-main');
  await walk(at, { plan: (one, seen) => absentStore(one, seen, 'Retain') });
  expect(at.target.object.metadata.annotations).toEqual({});
  expect(verbs(await walk(at, { store, wants: { ...wants, s3: { ...wants.s3, id: 'second-s3' } } }))[0]).toBe(
    'ClaimBackupTarget',
  );
});

test('A bucket that refuses its key stops the work before there is a datastore, names the bucket, and goes on by itself.', async () => {
  at = await depot();
  const data = at.secrets.all.get('vm-backups-s3')?.data ?? new Map<string, string>();
  at.secrets.put('vm-backups-s3', { ...Object.fromEntries(data), secretAccessKey: 'wrong' });
  await expect(walk(at)).rejects.toMatchObject({ class: 'Denied', reason: 'BucketRefused' });
  expect(at.server.datastore(storeName)).toBeUndefined();
  expect(at.server.tasks()).toEqual([]);
});

test('A try that broke off is made again over what it left: folders, and its own mark in the bucket.', async () => {
  at = await depot();
  at.server.fill('/mnt/datastore/cache');
  const { hold } = await walk(at);
  expect(hold).toMatchObject({ why: 'Blocked', reason: 'DatastoreFailed' });
  expect(hold?.message).toContain('No space left');
  at.server.fill('/mnt/datastore/cache', false);
  // as if the mark had been written by it
  at.server.state.chunkStores.add(`/mnt/datastore/cache/${storeName}`);
  const body = JSON.stringify({ hostname: at.server.state.hostname });
  await at.aws.root.s3('PUT', `/${bucket}/${storeName}/.in-use`, { body });
  await at.clock.advance(5 * 60_000 + 1000);
  const { done, hold: after } = await walk(at);
  expect(after).toBeUndefined();
  expect(done.slice(0, 2)).toMatchObject([{ datastore: { reuse: 'Mine' } }, { datastore: { reuse: 'Taken' } }]);
  expect(at.server.datastore(storeName)).toBeDefined();
});

test('Where S3 goes away while the new datastore reads what is in the bucket, that is read again once it is back.', async () => {
  at = await depot();
  await walk(at);
  await walk(at, { plan: (one, seen) => absentStore(one, seen, 'Delete') });
  // its maker may write, and not list: the datastore is made, and its contents are not read
  await at.aws.root.iam('PutUserPolicy', {
    UserName: 'pbs',
    PolicyName: 'no-lists',
    PolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Deny',
          Action: 's3:ListBucket',
          Resource: '*',
          Condition: { StringLike: { 's3:prefix': '*' } },
        },
      ],
    }),
  });
  const { hold } = await walk(at);
  expect(at.server.datastore(storeName)).toMatchObject({ maintenance: 's3-refresh' });
  expect(hold).toMatchObject({ why: 'Blocked', reason: 'DatastoreFailed' });
  expect(hold?.message).toMatch(/could not read its contents.*403.*tried again by itself/);
  await at.aws.root.iam('DeleteUserPolicy', { UserName: 'pbs', PolicyName: 'no-lists' });
  await at.clock.advance(5 * 60_000);
  const { done, hold: after } = await walk(at);
  expect(after).toBeUndefined();
  expect(verbs({ done })).toContain('RefreshDatastore');
  expect(at.server.datastore(storeName)?.maintenance).toBeUndefined();
});

/** The first night of a Proxmox VE that backs up to it. */
async function backup(): Promise<void> {
  const token = at.server.token({
    user: 'pve@pbs',
    name: 'b',
    roles: [[`/datastore/${storeName}`, 'DatastoreBackup']],
  });
  const entry = {
    storage: 'pbs-main',
    type: 'pbs',
    server: at.server.state.address,
    datastore: storeName,
    username: token.id,
    password: token.secret,
    fingerprint: at.server.fingerprint,
  };
  expect((await at.pve.post('/storage', entry)).status).toBe(200);
  at.world.pve.makeGuest({ vmid: 200, name: 'web', running: true });
  await at.pve.post('/cluster/backup', { id: 'nightly', schedule: '02:00', storage: 'pbs-main', all: 1 });
  await at.clock.advance(20 * 3_600_000);
  await at.world.settle();
}

test('A server that was lost is made again on the same bucket, and the same backups are there.', async () => {
  at = await depot();
  await walk(at);
  await backup();
  const snapshots = [...at.server.snapshots(storeName)];
  expect(snapshots).toHaveLength(1);
  const kept = at.keysIn(`${storeName}/`);
  const before = at.server;
  before.power(false);
  const next = at.world.addPbs({ address: before.state.address, hostname: before.state.hostname });
  await at.close();
  const served = await at.world.servePbs(before.state.address);
  at = { ...at, server: next, url: served.url, close: () => served.close() };
  const store = { ...at.store, pbs: sessionOf(at) };
  const { done, hold } = await walk(at, { store });
  expect(hold).toBeUndefined();
  expect(verbs({ done })).toEqual([
    'AddS3Endpoint',
    'CreateDatastore',
    'CreateDatastore',
    'AddPruneJob',
    'AddVerifyJob',
  ]);
  expect(done.flatMap((one) => (one.do === 'CreateDatastore' ? [one.datastore.reuse] : []))).toEqual(['Mine', 'Taken']);
  const what = ({ id, time, owner, files }: Snapshot) => ({ id, time, owner, files });
  expect(next.snapshots(storeName).map(what)).toEqual(snapshots.map(what));
  expect(at.keysIn(`${storeName}/`)).toEqual(expect.arrayContaining([...kept]));
});

test("A mark of another server's is never overwritten without a person's word, and were it of the same name.", async () => {
  at = await depot();
  const name = at.server.state.hostname;
  const stranger = at.world.addPbs({ address: at.server.state.address.replace(/\d+$/, '250'), hostname: name });
  const served = await at.world.servePbs(stranger.state.address);
  const there = { ...at, server: stranger, url: served.url };
  const theirs = { ...at.store, pbs: sessionOf(there), claimant: { ...at.store.claimant, uid: 'uid-theirs' } };
  const { record: _ours, ...bare } = at.wants;
  await walk(there, { store: theirs, wants: { ...bare, uid: 'uid-theirs' } });
  await served.close();
  const wants = { ...at.wants, takeOver: 'uid-theirs' };
  const { hold } = await walk(at, { wants });
  expect(hold).toMatchObject({ why: 'Blocked', reason: 'BucketInUse' });
  expect(hold?.message).toContain(`hybridcloud.dev/take-over: ${name}`);
  expect(at.server.datastore(storeName)).toBeUndefined();
  // tried again now and then, and never with force
  await at.clock.advance(6 * 60_000);
  expect((await walk(at, { wants })).done).toMatchObject([{ datastore: { reuse: 'Mine' } }]);
  const { done } = await walk(at, { wants: { ...wants, takeOver: name } });
  expect(done[0]).toMatchObject({ do: 'CreateDatastore', datastore: { reuse: 'Taken' } });
});

test("A datastore of somebody else's is not touched; adopted it is kept as the spec says, once a person approved.", async () => {
  at = await depot();
  await walk(at);
  const store = at.server.datastore(storeName);
  if (store) store.options['comment'] = 'made by hand';
  const { done, hold } = await walk(at);
  expect(done).toEqual([]);
  expect(hold).toMatchObject({ why: 'Blocked', reason: 'NotOurs' });
  const adopted = await walk(at, { wants: { ...at.wants, adopt: storeName } });
  expect(adopted.done).toMatchObject([{ do: 'ChangeDatastore', needs: 'approval' }]);
});

test('Another path or bucket means to take it out and in again: a replacement, which a person approves; the backups stay.', async () => {
  at = await depot();
  await walk(at);
  const datastore = { ...at.wants.datastore, path: '/mnt/datastore/larger' };
  const { done } = await walk(at, { wants: { ...at.wants, datastore } });
  expect(done.slice(0, 2)).toMatchObject([{ do: 'DetachDatastore', effect: 'replace' }, { do: 'CreateDatastore' }]);
  expect(at.server.datastore(storeName)?.path).toBe('/mnt/datastore/larger');
});

test('Deletion with Retain gives back the claim alone; with Delete all that is ours goes, and data only by name.', async () => {
  at = await depot();
  await walk(at);
  const seen = await look();
  expect(absentStore(at.wants, seen, 'Retain').steps).toMatchObject([{ do: 'ReleaseBackupTarget' }]);
  const { done } = await walk(at, { plan: (one, now) => absentStore(one, now, 'Delete') });
  expect(done).toMatchObject([
    { do: 'DestroyDatastore', risk: 'destroysData', loses: storeName },
    { do: 'RemoveS3Endpoint' },
    { do: 'ReleaseBackupTarget' },
  ]);
  expect(at.keysIn(`${storeName}/`)).toEqual([]);
  expect(at.server.state.endpoints.size).toBe(0);
});

test('A server that is gone keeps nobody from giving back the claim.', async () => {
  at = await depot();
  await walk(at);
  const { pbs: _gone, ...store } = at.store;
  const { done } = await walk(at, { store, plan: (one, now) => absentStore(one, now, 'Delete') });
  expect(verbs({ done })).toEqual(['ReleaseBackupTarget']);
});
