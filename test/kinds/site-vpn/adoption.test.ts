// SPDX-License-Identifier: GPL-3.0-or-later
/** A VPN that was made by hand is taken over as it is: first its differences are shown, then a person approves, then they are set right. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { account } from '../../operator/bad-days/hands.ts';
import type { Running } from '../../operator/worlds.ts';
import {
  approve,
  briskOffices,
  inEC2,
  messageOf,
  stopsAt,
  theirConnection,
  theirCustomerGateway,
  theirGateway,
  written,
} from './by-hand.ts';
import { office, type Office } from './office.ts';

let world: Office;
let running: Running;
let theirs: { gateway: string; customerGateway: string; connection: string };
beforeEach(async () => {
  world = briskOffices();
  const gateway = await theirGateway(world);
  const customerGateway = await theirCustomerGateway(world, '123.142.252.25');
  const connection = await theirConnection(world, { VpnGatewayId: gateway, CustomerGatewayId: customerGateway });
  await inEC2(world, 'CreateVpnConnectionRoute', {
    VpnConnectionId: connection,
    DestinationCidrBlock: '192.168.99.0/24',
  });
  await world.pass(3);
  theirs = { gateway, customerGateway, connection };
  for (const { outsideIP } of world.network().vpnConnections[0]?.tunnels ?? [])
    account(world).tunnel(connection, outsideIP).set({ status: 'UP' });
  running = world.operator();
});
afterEach(() => world.end());

/** What the message says to name. */
const asked = () => /adopt: ([-a-z0-9,]+)/.exec(messageOf(world))?.[1] ?? '';

test('All three at once: the differences first, not one write before the approval, then one tunnel after the other.', async () => {
  await world.apply(office());
  await stopsAt(world, 'NotOurs');
  // as the messages say, one after the other
  await world.annotate({ 'hybridcloud.dev/adopt': asked() });
  await world.until(() => asked().includes(theirs.connection), 30);
  await world.annotate({ 'hybridcloud.dev/adopt': asked() });
  await stopsAt(world, 'AdoptionNeedsApproval');
  const drift = new Map(world.status().drift?.map(({ path, want, have }) => [path, `${have} → ${want}`]));
  expect(drift.get('connection.name')).toBe('none → MY-VPN');
  expect(drift.get('site.cidrs')).toBe('192.168.99.0/24 → 192.168.0.0/20');
  expect(drift.get('tunnels.tunnel1.ikeVersions')).toBe('ikev1, ikev2 → ikev2');
  expect(drift.get('tunnels.tunnel2.phase1.integrity')).toBe('SHA1, SHA2-256, SHA2-384, SHA2-512 → SHA2-256');
  const steps = world.status().plan?.steps.map((step) => step.do) ?? [];
  expect(steps.slice(0, 3)).toEqual(['AdoptVpnGateway', 'AdoptCustomerGateway', 'AdoptVpnConnection']);
  expect(steps).toEqual(expect.arrayContaining(['ModifyTunnel', 'CreateStaticRoute', 'DeleteStaticRoute']));
  expect(written(running)).toEqual([]);
  await approve(world);
  let least = 2;
  await world.until(() => {
    const up = world.network().vpnConnections[0]?.tunnels.filter(({ status }) => status === 'UP').length ?? 0;
    least = Math.min(least, up);
    return world.is('Synced', 'True') && world.status().tunnelsUp === '2/2';
  }, 600);
  expect(least).toBe(1);
  expect(
    written(running).filter((action) =>
      /^(Create(Vpn|Cust)\w*(Gateway|Connection)|Delete\w+(Gateway|Connection))$/.test(action),
    ),
  ).toEqual([]);
  const { vpnConnections, customerGateways, vpnGateways } = world.network();
  expect(vpnConnections).toMatchObject([{ id: theirs.connection, routes: [{ destination: '192.168.0.0/20' }] }]);
  expect([...customerGateways, ...vpnGateways].map(({ id }) => id)).toEqual([theirs.customerGateway, theirs.gateway]);
  await world.remove();
  await world.until(() => world.object() === undefined, 200);
  await world.pass(3);
  expect(world.network()).toMatchObject({ vpnConnections: [], customerGateways: [], vpnGateways: [] });
});

test('On a foreign gateway that is only used: connection and customer gateway become ours, the gateway does not.', async () => {
  await world.apply(office({ gateway: { id: theirs.gateway } }));
  await stopsAt(world, 'NotOurs');
  await world.annotate({ 'hybridcloud.dev/adopt': `${theirs.connection},${theirs.customerGateway}` });
  await stopsAt(world, 'AdoptionNeedsApproval');
  await approve(world);
  await world.until(() => world.is('Synced', 'True'), 600);
  expect(world.network().vpnGateways).toMatchObject([{ id: theirs.gateway, tags: {} }]);
  expect(world.status().vpnConnectionID).toBe(theirs.connection);
});

test('Only the connection is named, and not its customer gateway: it is told, and nothing moves to another one unasked.', async () => {
  await world.apply(office({ gateway: { id: theirs.gateway } }));
  await stopsAt(world, 'NotOurs');
  await world.annotate({ 'hybridcloud.dev/adopt': theirs.connection });
  await stopsAt(world, 'ReplacementNeedsApproval');
  expect(world.status().plan?.steps.map((step) => step.do)).toEqual(expect.arrayContaining(['MoveVpnConnection']));
  expect(written(running)).toEqual([]);
});
