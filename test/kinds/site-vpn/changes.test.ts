// SPDX-License-Identifier: GPL-3.0-or-later
/** Changes of what works: one tunnel at a time, replacement only with approval, and nobody else's things. */
import { describe, expect, test } from '@jest/globals';
import { needsApproval } from '../../../src/core/policy.ts';
import { drift } from '../../../src/kinds/site-vpn/drift.ts';
import { facts } from '../../../src/kinds/site-vpn/facts.ts';
import { plan } from '../../../src/kinds/site-vpn/plan/plan.ts';
import { siteVpn } from '../../../src/api/site-vpn.ts';
import {
  connection,
  desired,
  mark,
  namesOf,
  notes,
  stepsOf,
  table,
  tunnel,
  wayOf,
  whole,
  withFiles,
} from './pieces.ts';

const device = { device: { type: 'Libreswan', secretRef: { name: 'office-gateway' } } };
const stronger = { 'tunnels.phase1.dhGroups': [20] };
const [first, second] = ['13.124.202.55', '54.180.47.146'] as const;

describe('Options of tunnels', () => {
  test('are changed one tunnel after the other; the next waits until the first is up again, with new files between.', () => {
    const wish = desired({ ...device, ...stronger });
    const { way } = wayOf(wish, withFiles(wish, whole));
    expect(way).toBe(
      'ModifyTunnel ~VpnConnectionAvailable DeliverGatewayFiles ~TunnelUp ModifyTunnel ~VpnConnectionAvailable DeliverGatewayFiles',
    );
  });

  test('are changed first on the tunnel that is down.', () => {
    const world = { ...whole, connections: [connection({ tunnels: [tunnel(first, 'UP'), tunnel(second, 'DOWN')] })] };
    const steps = stepsOf(desired(stronger), world);
    expect(steps).toMatchObject([{ do: 'ModifyTunnel', outsideIP: second }]);
    // what is down loses nothing
    expect(steps[0]).not.toHaveProperty('risk');
    expect(stepsOf(desired(stronger), whole)).toMatchObject([{ do: 'ModifyTunnel', risk: 'disrupts' }]);
  });

  test('are not changed on the only tunnel that is up.', () => {
    const right = desired(stronger);
    const { options } = stepsOf(right, whole)[0] as { options: ReturnType<typeof tunnel>['options'] };
    const tunnels = [tunnel(first, 'UP'), tunnel(second, 'DOWN', { options })];
    expect(notes({ ...whole, connections: [connection({ tunnels })] }, right)).toMatchObject({
      steps: [],
      why: 'Waiting',
      reason: 'OtherTunnelDown',
      message: expect.stringContaining(second),
    });
  });

  test('in another order are the same.', () => {
    const wish = desired({ 'tunnels.phase1.dhGroups': [14, 20] });
    const options = tunnel(first).options;
    const turned = { ...options, phase1: { ...options.phase1, dhGroups: [20, 14] } };
    const world = {
      ...whole,
      connections: [
        connection({ tunnels: [tunnel(first, 'UP', { options: turned }), tunnel(second, 'UP', { options: turned })] }),
      ],
    };
    expect(plan(wish, world).steps).toEqual([]);
    expect(drift(wish, world)).toEqual([]);
  });

  test('that somebody else changed are told, and set right.', () => {
    const options = { ...tunnel(first).options, startupAction: 'add' };
    const world = {
      ...whole,
      connections: [connection({ tunnels: [tunnel(first, 'UP', { options }), tunnel(second, 'UP')] })],
    };
    expect(drift(desired(), world)).toEqual([{ path: 'tunnels.tunnel1.startup', want: 'start', have: 'add' }]);
    expect(stepsOf(desired(), world)).toMatchObject([{ do: 'ModifyTunnel', tunnel: 'tunnel1', outsideIP: first }]);
  });
});

