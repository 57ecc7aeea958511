// SPDX-License-Identifier: GPL-3.0-or-later
/** Somebody takes the owner mark off what works: it may be theirs now, so it is left alone, and a person is asked. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { glide } from '../../operator/bad-days/hands.ts';
import type { Running } from '../../operator/worlds.ts';
import { approve, briskOffices, inEC2, lookNow, messageOf, stopsAt, working, written } from './by-hand.ts';
import type { Office } from './office.ts';

let world: Office;
let running: Running;
beforeEach(async () => {
  world = briskOffices();
  running = world.operator();
  await working(world);
  // until then what a create answered stands in for what EC2 may not show yet
  await glide(world, 310);
  running.records.length = 0;
});
afterEach(() => world.end());

const keys = ['owner', 'cluster', 'object', 'schema'].map((key) => ({ Key: `hybridcloud.dev/${key}` }));

async function unmark(id: string): Promise<void> {
  await inEC2(world, 'DeleteTags', { Resources: [id], Tags: keys });
  await lookNow(world);
}

/** Taken back as the message says, it is as before, and nothing was made twice. */
async function takenBack(id: string): Promise<void> {
  expect(messageOf(world)).toContain(`hybridcloud.dev/adopt: ${id}`);
  expect(written(running)).toEqual([]);
  await world.annotate({ 'hybridcloud.dev/adopt': id });
  await stopsAt(world, 'AdoptionNeedsApproval');
  await approve(world);
  await world.until(() => world.is('Synced', 'True'), 60);
  expect(written(running)).toEqual(['CreateTags']);
}

test('Of the connection.', async () => {
  const { vpnConnectionID = '' } = world.status();
  await unmark(vpnConnectionID);
  await stopsAt(world, 'NotOurs');
  await takenBack(vpnConnectionID);
});

test('Of the customer gateway, with which AWS would answer a new one.', async () => {
  const { customerGatewayID = '' } = world.status();
  await unmark(customerGatewayID);
  await stopsAt(world, 'NotOurs');
  await takenBack(customerGatewayID);
});

test('Of the virtual private gateway.', async () => {
  const { vpnGatewayID = '' } = world.status();
  await unmark(vpnGatewayID);
  await stopsAt(world, 'NotOurs');
  await takenBack(vpnGatewayID);
});

test('And then the object is deleted: what lost the mark stays, and nothing waits for it.', async () => {
  const { customerGatewayID = '', vpnConnectionID = '', vpnGatewayID = '' } = world.status();
  for (const id of [customerGatewayID, vpnConnectionID, vpnGatewayID]) await unmark(id);
  await world.pass(6);
  await world.remove();
  await world.until(() => world.object() === undefined, 60);
  const { vpnConnections, customerGateways, vpnGateways } = world.network();
  expect([...vpnConnections, ...customerGateways, ...vpnGateways].map(({ state }) => state)).toEqual([
    'available',
    'available',
    'available',
  ]);
});
