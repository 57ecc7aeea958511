// SPDX-License-Identifier: GPL-3.0-or-later
/** A VPC that is found by its tag, and the tag goes: what was made stays where it is, and is taken away from there. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { account } from '../../operator/bad-days/hands.ts';
import type { Running } from '../../operator/worlds.ts';
import { briskOffices, inEC2, lookNow, messageOf, stopsAt, working, written } from './by-hand.ts';
import { makeOfficeVpc, region, type Office } from './office.ts';

let world: Office;
let running: Running;
beforeEach(async () => {
  world = briskOffices();
  running = world.operator();
  await working(world);
  running.records.length = 0;
});
afterEach(() => world.end());

const rename = (Value: string) =>
  inEC2(world, 'CreateTags', { Resources: [world.vpc], Tags: [{ Key: 'Name', Value }] });
const gone = () => world.object() === undefined;

test('Renamed: it is told, the tunnels are watched on, and with the name back all is well; nothing was changed.', async () => {
  await rename('renamed');
  await lookNow(world);
  await stopsAt(world, 'VpcTagMoved');
  expect(messageOf(world)).toContain(`VPC ${world.vpc}, which has the tag Name=MY-VPC no more`);
  expect(world.status()).toMatchObject({ vpcID: world.vpc, tunnelsUp: '2/2' });
  await world.pass(1);
  await rename('MY-VPC');
  await lookNow(world);
  await world.until(() => world.is('Ready', 'True') && world.is('Synced', 'True'), 60);
  expect(written(running)).toEqual([]);
});

test('Another VPC gets the name: the VPN stays with the one that it was made for.', async () => {
  const other = makeOfficeVpc(world);
  await lookNow(world);
  await world.pass(10);
  expect(world.is('Synced', 'True')).toBe(true);
  await rename('renamed');
  await lookNow(world);
  await stopsAt(world, 'VpcTagMoved');
  await world.pass(60);
  expect(written(running)).toEqual([]);
  expect(account(world).network(region).vpnGateways).toMatchObject([{ attachment: { vpcID: world.vpc } }]);
  await world.remove();
  await world.until(gone, 200);
  await world.pass(5);
  expect(world.network()).toMatchObject({ vpnGateways: [], customerGateways: [], vpnConnections: [] });
  expect(other).not.toBe(world.vpc);
  expect(world.network().routeTables.flatMap(({ propagating }) => propagating)).toEqual([]);
});
