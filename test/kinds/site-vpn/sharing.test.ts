// SPDX-License-Identifier: GPL-3.0-or-later
/** A VPC has one virtual private gateway: its SiteVpns share it, and the last one out takes it away. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Running } from '../../operator/worlds.ts';
import { briskOffices, written } from './by-hand.ts';
import { office, type Office } from './office.ts';

let world: Office;
let running: Running;
beforeEach(() => {
  world = briskOffices();
  running = world.operator();
});
afterEach(() => world.end());

const home = () => office({ site: { publicIP: '123.142.252.26', cidrs: ['192.168.64.0/24'] } }, 'home');
const synced = (name: string) => world.is('Synced', 'True', name);
const gone = (name: string) => world.object(name) === undefined;
const failures = () => running.lines.filter((line) => line.includes('a look failed'));
const gateways = () => world.network().vpnGateways.map(({ id, state }) => ({ id, state }));

test('Two that are made at once make one gateway; the first that leaves keeps it and the propagation, the last takes it.', async () => {
  await Promise.all([world.apply(office()), world.apply(home())]);
  await world.until(() => synced('office') && synced('home'), 120);
  const { vpnGatewayID = '' } = world.status();
  expect(world.status('home').vpnGatewayID).toBe(vpnGatewayID);
  expect(gateways()).toEqual([{ id: vpnGatewayID, state: 'available' }]);
  expect(written(running).filter((action) => action === 'CreateVpnGateway')).toHaveLength(1);
  expect(failures()).toEqual([]);
  await world.remove('office');
  await world.until(() => gone('office'), 120);
  await world.pass(5);
  expect(gateways()).toEqual([{ id: vpnGatewayID, state: 'available' }]);
  expect(world.network().vpnConnections).toMatchObject([{ id: world.status('home').vpnConnectionID }]);
  expect(world.network().routeTables.every(({ propagating }) => propagating.includes(vpnGatewayID))).toBe(true);
  expect(synced('home')).toBe(true);
  await world.remove('home');
  await world.until(() => gone('home'), 120);
  await world.pass(5);
  expect(world.network()).toMatchObject({ vpnGateways: [], customerGateways: [], vpnConnections: [] });
  expect(world.network().routeTables.flatMap(({ propagating }) => propagating)).toEqual([]);
});

test('Two that leave at once take everything, and neither stands in the way of the other.', async () => {
  await Promise.all([world.apply(office()), world.apply(home())]);
  await world.until(() => synced('office') && synced('home'), 120);
  await Promise.all([world.remove('office'), world.remove('home')]);
  await world.until(() => gone('office') && gone('home'), 200);
  await world.pass(5);
  expect(world.network()).toMatchObject({ vpnGateways: [], customerGateways: [], vpnConnections: [] });
  expect(written(running).filter((action) => action === 'DeleteVpnConnection')).toHaveLength(2);
  // who sees that the other has deleted it already is done
  expect(failures()).toEqual([]);
});

test('Two that leave at once with Retain leave nothing that is still marked as ours.', async () => {
  const manifests = [office(), home()].map((one) => {
    const { spec, ...rest } = one as { readonly spec: object };
    return { ...rest, spec: { ...spec, deletionPolicy: 'Retain' } };
  });
  await Promise.all(manifests.map((one) => world.apply(one)));
  await world.until(() => synced('office') && synced('home'), 120);
  await Promise.all([world.remove('office'), world.remove('home')]);
  await world.until(() => gone('office') && gone('home'), 200);
  const { vpnGateways, vpnConnections, customerGateways } = world.network();
  expect([vpnGateways.length, vpnConnections.length, customerGateways.length]).toEqual([1, 2, 2]);
  const tags = [...vpnGateways, ...vpnConnections, ...customerGateways].flatMap((one) => Object.keys(one.tags));
  expect(new Set(tags)).toEqual(new Set(['Name']));
});

test('One that is paused or only observed keeps the gateway, too.', async () => {
  await Promise.all([world.apply(office()), world.apply(home())]);
  await world.until(() => synced('office') && synced('home'), 120);
  await world.annotate({ 'hybridcloud.dev/paused': 'true' }, 'home');
  await world.remove('office');
  await world.until(() => gone('office'), 120);
  expect(gateways()).toHaveLength(1);
});
