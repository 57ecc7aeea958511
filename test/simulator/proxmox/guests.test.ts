// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { stage, vm, type Stage } from './world.ts';

const path = '/nodes/node1/qemu/100';

async function made(options: Parameters<typeof stage>[0] = {}, more: object = {}): Promise<Stage> {
  const at = stage(options);
  expect(
    await at.over(
      (await at.pve.post('/nodes/node1/qemu', { ...vm, ide2: 'none,media=cdrom', ide3: 'none,media=cdrom', ...more }))
        .data,
    ),
  ).toBe('OK');
  return at;
}

test('500 unable to create VM 100 - VM 100 already exists: at once, while the first is still being made.', async () => {
  const { pve, world } = stage();
  const first = await pve.post('/nodes/node1/qemu', vm);
  expect(first.data).toMatch(/^UPID:node1:[0-9A-F]{8}:[0-9A-F]{8,9}:[0-9A-F]{8}:qmcreate:100:all@pve!operator:$/);
  expect(await pve.post('/nodes/node1/qemu', vm)).toMatchObject({
    status: 500,
    reason: "unable to create VM 100 - VM 100 already exists on node 'node1'",
  });
  expect(world.pve.guest(100)?.config).toEqual({ lock: 'create' });
  expect((await pve.post(`${path}/status/start`)).reason).toBe('VM is locked (create)');
});

test('400 VM 100 already exists: nextid tells the first that is free, reserves nothing, and an id is free again at once.', async () => {
  const { pve, over } = await made();
  expect((await pve.get('/cluster/nextid')).data).toBe('101');
  expect((await pve.get('/cluster/nextid')).data).toBe('101');
  expect((await pve.get('/cluster/nextid', { vmid: 100 })).json['errors']).toEqual({ vmid: 'VM 100 already exists' });
  await over((await pve.delete(path)).data);
  expect((await pve.get('/cluster/nextid', { vmid: 100 })).data).toBe('100');
});

test('A configuration comes back as PVE writes it.', async () => {
  const uuid = '0b1d0e6a-5d2b-4a0e-9a53-a3a2a1f0e9d8';
  const { pve } = await made(
    {},
    {
      tags: 'Zoo,alpha;Zoo',
      description: 'by hand',
      onboot: 1,
      protection: 1,
      smbios1: `uuid=${uuid}`,
      agent: 'enabled=1',
    },
  );
  expect((await pve.get(`${path}/config`)).data).toMatchObject({
    scsi0: 'local-lvm:vm-100-disk-0,discard=on,iothread=1,size=50G',
    scsi1: 'local-lvm:vm-100-disk-1,size=64G',
    ide2: 'none,media=cdrom',
    net0: expect.stringMatching(/^virtio=BC:24:11(:[0-9A-F]{2}){3},bridge=vmbr0$/),
    tags: 'alpha;zoo',
    description: 'by hand\n',
    memory: '4096',
    cores: 2,
    onboot: 1,
    protection: 1,
    smbios1: `uuid=${uuid}`,
    digest: expect.stringMatching(/^[0-9a-f]{40}$/),
    meta: expect.stringContaining('ctime='),
    vmgenid: expect.any(String),
  });
});

test('A storage without room fails the task after HTTP 200, and nothing stays.', async () => {
  const { pve, over, world } = stage();
  const { status, data } = await pve.post('/nodes/node1/qemu', {
    ...vm,
    scsi0: 'local-lvm:10',
    scsi1: 'local-lvm:5000',
  });
  expect(status).toBe(200);
  expect(await over(data)).toMatch(/^unable to create VM 100 - .*Free space/);
  expect([world.pve.guests(), world.pve.volumes()]).toEqual([[], []]);
  const log = await pve.get(`/nodes/node1/tasks/${encodeURIComponent(String(data))}/log`);
  expect(log.json).toMatchObject({
    total: 1,
    data: [{ n: 1, t: expect.stringContaining('TASK ERROR: unable to create') }],
  });
});

