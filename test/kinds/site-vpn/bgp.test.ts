// SPDX-License-Identifier: GPL-3.0-or-later
/** Routing by BGP: a tunnel that is up and brings no route carries nothing. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { briskOffices, edit, messageOf, reasonOf, written } from './by-hand.ts';
import { accountID } from '../../operator/bad-days/hands.ts';
import { office, type Office } from './office.ts';
import type { Running } from '../../operator/worlds.ts';

let world: Office;
let running: Running;
beforeEach(async () => {
  world = briskOffices();
  running = world.operator();
  const site = { publicIP: '123.142.252.25', cidrs: ['192.168.0.0/20'], bgpASN: 65_010 };
  await world.apply(office({ routing: 'BGP', site }));
  await world.until(() => world.is('Synced', 'True'), 120);
});
afterEach(() => world.end());

function tunnel(at: 0 | 1, prefixes?: readonly string[]): void {
  const { vpnConnectionID = '', tunnels = [] } = world.status();
  const change = prefixes ? ({ status: 'UP', prefixes } as const) : ({ status: 'DOWN' } as const);
  world.aws
    .account(accountID)
    .tunnel(vpnConnectionID, tunnels[at]?.outsideIP ?? '')
    .set(change);
}

test('Ready needs an accepted route; the status counts them, and no static route is made.', async () => {
  expect(world.network().customerGateways).toMatchObject([{ asn: '65010' }]);
  expect(world.network().vpnConnections).toMatchObject([{ staticRoutesOnly: false, routes: [] }]);
  expect(written(running)).not.toContain('CreateVpnConnectionRoute');
  expect(reasonOf(world, 'Ready')).toBe('TunnelsDown');
  tunnel(0, []);
  tunnel(1, []);
  await world.until(() => reasonOf(world, 'Ready') === 'NoRoutesAccepted', 120);
  expect(world.status()).toMatchObject({ tunnelsUp: '0/2', tunnels: [{ state: 'Up', acceptedRoutes: 0 }, {}] });
  expect(messageOf(world, 'Ready')).toContain('announces site.cidrs over BGP');
  tunnel(1, ['192.168.0.0/20', '192.168.16.0/24']);
  await world.until(() => world.is('Ready', 'True'), 120);
  expect(world.status()).toMatchObject({ tunnelsUp: '1/2', tunnels: [{ acceptedRoutes: 0 }, { acceptedRoutes: 2 }] });
  expect(world.is('Redundant', 'False')).toBe(true);
});

test('With readiness.tunnelsUp 2 both have to bring routes.', async () => {
  await edit(world, { readiness: { tunnelsUp: 2 } });
  tunnel(0, ['192.168.0.0/20']);
  await world.until(() => world.status().tunnelsUp === '1/2', 120);
  expect(world.is('Ready', 'False')).toBe(true);
  tunnel(1, ['192.168.0.0/20']);
  await world.until(() => world.is('Ready', 'True') && world.is('Redundant', 'True'), 120);
  tunnel(0);
  await world.until(() => world.is('Ready', 'False'), 120);
  expect(messageOf(world, 'Ready')).toMatch(/1 of 2 tunnels carry traffic, and readiness\.tunnelsUp is 2/);
});

test('The files speak BGP: FRR with both numbers beside the tunnels.', () => {
  const files = world.secret() ?? {};
  const frr = Object.entries(files).find(([name]) => name.includes('frr'))?.[1] ?? '';
  expect(frr).toContain('router bgp 65010');
  expect(frr).toMatch(/remote-as 64512/);
});
