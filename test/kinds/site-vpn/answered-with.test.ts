// SPDX-License-Identifier: GPL-3.0-or-later
/** AWS answers a create with what is there already, whoever made it: CreateCustomerGateway and CreateVpnConnection. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Transport } from '../../../src/wire/call.ts';
import {
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

const ip = '123.142.252.25';
let world: Office;
beforeEach(() => {
  world = briskOffices();
});
afterEach(() => world.end());

const synced = () => world.is('Synced', 'True');

/** Somebody is a moment faster than the first request of that action. */
function operatorWithin(action: string, first: (body: string) => Promise<void>) {
  let done = false;
  const transport: Transport = async (request) => {
    const body = request.body === undefined ? '' : Buffer.from(request.body as never).toString();
    if (!done && body.includes(`Action=${action}&`)) {
      done = true;
      await first(body);
    }
    return world.transport(request);
  };
  return world.operator({ transport });
}

test('A customer gateway of the same address and ASN that somebody else made: one of our own stands beside it, and it survives.', async () => {
  const theirs = await theirCustomerGateway(world, ip);
  world.operator();
  await world.apply(office());
  await world.until(synced, 120);
  const { customerGatewayID } = world.status();
  expect(customerGatewayID).not.toBe(theirs);
  expect(world.network().customerGateways).toHaveLength(2);
  await world.remove();
  await world.until(() => world.object() === undefined, 120);
  await world.pass(5);
  expect(world.network().customerGateways).toMatchObject([{ id: theirs, tags: {} }]);
});

test('Somebody is faster with the very customer gateway, device name and all: what AWS answers with is not ours, and is neither used nor marked.', async () => {
  let theirs = '';
  const running = operatorWithin('CreateCustomerGateway', async () => {
    const DeviceName = `hybridcloud-${world.object()?.metadata.uid ?? ''}`;
    theirs = await theirCustomerGateway(world, ip, { DeviceName });
  });
  await world.apply(office());
  await stopsAt(world, 'NotOurs');
  expect(written(running)).not.toContain('CreateVpnConnection');
  expect(world.network().customerGateways).toMatchObject([{ id: theirs, tags: {} }]);
  expect(messageOf(world)).toContain(`hybridcloud.dev/adopt: ${theirs}`);
});

test('A connection of somebody else between the same site and the same gateway: nothing is made, and adopting it is shown first.', async () => {
  const VpnGatewayId = await theirGateway(world);
  const CustomerGatewayId = await theirCustomerGateway(world, ip);
  const theirs = await theirConnection(world, { VpnGatewayId, CustomerGatewayId });
  const running = world.operator();
  await world.apply(office({ gateway: { id: VpnGatewayId } }));
  await stopsAt(world, 'NotOurs');
  expect(messageOf(world)).toContain(`hybridcloud.dev/adopt: ${theirs},${CustomerGatewayId}`);
  expect(written(running)).toEqual([]);
  expect(world.network().vpnConnections).toMatchObject([{ id: theirs, tags: {} }]);
});

test('Somebody is faster with a connection of the very gateways: AWS answers with theirs, and it is NotOurs, never modified.', async () => {
  let theirs = '';
  const running = operatorWithin('CreateVpnConnection', async () => {
    const [gateway] = world.network().vpnGateways;
    const [customer] = world.network().customerGateways;
    const ends = { VpnGatewayId: gateway?.id ?? '', CustomerGatewayId: customer?.id ?? '' };
    theirs = await theirConnection(world, ends);
  });
  await world.apply(office());
  await stopsAt(world, 'NotOurs');
  expect(messageOf(world)).toContain(theirs);
  expect(world.network().vpnConnections).toMatchObject([{ id: theirs, tags: {}, routes: [] }]);
  expect(written(running).filter((action) => /Modify|Route$|Tags/.test(action))).toEqual([]);
  // it goes away: then ours is made
  await inEC2(world, 'DeleteVpnConnection', { VpnConnectionId: theirs });
  await world.until(synced, 900);
  expect(world.status().vpnConnectionID).not.toBe(theirs);
});

test('InvalidCustomerGateway.DuplicateIpAddress: it is told with what to do, what was made stays, and it goes on by itself once AWS takes it.', async () => {
  world.aws.faults.add({
    kind: 'error',
    service: 'ec2',
    action: 'CreateVpnConnection',
    code: 'InvalidCustomerGateway.DuplicateIpAddress',
    status: 400,
    nth: 1,
  });
  world.operator();
  await world.apply(office());
  await stopsAt(world, 'SiteAddressInUse');
  expect(messageOf(world)).toContain('site.publicIP');
  expect(world.network()).toMatchObject({ vpnGateways: [{}], customerGateways: [{}], vpnConnections: [] });
  await world.until(synced, 900);
});