test("500 storage 'x' does not exist.", async () => {
  expect((await stage().pve.post('/nodes/node1/qemu', { ...vm, scsi0: 'x:10' })).reason).toBe(
    "storage 'x' does not exist",
  );
});

test("500 Configuration file 'nodes/node1/qemu-server/104.conf' does not exist: what is not there is no 404.", async () => {
  const { pve, world } = stage({ nodes: ['node1', 'node2'] });
  const answer = await pve.get('/nodes/node1/qemu/104/config');
  expect(answer).toMatchObject({
    status: 500,
    reason: "Configuration file 'nodes/node1/qemu-server/104.conf' does not exist",
  });
  world.pve.makeGuest({ vmid: 104, node: 'node2' });
  expect((await pve.get('/nodes/node1/qemu/104/config')).status).toBe(500);
});

test('500 VM 100 is running - destroy failed, and can’t remove VM 100 - protection mode enabled.', async () => {
  const { pve, over } = await made({}, { protection: 1 });
  expect((await pve.delete(path)).reason).toBe("can't remove VM 100 - protection mode enabled");
  await pve.put(`${path}/config`, { protection: 0 });
  await over((await pve.post(`${path}/status/start`)).data);
  expect((await pve.delete(path)).reason).toBe('VM 100 is running - destroy failed');
  expect((await pve.post(`${path}/status/start`)).reason).toBe('VM 100 already running');
  await over((await pve.post(`${path}/status/stop`)).data);
  expect((await pve.post(`${path}/status/stop`)).reason).toBe('VM 100 not running');
  expect(await over((await pve.delete(path)).data)).toBe('OK');
});

test('VM started between the look and the task: the task says so.', async () => {
  const { pve, over, world } = await made();
  const { data } = await pve.delete(path);
  world.pve.power(100, true);
  expect(await over(data)).toBe('VM 100 is running - destroy failed');
  expect(world.pve.guest(100)).toBeDefined();
});

test('purge takes it out of backup jobs, and disks that no option names go only when asked for.', async () => {
  const { pve, over, world } = await made();
  await pve.post('/cluster/backup', { id: 'nightly', schedule: '02:00', vmid: '100,101', storage: 'local' });
  await pve.put(`${path}/config`, { delete: 'scsi1' });
  expect((await pve.get(`${path}/config`)).data).toMatchObject({ unused0: 'local-lvm:vm-100-disk-1' });
  const unused = world.pve.guest(100)?.config ?? {};
  delete unused['unused0'];
  await over((await pve.delete(path, { purge: 1 })).data);
  expect(world.pve.jobs()[0]?.options['vmid']).toBe('101');
  expect(world.pve.volumes().map(({ volid }) => volid)).toEqual(['local-lvm:vm-100-disk-1']);
});

test('500 can’t remove drive ide3 - protection mode enabled: running or not; it can be emptied all the same.', async () => {
  const { pve } = await made({}, { protection: 1 });
  expect(await pve.put(`${path}/config`, { delete: 'ide3' })).toMatchObject({
    status: 500,
    reason: "can't remove drive 'ide3' - protection mode enabled",
  });
  expect((await pve.put(`${path}/config`, { ide3: 'none,media=cdrom' })).status).toBe(200);
  // what the same request sets comes after what it deletes
  expect((await pve.put(`${path}/config`, { delete: 'ide3', protection: 0 })).status).toBe(500);
});

test('VM is locked (backup): nothing happens to it, and nobody but root may unlock.', async () => {
  const { pve, world } = await made();
  world.pve.lock(100, 'backup');
  for (const answer of [
    await pve.post(`${path}/status/start`),
    await pve.delete(path),
    await pve.put(`${path}/config`, { cores: 4 }),
  ])
    expect(answer).toMatchObject({ status: 500, reason: 'VM is locked (backup)' });
  expect((await pve.put(`${path}/config`, { delete: 'lock' })).reason).toBe("only root can set 'lock' config");
});

