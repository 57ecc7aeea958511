// SPDX-License-Identifier: GPL-3.0-or-later
/** What leads to the site: propagation or routes, in the tables that were chosen; nobody else's tables and routes are touched. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Running } from '../../operator/worlds.ts';
import { account, glide } from '../../operator/bad-days/hands.ts';
import { briskOffices, edit, inEC2, lookNow, messageOf, stopsAt, written } from './by-hand.ts';
import { office, region, type Office } from './office.ts';

let world: Office;
let running: Running;
beforeEach(() => {
  world = briskOffices();
  running = world.operator();
});
afterEach(() => world.end());

const synced = () => world.is('Synced', 'True');
const tables = () => world.network().routeTables;
const [main, other] = [() => tables()[0]?.id ?? '', () => tables()[1]?.id ?? ''];
const tableOf = (id: string) => tables().find((one) => one.id === id);
const routesOf = (id: string) =>
  (tableOf(id)?.routes ?? []).map(({ destination, target }) => `${destination} ${target}`);

test('Explicit routes in one table, by id: one for each prefix, kept so when prefixes come and go; the other table stays as it is.', async () => {
  const before = routesOf(main());
  await world.apply(office({ routeTables: { selection: 'IDs', ids: [other()], routes: 'Static' } }));
  await world.until(synced, 120);
  const { vpnGatewayID } = world.status();
  expect(routesOf(other())).toContain(`192.168.0.0/20 ${vpnGatewayID}`);
  expect(routesOf(other())).toContain('0.0.0.0/0 nat-0123456789abcdef0');
  expect(routesOf(main())).toEqual(before);
  expect(tables().flatMap(({ propagating }) => propagating)).toEqual([]);
  expect(world.status().routeTables).toEqual([{ id: other(), propagated: false, cidrs: ['192.168.0.0/20'] }]);
  await edit(world, { site: { cidrs: ['192.168.0.0/20', '192.168.32.0/20'] } });
  await world.until(() => routesOf(other()).includes(`192.168.32.0/20 ${vpnGatewayID}`), 60);
  await edit(world, { site: { cidrs: ['192.168.32.0/20'] } });
  await world.until(() => !routesOf(other()).includes(`192.168.0.0/20 ${vpnGatewayID}`), 60);
  await world.until(() => synced() && world.network().vpnConnections[0]?.routes.length === 1, 60);
  expect(world.network().vpnConnections).toMatchObject([{ routes: [{ destination: '192.168.32.0/20' }] }]);
  await world.remove();
  await world.until(() => world.object() === undefined, 120);
  expect(routesOf(other())).toEqual(['10.26.0.0/16 local', '0.0.0.0/0 nat-0123456789abcdef0']);
});

test('A route of somebody else for the same prefix is left alone, and named; without it ours is made.', async () => {
  const routes = [{ destination: '192.168.0.0/20', target: 'eni-0123456789abcdef0' }];
  const tags = { Name: 'TAKEN' };
  account(world).makeVpc({ region, cidr: '10.27.0.0/16', tags, routeTables: [{ main: true, routes }] });
  const table = () => tables().find((one) => one.routes.some(({ target }) => target.startsWith('eni-')))?.id ?? '';
  const taken = table();
  const spec = { vpc: { tag: tags }, routeTables: { selection: 'All', routes: 'Static' } };
  await world.apply(office(spec));
  await stopsAt(world, 'RouteTaken');
  expect(messageOf(world)).toContain(`Route table ${taken} has a route of somebody else for 192.168.0.0/20, to eni-`);
  expect(world.status().blockedBy).toMatchObject([{ kind: 'RouteTable', id: taken }]);
  expect(routesOf(taken)).toContain('192.168.0.0/20 eni-0123456789abcdef0');
  // it is seen before anything is made
  expect(written(running)).toEqual([]);
  await world.pass(1);
  await inEC2(world, 'DeleteRoute', { RouteTableId: taken, DestinationCidrBlock: '192.168.0.0/20' });
  await lookNow(world);
  await world.until(synced, 60);
  expect(routesOf(taken)).toContain(`192.168.0.0/20 ${world.status().vpnGatewayID}`);
});

test('What people add to the tables stays: routes to the same gateway, and propagation of tables that were not chosen.', async () => {
  await inEC2(world, 'CreateTags', { Resources: [other()], Tags: [{ Key: 'tier', Value: 'private' }] });
  await world.apply(office({ routeTables: { selection: 'Tags', tags: { tier: 'private' } } }));
  await world.until(synced, 120);
  const { vpnGatewayID: GatewayId = '' } = world.status();
  const byHand = { RouteTableId: main(), DestinationCidrBlock: '172.20.0.0/16', GatewayId };
  await inEC2(world, 'CreateRoute', byHand);
  await inEC2(world, 'CreateRoute', { ...byHand, RouteTableId: other() });
  await inEC2(world, 'EnableVgwRoutePropagation', { RouteTableId: main(), GatewayId });
  running.records.length = 0;
  await lookNow(world);
  await edit(world, { site: { cidrs: ['192.168.64.0/20'] } });
  await world.until(() => world.network().vpnConnections[0]?.routes[0]?.destination === '192.168.64.0/20', 60);
  await glide(world, 700);
  expect(tableOf(main())?.propagating).toEqual([GatewayId]);
  for (const id of [main(), other()]) expect(routesOf(id)).toContain(`172.20.0.0/16 ${GatewayId}`);
  expect(written(running)).toEqual(['CreateVpnConnectionRoute', 'DeleteVpnConnectionRoute']);
});

test('From propagation to routes and back: first the new way, then the old one away.', async () => {
  await world.apply(office());
  await world.until(synced, 120);
  running.records.length = 0;
  await edit(world, { routeTables: { routes: 'Static' } });
  await world.until(() => written(running).length >= 4 && synced(), 60);
  expect(written(running)).toEqual([
    'CreateRoute',
    'CreateRoute',
    'DisableVgwRoutePropagation',
    'DisableVgwRoutePropagation',
  ]);
  running.records.length = 0;
  await edit(world, { routeTables: { routes: 'Propagated' } });
  await world.until(() => written(running).length >= 4 && synced(), 60);
  expect(written(running).slice(0, 2)).toEqual(['EnableVgwRoutePropagation', 'EnableVgwRoutePropagation']);
  expect(world.status().routeTables?.map(({ propagated, cidrs }) => [propagated, cidrs])).toEqual([
    [true, []],
    [true, []],
  ]);
});
