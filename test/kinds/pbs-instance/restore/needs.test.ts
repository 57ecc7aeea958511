// SPDX-License-Identifier: GPL-3.0-or-later
/** With exactly the rights that are named a test goes from its beginning to its end; without any one of them it does not. */
import { expect, test } from '@jest/globals';
import { copyMark } from '../../../../src/clouds/pve/marks.ts';
import { restoreNeeds } from '../../../../src/kinds/pbs-instance/restore/needs.ts';
import { restoreRequestOf } from '../../../../src/kinds/pbs-instance/restore/requests.ts';
import { store, wired, hour, type Wired } from '../../../simulator/proxmox/wired.ts';
import type { Client, Params } from '../../../simulator/proxmox/world.ts';

const wish = { node: 'node1', storage: 'local-lvm', intervalMs: 1, from: 'pbs-main' };
const owner = { uid: 'uid-1', cluster: 'cluster-1', object: 'PbsInstance/team-a/main' };

function asked(at: Wired): Params {
  const [snapshot] = at.server.snapshots(store);
  const time = new Date((snapshot?.time ?? 0) * 1000).toISOString().slice(0, 19);
  const { values } = restoreRequestOf({
    do: 'RestoreCopy',
    part: 'restore',
    routine: true,
    effect: 'create',
    target: 'copy',
    once: 'RestoreCopy',
    copy: { node: 'node1', vmid: 300 },
    guest: 200,
    name: 'web',
    snapshotAt: 0,
    archive: `pbs-main:backup/vm/200/${time}Z`,
    storage: 'local-lvm',
    mark: copyMark(owner, 200),
  });
  const { node: _node, ...params } = { node: '', ...values };
  const texts = Object.entries(params).map(([name, value]) => [
    name,
    typeof value === 'boolean' ? Number(value) : value,
  ]);
  return Object.fromEntries(texts) as Params;
}

/** Each thing that a test does or looks at, and how that went. */
async function went(at: Wired, by: Client): Promise<readonly unknown[]> {
  const begun = await by.post('/nodes/node1/qemu', asked(at));
  await at.clock.advance(hour);
  await at.world.settle();
  const exit = at.world.pve.tasks().find(({ upid }) => upid === begun.data)?.exit;
  const config = await by.get('/nodes/node1/qemu/300/config', { current: 1 });
  const others = (await by.get('/nodes/node1/tasks', { source: 'all' })).data as readonly { readonly type: string }[];
  const room = await by.get('/nodes/node1/storage/local-lvm/status');
  const gone = await by.delete('/nodes/node1/qemu/300');
  await at.clock.advance(hour);
  await at.world.settle();
  at.world.pve.removeGuest(300);
  return [begun.status, exit, config.status, others.some(({ type }) => type === 'vzdump'), room.status, gone.status];
}

test('The rights that are named are enough, and each is needed.', async () => {
  const at = await wired();
  at.world.pve.removeGuest(200);
  at.world.pve.makeGuest({
    vmid: 200,
    config: { scsi0: 'local-lvm:8', net0: 'virtio=BC:24:11:00:00:01,bridge=vmbr0' },
  });
  await at.days(1);
  // what the rest of the object needs anyway
  const entry = { path: '/storage/pbs-main', privileges: ['Datastore.Allocate'] };
  const needs = restoreNeeds(wish);
  let users = 0;
  const of = (some: typeof needs) => {
    const paths = [...new Set(some.map(({ path }) => path))];
    const grants = paths.map((path) => ({
      path,
      privileges: some.filter((one) => one.path === path).flatMap(({ anyOf }) => anyOf),
    }));
    return at.as(at.world.pve.token({ user: `u${users++}@pve`, grants: [...grants, entry] }).authorization);
  };
  const whole = await went(at, of(needs));
  expect(whole).toEqual([200, 'OK', 200, true, 200, 200]);
  for (const one of needs)
    expect([one, await went(at, of(needs.filter((other) => other !== one)))]).not.toEqual([one, whole]);
});
