// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import * as route from '../../../../src/clouds/aws/ec2/route-requests.ts';
import * as request from '../../../../src/clouds/aws/ec2/vpn-requests.ts';
import { makeConnection, makeWorld, minute } from './vpn-world.ts';

const fresh = { maxAgeMs: 0 };
const recent = { maxAgeMs: minute };

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
