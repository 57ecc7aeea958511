// SPDX-License-Identifier: GPL-3.0-or-later
/** Versions that are older, by the whole operator: what works with them, and what is told until a person has upgraded. */
import { afterEach, expect, test } from '@jest/globals';
import { VirtualClock } from '../../src/simulator/kernel/clock.ts';
import { installerImage } from '../../src/simulator/proxmox/media.ts';
import { pbsInstance, proxmox, type Proxmox } from './proxmox.ts';
import { target } from './worlds.ts';

let world: Proxmox;
afterEach(() => world.end());

const hour = 3600;

function explained(error: unknown): never {
  throw new Error(JSON.stringify(world.status(), undefined, 1), { cause: error });
}

const stalled = () => world.told('Stalled')?.status === 'True';
const synced = () => world.told('Synced')?.status === 'True';
const guests = () => world.site.world.pve.guests().map(({ vmid }) => vmid);

test('On Proxmox VE 8.4 it is the same, to the first backup.', async () => {
  const clock = new VirtualClock(Date.UTC(2026, 0, 6, 1, 40));
  world = proxmox({ clock, site: { version: '8.4' } });
  world.start();
  world.kubernetes.install([target(), pbsInstance()]);
  await world.until(() => world.status().guests?.protected === '2/2', 2 * hour).catch(explained);
  expect(world.told('Ready')).toMatchObject({ status: 'True' });
}, 120_000);

test('A Proxmox VE that is too old is told with what to do, nothing is made in it, and once it is upgraded all goes on by itself.', async () => {
  world = proxmox({ site: { version: '8.2' } });
  world.start();
  world.kubernetes.install([target(), pbsInstance()]);
  await world.until(stalled, 60).catch(explained);
  expect(world.told('Stalled')).toMatchObject({ reason: 'ProxmoxTooOld' });
  expect(world.told('Stalled')?.message).toMatch(/8\.2\.2, and 8\.4 is the first.*goes on by itself/);
  await world.pass(600);
  expect(guests()).toEqual([200, 201]);
  expect(world.site.world.pve.volumes().filter(({ volid }) => volid.includes('answer'))).toEqual([]);
  world.site.world.pve.upgrade('9.0');
  await world.until(synced, hour).catch(explained);
}, 120_000);

test('A backup server that an old image installed is told, nothing is made on it, and once it is upgraded all goes on by itself.', async () => {
  world = proxmox();
  world.start();
  world.site.world.pve.addIso('local', 'proxmox-backup-server_4.2-1-auto.iso', installerImage({ release: '4.0' }));
  world.kubernetes.install([target(), pbsInstance()]);
  await world.until(stalled, hour).catch(explained);
  expect(world.told('Stalled')).toMatchObject({ reason: 'VersionTooOld' });
  expect(world.told('Stalled')?.message).toMatch(/is Proxmox Backup Server 4\.0\.22, .* 4\.1\.9 on.*goes on by itself/);
  const [server] = world.site.world.servers();
  expect([...(server?.state.endpoints ?? []), ...(server?.state.datastores ?? [])]).toEqual([]);
  server?.upgrade('4.1.9');
  await world.until(synced, hour).catch(explained);
  expect(world.status().server).toMatchObject({ version: '4.1.9' });
}, 120_000);
