// SPDX-License-Identifier: GPL-3.0-or-later
/** managementPolicy Observe, and the pause, by the whole operator: whatever others change, nothing is written to Proxmox, and what differs is told. */
import { afterEach, expect, test } from '@jest/globals';
import { seeded } from '../kube/seeded.ts';
import { pbsInstance, pbsInstances, pbsPlace, proxmox, type Proxmox } from './proxmox.ts';
import { target } from './worlds.ts';

let world: Proxmox;
afterEach(() => world.end());

const hour = 3600;

function explained(error: unknown): never {
  throw new Error(JSON.stringify(world.status(), undefined, 1), { cause: error });
}

/** What people and other programs do on the side. */
const byHand: readonly (() => void)[] = [
  () => {
    for (const job of world.site.world.pve.jobs()) job.options = { ...job.options, schedule: '05:00' };
  },
  () => {
    for (const { state } of world.site.world.servers())
      for (const job of state.prune.values()) job.options = { ...job.options, 'keep-last': 1 };
  },
  () => {
    for (const { state } of world.site.world.servers())
      for (const store of state.datastores.values()) store.options['gc-schedule'] = 'monthly';
  },
  () => {
    const [ours] = world.site.world.pve.guests().filter(({ config }) => config['name'] === 'pbs-main');
    if (ours) ours.config['cores'] = '1';
  },
];

interface Drifting {
  readonly drift?: readonly { readonly path: string }[];
}

const drift = () => ((world.status() as Drifting).drift ?? []).map(({ path }) => path);
const writes = () => world.site.world.calls.filter(({ effect }) => effect === 'write');

/** What is not there any more is no setting that differs: its part says what would be done. */
async function tellsWhatIsGone(): Promise<void> {
  for (const { state } of world.site.world.servers()) {
    state.verify.clear();
    state.access.acl = state.access.acl.filter(({ who }) => !who.startsWith('pve-'));
  }
  await world.pass(180);
  expect(world.told('StoreReady')).toMatchObject({ status: 'False', message: expect.stringContaining('AddVerifyJob') });
  expect(world.told('StorageReady')?.message).toContain('GrantBackup');
  expect(world.told('Synced')?.status).toBe('False');
}

test('Observe: over a thousand looks with drift at random nothing is written to either product, and all of it is told.', async () => {
  world = proxmox();
  const { records } = world.start();
  world.kubernetes.install([target(), pbsInstance({ driftIntervalSeconds: 60 })]);
  await world.until(() => world.told('Synced')?.status === 'True', hour).catch(explained);
  const body = { spec: { managementPolicy: 'Observe' } };
  await world.admin.patch(pbsInstances, pbsPlace, { type: 'merge', body });
  await world.pass(60);
  world.site.world.calls.length = 0;
  records.length = 0;
  await tellsWhatIsGone();
  const random = seeded(11);
  const told = new Set<string>();
  for (let look = 0; look < 1000; look++) {
    if (random() < 0.1) byHand[Math.floor(random() * byHand.length)]?.();
    await world.pass(60);
    for (const path of drift()) told.add(path);
  }
  for (const change of byHand) change();
  await world.pass(300);
  for (const path of drift()) told.add(path);
  expect(writes()).toEqual([]);
  expect(records.filter(({ call }) => call.effect === 'write' && ['pve', 'pbs'].includes(call.service))).toEqual([]);
  expect(world.site.world.calls.length).toBeGreaterThan(1000);
  expect(world.told('Synced')).toMatchObject({ status: 'False', reason: 'Drifted' });
  expect([...told].sort()).toEqual([
    'datastore.gcSchedule',
    'datastore.prune.keep',
    'jobs.nightly.schedule',
    'server.vm.cores',
  ]);
}, 240_000);

test('Paused nothing is written and it is told; afterwards what was changed is put right.', async () => {
  world = proxmox();
  world.start();
  world.kubernetes.install([target(), pbsInstance({ driftIntervalSeconds: 60 })]);
  await world.until(() => world.told('Synced')?.status === 'True', hour).catch(explained);
  const annotate = (paused: string | null) =>
    world.admin.patch(pbsInstances, pbsPlace, {
      type: 'merge',
      body: { metadata: { annotations: { 'hybridcloud.dev/paused': paused } } },
    });
  await annotate('true');
  await world.pass(30);
  for (const job of world.site.world.pve.jobs()) job.options = { ...job.options, schedule: '05:00' };
  world.site.world.calls.length = 0;
  await world.pass(900);
  expect(writes()).toEqual([]);
  expect(world.told('Synced')?.reason).toBe('Paused');
  await annotate(null);
  const [schedule] = world.site.world.pve.jobs().map(({ options }) => options['schedule']);
  expect(schedule).toBe('05:00');
  await world.until(() => world.site.world.pve.jobs()[0]?.options['schedule'] === '02:00', 300).catch(explained);
}, 120_000);
