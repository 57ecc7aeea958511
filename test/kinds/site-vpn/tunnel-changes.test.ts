// SPDX-License-Identifier: GPL-3.0-or-later
/** Options of tunnels that change: one tunnel at a time, and one that carries traffic only while the other does, too. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Running } from '../../operator/worlds.ts';
import { briskOffices, edit, inEC2, lookNow, messageOf, reasonOf, stopsAt, working, written } from './by-hand.ts';
import type { Office } from './office.ts';

let world: Office;
let running: Running;
beforeEach(async () => {
  world = briskOffices();
  running = world.operator();
  await working(world);
  running.records.length = 0;
});
afterEach(() => world.end());

const stronger = { tunnels: { phase1: { dhGroups: [20] } } };
const modified = () => written(running).filter((action) => action === 'ModifyVpnTunnelOptions').length;
const groups = () =>
  world.network().vpnConnections[0]?.tunnels.map(({ settings }) => settings['phase1DHGroupNumberSet']) ?? [];
const at = (ms: number) => new Date(world.clock.now() + ms).toISOString();
const up = () => world.network().vpnConnections[0]?.tunnels.filter(({ status }) => status === 'UP').length ?? 0;

test('One after the other, never both down; the connection is never made twice, and the files follow each change.', async () => {
  let least = 2;
  await edit(world, stronger);
  await world.until(() => {
    least = Math.min(least, up());
    return modified() === 2 && world.is('Synced', 'True') && world.status().tunnelsUp === '2/2';
  }, 600);
  expect(least).toBe(1);
  expect(groups()).toEqual([['20'], ['20']]);
  expect(written(running)).toEqual(['ModifyVpnTunnelOptions', 'ModifyVpnTunnelOptions']);
  expect(world.secret()?.['aws.conf']).toContain('dh20');
});

test('While the other tunnel is down the one that carries traffic is left alone, and that is said.', async () => {
  world.tunnel(1, { status: 'DOWN' });
  await world.until(() => world.status().tunnelsUp === '1/2', 120);
  await edit(world, stronger);
  // the one that is down loses nothing: it is changed first
  await world.until(() => modified() === 1, 60);
  await world.pass(60);
  expect(modified()).toBe(1);
  expect(up()).toBe(1);
  expect(reasonOf(world, 'Synced')).toBe('OtherTunnelDown');
  expect(messageOf(world, 'Synced')).toMatch(/tunnel1 has to be changed, which interrupts it/);
  expect(messageOf(world, 'Synced')).toContain('hybridcloud.dev/allow-disruption-until');
  expect(world.is('Ready', 'True')).toBe(true);
  world.tunnel(1, { status: 'UP' });
  await world.until(() => modified() === 2, 200);
});

test('An override, for a while: the only tunnel that is up is changed nevertheless; a time that is over or too far away counts nothing.', async () => {
  world.tunnel(1, { status: 'DOWN' });
  await world.until(() => world.status().tunnelsUp === '1/2', 120);
  await edit(world, stronger);
  await world.until(() => reasonOf(world, 'Synced') === 'OtherTunnelDown', 120);
  for (const wrong of [at(-1000), at(25 * 3600_000), 'true', '']) {
    await world.annotate({ 'hybridcloud.dev/allow-disruption-until': wrong });
    await world.pass(8);
  }
  expect(modified()).toBe(1);
  await world.annotate({ 'hybridcloud.dev/allow-disruption-until': at(600_000) });
  await world.until(() => modified() === 2, 30);
  await world.until(() => world.is('Synced', 'True'), 120);
  expect(groups()).toEqual([['20'], ['20']]);
});

test('Other traffic selectors take both tunnels down: that is for a person to allow.', async () => {
  await edit(world, { connection: { localCIDR: '192.168.0.0/16' } });
  await stopsAt(world, 'DisruptionNotAllowed');
  expect(messageOf(world)).toContain('takes both tunnels');
  expect(written(running)).toEqual([]);
  expect(up()).toBe(2);
  await world.annotate({ 'hybridcloud.dev/allow-disruption-until': at(60_000) });
  await world.until(() => world.is('Synced', 'True') && world.status().tunnelsUp === '2/2', 200);
  expect(world.network().vpnConnections).toMatchObject([{ localCidr: '192.168.0.0/16' }]);
});

test('Somebody sets in the console what the device cannot do: it is set right, and the files are not asked for meanwhile.', async () => {
  const { vpnConnectionID: VpnConnectionId, tunnels = [] } = world.status();
  await inEC2(world, 'ModifyVpnTunnelOptions', {
    VpnConnectionId,
    VpnTunnelOutsideIpAddress: tunnels[0]?.outsideIP,
    TunnelOptions: { Phase1DHGroupNumbers: [{ Value: 22 }] },
  });
  await lookNow(world);
  await world.until(() => world.status().drift?.[0]?.path === 'tunnels.tunnel1.phase1.dhGroups', 60);
  await world.until(() => world.is('Synced', 'True') && world.status().tunnelsUp === '2/2', 300);
  expect(groups()).toEqual([['14'], ['14']]);
  expect(world.secret()?.['aws.conf']).toContain('dh14');
});
