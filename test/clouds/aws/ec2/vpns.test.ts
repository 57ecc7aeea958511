// SPDX-License-Identifier: GPL-3.0-or-later
/** The adapter against the simulated EC2: what is made and seen, and how often is asked. */
import { expect, test } from '@jest/globals';
import { awsDefaults } from '../../../../src/clouds/aws/ec2/vpn.ts';
import { countVpns } from '../../../../src/clouds/aws/ec2/vpn-counts.ts';
import * as request from '../../../../src/clouds/aws/ec2/vpn-requests.ts';
import { ownershipOf } from '../../../../src/core/owner-mark.ts';
import {
  connectionBetween,
  deviceName,
  makeConnection,
  makeGateways,
  makeWorld,
  minute,
  presharedKeys,
  site,
  tags,
} from './vpn-world.ts';

const fresh = { maxAgeMs: 0 };
const recent = { maxAgeMs: minute };
const owner = { uid: 'u1', cluster: 'c1', object: '' };

test('A VPN is made, seen with its tunnels, and taken away again in its order.', async () => {
  const world = makeWorld();
  const { vpns, clock, vpc } = world;
  const { id, gateway, customerGateway } = await makeConnection(world);
  await vpns.write(request.createStaticRoute(id, '192.168.0.0/20'));
  await clock.advance(minute);
  const [connection] = await vpns.connections(fresh);
  expect(connection).toMatchObject({
    id,
    state: 'available',
    gateway,
    customerGateway,
    staticRoutesOnly: true,
    localCIDR: '192.168.0.0/20',
    remoteCIDR: '10.26.0.0/16',
    routes: [{ cidr: '192.168.0.0/20', state: 'available' }],
    tags,
  });
  const [first, second] = connection?.tunnels ?? [];
  expect(new Set([first?.insideCIDR, second?.insideCIDR])).toEqual(new Set(['169.254.40.0/30', '169.254.40.4/30']));
  expect(first?.options).toEqual({ ...awsDefaults, ikeVersions: ['ikev2'] });
  expect(first?.telemetry).toMatchObject({ status: 'DOWN', message: 'IPSEC IS DOWN' });

  await clock.advance(minute);
  const at = clock.now();
  world.tunnel(id, second?.outsideIP ?? '').set({ status: 'UP' });
  const [up] = await vpns.connections(fresh);
  expect(up?.tunnels[1]?.telemetry).toMatchObject({ status: 'UP', since: at });

  await vpns.write(request.deleteVpnConnection(id));
  expect(await vpns.connections(fresh)).toMatchObject([{ id, state: 'deleting' }]);
  await clock.advance(10 * minute);
  expect(await vpns.connections(fresh)).toEqual([]);
  expect(await vpns.freshConnection(id)).toBeUndefined();
  await vpns.write(request.deleteCustomerGateway(customerGateway));
  await vpns.write(request.detachVpnGateway(gateway, vpc.id));
  await clock.advance(10 * minute);
  expect(await vpns.gateways(fresh)).toMatchObject([{ id: gateway, attachments: [] }]);
  await vpns.write(request.deleteVpnGateway(gateway));
  await clock.advance(10 * minute);
  expect(await vpns.gateways(fresh)).toEqual([]);
  expect(await vpns.freshGateway(gateway)).toBeUndefined();
  expect(await vpns.customerGateways(fresh)).toEqual([]);
  expect(await vpns.freshCustomerGateway(customerGateway)).toBeUndefined();
});

test('One describe of each kind serves every object of the account and region, and a write makes only its own old.', async () => {
  const world = makeWorld();
  const { vpns, others } = world;
  const { id } = await makeConnection(world);
  world.records.length = 0;
  const look = async () => {
    for (const one of [vpns, others]) {
      await one.connections(recent);
      await one.customerGateways(recent);
      await one.gateways(recent);
    }
  };
  await look();
  await look();
  expect(world.records.map(({ call }) => call.action).sort()).toEqual([
    'DescribeCustomerGateways',
    'DescribeVpnConnections',
    'DescribeVpnGateways',
  ]);
  await vpns.write(request.createStaticRoute(id, '192.168.0.0/20'));
  await look();
  expect(world.calls('DescribeVpnConnections')).toBe(2);
  expect(world.calls('DescribeCustomerGateways')).toBe(1);
  // for everybody, so for nobody's account of calls
  expect(world.records.filter(({ call }) => call.effect === 'read' && call.scope)).toEqual([]);
});

test('A create that AWS answers with what is there already shows whose that is, and takes nothing for ours.', async () => {
  const world = makeWorld();
  const { vpns } = world;
  const { gateway, customerGateway, id } = await makeConnection(world, { tags: { Name: 'theirs' } });
  expect(await vpns.connections(fresh)).toEqual([]);
  expect(await vpns.connectionsOn({ gateway, customerGateway })).toMatchObject([{ id }]);
  expect(await vpns.connectionsOn({ gateway })).toMatchObject([{ id }]);
  const { connection } = await vpns.write(connectionBetween({ gateway, customerGateway }));
  expect(connection).toMatchObject({ id, tags: { Name: 'theirs' } });
  expect(await vpns.connections(fresh)).toEqual([]);

  const strange = request.createCustomerGateway({ ip: '203.0.113.9', asn: 65_000, deviceName, tags: {} });
  const first = await vpns.write(strange);
  const ours = request.createCustomerGateway({ ip: '203.0.113.9', asn: 65_000, deviceName, tags });
  const second = await vpns.write(ours);
  expect(second.customerGateway?.id).toBe(first.customerGateway?.id);
  expect(ownershipOf(second.customerGateway?.tags ?? {}, owner)).toBe('nobodys');
  const own = request.createCustomerGateway({ ip: '203.0.113.9', asn: 65_000, deviceName: 'another', tags });
  expect((await vpns.write(own)).customerGateway?.id).not.toBe(first.customerGateway?.id);
});

