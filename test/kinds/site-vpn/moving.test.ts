// SPDX-License-Identifier: GPL-3.0-or-later
/** The office gets a new public address, or its gateway learns BGP: what replaces something is shown, and done once it is approved. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Running } from '../../operator/worlds.ts';
import { approve, briskOffices, edit, messageOf, stopsAt, working, written } from './by-hand.ts';
import type { Office } from './office.ts';

let world: Office;
let running: Running;
beforeEach(async () => {
  world = briskOffices();
  running = world.operator();
  await working(world);
  running.records.length = 0;
});
afterEach(() => world.end());

const steps = () => world.status().plan?.steps.map((step) => step.do);
const outside = () => world.network().vpnConnections[0]?.tunnels.map(({ outsideIP }) => outsideIP);
const keys = () => world.network().vpnConnections[0]?.tunnels.map(({ psk }) => psk);

test('A new public address: nothing before it is approved; then the connection keeps its id, its addresses and its keys.', async () => {
  const before = { id: world.status().vpnConnectionID, outside: outside(), keys: keys() };
  const old = world.status().customerGatewayID;
  await edit(world, { site: { publicIP: '123.142.252.99' } });
  await stopsAt(world, 'ReplacementNeedsApproval');
  expect(steps()).toEqual([
    'CreateCustomerGateway',
    'MoveVpnConnection',
    'DeliverGatewayFiles',
    'DeleteCustomerGateway',
  ]);
  expect(messageOf(world)).toMatch(/kubectl annotate -n default --overwrite sitevpns office hybridcloud.dev\/approve=/);
  await world.pass(60);
  expect(written(running)).toEqual([]);
  await approve(world);
  await world.until(() => world.is('Synced', 'True'), 200);
  expect({ id: world.status().vpnConnectionID, outside: outside(), keys: keys() }).toEqual(before);
  expect(world.status().customerGatewayID).not.toBe(old);
  await world.pass(2);
  expect(world.network().customerGateways).toMatchObject([{ ip: '123.142.252.99' }]);
  expect(world.secret()?.['aws.conf']).toContain('123.142.252.99');
  expect(world.object()?.metadata.annotations?.['hybridcloud.dev/approve']).toBeUndefined();
});

test('While the move waits for approval, Ready says so, and the status keeps what the tunnels do.', async () => {
  await edit(world, { site: { publicIP: '123.142.252.99' } });
  await stopsAt(world, 'ReplacementNeedsApproval');
  expect(world.status()).toMatchObject({ tunnelsUp: '2/2', tunnels: [{ state: 'Up' }, { state: 'Up' }] });
  // taken back, all is well without a call
  await edit(world, { site: { publicIP: '123.142.252.25' } });
  await world.until(() => world.is('Synced', 'True') && world.is('Ready', 'True'), 30);
  expect(written(running)).toEqual([]);
});

test('Another routing replaces the connection: the old one is gone before the new one is made, and the new files have the new tunnels.', async () => {
  const { vpnConnectionID: old } = world.status();
  const before = outside() ?? [];
  await edit(world, { routing: 'BGP', site: { bgpASN: 65_010 } });
  await stopsAt(world, 'ReplacementNeedsApproval');
  expect(steps()).toEqual(
    expect.arrayContaining(['DeleteVpnConnection', 'CreateVpnConnection', 'CreateCustomerGateway']),
  );
  expect(written(running)).toEqual([]);
  await approve(world);
  let most = 0;
  await world.until(() => {
    most = Math.max(most, world.network().vpnConnections.filter(({ state }) => state !== 'deleting').length);
    return world.is('Synced', 'True');
  }, 300);
  expect(most).toBe(1);
  expect(world.network().vpnConnections).toMatchObject([{ staticRoutesOnly: false }]);
  expect(world.status().vpnConnectionID).not.toBe(old);
  await world.pass(2);
  expect(world.network().customerGateways).toMatchObject([{ asn: '65010' }]);
  for (const ip of before) expect(world.secret()?.['aws.conf']).not.toContain(ip);
});

test('A plan that was approved is good for that address only: another one has to be approved anew.', async () => {
  await edit(world, { site: { publicIP: '123.142.252.99' } });
  await stopsAt(world, 'ReplacementNeedsApproval');
  const hash = world.status().plan?.hash ?? '';
  await edit(world, { site: { publicIP: '123.142.252.100' } });
  await world.until(() => world.status().plan?.hash !== hash, 30);
  await world.annotate({ 'hybridcloud.dev/approve': hash });
  await stopsAt(world, 'PlanStale');
  expect(written(running)).toEqual([]);
});
