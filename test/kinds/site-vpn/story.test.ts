// SPDX-License-Identifier: GPL-3.0-or-later
/** From the manifest to tunnels that are up, and away again, by the whole operator. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { office, offices, type Office } from './office.ts';

let world: Office;
beforeEach(() => {
  world = offices();
});
afterEach(() => world.end());

async function made(spec: object = {}): Promise<void> {
  world.operator();
  await world.apply(office(spec));
  await world.until(() => world.is('Synced', 'True'), 900);
}

test('A manifest becomes a gateway, a connection and files; it is Ready once a tunnel is up, and deletion takes all away.', async () => {
  await made();
  expect(world.is('Ready', 'False')).toBe(true);
  const { vpnGateways, customerGateways, vpnConnections, routeTables } = world.network();
  expect(vpnGateways).toMatchObject([{ state: 'available', attachment: { vpcID: world.vpc, state: 'attached' } }]);
  expect(customerGateways).toHaveLength(1);
  expect(vpnConnections).toMatchObject([{ state: 'available', routes: [{ destination: '192.168.0.0/20' }] }]);
  expect(routeTables).toHaveLength(2);
  expect(Object.keys(world.secret() ?? {})).toEqual(expect.arrayContaining(['README.md', 'aws.conf', 'aws.secrets']));
  world.tunnel(0, { status: 'UP' });
  await world.until(() => world.is('Ready', 'True'), 300);
  expect(world.status()).toMatchObject({ tunnelsUp: '1/2' });
  await world.remove();
  await world.until(() => world.object() === undefined, 900);
  // AWS takes a moment for the last of it
  await world.pass(10);
  expect(world.network()).toMatchObject({ vpnGateways: [], customerGateways: [], vpnConnections: [] });
});
