// SPDX-License-Identifier: GPL-3.0-or-later
/** Windows of maintenance of a PbsInstance, by the whole operator: another VLAN of the running VM waits, its jobs and its size do not. */
import { afterEach, expect, test } from '@jest/globals';
import { windowAt } from '../../src/core/maintenance.ts';
import { pbsInstance, pbsInstances, pbsPlace, proxmox, type Proxmox } from './proxmox.ts';
import { target } from './worlds.ts';

let world: Proxmox;
afterEach(() => world.end());

// the clock begins at 09:00 UTC, 04:00 in New York
const window = { name: 'before-work', start: '06:30', durationMinutes: 30, timeZone: 'America/New_York' };
const maintenance = { windows: [window] };
const isOpen = () => windowAt({ ...maintenance, freeze: false }, world.clock.now()).is === 'Open';
const vm = () => world.site.world.pve.guests().find(({ config }) => config['name'] === 'pbs-main');
const card = () => String(vm()?.config['net0']);
const atNextStart = (key: string) => String(vm()?.pending[key] ?? vm()?.config[key]);
const patch = (spec: object) => world.admin.patch(pbsInstances, pbsPlace, { type: 'merge', body: { spec } });

async function held(): Promise<void> {
  world = proxmox();
  world.start();
  world.kubernetes.install([target(), pbsInstance({ driftIntervalSeconds: 60, maintenance })]);
  // all of it is made outside of the window
  await world.until(() => world.told('Synced')?.status === 'True', 3600);
  expect(isOpen()).toBe(false);
  await patch({ server: { vm: { cores: 4, network: { vlanID: 20 } } } });
  await world.until(() => world.told('Synced')?.reason === 'OutsideWindow', 300);
}

test('Outside of the window the size is changed and a job that somebody changed is put right; the VLAN follows when it opens.', async () => {
  await held();
  expect(world.told('Synced')?.message).toMatch(
    /^UpdateVm \(VM pbs-main .*\) would interrupt what works, and waits for the maintenance window before-work, which opens 2026-01-05T11:30:00Z \(06:30 on 2026-01-05, America\/New_York\)/,
  );
  await world.until(() => atNextStart('cores') === '4', 120);
  const job = () => world.site.world.pve.jobs()[0]?.options ?? {};
  Object.assign(job(), { schedule: '05:00' });
  await world.until(() => job()['schedule'] === '02:00', 600);
  expect([isOpen(), card().includes('tag=20')]).toEqual([false, false]);
  await world.until(() => card().includes('tag=20'), 3 * 3600);
  expect(isOpen()).toBe(true);
  await world.until(() => world.told('Synced')?.status === 'True', 600);
}, 120_000);

test('An override has it done at once, and is on record.', async () => {
  await held();
  const until = new Date(world.clock.now() + 600_000).toISOString();
  const metadata = { annotations: { 'hybridcloud.dev/allow-disruption-until': until } };
  await world.admin.patch(pbsInstances, pbsPlace, { type: 'merge', body: { metadata } });
  await world.until(() => card().includes('tag=20'), 120);
  expect(isOpen()).toBe(false);
  const told = () => JSON.stringify(world.kubernetes.objects('events')).includes('WindowOverridden');
  await world.until(told, 60);
}, 120_000);
