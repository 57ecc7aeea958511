// SPDX-License-Identifier: GPL-3.0-or-later
/** Two clusters, one account: what the other one made is not ours, is told by whose it is, and is taken over only when that owner is named. */
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
import { office, region, type Office } from './office.ts';

let world: Office;
let running: Running;
const ip = '123.142.252.25';
const other = 'other-cluster-uid';
const markOf = (uid: string, object: string) =>
  Object.entries({ owner: uid, cluster: other, object, schema: '1' }).map(([key, Value]) => ({
    Key: `hybridcloud.dev/${key}`,
    Value,
  }));

/** As the operator of the other cluster leaves it. */
async function othersVpn() {
  const gateway = await theirGateway(world);
  const customerGateway = await theirCustomerGateway(world, ip, { DeviceName: 'hybridcloud-uid-of-the-other' });
  const connection = await theirConnection(world, { VpnGatewayId: gateway, CustomerGatewayId: customerGateway });
  const mark = (id: string, uid: string, object: string) =>
    inEC2(world, 'CreateTags', { Resources: [id], Tags: markOf(uid, object) });
  await mark(gateway, `vpn-gateway/${world.vpc}`, `SiteVpn gateway of ${world.vpc}`);
  await mark(customerGateway, 'uid-of-the-other', 'SiteVpn/default/office');
  await mark(connection, 'uid-of-the-other', 'SiteVpn/default/office');
  return { gateway, customerGateway, connection };
}

beforeEach(() => {
  world = briskOffices();
});
afterEach(() => world.end());

test('The gateway of another cluster on the VPC: nothing is made or changed; used by its id, what is ours stands beside theirs.', async () => {
  const theirs = await othersVpn();
  const before = JSON.stringify(account(world).network(region));
  running = world.operator();
  await world.apply(office());
  await stopsAt(world, 'OwnedByOther');
  expect(messageOf(world)).toContain(`virtual private gateway ${theirs.gateway}`);
  expect(messageOf(world)).toContain('of another cluster');
  await world.apply(office({ gateway: { id: theirs.gateway } }));
  await world.until(() => messageOf(world).includes('VPN connection'), 30);
  expect(messageOf(world)).toContain('belongs to SiteVpn/default/office');
  expect(messageOf(world)).toContain('hybridcloud.dev/take-over: uid-of-the-other');
  expect(written(running)).toEqual([]);
  expect(JSON.stringify(account(world).network(region))).toBe(before);
  // another site is no conflict
  await world.apply(
    office({ gateway: { id: theirs.gateway }, site: { publicIP: '123.142.252.26', cidrs: ['192.168.64.0/24'] } }),
  );
  await world.until(() => world.is('Synced', 'True'), 120);
  await world.remove();
  await world.until(() => world.object() === undefined, 120);
  await world.pass(3);
  expect(
    JSON.stringify(
      account(world)
        .network(region)
        .vpnConnections.map(({ id }) => id),
    ),
  ).toBe(JSON.stringify([theirs.connection]));
});

test('Taken over from an owner that is named, and approved: the very things, with our mark.', async () => {
  const theirs = await othersVpn();
  running = world.operator();
  await world.apply(office({ gateway: { id: theirs.gateway } }));
  await stopsAt(world, 'OwnedByOther');
  await world.annotate({ 'hybridcloud.dev/take-over': 'uid-of-the-other' });
  await stopsAt(world, 'AdoptionNeedsApproval');
  expect(written(running)).toEqual([]);
  await approve(world);
  await world.until(() => world.is('Synced', 'True'), 600);
  const { uid } = world.object()?.metadata ?? {};
  const { vpnConnections, customerGateways, vpnGateways } = world.network();
  expect(vpnConnections.map(({ id, tags }) => [id, tags['hybridcloud.dev/owner']])).toEqual([[theirs.connection, uid]]);
  expect(customerGateways.map(({ id, tags }) => [id, tags['hybridcloud.dev/owner']])).toEqual([
    [theirs.customerGateway, uid],
  ]);
  expect(vpnGateways[0]?.tags['hybridcloud.dev/cluster']).toBe(other);
});
