// SPDX-License-Identifier: GPL-3.0-or-later
/** An installation that does not come to its end, by the whole operator. That a VM went off says nothing: only its server's answer does. */
import { afterEach, expect, test } from '@jest/globals';
import { pbsInstance, proxmox, type Proxmox } from './proxmox.ts';
import { target } from './worlds.ts';

let world: Proxmox;
afterEach(() => world.end());

const hour = 3600;

function explained(error: unknown): never {
  throw new Error(JSON.stringify(world.status(), undefined, 1), { cause: error });
}

const synced = () => world.told('Synced')?.status === 'True';
const ours = () => world.site.world.pve.guests().find(({ config }) => config['name'] === 'pbs-main');

/** In the middle of it: the disk has partitions, and no boot loader. */
async function half(): Promise<number> {
  world = proxmox();
  world.start();
  world.kubernetes.install([target(), pbsInstance()]);
  await world.until(() => ours()?.phase.is === 'installing', hour).catch(explained);
  await world.pass(150);
  expect(world.status()).toMatchObject({ vm: { phase: 'Installing' } });
  return ours()?.vmid ?? 0;
}

test('A VM whose process is killed in the middle of its installation is told as what it may be, and stopped by a person it is installed again.', async () => {
  const vmid = await half();
  world.site.world.pve.power(vmid, false);
  await world.until(() => world.told('Stalled')?.status === 'True', hour).catch(explained);
  expect(world.told('Stalled')).toMatchObject({ reason: 'InstallationUnproven' });
  expect(world.told('Stalled')?.message).toContain(`qm stop ${vmid}`);
  expect(world.site.world.servers()).toEqual([]);
  const { authorization } = world.site.world.pve.token({ user: 'root@pam', name: 'hands' });
  const url = new URL(`https://192.168.0.10:8006/api2/json/nodes/node1/qemu/${vmid}/status/stop`);
  await world.site.world.service({ method: 'POST', url, headers: { authorization } });
  await world.until(synced, hour).catch(explained);
  expect(ours()?.vmid).toBe(vmid);
  expect(world.site.world.pve.volumes().filter(({ volid }) => volid.includes('hybridcloud-answer'))).toEqual([]);
}, 120_000);

test('A node that restarts in the middle of an installation begins it again, and nobody does anything.', async () => {
  const vmid = await half();
  world.site.world.pve.nodeDown('node1');
  await world.pass(30);
  world.site.world.pve.nodeUp('node1');
  await world.until(synced, hour).catch(explained);
  expect(ours()?.vmid).toBe(vmid);
}, 120_000);
