// SPDX-License-Identifier: GPL-3.0-or-later
/** Backups gone wrong: each is seen within one look, and gone within one when it is mended. Over HTTPS, on the simulator's clock. */
import { afterEach, expect, test } from '@jest/globals';
import { hour } from './house.ts';
import { closed, good, healthy, mended, night, opened, turns, words } from './story.ts';

afterEach(closed);

test('All is well: a guest that is new waits for its first night, and is protected after it.', async () => {
  const at = await opened();
  const first = await at.look();
  expect(words(first)).toEqual({ ...good, protected: 'Unknown FirstBackupDue', jobs: 'True NoRunYet' });
  expect(first.status).toMatchObject({
    guests: { protected: '0/1', total: 1, awaiting: [{ id: 200, name: 'web', reason: 'FirstBackupDue' }] },
    jobs: [
      {
        id: 'nightly',
        schedule: '02:00',
        nextRun: '2026-01-06T02:00:00Z',
        nextRuns: ['2026-01-06T02:00:00Z', '2026-01-07T02:00:00Z', '2026-01-08T02:00:00Z'],
      },
    ],
  });
  await at.days(1);
  const second = await at.look();
  expect(words(second)).toEqual(good);
  expect(second.status).toMatchObject({ lastBackupTime: '2026-01-06T02:00:00Z' });
  expect(second.status.guests).toEqual({ protected: '1/1', total: 1 });
});

test('1. It never ran: the job is switched on, its time passes, nothing happens; and in the end the objective is missed.', async () => {
  const at = await healthy();
  at.world.pve.scheduler(false);
  await at.days(night);
  const missed = await turns(at, { jobs: 'False RunMissed' });
  expect(missed.news).toMatchObject([{ type: 'Warning', reason: 'RunMissed' }]);
  expect(missed.status.jobs).toMatchObject([{ lastResult: 'Missed', dueTime: '2026-01-07T02:00:00Z' }]);
  await at.days(0.25);
  const late = await turns(at, { jobs: 'False RunMissed', protected: 'False BackupsStale', ready: 'BackupsStale' });
  expect(late.status).toMatchObject({
    guests: { protected: '0/1', stale: [{ id: 200, reason: 'TooOld' }] },
    oldestUnmetRPO: '2026-01-07T04:00:00Z',
  });
  at.world.pve.scheduler(true);
  await at.days(1);
  await mended(at);
});

test('2. It ran empty: the task ended well, and the backup holds no disk.', async () => {
  const at = await healthy();
  at.world.pve.tellBackups(200, 'empty');
  await at.days(night);
  const looked = await turns(at, { sound: 'False BackupsEmpty' });
  expect(looked.status.lastBackupTime).toBe('2026-01-06T02:00:00Z');
  await at.days(1);
  await mended(at);
});

test('3. A verification failed: its job could not do its work.', async () => {
  const at = await healthy();
  await at.admin.post('/config/verify', { id: 'all', store: 'vm-backup-s3', schedule: '05:00' });
  at.server.tellTasks('verificationjob', 'unable to read from the datastore');
  await at.days(1);
  await turns(at, { sound: 'False VerificationFailed' });
  await at.days(1);
  await mended(at);
});

test('4. One guest was forgotten: no job saves it.', async () => {
  const at = await healthy({ job: { exclude: '201' } });
  at.world.pve.makeGuest({ vmid: 201, name: 'forgotten' });
  await at.clock.advance(hour);
  const looked = await turns(at, { covered: 'False GuestsUnprotected' });
  expect(looked.status).toMatchObject({
    guests: { protected: '1/2', unprotected: [{ id: 201, name: 'forgotten', reason: 'NoJob' }] },
  });
  // left out on purpose it is no trouble
  expect(words(await at.look({ jobs: [{ id: 'nightly', exclude: [201] }] }))).toEqual(good);
});

