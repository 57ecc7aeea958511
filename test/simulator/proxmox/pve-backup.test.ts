// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { backups, lastRun, store, wired } from './wired.ts';

const night = Date.UTC(2026, 0, 6, 2) / 1000;

test('A job runs at its hour, and its backup is in the datastore and in S3.', async () => {
  const at = await wired();
  expect((await at.pve.get('/cluster/backup')).data).toMatchObject([
    { id: 'nightly', type: 'vzdump', enabled: 1, all: 1, schedule: '02:00', 'next-run': night },
  ]);
  await at.days(1);
  expect(await lastRun(at)).toMatchObject({ type: 'vzdump', user: 'root@pam', status: 'OK', starttime: night });
  expect(await backups(at)).toEqual([
    expect.objectContaining({
      volid: 'pbs-main:backup/vm/200/2026-01-06T02:00:00Z',
      vmid: 200,
      ctime: night,
      format: 'pbs-vm',
      size: expect.any(Number),
    }),
  ]);
  expect(at.server.snapshots(store)[0]?.owner).toBe('pve@pbs!backup');
  expect(
    at
      .keysIn(`${store}/.cnt/vm/200/`)
      .map((key) => key.split('/').at(-1) ?? '')
      .sort((a, b) => (a < b ? -1 : 1)),
  ).toEqual(['drive-scsi0.img.fidx', 'index.json.blob', 'owner', 'qemu-server.conf.blob']);
});

test('Jobs: objects come back for text, the id is one’s own, and no second has it.', async () => {
  const { pve } = await wired();
  const job = {
    id: 'weekly',
    schedule: 'sat 03:00',
    storage: 'pbs-main',
    vmid: '200',
    'prune-backups': 'keep-last=3',
    fleecing: 'enabled=1,storage=local-lvm',
  };
  expect((await pve.post('/cluster/backup', job)).data).toBeNull();
  expect((await pve.get('/cluster/backup/weekly')).data).toMatchObject({
    'prune-backups': { 'keep-last': '3' },
    fleecing: { enabled: '1', storage: 'local-lvm' },
  });
  expect((await pve.post('/cluster/backup', job)).reason).toBe("Job 'weekly' already exists");
});

test('400 for a mode of finding changes that there is none of, for what is no address, and for a word that is none.', async () => {
  const { pve } = await wired();
  const job = { id: 'weekly', schedule: 'sat 03:00', storage: 'pbs-main', vmid: '200' };
  const wrong = {
    'pbs-change-detection-mode': 'quick',
    'notification-mode': 'mail',
    mailto: 'root,backup@@example.com',
    mailnotification: 'never',
  };
  expect(Object.keys((await pve.post('/cluster/backup', { ...job, ...wrong })).json['errors'] ?? {}).sort()).toEqual([
    'mailnotification',
    'mailto',
    'notification-mode',
    'pbs-change-detection-mode',
  ]);
  const right = {
    'pbs-change-detection-mode': 'data',
    'notification-mode': 'auto',
    mailto: 'root,backup@example.com',
    mailnotification: 'failure',
  };
  expect((await pve.post('/cluster/backup', { ...job, ...right })).data).toBeNull();
  expect((await pve.get('/cluster/backup/weekly')).data).toMatchObject(right);
  await pve.put('/cluster/backup/weekly', { delete: 'mailto,pbs-change-detection-mode' });
  const left = (await pve.get('/cluster/backup/weekly')).data;
  expect(left).not.toHaveProperty('mailto');
  expect(left).not.toHaveProperty('pbs-change-detection-mode');
});

test("400 No such job 'x'; 500 no options specified; 400 one of all, pool and vmid.", async () => {
  const { pve } = await wired();
  for (const answer of [
    await pve.get('/cluster/backup/none'),
    await pve.delete('/cluster/backup/none'),
    await pve.put('/cluster/backup/none', { comment: 'x' }),
    await pve.get('/cluster/backup/none/included_volumes'),
  ])
    expect(answer).toMatchObject({ status: 400, json: { errors: { id: "No such job 'none'" } } });
  expect((await pve.put('/cluster/backup/nightly')).reason).toBe('no options specified');
  const job = { schedule: 'daily', storage: 'pbs-main' };
  expect((await pve.post('/cluster/backup', job)).json['errors']).toEqual({ vmid: 'property is missing' });
  expect((await pve.post('/cluster/backup', { ...job, all: 1, vmid: '200' })).json['errors']).toEqual({
    all: "option conflicts with option 'vmid'",
  });
  expect((await pve.post('/cluster/backup', { ...job, schedule: 'never', all: 1 })).json['errors']).toEqual({
    schedule: "invalid format - invalid calendar event 'never'",
  });
  expect((await pve.post('/cluster/backup', { ...job, storage: 'none', all: 1 })).reason).toBe(
    "storage 'none' does not exist",
  );
});

