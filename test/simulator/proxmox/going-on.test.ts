// SPDX-License-Identifier: GPL-3.0-or-later
/** A world that is saved goes on where it stood; what somebody tells of one task comes true for that task alone. */
import { expect, test } from '@jest/globals';
import { VirtualClock } from '../../../src/simulator/kernel/clock.ts';
import { createProxmox } from '../../../src/simulator/proxmox/index.ts';
import { cloud, datastore, stocked } from './cloud.ts';
import { answerIso, installing, stage, vm } from './world.ts';

const upload = (content: Uint8Array) => {
  const part = (head: string) => `--b\r\nContent-Disposition: form-data; ${head}\r\n\r\n`;
  const head = `${part('name="content"')}iso\r\n${part('name="filename"; filename="a.iso"')}`;
  return {
    body: Buffer.concat([Buffer.from(head), content, Buffer.from('\r\n--b--\r\n')]),
    headers: { 'content-type': 'multipart/form-data; boundary=b' },
  };
};

test('An upload that is saved on its way arrives in the world that goes on.', async () => {
  const { world, clock, pve } = stage();
  const { data } = await pve.send('POST', '/nodes/node1/storage/local/upload', upload(answerIso()));
  const later = createProxmox({ clock });
  later.restore(world.snapshot());
  await clock.advance(5000);
  await later.settle();
  expect(later.pve.tasks().find(({ upid }) => upid === data)?.exit).toBe('OK');
  expect(later.pve.volumes().map(({ volid }) => volid)).toContain('local:iso/a.iso');
});

test('An installation that is saved half way comes to the same server, by the same certificate.', async () => {
  const certificate = (server: string) => ({ cert: `certificate of ${server}`, key: '' });
  const at = stage({ certificate });
  await installing(at, answerIso());
  const saved = at.world.snapshot();
  const ends = await Promise.all(
    [1, 2].map(async () => {
      const clock = new VirtualClock(at.clock.now());
      const world = createProxmox({ clock, certificate });
      world.restore(saved);
      expect(world.underWay).toBe(true);
      await clock.advance(305_000);
      await world.settle();
      expect(world.underWay).toBe(false);
      world.pve.power(100, true);
      await clock.advance(65_000);
      await world.settle();
      return [world.servers()[0]?.id, world.certificateAt('192.168.0.20:8007')];
    }),
  );
  expect(ends[0]).toEqual(ends[1]);
  expect(ends[0]?.[1]).toBe(`certificate of ${ends[0]?.[0]}`);
});

test('Only who answers shows a certificate.', async () => {
  const { world, server } = await cloud();
  expect(world.certificateAt('192.168.0.10:8006')).toContain('BEGIN CERTIFICATE');
  expect(world.certificateAt('192.168.0.30:8007')).toContain('BEGIN CERTIFICATE');
  expect(world.certificateAt('192.168.0.31:8007')).toBeUndefined();
  server.power(false);
  expect(world.certificateAt('192.168.0.30:8007')).toBeUndefined();
});

test('A creation that was told to fail leaves no machine and no disk; the next one is made.', async () => {
  const { world, pve, over } = stage();
  world.pve.addIso('local', 'pbs.iso', answerIso());
  world.pve.addIso('local', 'answer.iso', answerIso());
  const { data } = await pve.post('/nodes/node1/qemu', vm);
  world.tellTask(String(data), { exit: 'no space left', afterEffect: false });
  expect(await over(data)).toBe('unable to create VM 100 - no space left');
  expect(world.pve.guests()).toEqual([]);
  expect(world.pve.volumes().filter(({ vmid }) => vmid === 100)).toEqual([]);
  expect(await over((await pve.post('/nodes/node1/qemu', vm)).data)).toBe('OK');
  expect(() => world.tellTask(String(data), { exit: 'x', afterEffect: false })).toThrow('runs');
});

test('A start may end in an error before the machine runs, or after.', async () => {
  const { world, pve, over } = stage();
  world.pve.makeGuest({ vmid: 100 });
  const start = async (afterEffect: boolean, exit: string) => {
    world.pve.power(100, false);
    const { data } = await pve.post('/nodes/node1/qemu/100/status/start');
    world.tellTask(String(data), { exit, afterEffect });
    return [await over(data), world.pve.guest(100)?.running];
  };
  expect(await start(false, 'start failed: QEMU exited with code 1')).toEqual([
    'start failed: QEMU exited with code 1',
    false,
  ]);
  expect(await start(true, 'unexpected status')).toEqual(['unexpected status', true]);
  expect(await start(false, 'WARNINGS: 1')).toEqual(['WARNINGS: 1', true]);
});

test('A datastore whose making breaks off leaves directories and marker, and no entry: the next plain try finds them.', async () => {
  const at = await cloud();
  await at.admin.post('/config/s3', at.endpoint);
  const make = async (more: object = {}) => (await at.admin.post('/config/datastore', { ...datastore, ...more })).data;
  const first = await make();
  at.world.tellTask(String(first), { exit: 'interrupted by signal', afterEffect: true });
  expect(await at.overAt(at.admin, first)).toBe('interrupted by signal');
  expect(at.server.datastore('vm-backup-s3')).toBeUndefined();
  expect(at.keysIn()).toContain('vm-backup-s3/.in-use');
  expect(await at.overAt(at.admin, await make())).toMatch('in use by host pbs');
  expect(await at.overAt(at.admin, await make({ 'reuse-datastore': 1, 'overwrite-in-use': 1 }))).toBe('OK');
});

test('A task of a server that was told to fail did nothing.', async () => {
  const at = await stocked();
  const { data } = await at.admin.delete('/config/datastore/vm-backup-s3');
  at.world.tellTask(String(data), { exit: 'datastore is currently in use', afterEffect: false });
  expect(await at.overAt(at.admin, data)).toBe('datastore is currently in use');
  expect(at.server.datastore('vm-backup-s3')).toBeDefined();
});