test('500 detected modified configuration: a digest that is no longer so.', async () => {
  const { pve } = await made();
  const { digest } = (await pve.get(`${path}/config`)).data as { digest: string };
  expect((await pve.put(`${path}/config`, { name: 'other', digest })).status).toBe(200);
  expect((await pve.put(`${path}/config`, { name: 'third', digest })).reason).toContain(
    'detected modified configuration',
  );
});

test('What a running VM cannot take stays pending until it starts again; a name and a card are taken at once.', async () => {
  const { pve, over } = await made();
  await over((await pve.post(`${path}/status/start`)).data);
  await pve.put(`${path}/config`, { name: 'other', cores: 4, delete: 'ide3' });
  expect((await pve.get(`${path}/config`, { current: 1 })).data).toMatchObject({
    name: 'other',
    cores: 2,
    ide3: 'none,media=cdrom',
  });
  expect((await pve.get(`${path}/config`)).data).toMatchObject({ cores: 4 });
  expect((await pve.get(`${path}/pending`)).data).toContainEqual({ key: 'ide3', value: 'none,media=cdrom', delete: 1 });
  await over((await pve.post(`${path}/status/stop`)).data);
  expect((await pve.get(`${path}/config`, { current: 1 })).data).not.toHaveProperty('ide3');
});

test('POST of a configuration is a task, or nothing when it is waited for.', async () => {
  const { pve } = await made();
  expect((await pve.post(`${path}/config`, { cores: 3 })).data).toMatch(/:qmconfig:100:/);
  expect((await pve.post(`${path}/config`, { cores: 4, background_delay: 5 })).data).toBeNull();
});

test('500 shrinking disks is not supported; growing is a task.', async () => {
  const { pve, over } = await made();
  expect((await pve.put(`${path}/resize`, { disk: 'scsi0', size: '10G' })).reason).toBe(
    'shrinking disks is not supported',
  );
  expect(await over((await pve.put(`${path}/resize`, { disk: 'scsi0', size: '+10G' })).data)).toBe('OK');
  expect((await pve.get(`${path}/config`)).data).toMatchObject({ scsi0: expect.stringContaining('size=60G') });
});

test("A start whose image is gone ends with volume 'local:iso/pbs.iso' does not exist.", async () => {
  const { pve, over } = await made({}, { ide2: 'local:iso/pbs.iso,media=cdrom' });
  expect(await over((await pve.post(`${path}/status/start`)).data)).toBe("volume 'local:iso/pbs.iso' does not exist");
});

test('Without a system there is nobody to shut down.', async () => {
  const { pve, over } = await made();
  await over((await pve.post(`${path}/status/start`)).data);
  expect(await over((await pve.post(`${path}/status/shutdown`)).data)).toContain('got timeout');
  expect(await over((await pve.post(`${path}/status/shutdown`, { forceStop: 1 })).data)).toBe('OK');
});

test('QEMU guest agent is not running: the PBS image has none.', async () => {
  const { pve, over } = await made({}, { agent: '1' });
  const ask = async () => (await pve.get(`${path}/agent/network-get-interfaces`)).reason;
  expect(await ask()).toBe('VM 100 is not running');
  await over((await pve.post(`${path}/status/start`)).data);
  expect(await ask()).toBe('QEMU guest agent is not running');
});

test('cluster/resources: states and names are ten seconds old, ids, tags and locks are new.', async () => {
  const { pve, world, clock } = await made();
  const look = async () => (await pve.get('/cluster/resources', { type: 'vm' })).data;
  await clock.advance(10_000);
  expect(await look()).toMatchObject([{ vmid: 100, status: 'stopped', name: 'pbs-main' }]);
  world.pve.power(100, true);
  await pve.put(`${path}/config`, { name: 'renamed', tags: 'new' });
  expect(await look()).toMatchObject([{ status: 'stopped', name: 'pbs-main', tags: 'new' }]);
  await clock.advance(10_000);
  expect(await look()).toMatchObject([{ status: 'running', name: 'renamed' }]);
});