test('403: jobs need Sys.Modify on the root and Datastore.Allocate on their storage.', async () => {
  const { as, world } = await wired();
  const send = (name: string, grants: { path: string; privileges: string[]; propagate: boolean }[]) =>
    as(world.pve.token({ user: `${name}@pve`, grants }).authorization).post('/cluster/backup', {
      schedule: 'daily',
      storage: 'pbs-main',
      all: 1,
    });
  const root = { path: '/', privileges: ['Sys.Audit', 'Sys.Modify'], propagate: false };
  expect((await send('a', [])).reason).toBe('Permission check failed (/, Sys.Modify)');
  expect((await send('b', [root])).reason).toBe('Permission check failed (/storage/pbs-main, Datastore.Allocate)');
  expect(
    (await send('c', [root, { path: '/storage', privileges: ['Datastore.Allocate'], propagate: true }])).status,
  ).toBe(200);
});

test('job errors: one guest failed, the others are saved.', async () => {
  const at = await wired();
  at.world.pve.makeGuest({ vmid: 201 });
  at.world.pve.tellBackups(201, 'fail');
  await at.days(1);
  expect(await lastRun(at)).toMatchObject({ status: 'job errors' });
  expect((await backups(at)).map(({ vmid }) => vmid)).toEqual([200]);
  await at.days(1);
  expect((await backups(at, 201)).length).toBe(1);
});

test('WARNINGS: 1 is a success.', async () => {
  const at = await wired();
  at.world.pve.tellBackups(200, 'warn');
  await at.days(1);
  expect([await lastRun(at), await backups(at)]).toMatchObject([{ status: 'WARNINGS: 1' }, [{ vmid: 200 }]]);
});

test('OK and nothing saved: an empty backup, a job without guests, disks that are all left out.', async () => {
  const at = await wired();
  at.world.pve.tellBackups(200, 'empty');
  at.world.pve.makeGuest({ vmid: 201, config: { scsi0: 'local-lvm:8,backup=0' } });
  await at.days(1);
  expect(await lastRun(at)).toMatchObject({ status: 'OK' });
  for (const { size } of await backups(at)) expect(size).toBeLessThan(1000);
  at.world.pve.addPool('empty');
  await at.pve.put('/cluster/backup/nightly', { pool: 'empty' });
  await at.days(1);
  expect([await lastRun(at), await backups(at)]).toMatchObject([{ status: 'OK' }, { length: 2 }]);
});

test('job errors: a guest that is named and gone, one that is locked, a server that is off, a token that was revoked, a bucket that refuses, a full cache.', async () => {
  const at = await wired();
  const fails = async (tell: () => unknown, heal: () => unknown, why: string) => {
    await tell();
    await at.days(1);
    const run = await lastRun(at);
    expect(run).toMatchObject({ status: 'job errors' });
    expect((await at.pve.get(`/nodes/node1/tasks/${String(run?.['upid'])}/log`)).text).toContain(why);
    await heal();
  };
  await fails(
    () => at.pve.put('/cluster/backup/nightly', { vmid: '200,299' }),
    () => at.pve.put('/cluster/backup/nightly', { all: 1 }),
    "unable to find VM '299'",
  );
  await fails(
    () => at.world.pve.lock(200, 'snapshot'),
    () => at.world.pve.lock(200, undefined),
    'VM is locked (snapshot)',
  );
  await fails(
    () => at.server.power(false),
    () => at.server.power(true),
    'Connection refused',
  );
  await fails(
    () => at.server.fill('/mnt/datastore/cache'),
    () => at.server.fill('/mnt/datastore/cache', false),
    'No space left on device',
  );
  await fails(
    () => at.root.iam('DeleteUserPolicy', { UserName: 'pbs', PolicyName: 'p' }),
    () => undefined,
    '403 Forbidden',
  );
  await fails(
    () => at.server.remove.token('pve@pbs!backup'),
    () => undefined,
    'authentication failed',
  );
});

