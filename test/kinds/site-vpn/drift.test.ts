// SPDX-License-Identifier: GPL-3.0-or-later
/** What people change in the console: told setting by setting with its time, and set right; what is theirs stays theirs. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { glide } from '../../operator/bad-days/hands.ts';
import type { Drift } from '../../../src/core/drift.ts';
import type { Running } from '../../operator/worlds.ts';
import { briskOffices, inEC2, lookNow, working, written } from './by-hand.ts';
import type { Office } from './office.ts';

let world: Office;
let running: Running;
/** Every difference that was ever told of, by its path. */
let told: Map<string, Drift>;
beforeEach(async () => {
  world = briskOffices();
  told = new Map();
  running = world.operator({
    onRequest({ url, body }) {
      if (!url.pathname.endsWith('/status') || body === undefined) return;
      const { status } = JSON.parse(Buffer.from(body as Uint8Array).toString()) as { status?: { drift?: Drift[] } };
      for (const one of status?.drift ?? []) told.set(one.path, one);
    },
  });
  await working(world);
  running.records.length = 0;
});
afterEach(() => world.end());

async function corrected(): Promise<void> {
  await lookNow(world);
  await world.until(() => events().length > 0 && world.is('Synced', 'True') && world.status().tunnelsUp === '2/2', 300);
}

const events = () => world.events().filter(({ reason }) => reason === 'DriftCorrected');

test('Tunnel options, names and static routes: each by its path, with what it is and what it should be; the event tells all.', async () => {
  const { vpnConnectionID = '', customerGatewayID = '', tunnels = [] } = world.status();
  await inEC2(world, 'ModifyVpnTunnelOptions', {
    VpnConnectionId: vpnConnectionID,
    VpnTunnelOutsideIpAddress: tunnels[1]?.outsideIP,
    TunnelOptions: { Phase2LifetimeSeconds: 1800, RekeyMarginTimeSeconds: 300 },
  });
  await world.pass(14);
  await inEC2(world, 'CreateTags', {
    Resources: [vpnConnectionID, customerGatewayID],
    Tags: [{ Key: 'Name', Value: 'renamed' }],
  });
  await inEC2(world, 'DeleteVpnConnectionRoute', {
    VpnConnectionId: vpnConnectionID,
    DestinationCidrBlock: '192.168.0.0/20',
  });
  await inEC2(world, 'CreateVpnConnectionRoute', {
    VpnConnectionId: vpnConnectionID,
    DestinationCidrBlock: '172.20.0.0/16',
  });
  await world.pass(3);
  await corrected();
  expect(Object.fromEntries([...told].map(([path, { want, have }]) => [path, `${have} → ${want}`]))).toEqual({
    'connection.name': 'renamed → MY-VPN',
    'site.name': 'renamed → MY-CGW',
    'site.cidrs': '172.20.0.0/16 → 192.168.0.0/20',
    'tunnels.tunnel2.phase2.lifetimeSeconds': '1800 → 3600',
    'tunnels.tunnel2.rekeyMarginSeconds': '300 → 270',
  });
  for (const { since } of told.values()) expect(Date.parse(since)).toBeGreaterThan(world.clock.now() - 400_000);
  expect(world.network().vpnConnections).toMatchObject([
    { tags: { Name: 'MY-VPN' }, routes: [{ destination: '192.168.0.0/20' }] },
  ]);
  const paths = events()
    .map(({ note }) => note)
    .join();
  for (const path of told.keys()) expect(paths).toContain(path);
});

test('Propagation that was switched off is on again within the drift interval, without being asked.', async () => {
  const [table] = world.network().routeTables;
  const GatewayId = world.status().vpnGatewayID;
  await inEC2(world, 'DisableVgwRoutePropagation', { RouteTableId: table?.id, GatewayId });
  await world.until(() => world.network().routeTables.every(({ propagating }) => propagating.length === 1), 700);
  expect(written(running)).toEqual(['EnableVgwRoutePropagation']);
  await world.until(() => events().some(({ note }) => note.includes(`routeTables.${table?.id}`)), 30);
});

test('The connection is deleted in the console: it is told, made again, and the files are those of the new one.', async () => {
  const { vpnConnectionID = '' } = world.status();
  const before = world.secret()?.['aws.conf'];
  await inEC2(world, 'DeleteVpnConnection', { VpnConnectionId: vpnConnectionID });
  await lookNow(world);
  await world.until(() => events().some(({ note }) => note.includes('connection')) && world.is('Synced', 'True'), 700);
  expect(told.get('connection')).toMatchObject({ want: 'MY-VPN', have: 'absent' });
  expect(events().filter(({ note }) => note.endsWith(': connection'))).toHaveLength(1);
  expect(world.network().vpnConnections).toHaveLength(1);
  expect(world.status().vpnConnectionID).not.toBe(vpnConnectionID);
  expect(world.secret()?.['aws.conf']).not.toBe(before);
});

test('The gateway is detached in the console: it is attached again, and traffic is led there again.', async () => {
  const { vpnGatewayID: VpnGatewayId } = world.status();
  await inEC2(world, 'DetachVpnGateway', { VpnGatewayId, VpcId: world.vpc });
  await world.pass(6);
  await lookNow(world);
  await world.until(() => world.network().vpnGateways[0]?.attachment?.state === 'attached', 60);
  await world.until(() => world.is('Synced', 'True'), 60);
  expect(world.network().routeTables.every(({ propagating }) => propagating.length === 1)).toBe(true);
});

test("Other people's tags on our things stay.", async () => {
  const { vpnConnectionID = '' } = world.status();
  await inEC2(world, 'CreateTags', { Resources: [vpnConnectionID], Tags: [{ Key: 'cost-center', Value: '42' }] });
  await glide(world, 1300);
  expect(written(running)).toEqual([]);
  expect(world.network().vpnConnections[0]?.tags['cost-center']).toBe('42');
});
