// SPDX-License-Identifier: GPL-3.0-or-later
/** Deletion: in the order that AWS takes, each step waited for, and what holds it is named. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Running } from '../../operator/worlds.ts';
import {
  briskOffices,
  edit,
  inEC2,
  lookNow,
  messageOf,
  stopsAt,
  theirConnection,
  theirCustomerGateway,
  working,
  written,
} from './by-hand.ts';
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

const gone = () => world.object() === undefined;
const all = () => {
  const { vpnConnections, customerGateways, vpnGateways } = world.network();
  return [...vpnConnections, ...customerGateways, ...vpnGateways];
};

test('Routes, connection, customer gateway, then the gateway: each once, and each when the one before it is gone.', async () => {
  await world.remove();
  await world.until(gone, 200);
  expect(written(running)).toEqual([
    'DisableVgwRoutePropagation',
    'DisableVgwRoutePropagation',
    'DeleteVpnConnection',
    'DeleteCustomerGateway',
    'DetachVpnGateway',
    'DeleteVpnGateway',
  ]);
  await world.pass(5);
  expect(all()).toEqual([]);
  expect(world.secret()).toBeUndefined();
});

test('A VPN of somebody else on our gateway: ours goes, the gateway stays as long as theirs does, and theirs is named.', async () => {
  const { vpnGatewayID: VpnGatewayId = '' } = world.status();
  const CustomerGatewayId = await theirCustomerGateway(world, '123.142.252.77');
  const theirs = await theirConnection(world, { VpnGatewayId, CustomerGatewayId });
  await world.remove();
  await stopsAt(world, 'VpnGatewayInUse');
  expect(world.status().blockedBy).toMatchObject([{ kind: 'VpnConnection', id: theirs }]);
  expect(messageOf(world)).toContain(`used, by VPN connection ${theirs}`);
  await world.pass(2);
  expect(world.network()).toMatchObject({
    vpnConnections: [{ id: theirs, tags: {} }],
    customerGateways: [{ id: CustomerGatewayId }],
    vpnGateways: [{ id: VpnGatewayId, attachment: { state: 'attached' } }],
  });
  await inEC2(world, 'DeleteVpnConnection', { VpnConnectionId: theirs });
  await world.pass(8);
  await lookNow(world);
  await world.until(gone, 120);
  await world.pass(5);
  expect(all().map(({ id }) => id)).toEqual([CustomerGatewayId]);
});

test('A route of somebody else through our gateway holds it, and is named with its table.', async () => {
  const [table] = world.network().routeTables;
  const route = { RouteTableId: table?.id, DestinationCidrBlock: '172.20.0.0/16' };
  await inEC2(world, 'CreateRoute', { ...route, GatewayId: world.status().vpnGatewayID });
  await world.remove();
  await stopsAt(world, 'VpnGatewayInUse');
  expect(world.status().blockedBy).toMatchObject([{ kind: 'RouteTable', id: table?.id }]);
  expect(world.network()).toMatchObject({ vpnConnections: [], vpnGateways: [{ attachment: { state: 'attached' } }] });
  await inEC2(world, 'DeleteRoute', route);
  await lookNow(world);
  await world.until(gone, 120);
});

test('Somebody else put a connection on our customer gateway: that one stays, and theirs is named.', async () => {
  const { customerGatewayID: CustomerGatewayId = '' } = world.status();
  const made = await inEC2<{ VpnGateway: { VpnGatewayId: string } }>(world, 'CreateVpnGateway', { Type: 'ipsec.1' });
  await world.pass(5);
  const theirs = await theirConnection(world, { VpnGatewayId: made.VpnGateway.VpnGatewayId, CustomerGatewayId });
  await world.remove();
  await stopsAt(world, 'CustomerGatewayInUse');
  expect(world.status().blockedBy).toMatchObject([{ kind: 'VpnConnection', id: theirs }]);
  expect(world.network().customerGateways).toMatchObject([{ id: CustomerGatewayId }]);
  await inEC2(world, 'DeleteVpnConnection', { VpnConnectionId: theirs });
  await world.pass(8);
  await lookNow(world);
  await world.until(gone, 120);
});

test('Retain: everything goes on working, without our mark; the names stay, and so do propagation and routes.', async () => {
  await edit(world, { deletionPolicy: 'Retain' });
  await world.until(() => world.status().observedGeneration === world.object()?.metadata.generation, 30);
  await world.remove();
  await world.until(gone, 120);
  expect(new Set(written(running))).toEqual(new Set(['DeleteTags']));
  expect(all().map(({ tags, state }) => [Object.keys(tags), tags['Name'], state])).toEqual([
    [['Name'], 'MY-VPN', 'available'],
    [['Name'], 'MY-CGW', 'available'],
    [['Name'], 'MY-VGW', 'available'],
  ]);
  expect(world.network().routeTables.every(({ propagating }) => propagating.length === 1)).toBe(true);
  expect(world.network().vpnConnections[0]?.tunnels.map(({ status }) => status)).toEqual(['UP', 'UP']);
});
