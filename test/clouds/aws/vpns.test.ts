// SPDX-License-Identifier: GPL-3.0-or-later
/** The adapter against the simulated EC2: what is seen, how often is asked, and what is made of lag, throttling and lost answers. */
import { expect, test } from '@jest/globals';
import { awsDefaults } from '../../../src/clouds/aws/vpn.ts';
import * as route from '../../../src/clouds/aws/route-requests.ts';
import * as request from '../../../src/clouds/aws/vpn-requests.ts';
import { ownershipOf } from '../../../src/core/owner-mark.ts';
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

test('What was made is there at once, though EC2 shows it only later; its use is refused as not found, which passes.', async () => {
  const world = makeWorld({ lagMs: 30_000 });
  const { vpns, others, clock } = world;
  expect(await vpns.customerGateways(recent)).toEqual([]);
  const wish = { ip: site, asn: 65_000, deviceName, tags };
  const { customerGateway: made } = await vpns.write(request.createCustomerGateway(wish));
  expect(await vpns.customerGateways(recent)).toEqual([made]);
  expect(await others.customerGateways(fresh)).toEqual([made]);
  expect(await vpns.freshCustomerGateway(made?.id ?? '')).toEqual(made);
  expect(await vpns.customerGatewaysAt(site)).toEqual([made]);
  const { gateway } = await vpns.write(request.createVpnGateway(64_512, tags));
  expect(await vpns.gateways(fresh)).toEqual([gateway]);
  const between = { gateway: gateway?.id ?? '', customerGateway: made?.id ?? '' };
  await expect(vpns.write(connectionBetween(between))).rejects.toMatchObject({
    class: 'Transient',
    reason: 'NotFound',
    applied: 'no',
  });
  await clock.advance(minute);
  expect(await vpns.customerGateways(fresh)).toMatchObject([{ id: made?.id, state: 'available' }]);
});

test('A list from before something was made is not taken for the truth when that has to show by itself.', async () => {
  const world = makeWorld();
  const { vpns, clock } = world;
  const longAgo = { maxAgeMs: 60 * minute };
  expect(await vpns.gateways(longAgo)).toEqual([]);
  const { gateway } = await vpns.write(request.createVpnGateway(64_512, tags));
  for (let passed = 0; passed < 12; passed++) {
    expect(await vpns.gateways(longAgo)).toMatchObject([{ id: gateway?.id }]);
    await clock.advance(minute);
  }
  expect(world.calls('DescribeVpnGateways')).toBe(2);
});

test('What was made and is deleted does not come back by its own create.', async () => {
  const world = makeWorld({ lagMs: 30_000 });
  const { vpns, clock } = world;
  const { gateway } = await vpns.write(request.createVpnGateway(64_512, tags));
  await clock.advance(minute);
  await vpns.write(request.deleteVpnGateway(gateway?.id ?? ''));
  await clock.advance(minute);
  expect(await vpns.gateways(fresh)).toEqual([]);
});