test('5. A disk is excluded: its guest is saved without it.', async () => {
  const at = await healthy();
  const guest = at.world.pve.makeGuest({
    vmid: 201,
    name: 'db',
    config: { scsi0: 'local-lvm:8', scsi1: 'local-lvm:8,backup=0' },
  });
  await at.days(1);
  const looked = await turns(at, { covered: 'False DisksLeftOut' });
  expect(looked.status.guests?.unprotected).toMatchObject([{ id: 201, reason: 'DisksLeftOut', message: 'scsi1' }]);
  delete guest.config['scsi1'];
  await at.look();
  await mended(at);
});

test("6. The bucket's key is revoked: what needed it last was refused, and nobody asks S3 to know.", async () => {
  const at = await healthy();
  await at.root.iam('DeleteUserPolicy', { UserName: 'pbs', PolicyName: 'p' });
  await at.days(night);
  const asked = at.world.s3Requests.length;
  const looked = await turns(at, { jobs: 'False RunFailed', store: 'False BucketRefuses', ready: 'BucketRefuses' });
  expect(looked.seen.pve.runs[0]?.report.failures).toMatchObject([{ vmid: 200 }]);
  expect(at.world.s3Requests.length).toBe(asked);
  await at.allow();
  await at.days(1);
  await mended(at);
});

test('7. The bucket is full of old versions: what the server deletes stays, and is paid for.', async () => {
  const at = await healthy({ options: { 'gc-schedule': '05:00' } });
  await at.days(1);
  const bytes = 200 * 1024 ** 3;
  const looked = await at.look({ bucket: { keepsVersions: true, bytes } });
  expect(words(looked)).toEqual({ ...good, store: 'False OldVersionsKept' });
  expect(words(await at.look({ bucket: { keepsVersions: false, bytes } }))).toEqual(good);
});

test('8. The disk of the cache is full.', async () => {
  const at = await healthy();
  at.server.fill('/mnt/datastore/cache');
  await at.clock.advance(hour);
  await turns(at, { store: 'False CacheDiskFull', ready: 'CacheDiskFull' });
  at.server.fill('/mnt/datastore/cache', false);
  await mended(at);
});

test("9. The backup server's clock is off: told, and beyond what S3 takes nothing works.", async () => {
  const at = await healthy();
  at.server.skew(5 * 60_000);
  await turns(at, { store: 'False ClockOff' });
  at.server.skew(-hour);
  await turns(at, { store: 'False ClockOff', ready: 'ClockOff' });
  at.server.skew(0);
  await mended(at);
});

test('10. The backup server was replaced: another certificate, and it gets no byte of a request.', async () => {
  const at = await healthy();
  const { instanceID } = at.server;
  at.server.power(false);
  const other = at.world.addPbs({ address: at.server.state.address });
  await at.serveAgain();
  at.world.calls.length = 0;
  const looked = await at.look();
  expect([looked.ready, looked.condition('StoreHealthy')]).toEqual(['ServerReplaced', 'False ServerReplaced']);
  expect(at.world.calls.filter(({ service }) => service === 'pbs')).toEqual([]);
  // what was known of the backups is not forgotten
  expect(looked.status).toMatchObject({ guests: { protected: '1/1' }, lastBackupTime: '2026-01-06T02:00:00Z' });
  other.power(false);
  other.moveTo('192.168.0.99');
  at.server.power(true);
  await at.serveAgain();
  await mended(at);
  // with the certificate of the old one it would still be another instance
  expect((await at.look({ instanceID: 'another' })).ready).toBe('ServerReplaced');
  expect(words(await at.look({ instanceID }))).toEqual(good);
});

test('11. The storage entry is switched off in Proxmox VE.', async () => {
  const at = await healthy();
  await at.pve.put('/storage/pbs-main', { disable: 1 });
  await turns(at, { jobs: 'False StorageDisabled', ready: 'StorageDisabled' });
  await at.pve.put('/storage/pbs-main', { disable: 0 });
  await mended(at);
});

