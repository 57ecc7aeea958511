// SPDX-License-Identifier: GPL-3.0-or-later
/** Numbers are given out again at once: nobody else's machine is ever touched, in whatever moment it comes. */
import { expect, test } from '@jest/globals';
import { machineUUID, ownerTag } from '../../../../src/clouds/pve/marks.ts';
import { stage } from '../../../simulator/proxmox/world.ts';
import { furnished, type Site } from './site.ts';
import { wish } from './wish.ts';

async function up(): Promise<Site> {
  const at = furnished();
  await at.settle();
  at.done.length = 0;
  return at;
}

const strangers = {
  vmid: 100,
  name: 'web',
  running: true,
  config: { scsi0: 'local-lvm:8', tags: 'prod', protection: '0' },
};

/** Ours goes, and a stranger's has its number. */
function swap({ at }: Site, more: Readonly<Record<string, string>> = {}): void {
  at.world.pve.removeGuest(100);
  at.world.pve.makeGuest({ ...strangers, config: { ...strangers.config, ...more } });
}

function untouched({ at }: Site): void {
  expect(at.world.pve.guest(100)).toMatchObject({ running: true, config: { name: 'web', scsi0: expect.any(String) } });
}

test('The free id is taken in the same moment: the next one is, and the other machine is left alone.', async () => {
  const at = furnished();
  const step = await at.before('CreateVm');
  at.meanwhile = (method, path) => {
    if (method !== 'POST' || path !== '/nodes/node1/qemu' || at.at.world.pve.guest(100)) return;
    at.at.world.pve.makeGuest(strangers);
  };
  await at.act(step);
  await at.settle();
  untouched(at);
  expect(at.at.world.pve.guest(101)?.config['name']).toBe('pbs-main');
});

test('Whoever takes every free id in the same moment is waited out.', async () => {
  const at = furnished();
  const step = await at.before('CreateVm');
  let next = 100;
  at.meanwhile = (method, path) => {
    if (method === 'POST' && path === '/nodes/node1/qemu') at.at.world.pve.makeGuest({ vmid: next++ });
  };
  await expect(at.act(step)).rejects.toMatchObject({ reason: 'Conflict' });
});

test('Two operators that make their machines in the same moment never share one.', async () => {
  const shared = stage();
  const sites = [
    furnished({ at: shared, token: 'one' }),
    furnished({ at: shared, token: 'two', uid: '0e7e1a52-7d0c-4a7e-8f0e-1f2c3d4e5f60' }),
  ] as const;
  const other = { ...wish, network: { ...wish.network, cidr: '192.168.0.21/24' } } as typeof wish;
  const steps = [await sites[0].before('CreateVm'), await sites[1].before('CreateVm', other)] as const;
  await Promise.all([sites[0].act(steps[0]), sites[1].act(steps[1])]);
  await sites[0].settle();
  await sites[1].settle(other);
  const tags = shared.world.pve.guests().map(({ config }) => config['tags'] ?? '');
  expect(tags).toHaveLength(2);
  for (const { owner } of sites) expect(tags.filter((text) => text.includes(ownerTag(owner)))).toHaveLength(1);
});

test("Ours was destroyed and a stranger's has its number: ours is made anew beside it.", async () => {
  const at = await up();
  swap(at);
  expect(await at.settle()).toEqual({ steps: [] });
  untouched(at);
  expect(at.at.world.pve.guest(101)?.config['name']).toBe('pbs-main');
});

test.each(['Delete', 'Retain'] as const)(
  "A deletion with %s leaves a stranger's machine with its number alone.",
  async (policy) => {
    const at = await up();
    swap(at);
    at.records.length = 0;
    expect(await at.settle(wish, policy)).toEqual({ steps: [] });
    untouched(at);
    expect(at.records.filter(({ call }) => call.effect === 'write')).toEqual([]);
  },
);

const moments = [
  ['StopVm', 'Delete'],
  ['UnprotectVm', 'Delete'],
  ['DestroyVm', 'Delete'],
  ['ReleaseVm', 'Retain'],
] as const;

test.each(moments)(
  'Between the plan and %s the number changed hands: the act looks, and does nothing.',
  async (verb, policy) => {
    const at = await up();
    const step = await at.before(verb, wish, policy);
    swap(at);
    at.records.length = 0;
    await expect(at.act(step)).rejects.toMatchObject({ reason: 'Conflict', applied: 'no' });
    expect(at.records.filter(({ call }) => call.effect === 'write')).toEqual([]);
    untouched(at);
  },
);

test.each(['StartVm', 'DetachCds'] as const)('The same before %s.', async (verb) => {
  const at = furnished();
  const step = await at.before(verb);
  swap(at);
  await expect(at.act(step)).rejects.toMatchObject({ reason: 'Conflict' });
  untouched(at);
});

test('What is gone by the time it is to be stopped or destroyed needs nothing.', async () => {
  const at = await up();
  const stop = await at.before('StopVm', wish, 'Delete');
  const destroy = await at.before('DestroyVm', wish, 'Delete');
  at.at.world.pve.removeGuest(100);
  await at.act(stop);
  await at.act(destroy);
});

test.each([
  ['its tag is gone', { tags: 'prod' }],
  ['its UUID is another', { smbios1: 'uuid=00000000-0000-4000-8000-000000000001' }],
  ['its notes say that it is of another object', { description: 'hybridcloud.dev/owner=x hybridcloud.dev/cluster=y' }],
] as const)(
  'Nobody but a person can say whose it is when %s: a hold, and nothing is made or changed.',
  async (_, change) => {
    const at = await up();
    Object.assign(at.at.world.pve.guest(100)?.config ?? {}, change);
    at.records.length = 0;
    const { hold } = await at.settle();
    expect(hold).toMatchObject({ why: 'Blocked', reason: 'NotOurs', message: expect.stringContaining('VM 100') });
    expect(await at.settle(wish, 'Delete')).toEqual({ steps: [] });
    expect(at.records.filter(({ call }) => call.effect === 'write')).toEqual([]);
  },
);

test('A copy with tag and UUID is told, and neither of the two is touched.', async () => {
  const at = await up();
  const { tags = '', smbios1 = '' } = at.at.world.pve.guest(100)?.config ?? {};
  expect(smbios1).toContain(machineUUID(at.owner));
  at.at.world.pve.makeGuest({ vmid: 200, name: 'restored', config: { scsi0: 'local-lvm:8', tags, smbios1 } });
  expect((await at.settle()).hold).toMatchObject({
    reason: 'MachineTwice',
    message: expect.stringContaining('VM 200'),
  });
});

test('A machine that was moved to another node is followed there.', async () => {
  const at = furnished({ at: stage({ nodes: ['node1', 'node2'] }) });
  await at.settle();
  const guest = at.at.world.pve.guest(100);
  if (guest) guest.node = 'node2';
  expect(await at.settle()).toEqual({ steps: [] });
  expect(at.at.world.pve.guests()).toHaveLength(1);
});
