// SPDX-License-Identifier: GPL-3.0-or-later
/** Pre-shared keys: the user's from Secrets, or AWS's own; replaced one tunnel after the other, and in the gateway's files each time. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { putSecret, secrets, type Running } from '../../operator/worlds.ts';
import { briskOffices, edit, inEC2, lookNow, messageOf, reasonOf, stopsAt, working, written } from './by-hand.ts';
import { office, type Office } from './office.ts';

let world: Office;
let running: Running;
beforeEach(() => {
  world = briskOffices();
  running = world.operator();
});
afterEach(() => world.end());

const named = {
  tunnels: {
    tunnel1: { presharedKeySecretRef: { name: 'tunnel-1-secret' } },
    tunnel2: { presharedKeySecretRef: { name: 'tunnel-2-secret' } },
  },
};
const put = (at: 1 | 2, presharedKey: string) => putSecret(world, `tunnel-${at}-secret`, { presharedKey });
const keys = () => world.network().vpnConnections[0]?.tunnels.map(({ psk }) => psk) ?? [];
const up = () => world.network().vpnConnections[0]?.tunnels.filter(({ status }) => status === 'UP').length ?? 0;
const delivered = () => world.secret()?.['aws.secrets'] ?? '';
const modified = () => written(running).filter((action) => action === 'ModifyVpnTunnelOptions').length;

test('Keys from Secrets are those of the tunnels, in the order of the spec, and are in the files.', async () => {
  await put(1, 'Tunnel.One.Key.1\n');
  await put(2, 'Tunnel.Two.Key.1');
  await world.apply(office(named));
  await world.until(() => world.is('Synced', 'True'), 120);
  expect(keys().toSorted()).toEqual(['Tunnel.One.Key.1', 'Tunnel.Two.Key.1']);
  for (const key of keys()) expect(delivered()).toContain(key);
});

test('A key that is missing, or that AWS would not take, stops everything before the first call, and names the Secret.', async () => {
  await put(1, 'Tunnel.One.Key.1');
  await world.apply(office(named));
  await stopsAt(world, 'PresharedKeyMissing');
  expect(messageOf(world)).toContain('Secret tunnel-2-secret of tunnels.tunnel2');
  await put(2, '0begins.with.zero');
  await stopsAt(world, 'PresharedKeyMalformed');
  expect(messageOf(world)).not.toContain('begins.with');
  expect(written(running)).toEqual([]);
  await put(2, 'Tunnel.Two.Key.1');
  await world.until(() => world.is('Synced', 'True'), 120);
});

test('New keys in both Secrets: one tunnel, its files, and the other only once the first is up with the new key.', async () => {
  await put(1, 'Tunnel.One.Key.1');
  await put(2, 'Tunnel.Two.Key.1');
  await working(world, named);
  running.records.length = 0;
  await put(1, 'Tunnel.One.Key.2');
  await put(2, 'Tunnel.Two.Key.2');
  await world.until(() => modified() === 1 && delivered().includes('Tunnel.One.Key.2'), 90);
  // the site has the old key until somebody installs the files
  await world.pass(120);
  expect(modified()).toBe(1);
  expect(up()).toBe(1);
  expect(reasonOf(world, 'Synced')).toBe('OtherTunnelDown');
  expect(delivered()).toContain('Tunnel.Two.Key.1');
  world.tunnel(0, { status: 'UP' });
  await world.until(() => modified() === 2 && delivered().includes('Tunnel.Two.Key.2'), 200);
  world.tunnel(1, { status: 'UP' });
  await world.until(() => world.is('Synced', 'True') && world.status().tunnelsUp === '2/2', 200);
  expect(keys().toSorted()).toEqual(['Tunnel.One.Key.2', 'Tunnel.Two.Key.2']);
});

test("AWS's own keys, and somebody makes a new one in the console: it is in the files after the next look, and nothing is changed in AWS.", async () => {
  await working(world);
  running.records.length = 0;
  const { vpnConnectionID: VpnConnectionId, tunnels = [], device } = world.status();
  await inEC2(world, 'ModifyVpnTunnelOptions', {
    VpnConnectionId,
    VpnTunnelOutsideIpAddress: tunnels[1]?.outsideIP,
    TunnelOptions: { PreSharedKey: 'rotated.by.hand.1' },
  });
  await world.until(() => delivered().includes('rotated.by.hand.1'), 120);
  expect(written(running)).toEqual([]);
  await world.until(() => world.status().device?.deliveredAt !== device?.deliveredAt, 60);
  expect(world.events().some(({ reason }) => reason === 'DeliverGatewayFiles')).toBe(true);
});

test('A key that somebody changes in the console, where a Secret has one, is set back, and told as drift without either.', async () => {
  await put(1, 'Tunnel.One.Key.1');
  await put(2, 'Tunnel.Two.Key.1');
  await working(world, named);
  const { vpnConnectionID: VpnConnectionId, tunnels = [] } = world.status();
  const VpnTunnelOutsideIpAddress = tunnels[0]?.outsideIP;
  const TunnelOptions = { PreSharedKey: 'changed.by.hand.1' };
  await inEC2(world, 'ModifyVpnTunnelOptions', { VpnConnectionId, VpnTunnelOutsideIpAddress, TunnelOptions });
  let told = '';
  await lookNow(world);
  await world.until(() => {
    told ||= JSON.stringify(world.status().drift ?? '').replace('""', '');
    return keys().includes('Tunnel.One.Key.1') && world.is('Synced', 'True');
  }, 200);
  expect(told).toContain('tunnels.tunnel1.presharedKeySecretRef');
  expect(told).not.toMatch(/changed\.by\.hand|Tunnel\.One/);
  expect(keys().toSorted()).toEqual(['Tunnel.One.Key.1', 'Tunnel.Two.Key.1']);
});

test('From AWS’s own keys to Secrets, and the files of a Secret that somebody edits or deletes are delivered again.', async () => {
  await working(world);
  await put(1, 'Tunnel.One.Key.1');
  await put(2, 'Tunnel.Two.Key.1');
  await edit(world, named);
  await world.until(() => delivered().includes('Tunnel.One.Key.1'), 120);
  world.tunnel(0, { status: 'UP' });
  await world.until(() => delivered().includes('Tunnel.Two.Key.1'), 200);
  const at = { namespace: 'default', name: 'office-gateway' };
  await world.admin.patch(secrets, at, { type: 'merge', body: { data: { 'aws.secrets': null } } });
  await world.until(() => delivered().includes('Tunnel.One.Key.1'), 60);
  await world.admin.remove(secrets, at);
  await world.until(() => delivered().includes('Tunnel.Two.Key.1'), 60);
});