test('A guest that no job covers, and a disk that is left out; a job that is switched off still counts as covering.', async () => {
  const at = await wired({ job: { exclude: '201' } });
  at.world.pve.makeGuest({ vmid: 201, name: 'forgotten' });
  at.world.pve.makeGuest({ vmid: 202, kind: 'lxc', name: 'container' });
  at.world.pve.makeGuest({ vmid: 203, config: { scsi0: 'local-lvm:8', scsi1: 'local-lvm:8,backup=0' } });
  const open = async () => (await at.pve.get('/cluster/backup-info/not-backed-up')).data;
  expect(await open()).toEqual([{ vmid: 201, name: 'forgotten', type: 'qemu' }]);
  await at.pve.put('/cluster/backup/nightly', { enabled: 0 });
  expect(await open()).toHaveLength(1);
  const { children } = (await at.pve.get('/cluster/backup/nightly/included_volumes')).data as {
    children: { id: number; children: object[] }[];
  };
  expect(children.map(({ id }) => id)).toEqual([200, 202, 203]);
  expect(children[2]?.children).toMatchObject([
    { id: 'scsi0', included: 1, reason: 'enabled' },
    { id: 'scsi1', included: 0, reason: 'disabled' },
  ]);
});

test('A job that is switched off does not run, and has no next run.', async () => {
  const at = await wired({ job: { enabled: 0 } });
  await at.days(2);
  expect(await lastRun(at)).toBeUndefined();
  expect((await at.pve.get('/cluster/backup/nightly')).data).not.toHaveProperty('next-run');
});

test('vzdump by hand needs VM.Backup and room on the storage, no more.', async () => {
  const at = await wired();
  const grants = [
    { path: '/vms/200', privileges: ['VM.Backup'] },
    { path: '/storage/pbs-main', privileges: ['Datastore.AllocateSpace'] },
  ];
  const mine = at.as(at.world.pve.token({ grants }).authorization);
  expect(await at.over((await mine.post('/nodes/node1/vzdump', { vmid: '200', storage: 'pbs-main' })).data, mine)).toBe(
    'OK',
  );
  at.world.pve.makeGuest({ vmid: 201 });
  expect((await mine.post('/nodes/node1/vzdump', { vmid: '201', storage: 'pbs-main' })).reason).toBe(
    'Permission check failed (/vms/201, VM.Backup)',
  );
});

test('A log begins with the call as it would be made by hand (PVE::VZDump, exec_backup).', async () => {
  const at = await wired({ job: { 'notes-template': '{{guestname}} in {{cluster}}' } });
  await at.days(1);
  const { data } = await at.pve.get(`/nodes/node1/tasks/${String((await lastRun(at))?.['upid'])}/log`);
  expect((data as readonly { readonly t: string }[])[0]?.t).toBe(
    "INFO: starting new backup job: vzdump --storage pbs-main --all 1 --mode snapshot --notes-template '{{guestname}} in {{cluster}}'",
  );
});

test('Without pvescheduler no job begins, and the next time is told as before: it is that after now.', async () => {
  const at = await wired();
  at.world.pve.scheduler(false);
  await at.days(1);
  expect(await lastRun(at)).toBeUndefined();
  expect((await at.pve.get('/cluster/backup/nightly')).data).toMatchObject({ 'next-run': night + 24 * 3600 });
  at.world.pve.scheduler(true);
  await at.days(1);
  expect(await lastRun(at)).toMatchObject({ starttime: night + 24 * 3600, status: 'OK' });
});

test('Answers are dated by the clock of who gives them.', async () => {
  const at = await wired();
  const dateAt = async (url: string) =>
    Date.parse((await at.world.service({ method: 'GET', url: new URL(url), headers: {} })).headers['date'] ?? '');
  at.server.skew(600_000);
  expect(await dateAt(`${at.server.url}/api2/json/ping`)).toBe(at.clock.now() + 600_000);
  expect(await dateAt(`${at.world.pve.url}/api2/json/version`)).toBe(at.clock.now());
});
