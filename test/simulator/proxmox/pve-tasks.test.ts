// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { stage } from './world.ts';

const start = '/nodes/node1/qemu/100/status/start';
const statusOf = (upid: unknown) => `/nodes/node1/tasks/${encodeURIComponent(String(upid))}/status`;

test('A task runs for its time on the clock of the world, then it has an exit status.', async () => {
  const { pve, world, clock } = stage();
  world.pve.makeGuest({ vmid: 100 });
  const { data } = await pve.post(start);
  expect((await pve.get(statusOf(data))).data).toMatchObject({
    status: 'running',
    type: 'qmstart',
    id: '100',
    user: 'all@pve',
    tokenid: 'operator',
    node: 'node1',
  });
  expect((await pve.get(statusOf(data))).data).not.toHaveProperty('exitstatus');
  await clock.advance(2000);
  expect((await pve.get(statusOf(data))).data).toMatchObject({ status: 'stopped', exitstatus: 'OK' });
});

test.each(['WARNINGS: 1', "can't lock file '/var/lock/qemu-server/lock-100.conf' - got timeout"])(
  'A task may be told to end with %s.',
  async (exit) => {
    const { pve, world, over } = stage();
    world.pve.makeGuest({ vmid: 100 });
    world.pve.tellTasks('qmstart', exit);
    expect(await over((await pve.post(start)).data)).toBe(exit);
    expect(world.pve.guest(100)?.running).toBe(exit.startsWith('WARNINGS'));
  },
);

test('unexpected status: what ran on a node that went down.', async () => {
  const { pve, world } = stage({ nodes: ['node1', 'node2'] });
  world.pve.makeGuest({ vmid: 100 });
  const { data } = await pve.post(start);
  world.pve.nodeDown('node1');
  world.pve.nodeUp('node1');
  expect((await pve.get(statusOf(data))).data).toMatchObject({ status: 'stopped', exitstatus: 'unexpected status' });
  expect(world.pve.guest(100)?.running).toBe(false);
});

test('interrupted by signal: a task that somebody stops has no effect.', async () => {
  const { pve, world, clock } = stage();
  world.pve.makeGuest({ vmid: 100 });
  const { data } = await pve.post(start);
  await pve.delete(`/nodes/node1/tasks/${String(data)}`);
  await clock.advance(60_000);
  expect((await pve.get(statusOf(data))).data).toMatchObject({ exitstatus: 'interrupted by signal' });
  expect(world.pve.guest(100)?.running).toBe(false);
});

test('400 no such task, and unable to parse worker upid.', async () => {
  const { pve } = stage();
  expect(
    (await pve.get(statusOf('UPID:node1:00000001:00000001:00000001:qmstart:100:root@pam:'))).json['errors'],
  ).toEqual({ upid: 'no such task' });
  expect((await pve.get(statusOf('UPID:x'))).json['errors']).toEqual({ upid: "unable to parse worker upid 'UPID:x'" });
});

test('Lost identifiers are found by guest and type; what still runs only with source=all or active.', async () => {
  const { pve, world, clock } = stage();
  world.pve.makeGuest({ vmid: 100 });
  const { data } = await pve.post(start);
  const find = async (source?: string) =>
    (await pve.get('/nodes/node1/tasks', { vmid: 100, typefilter: 'qmstart', ...(source ? { source } : {}) })).data;
  expect([await find(), await find('active'), await find('all')]).toMatchObject([
    [],
    [{ upid: data }],
    [{ upid: data }],
  ]);
  await clock.advance(5000);
  expect([await find(), await find('active')]).toMatchObject([[{ upid: data, status: 'OK' }], []]);
});

test('403: another’s task without Sys.Audit.', async () => {
  const { pve, world, as } = stage();
  world.pve.makeGuest({ vmid: 100 });
  const { data } = await pve.post(start);
  const other = as(world.pve.token({ grants: [] }).authorization);
  expect((await other.get(statusOf(data))).reason).toBe('Permission check failed (/nodes/node1, Sys.Audit)');
});

test('A world is taken and put back, its running tasks too.', async () => {
  const { pve, world, clock } = stage();
  world.pve.makeGuest({ vmid: 100 });
  const { data } = await pve.post(start);
  const kept = JSON.parse(JSON.stringify(world.snapshot())) as ReturnType<typeof world.snapshot>;
  await clock.advance(5000);
  world.pve.removeGuest(100);
  world.restore(kept);
  expect((await pve.get(statusOf(data))).data).toMatchObject({ exitstatus: 'OK' });
  expect(world.pve.guest(100)?.running).toBe(true);
});