test('What was made a moment ago and is released is not shown as ours any more.', async () => {
  const world = makeWorld();
  const { vpns } = world;
  const { id, gateway, customerGateway } = await makeConnection(world);
  for (const one of [id, gateway, customerGateway]) await vpns.write(request.untagResource(one, Object.keys(tags)));
  expect(await vpns.connections(fresh)).toEqual([]);
  expect(await vpns.customerGateways(fresh)).toEqual([]);
  expect(await vpns.gateways(fresh)).toMatchObject([{ id: gateway, tags: {} }]);
});

test('What was made a moment ago and is moved does not stand in where it was.', async () => {
  const world = makeWorld();
  const { vpns, clock } = world;
  const { gateway, customerGateway } = await makeGateways(world);
  const elsewhere = { ip: '123.142.252.26', asn: 65_000, deviceName, tags };
  const { customerGateway: next } = await vpns.write(request.createCustomerGateway(elsewhere));
  const { connection } = await vpns.write(connectionBetween({ gateway, customerGateway }));
  const id = connection?.id ?? '';
  await clock.advance(4.5 * minute);
  await vpns.write(request.changeCustomerGateway(id, next?.id ?? ''));
  expect(await vpns.connectionsOn({ customerGateway })).toEqual([]);
  expect(await vpns.connectionsOn({ customerGateway: next?.id ?? '' })).toMatchObject([{ id }]);
});

test('One tunnel is changed by its outside address, and reads as it was wished.', async () => {
  const world = makeWorld();
  const { vpns, clock } = world;
  const { id } = await makeConnection(world);
  const [before] = await vpns.connections(fresh);
  const wish = {
    ikeVersions: ['ikev2'],
    phase1: { encryption: ['AES256-GCM-16'], integrity: ['SHA2-384'], dhGroups: [20], lifetimeSeconds: 14_400 },
    phase2: { encryption: ['AES256'], integrity: ['SHA2-256'], dhGroups: [14, 19], lifetimeSeconds: 1800 },
    rekeyMarginSeconds: 300,
    rekeyFuzzPercent: 50,
    replayWindowPackets: 512,
    dpdTimeoutSeconds: 60,
    dpdTimeoutAction: 'restart',
    startupAction: 'start',
  };
  const ip = before?.tunnels[1]?.outsideIP ?? '';
  const { connection } = await vpns.write(request.modifyTunnel(id, ip, wish));
  expect(connection?.id).toBe(id);
  const [during] = await vpns.connections(recent);
  expect(during?.state).not.toBe('available');
  await clock.advance(20 * minute);
  const [after] = await vpns.connections(fresh);
  expect(after?.state).toBe('available');
  expect(after?.tunnels[1]?.options).toEqual(wish);
  expect(after?.tunnels[0]).toEqual(before?.tunnels[0]);
});

test('No describe goes out without a filter or a page size: those have half the budget.', async () => {
  const world = makeWorld();
  const { vpns, networks, vpc } = world;
  const { gateway, customerGateway, id } = await makeConnection(world);
  await vpns.connections(fresh);
  await vpns.customerGateways(fresh);
  await vpns.gateways(fresh);
  await vpns.connectionsOn({ gateway });
  await vpns.customerGatewaysAt(site);
  await vpns.freshConnection(id);
  await vpns.freshGateway(gateway);
  await vpns.freshCustomerGateway(customerGateway);
  await networks.vpcs({ id: vpc.id }, fresh);
  await networks.routeTables(vpc.id, fresh);
  await countVpns(world.session);
  const reads = world.records.filter(({ call }) => call.effect === 'read');
  expect(reads.length).toBeGreaterThanOrEqual(10);
  const bare = reads.filter(
    ({ call }) => !call.parameters.some(({ name }) => name === 'Filters' || name === 'MaxResults'),
  );
  expect(bare).toEqual([]);
});

test('Keys and configuration pass through, and are in no record, in nothing that is seen, and in no text any more.', async () => {
  const world = makeWorld();
  const { id } = await makeConnection(world);
  const { vpns, redactor, records } = world;
  const written = await vpns.write(request.tagResource(id, { more: 'tags' }));
  const seen = JSON.stringify([await vpns.connections(fresh), await vpns.freshConnection(id), written, records]);
  for (const key of presharedKeys) {
    expect(seen).not.toContain(key);
    expect(redactor.scrub(`the key is ${key}`)).toBe('the key is [redacted]');
  }
  expect(seen).not.toContain('pre_shared_key');
});

test("What counts towards the quotas is everybody's, without what is gone; a count that fails is no reason to make nothing.", async () => {
  const world = makeWorld();
  const { id } = await makeConnection(world, { tags: {} });
  expect(await countVpns(world.session)).toEqual({ gateways: 1, customerGateways: 1, connections: 1 });
  await world.vpns.write(request.deleteVpnConnection(id));
  await world.clock.advance(10 * minute);
  expect(await countVpns(world.session)).toEqual({ gateways: 1, customerGateways: 1, connections: 0 });
  await world.clock.advance(10 * minute);
  world.aws.faults.add({ kind: 'error', action: 'DescribeVpnConnections', nth: 1 });
  expect(await countVpns(world.session)).toBeUndefined();
});
