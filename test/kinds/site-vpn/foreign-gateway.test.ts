// SPDX-License-Identifier: GPL-3.0-or-later
/** The VPC has a virtual private gateway already, and somebody else made it. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Running } from '../../operator/worlds.ts';
import { approve, briskOffices, messageOf, stopsAt, theirGateway, written } from './by-hand.ts';
import { office, type Office } from './office.ts';

let world: Office;
let running: Running;
let theirs: string;
beforeEach(async () => {
  world = briskOffices();
  theirs = await theirGateway(world);
  running = world.operator();
});
afterEach(() => world.end());

const synced = () => world.is('Synced', 'True');
const gone = () => world.object() === undefined;
const onGateway = () => written(running).filter((action) => action.endsWith('VpnGateway'));

test('It is not touched, nothing is made beside it, and the message has both ways on.', async () => {
  await world.apply(office());
  await stopsAt(world, 'NotOurs');
  expect(written(running)).toEqual([]);
  expect(messageOf(world)).toContain(`set gateway: {id: ${theirs}}`);
  expect(messageOf(world)).toContain(`hybridcloud.dev/adopt: ${theirs}`);
  expect(world.status().blockedBy).toMatchObject([{ kind: 'VpnGateway', id: theirs }]);
});

test('Named by gateway.id it is used, without a mark, and never attached, detached or deleted; its propagation stays.', async () => {
  await world.apply(office({ gateway: { id: theirs } }));
  await world.until(synced, 120);
  expect(world.status().vpnGatewayID).toBe(theirs);
  expect(world.network().vpnConnections).toMatchObject([{ vpnGatewayID: theirs }]);
  await world.remove();
  await world.until(gone, 120);
  await world.pass(5);
  expect(onGateway()).toEqual([]);
  expect(world.network().vpnGateways).toMatchObject([
    { id: theirs, tags: {}, attachment: { vpcID: world.vpc, state: 'attached' } },
  ]);
  expect(world.network()).toMatchObject({ vpnConnections: [], customerGateways: [] });
});

test('One that is not attached, or not there, is left so, and that is said before anything is made.', async () => {
  const loose = await theirGateway(world, false);
  await world.apply(office({ gateway: { id: loose } }));
  await stopsAt(world, 'VpnGatewayNotAttached');
  expect(messageOf(world)).toContain(loose);
  await world.apply(office({ gateway: { id: 'vgw-0123456789abcdef0' } }));
  await stopsAt(world, 'VpnGatewayNotFound');
  expect(written(running)).toEqual([]);
});

test('Adopted, once that was approved: it gets the mark, keeps its name, and goes with the last SiteVpn.', async () => {
  await world.apply(office());
  await stopsAt(world, 'NotOurs');
  await world.annotate({ 'hybridcloud.dev/adopt': theirs });
  await stopsAt(world, 'AdoptionNeedsApproval');
  expect(world.status().plan?.steps[0]).toMatchObject({
    do: 'AdoptVpnGateway',
    target: expect.stringContaining(theirs),
  });
  expect(written(running)).toEqual([]);
  await approve(world);
  await world.until(synced, 120);
  expect(world.network().vpnGateways).toMatchObject([{ id: theirs, attachment: { state: 'attached' } }]);
  expect(Object.keys(world.network().vpnGateways[0]?.tags ?? {})).toContain('hybridcloud.dev/owner');
  expect(onGateway()).toEqual([]);
  await world.remove();
  await world.until(gone, 120);
  await world.pass(5);
  expect(world.network()).toMatchObject({ vpnGateways: [], customerGateways: [], vpnConnections: [] });
});
