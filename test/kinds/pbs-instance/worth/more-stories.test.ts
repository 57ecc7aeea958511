// SPDX-License-Identifier: GPL-3.0-or-later
/** As stories.test.ts. */
import { afterEach, expect, test } from '@jest/globals';
import { respond } from '../../../../src/simulator/kernel/service.ts';
import { closed, good, healthy, mended, night, turns, words } from './story.ts';

afterEach(closed);

test('16. The token of the storage entry was removed: Proxmox VE gets in no more, before any job fails.', async () => {
  const at = await healthy();
  at.server.remove.token('pve@pbs!backup');
  await turns(at, { jobs: 'False StorageInactive', ready: 'StorageInactive' });
});

test('17. A job ended with errors for one guest, and with warnings: the first is told with its cause, the second is a success.', async () => {
  const at = await healthy();
  at.world.pve.makeGuest({ vmid: 201, name: 'db', running: true });
  await at.look();
  at.world.pve.lock(201, 'snapshot');
  await at.days(night);
  const looked = await turns(at, {
    jobs: 'False RunFailed',
    protected: 'False NeverBackedUp',
    ready: 'NeverBackedUp',
  });
  const { message } = looked.facts.conditions.find(({ type }) => type === 'JobsSucceed') ?? {};
  expect(message).toBe(
    'Job nightly failed for db (201): it is locked by something else. Look which task holds it, and unlock it when none does.',
  );
  expect(looked.status.guests).toMatchObject({ protected: '1/2', stale: [{ id: 201, reason: 'NeverBackedUp' }] });
  at.world.pve.lock(201, undefined);
  at.world.pve.tellBackups(201, 'warn');
  await at.days(1);
  await turns(at, { jobs: 'True RunWarned' });
});

test('18. The datastore was removed from the server; the bucket has all of it still.', async () => {
  const at = await healthy();
  at.server.remove.datastore('vm-backup-s3');
  const looked = await at.look();
  expect([looked.ready, looked.condition('StoreHealthy')]).toEqual(['DatastoreMissing', 'False DatastoreMissing']);
  expect(looked.status.guests?.protected).toBe('1/1');
});

test('19. Backups must be verified, and nobody verifies them.', async () => {
  const at = await healthy();
  const looked = await at.look({ verifiedWithinDays: 30 });
  expect(words(looked)).toEqual({ ...good, protected: 'False BackupsUnverified', ready: 'BackupsUnverified' });
  await at.admin.post('/config/verify', { id: 'all', store: 'vm-backup-s3', schedule: 'yearly' });
  await at.overAt(at.admin, (await at.admin.post('/admin/verify/all/run')).data);
  expect(words(await at.look({ verifiedWithinDays: 30 }))).toEqual(good);
});

test('19b. A job by a tag shows whom it has; without anybody who has the tag it is not there, and that is what is told.', async () => {
  const at = await healthy();
  await at.pve.put('/cluster/backup/nightly', { vmid: '200' });
  const gold = { jobs: [{ id: 'nightly', exclude: [], tag: 'gold' }] };
  expect((await at.look(gold)).status.jobs).toMatchObject([{ id: 'nightly', tagged: '1: 200' }]);
  expect((await at.look()).status.jobs?.[0]).not.toHaveProperty('tagged');
  await at.pve.delete('/cluster/backup/nightly');
  const looked = await at.look(gold);
  expect([looked.condition('JobsSucceed'), looked.ready]).toEqual(['False TagUnused', 'TagUnused']);
  await at.pve.put('/nodes/node1/qemu/200/config', { tags: 'gold' });
  expect((await at.look(gold)).condition('JobsSucceed')).toBe('False JobMissing');
});

test('20. A job means a pool that is empty: it runs, ends well and saves nothing.', async () => {
  const at = await healthy();
  at.world.pve.addPool('empty');
  await at.pve.put('/cluster/backup/nightly', { pool: 'empty' });
  await turns(at, { jobs: 'False JobSelectsNothing', covered: 'False GuestsUnprotected' });
});

test('21. S3 was out of reach for a night: told with what to look at, and over with the next run; the objective is still met.', async () => {
  let down = false;
  const at = await healthy({ s3: (aws) => (request) => (down ? Promise.reject(new Error('no route')) : aws(request)) });
  down = true;
  await at.days(night);
  const asked = at.world.s3Requests.length;
  const looked = await turns(at, { jobs: 'False RunFailed', store: 'False BucketUnreached' });
  const { message } = looked.facts.conditions.find(({ type }) => type === 'StoreHealthy') ?? {};
  expect(message).toMatch(/did not get through to S3\. Look at its line, DNS and firewall/);
  expect(looked.news.map(({ reason }) => reason)).toEqual(['RunFailed', 'BucketUnreached']);
  expect(looked.status.guests?.protected).toBe('1/1');
  expect(at.world.s3Requests.length).toBe(asked);
  down = false;
  await at.days(1);
  await mended(at);
});

test('22. S3 refuses for want of room: the same, by what it answers.', async () => {
  let busy = false;
  const refused = () => Promise.resolve(respond(503, {}, ''));
  const at = await healthy({ s3: (aws) => (request) => (busy ? refused() : aws(request)) });
  busy = true;
  await at.days(night);
  await turns(at, { jobs: 'False RunFailed', store: 'False BucketUnreached' });
});

test('23. Another cluster saves a guest of the same number into the same place: its backups protect nobody here.', async () => {
  const at = await healthy();
  const login = 'pve@pbs!backup';
  expect(words(await at.look({ login }))).toEqual(good);
  await at.admin.post('/access/users', { userid: 'theirs@pbs' });
  await at.admin.post('/access/users/theirs@pbs/token/pve');
  const group = { 'backup-type': 'vm', 'backup-id': '200', 'new-owner': 'theirs@pbs!pve' };
  await at.admin.post('/admin/datastore/vm-backup-s3/change-owner', group);
  await at.days(1);
  const looked = await at.look({ login });
  expect([looked.ready, looked.condition('Protected')]).toEqual(['NeverBackedUp', 'False NeverBackedUp']);
  expect(looked.status.guests?.protected).toBe('0/1');
  const { message } = looked.facts.conditions.find(({ type }) => type === 'Protected') ?? {};
  expect(message).toContain('change-owner');
});