describe('Pre-shared keys', () => {
  const keyed = {
    'tunnels.tunnel1': { presharedKeySecretRef: { name: 'vpn-key-1' } },
    'tunnels.tunnel2': { presharedKeySecretRef: { name: 'vpn-key-2' } },
  };
  const keys = { tunnel1: { found: 'here', on: [first] }, tunnel2: { found: 'here', on: [second] } } as const;

  test('that the tunnels have are left alone; tunnels are told apart by them.', () => {
    expect(plan(desired(keyed), { ...whole, keys })).toEqual({ steps: [], serving: true, watchMs: 60_000 });
    const crossed = { tunnel1: { found: 'here', on: [second] }, tunnel2: { found: 'here', on: [first] } } as const;
    expect(plan(desired(keyed), { ...whole, keys: crossed }).steps).toEqual([]);
  });

  test('are rotated one tunnel after the other, and the files are delivered with the new one before the other falls.', () => {
    const wish = desired({ ...keyed, ...device });
    const stale = { tunnel1: { found: 'here', on: [] }, tunnel2: { found: 'here', on: [] } } as const;
    const { way } = wayOf(wish, withFiles(wish, { ...whole, keys: stale }));
    expect(way).toBe(
      'ModifyTunnel ~VpnConnectionAvailable DeliverGatewayFiles ~TunnelUp ModifyTunnel ~VpnConnectionAvailable DeliverGatewayFiles',
    );
  });

  test('are never in a step: it names the Secret.', () => {
    const [step] = stepsOf(desired(keyed), { ...whole, keys: { ...keys, tunnel1: { found: 'here', on: [] } } });
    expect(step).toMatchObject({ do: 'ModifyTunnel', presharedKeySecret: 'vpn-key-1' });
  });
});

describe('A new public address of the site', () => {
  const wish = desired({ 'site.publicIP': '123.142.252.26' });
  test('is a new customer gateway, the connection moved there with its addresses and keys, and the old one taken away.', () => {
    const { way, end } = wayOf(wish, whole);
    expect(way).toBe('CreateCustomerGateway MoveVpnConnection ~VpnConnectionAvailable DeleteCustomerGateway');
    expect(end.connections[0]?.tunnels.map(({ outsideIP }) => outsideIP)).toEqual([first, second]);
    expect(plan(wish, end)).toEqual({ steps: [], serving: true, watchMs: 60_000 });
  });
  test('needs approval before anything is made, and is told.', () => {
    const { end } = wayOf(wish, { ...whole, customerGateways: [...whole.customerGateways] });
    expect(end.customerGateways).toHaveLength(1);
    const made = {
      ...whole,
      customerGateways: [
        ...whole.customerGateways,
        { id: 'cgw-2', state: 'available' as const, ip: '123.142.252.26', asn: 65_000, tags: mark },
      ],
    };
    expect(
      stepsOf(wish, made)
        .filter(needsApproval)
        .map((step) => step.do),
    ).toEqual(['MoveVpnConnection']);
    expect(drift(wish, whole).map(({ path }) => path)).toEqual(['site.publicIP']);
  });
});

test('Another routing replaces the connection, with approval: the old one is gone before the new one is made.', () => {
  const wish = desired({ routing: 'BGP', 'site.bgpASN': 65_010 });
  const { way } = wayOf(wish, whole);
  expect(way).toBe(
    'CreateCustomerGateway DeleteVpnConnection ~VpnConnectionDeleted CreateVpnConnection ~VpnConnectionAvailable DeleteCustomerGateway',
  );
  const made = {
    ...whole,
    customerGateways: [
      ...whole.customerGateways,
      { id: 'cgw-2', state: 'available' as const, ip: '123.142.252.25', asn: 65_010, tags: mark },
    ],
  };
  expect(
    stepsOf(wish, made)
      .filter(needsApproval)
      .map((step) => step.do),
  ).toEqual(['DeleteVpnConnection']);
  // nobody is left without a VPN because the new one may not be made
  const right = (action: string) => ({ action, on: 'new vpn-connection' as const, resource: '*' });
  const rights = (action: string) => ({ asked: true as const, missing: [right(action)], excess: [] });
  expect(notes({ ...made, rights: rights('ec2:CreateVpnConnection') }, wish)).toMatchObject({
    steps: [],
    reason: 'PermissionsMissing',
  });
  expect(namesOf(wish, { ...made, rights: rights('ec2:DeleteCustomerGateway') })).toEqual(['DeleteVpnConnection']);
});