test('12. The job is switched off by hand.', async () => {
  const at = await healthy();
  await at.pve.put('/cluster/backup/nightly', { enabled: 0 });
  const looked = await turns(at, {
    jobs: 'False JobDisabled',
    covered: 'False GuestsUnprotected',
    ready: 'JobDisabled',
  });
  expect(looked.status.jobs).toMatchObject([{ id: 'nightly', lastResult: 'Disabled' }]);
  await at.pve.put('/cluster/backup/nightly', { enabled: 1 });
  await mended(at);
});

test('13. The datastore is in maintenance: who cannot read its backups says so, and repeats what was known.', async () => {
  const at = await healthy();
  for (const [mode, protects] of [
    ['read-only', 'True ObjectiveMet'],
    ['offline', 'Unknown BackupsUnreadable'],
  ] as const) {
    await at.admin.put('/config/datastore/vm-backup-s3', { 'maintenance-mode': `type=${mode}` });
    const looked = await turns(at, { store: 'False InMaintenance', protected: protects, ready: 'InMaintenance' });
    expect(looked.status).toMatchObject({ guests: { protected: '1/1' } });
    await at.admin.put('/config/datastore/vm-backup-s3', { delete: ['maintenance-mode'] });
    await mended(at);
  }
});

test('13b. The datastore is closed on request: that is the reason, nothing is looked for, and no failure is told of what was meant.', async () => {
  const at = await healthy();
  await at.admin.put('/config/datastore/vm-backup-s3', { 'maintenance-mode': 'type=read-only' });
  const asked = { maintenance: 'read-only' } as const;
  const looked = await at.look(asked);
  expect(words(looked)).toEqual({ ...good, store: 'False InRequestedMaintenance', ready: 'InRequestedMaintenance' });
  await at.days(1.5);
  const later = await at.look(asked);
  expect(words(later)).toEqual({
    ...good,
    store: 'False InRequestedMaintenance',
    ready: 'InRequestedMaintenance',
    jobs: 'False InRequestedMaintenance',
    protected: 'False BackupsStale',
  });
  const stale = later.facts.conditions.find(({ type }) => type === 'Protected')?.message;
  expect(stale).toMatch(/No backup comes in while datastore.maintenance is in the spec.$/);
  expect(words(await at.look({ maintenance: 'offline' }))).toMatchObject({
    ready: 'InMaintenance',
    jobs: 'False RunFailed',
  });
});

test('14. A backup is corrupt: a verification finds it, and the guest has no good one.', async () => {
  const at = await healthy();
  const [snapshot] = at.server.snapshots('vm-backup-s3');
  if (!snapshot) throw new Error('there is no backup');
  await at.server.rot('vm-backup-s3', snapshot);
  await at.admin.post('/config/verify', { id: 'all', store: 'vm-backup-s3', schedule: 'yearly' });
  await at.overAt(at.admin, (await at.admin.post('/admin/verify/all/run')).data);
  const looked = await turns(at, {
    sound: 'False BackupsCorrupt',
    protected: 'False NeverBackedUp',
    ready: 'NeverBackedUp',
  });
  expect(looked.status.guests).toMatchObject({ unsound: [{ id: 200, reason: 'Corrupt' }] });
  const [type, id, time] = [snapshot.type, snapshot.id, snapshot.time];
  await at.admin.delete('/admin/datastore/vm-backup-s3/snapshots', {
    'backup-type': type,
    'backup-id': id,
    'backup-time': time,
  });
  await at.days(1);
  await mended(at);
});

test('15. A node is off: its guests are not saved.', async () => {
  const at = await healthy({ nodes: ['node1', 'node2'] });
  at.world.pve.makeGuest({ vmid: 201, name: 'there', node: 'node2', running: true });
  await at.days(1);
  await mended(at);
  at.world.pve.nodeDown('node2');
  await at.clock.advance(hour);
  const looked = await turns(at, { jobs: 'False NodeOffline' });
  expect(looked.facts.conditions.find(({ type }) => type === 'JobsSucceed')?.message).toContain('there (201)');
  at.world.pve.nodeUp('node2');
  await mended(at);
});
