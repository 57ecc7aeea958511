// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * A server whose address DHCP gave, by the whole operator: it is reached by its name, wherever that leads, and by its certificate alone. The
 * installer writes the lease down as a static address (pve-installer, Proxmox/Install.pm: `iface … static`): no later lease moves it.
 */
import { afterEach, expect, test } from '@jest/globals';
import type { PbsView } from '../../src/simulator/proxmox/told-pbs.ts';
import { pbsInstance, proxmox, type Proxmox } from './proxmox.ts';
import { target } from './worlds.ts';

let world: Proxmox;
afterEach(() => world.end());

const hour = 3600;
const name = 'pbs-main.example.com';

const vm = {
  network: { addressing: 'DHCP', macAddress: 'BC:24:11:0A:0B:0C' },
  iso: { file: 'proxmox-backup-server_4.2-1-auto.iso' },
  fqdn: name,
};

function explained(error: unknown): never {
  throw new Error(JSON.stringify(world.status(), undefined, 1), { cause: error });
}

const synced = () => world.told('Synced')?.status === 'True';
const stalled = () => world.told('Stalled')?.status === 'True';

/** Somebody enters the name once the VM has its address. */
async function installed(): Promise<PbsView> {
  world = proxmox();
  world.start();
  world.kubernetes.install([target(), pbsInstance({ server: { vm } })]);
  await world.until(() => world.site.world.servers().length === 1, hour).catch(explained);
  const [server] = world.site.world.servers();
  if (!server) throw new Error('nothing was installed');
  world.site.world.tellName(name, server.state.address);
  return server;
}

test('The server is found by its name, and Proxmox VE backs up to that name; without it the cure is told, and nothing has to be done after it.', async () => {
  const server = await installed();
  const address = server.state.address;
  world.site.world.tellName(name, undefined);
  await world.until(stalled, hour).catch(explained);
  expect(world.told('Stalled')).toMatchObject({ reason: 'InstallationUnproven' });
  expect(world.told('Stalled')?.message).toMatch(
    /pbs-main\.example\.com leads in DNS to .* BC:24:11:0A:0B:0C.*reserve it/,
  );
  world.site.world.tellName(name, address);
  await world.until(synced, hour).catch(explained);
  expect(world.status().server).toMatchObject({ url: `https://${name}:8007` });
  expect(world.site.world.pve.storages().find(({ id }) => id === 'pbs-main')?.options['server']).toBe(name);
}, 120_000);

test('An address that changes is followed by the name, and another server that gets the name is sent nothing.', async () => {
  const server = await installed();
  await world.until(synced, hour).catch(explained);
  const before = world.site.world.pve.storages().find(({ id }) => id === 'pbs-main');

  // its administrator gives it another one, and then the name
  server.moveTo('192.168.0.77');
  world.site.world.tellName(name, '192.168.0.77');
  await world.pass(900);
  expect(synced()).toBe(true);
  expect(world.site.world.pve.storages().find(({ id }) => id === 'pbs-main')).toEqual(before);

  const other = world.site.world.addPbs({ address: '192.168.0.88', hostname: 'pbs-of-others' });
  world.site.world.tellName(name, '192.168.0.88');
  await world.until(stalled, hour).catch(explained);
  expect(world.told('Stalled')).toMatchObject({ reason: 'CertificateChanged' });
  expect(world.told('Stalled')?.message).toMatch(/nothing was sent to it/);
  expect([...other.state.access.users.keys()]).toEqual(['root@pam']);
  expect([...other.state.datastores, ...other.state.endpoints]).toEqual([]);

  world.site.world.tellName(name, '192.168.0.77');
  await world.until(() => synced() && !stalled(), hour).catch(explained);
}, 120_000);