describe('Prefixes and tables', () => {
  test('static routes follow site.cidrs: new ones first.', () => {
    const wish = desired({ 'site.cidrs': ['192.168.16.0/20', '10.9.0.0/16'] });
    expect(stepsOf(wish, whole).map((step) => ('cidr' in step ? [step.do, step.cidr] : [step.do]))).toEqual([
      ['CreateStaticRoute', '10.9.0.0/16'],
      ['CreateStaticRoute', '192.168.16.0/20'],
      ['DeleteStaticRoute', '192.168.0.0/20'],
    ]);
  });

  test('a table that is no longer chosen loses what we did to it, and no other.', () => {
    const wish = desired(
      { routeTables: { selection: 'IDs', ids: ['rtb-0a1b2c3d'] } },
      { last: { routeTables: [{ id: 'rtb-0a1b2c3e', propagated: true, cidrs: [] }] } },
    );
    const propagating = ['vgw-1'];
    const tables = ['rtb-0a1b2c3d', 'rtb-0a1b2c3e', 'rtb-0a1b2c3f'].map((id) => table(id, { propagating }));
    expect(stepsOf(wish, { ...whole, tables })).toMatchObject([{ do: 'DisablePropagation', table: 'rtb-0a1b2c3e' }]);
  });

  test.each([
    ['of somebody else', { tags: {} }],
    ['of this installation', {}],
  ])('propagation from a gateway %s that the spec names is never switched off.', (_, change) => {
    const last = { routeTables: [{ id: 'rtb-0a1b2c3d', propagated: true, cidrs: [] }] };
    const gateway = { ...(whole.gateways[0] as (typeof whole.gateways)[number]), id: 'vgw-0a1b2c3d', ...change };
    const tables = [table('rtb-0a1b2c3d', { propagating: ['vgw-0a1b2c3d'] })];
    const world = { ...whole, tables, gateways: [gateway], connections: [connection({ gateway: gateway.id })] };
    const wish = desired({ gateway: { id: gateway.id }, routeTables: { routes: 'Static' } }, { last });
    expect(namesOf(wish, world)).toEqual(['CreateRoute']);
    expect(wayOf(wish, world).end.tables[0]?.propagating).toEqual([gateway.id]);
  });

  test("somebody else's route for a prefix of the site is not changed, and named.", () => {
    const wish = desired({ routeTables: { routes: 'Static' } });
    const routes = [{ destination: '192.168.0.0/20', target: 'eni-1', origin: 'CreateRoute', state: 'active' }];
    expect(notes({ ...whole, tables: [table('rtb-0a', { routes })] }, wish)).toMatchObject({
      steps: [],
      reason: 'RouteTaken',
      by: ['rtb-0a'],
    });
  });

  test('copies of ours are planned away, always the same ones.', () => {
    const copy = connection({ id: 'vpn-2', customerGateway: 'cgw-2' });
    const gateway = whole.gateways[0] as (typeof whole.gateways)[number];
    const world = {
      ...whole,
      gateways: [{ ...gateway, id: 'vgw-0', attachments: [] }, ...whole.gateways],
      customerGateways: [
        ...whole.customerGateways,
        { id: 'cgw-2', state: 'available' as const, ip: '123.142.252.25', asn: 65_000, tags: mark },
      ],
      connections: [copy, ...whole.connections],
    };
    expect(namesOf(desired(), world)).toEqual(['DeleteVpnConnection', 'DeleteVpnGateway']);
    expect(wayOf(desired(), world).way).toBe(
      'DeleteVpnConnection DeleteVpnGateway ~VpnConnectionDeleted DeleteCustomerGateway',
    );
    expect(wayOf(desired(), world).end).toMatchObject({
      gateways: [{ id: 'vgw-1' }],
      customerGateways: [{ id: 'cgw-1' }],
      connections: [{ id: 'vpn-1' }],
    });
  });
});

test('The status shows ids, both tunnels, and what was done to tables; the schema takes it.', () => {
  const wish = desired(device);
  const world = withFiles(wish, {
    ...whole,
    connections: [
      connection({
        tunnels: [
          tunnel(first, 'UP', {
            telemetry: { status: 'UP', message: '', acceptedRoutes: 0, since: 1_767_603_600_000 },
          }),
          tunnel(second, 'DOWN', { telemetry: { status: 'DOWN', message: 'IPSEC IS\nDOWN', acceptedRoutes: 0 } }),
        ],
      }),
    ],
  });
  const { fields, conditions } = facts(wish, world);
  expect(siteVpn.statusSchema.parse(fields)).toEqual(fields);
  expect(fields).toMatchObject({
    vpnGatewayID: 'vgw-1',
    customerGatewayID: 'cgw-1',
    vpnConnectionID: 'vpn-1',
    tunnelsUp: '1/2',
    tunnels: [
      { name: 'tunnel1', state: 'Up', since: '2026-01-05T09:00:00Z' },
      { name: 'tunnel2', state: 'Down', message: 'IPSEC IS DOWN' },
    ],
    routeTables: [
      { id: 'rtb-0a', propagated: true, cidrs: [] },
      { id: 'rtb-0b', propagated: true, cidrs: [] },
    ],
    device: { secretName: 'office-gateway' },
  });
  expect(conditions).toMatchObject([
    { type: 'Redundant', status: 'False', message: expect.stringContaining(second) },
    { type: 'Permissions', status: 'Unknown', reason: 'NotAsked' },
  ]);
});