test('A create whose answer was lost is found again by its mark, and not made twice.', async () => {
  const world = makeWorld();
  const { vpns, aws } = world;
  const gateways = await makeGateways(world);
  aws.faults.add({ kind: 'answerLost', action: 'CreateVpnConnection', nth: 1 });
  await expect(vpns.write(connectionBetween(gateways))).rejects.toMatchObject({
    class: 'Transient',
    applied: 'unknown',
  });
  const found = await vpns.connections({ maxAgeMs: minute });
  expect(found).toMatchObject([gateways]);
  expect(found.map((one) => ownershipOf(one.tags, owner))).toEqual(['mine']);
  expect(world.calls('CreateVpnConnection')).toBe(1);
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

test('Throttling is told to the wire, which slows down, and is no refusal.', async () => {
  const world = makeWorld();
  const { vpns, aws, clock } = world;
  aws.faults.add({ kind: 'throttle', action: 'DescribeVpnConnections', nth: 1 });
  await expect(vpns.connections(fresh)).rejects.toMatchObject({ class: 'Transient', reason: 'Throttled' });
  await clock.advance(minute);
  expect(await vpns.connections(fresh)).toEqual([]);
});

test('What is in use is told apart from what is refused for ever, and a full quota says which.', async () => {
  const world = makeWorld({ quotas: { customerGateways: 1 } });
  const { vpns } = world;
  const { gateway, id } = await makeConnection(world);
  await expect(vpns.write(request.deleteVpnGateway(gateway))).rejects.toMatchObject({
    class: 'Transient',
    reason: 'Conflict',
    applied: 'no',
  });
  const another = request.createCustomerGateway({ ip: '203.0.113.9', asn: 65_000, deviceName, tags });
  await expect(vpns.write(another)).rejects.toMatchObject({ class: 'Denied', reason: 'QuotaReached' });
  await expect(vpns.write(request.modifyTunnel(id, '192.0.2.1', { startupAction: 'start' }))).rejects.toMatchObject({
    class: 'Invalid',
    reason: 'Refused',
  });
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

test('VPCs are found by id and by all of their tags, and route tables with what is propagated into them.', async () => {
  const world = makeWorld();
  const { networks, vpns, vpc } = world;
  const other = world.makeVpc('10.99.0.0/16');
  const mine = [{ id: vpc.id, cidrs: ['10.26.0.0/16'] }];
  expect(await networks.vpcs({ tags: { Name: 'MY-VPC', stage: 'live' } }, recent)).toMatchObject(mine);
  expect(await networks.vpcs({ tags: { Name: 'MY-VPC', stage: 'test' } }, recent)).toEqual([]);
  expect(await networks.vpcs({ tags: {} }, recent)).toEqual([]);
  expect(await networks.vpcs({ id: vpc.id }, recent)).toMatchObject(mine);
  expect(world.calls('DescribeVpcs')).toBe(1);

  const { gateway, id } = await makeConnection(world);
  const [main = ''] = vpc.routeTables;
  const explicit = { table: main, cidr: '192.168.16.0/20', gateway };
  await networks.write(route.enablePropagation(main, gateway));
  await networks.write(route.createRoute(explicit));
  await expect(networks.write(route.createRoute(explicit))).rejects.toMatchObject({ reason: 'Conflict' });
  await vpns.write(request.createStaticRoute(id, '192.168.0.0/20'));
  await world.clock.advance(minute);
  const [connection] = await vpns.connections(fresh);
  world.tunnel(id, connection?.tunnels[0]?.outsideIP ?? '').set({ status: 'UP' });
  const tables = await networks.routeTables(vpc.id, recent);
  expect(tables.map((table) => table.id).sort()).toEqual([...vpc.routeTables].sort());
  const table = tables.find((one) => one.id === main);
  expect(table).toMatchObject({ vpc: vpc.id, main: true, propagating: [gateway] });
  expect(table?.routes).toContainEqual({
    destination: '192.168.0.0/20',
    target: gateway,
    origin: 'EnableVgwRoutePropagation',
    state: 'active',
  });
  expect(table?.routes).toContainEqual(
    expect.objectContaining({ destination: '192.168.16.0/20', origin: 'CreateRoute' }),
  );

  world.records.length = 0;
  expect(await networks.routeTables(other.id, recent)).toMatchObject([{ vpc: other.id, main: true }]);
  await networks.routeTables(vpc.id, recent);
  await networks.routeTables(other.id, recent);
  expect(world.calls('DescribeRouteTables')).toBe(1);
  await networks.write(route.deleteRoute(main, explicit.cidr));
  await networks.write(route.disablePropagation(main, gateway));
  const left = (await networks.routeTables(vpc.id, recent)).find((one) => one.id === main);
  expect(left).toMatchObject({ propagating: [], routes: [{ target: 'local' }] });
});

test('Pages are followed to the last one.', async () => {
  const world = makeWorld();
  const { id } = world.makeVpc('10.99.0.0/16', 120);
  const tables = await world.networks.routeTables(id, recent);
  expect(new Set(tables.map((table) => table.id)).size).toBe(120);
  expect(world.calls('DescribeRouteTables')).toBe(2);
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
