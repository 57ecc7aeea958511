// SPDX-License-Identifier: GPL-3.0-or-later
/** Plan, Observe, pause, look now: what the operator does not do, and when. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { cloudCalls, glide } from '../../operator/bad-days/hands.ts';
import type { Running } from '../../operator/worlds.ts';
import { approve, briskOffices, edit, inEC2, lookNow, reasonOf, stopsAt, working, written } from './by-hand.ts';
import { office, type Office } from './office.ts';

let world: Office;
let running: Running;
beforeEach(() => {
  world = briskOffices();
  running = world.operator();
});
afterEach(() => world.end());

const planned = () => world.status().plan?.steps.flatMap(({ calls = [] }) => calls.map(({ action }) => action)) ?? [];

/** Somebody changes the first tunnel. */
async function tamper(): Promise<void> {
  const { vpnConnectionID: VpnConnectionId, tunnels = [] } = world.status();
  const VpnTunnelOutsideIpAddress = tunnels[0]?.outsideIP;
  const TunnelOptions = { StartupAction: 'add' };
  await inEC2(world, 'ModifyVpnTunnelOptions', { VpnConnectionId, VpnTunnelOutsideIpAddress, TunnelOptions });
  await world.pass(14);
}

test('Plan: every call is shown and none is made; approved, exactly those are made.', async () => {
  await world.apply(office({ managementPolicy: 'Plan' }));
  await world.until(() => reasonOf(world, 'Synced') === 'ApprovalNeeded', 30);
  const shown = planned();
  expect(shown.filter((action) => !action.includes(' '))).toEqual([
    'CreateVpnGateway',
    'CreateCustomerGateway',
    'AttachVpnGateway',
    'CreateVpnConnection',
    'CreateVpnConnectionRoute',
    'EnableVgwRoutePropagation',
    'EnableVgwRoutePropagation',
  ]);
  expect(shown).toContain('create secrets');
  await glide(world, 700);
  expect(written(running)).toEqual([]);
  expect(world.object()?.metadata.finalizers ?? []).toEqual([]);
  await approve(world);
  await world.until(() => world.is('Synced', 'True'), 200);
  expect(written(running)).toEqual(shown.filter((action) => !action.includes(' ')));
});

test('Plan: a deletion is approved like anything else, and nothing goes before.', async () => {
  await working(world);
  await edit(world, { managementPolicy: 'Plan' });
  await world.until(() => world.status().observedGeneration === world.object()?.metadata.generation, 30);
  running.records.length = 0;
  await world.remove();
  await stopsAt(world, 'ApprovalNeeded');
  await world.pass(60);
  expect(written(running)).toEqual([]);
  await approve(world);
  await world.until(() => world.object() === undefined, 200);
});

test('Observe: drift is shown with its field and its time, telemetry goes on, and nothing is changed.', async () => {
  await working(world);
  await edit(world, { managementPolicy: 'Observe' });
  await world.until(() => world.status().observedGeneration === world.object()?.metadata.generation, 30);
  running.records.length = 0;
  await tamper();
  await lookNow(world);
  await world.until(() => reasonOf(world, 'Synced') === 'Drifted', 60);
  const [drift] = world.status().drift ?? [];
  expect(drift).toMatchObject({ path: 'tunnels.tunnel1.startup', want: 'start', have: 'add' });
  world.tunnel(1, { status: 'DOWN' });
  await world.until(() => world.status().tunnelsUp === '1/2', 120);
  await glide(world, 1300);
  expect(world.status().drift).toEqual([drift]);
  expect(written(running)).toEqual([]);
});

test('Paused: not one call, whatever happens; afterwards it goes on.', async () => {
  await working(world);
  await world.annotate({ 'hybridcloud.dev/paused': 'true' });
  await world.until(() => reasonOf(world, 'Ready') === 'Paused', 10);
  running.records.length = 0;
  world.tunnel(0, { status: 'DOWN' });
  await tamper();
  await glide(world, 700);
  expect(cloudCalls(running)).toEqual([]);
  await world.annotate({ 'hybridcloud.dev/paused': null });
  await world.until(() => world.status().tunnelsUp === '1/2', 10);
  await world.until(() => written(running).includes('ModifyVpnTunnelOptions'), 60);
});

test('Look now: what was changed a moment ago is seen at once.', async () => {
  await working(world);
  await glide(world, 60);
  running.records.length = 0;
  await tamper();
  await lookNow(world);
  await world.until(() => written(running).includes('ModifyVpnTunnelOptions'), 5);
});
