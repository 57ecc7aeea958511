// SPDX-License-Identifier: GPL-3.0-or-later
/** From nothing to a VPN that works: every world on the way, and what stands in it. */
import { describe, expect, test } from '@jest/globals';
import { plan } from '../../../src/kinds/site-vpn/plan/plan.ts';
import {
  connection,
  desired,
  empty,
  notes,
  others,
  sharedMark,
  sibling,
  stepsOf,
  table,
  tunnel,
  vpcID,
  wayOf,
  whole,
} from './pieces.ts';

const device = { device: { type: 'Libreswan', secretRef: { name: 'office-gateway' } } };
describe('The way from an empty VPC', () => {
  test('makes both gateways, attaches, connects, delivers the files, and only then leads traffic there.', () => {
    const { way, hold } = wayOf(desired(device), empty);
    expect(way).toBe(
      'CreateVpnGateway CreateCustomerGateway AttachVpnGateway ~VpnGatewayAttached CreateVpnConnection ~VpnConnectionAvailable DeliverGatewayFiles CreateStaticRoute EnablePropagation EnablePropagation',
    );
    expect(hold).toBeUndefined();
  });

  test('with BGP and routes of its own has no static routes on the connection, and a route for each table and prefix.', () => {
    const wish = desired({
      routing: 'BGP',
      'site.bgpASN': 65_010,
      routeTables: { selection: 'IDs', ids: ['rtb-0a1b2c3d'], routes: 'Static' },
    });
    const { way, end } = wayOf(wish, { ...empty, tables: [table('rtb-0a1b2c3d'), table('rtb-0b')] });
    expect(way).toMatch(/~VpnConnectionAvailable CreateRoute$/);
    expect(end.connections[0]).toMatchObject({ staticRoutesOnly: false, routes: [] });
    expect(end.tables.map(({ routes }) => routes.length)).toEqual([1, 0]);
  });

  test('announces every create, and gives the customer gateway a device name of its own.', () => {
    const [gateway, customer] = stepsOf(desired(), empty);
    expect(gateway).toMatchObject({ do: 'CreateVpnGateway', once: `vpn-gateway:${vpcID}`, tags: sharedMark });
    expect(customer).toMatchObject({ once: 'customer-gateway:123.142.252.25:65000', deviceName: 'hybridcloud-uid-1' });
    const [connect] = stepsOf(desired(), { ...whole, connections: [] });
    expect(connect).toMatchObject({ do: 'CreateVpnConnection', once: 'vpn-connection:uid-1' });
    expect(connect).not.toHaveProperty('repeatable');
  });

  test('an announced create is short enough for the status, at its longest.', () => {
    const all = {
      encryption: ['AES128', 'AES256', 'AES128-GCM-16', 'AES256-GCM-16'],
      integrity: ['SHA2-256', 'SHA2-384', 'SHA2-512'],
      dhGroups: [14, 15, 16, 17, 18, 19, 20, 21],
    };
    const wish = desired({
      'tunnels.phase1': all,
      'tunnels.phase2': all,
      'tunnels.tunnel1': { insideCIDR: '169.254.10.0/30', presharedKeySecretRef: { name: 'a'.repeat(60) } },
      'tunnels.tunnel2': { insideCIDR: '169.254.11.0/30', presharedKeySecretRef: { name: 'b'.repeat(60) } },
      'connection.name': 'n'.repeat(128),
    });
    const here = { found: 'here', on: [] } as const;
    const [step] = stepsOf(wish, { ...whole, connections: [], keys: { tunnel1: here, tunnel2: here } });
    expect(step?.do).toBe('CreateVpnConnection');
    expect(JSON.stringify(step).length).toBeLessThan(2048);
  });
});

describe('Where everything is there', () => {
  test('nothing is done, and it works.', () => {
    expect(plan(desired(), whole)).toEqual({ steps: [], serving: true, watchMs: 60_000 });
  });

  const bgp = { routing: 'BGP', 'site.bgpASN': 65_010 };
  test.each([
    ['one tunnel up is enough by default', {}, ['UP', 'DOWN', 0], true],
    ['none is not', {}, ['DOWN', 'DOWN', 0], 'TunnelsDown'],
    ['both are wanted and one is up', { 'readiness.tunnelsUp': 2 }, ['UP', 'DOWN', 0], 'TunnelsDown'],
    ['with BGP a tunnel without routes carries nothing', bgp, ['UP', 'UP', 0], 'NoRoutesAccepted'],
    ['with BGP and routes', bgp, ['UP', 'DOWN', 3], true],
  ] as const)('%s.', (_, values, [first, second, acceptedRoutes], verdict) => {
    const wish = desired(values);
    const isStatic = wish.spec.routing === 'Static';
    const at = (ip: string, status: 'UP' | 'DOWN') =>
      tunnel(ip, status, { telemetry: { status, message: '', acceptedRoutes } });
    const world = {
      ...whole,
      customerGateways: whole.customerGateways.map((one) => ({ ...one, asn: isStatic ? 65_000 : 65_010 })),
      connections: [
        connection({ staticRoutesOnly: isStatic, tunnels: [at('13.124.202.55', first), at('54.180.47.146', second)] }),
      ],
    };
    const { serving } = plan(wish, world);
    expect(serving === true ? true : serving.reason).toBe(verdict);
  });
});

const vgw = whole.gateways[0] as (typeof whole.gateways)[number];
const cgw = whole.customerGateways[0] as (typeof whole.customerGateways)[number];

describe('Nothing at all is made', () => {
  test.each([
    ['where there is no such VPC', { ...empty, vpcs: [] }, 'VpcNotFound', 'Name=MY-VPC'],
    ['where two have the tag', { ...empty, vpcs: [...empty.vpcs, ...empty.vpcs] }, 'VpcAmbiguous', 'Name=MY-VPC'],
    [
      'where the VPC is of another account',
      { ...empty, vpcs: empty.vpcs.map((one) => ({ ...one, account: '999999999999' })) },
      'VpcOfOther',
      'Name=MY-VPC',
    ],
    [
      'where site and VPC overlap',
      { ...empty, vpcs: empty.vpcs.map((one) => ({ ...one, cidrs: ['10.0.0.0/16', '192.168.8.0/24'] })) },
      'OverlappingCIDRs',
      vpcID,
    ],
    [
      'where two sites overlap',
      { ...empty, siblings: [{ ...sibling, cidrs: ['192.168.0.0/16'] }] },
      'OverlappingCIDRs',
      'SiteVpn/default/home',
    ],
    ['where the VPC has a gateway of nobody', { ...empty, gateways: [{ ...vgw, tags: {} }] }, 'NotOurs', 'vgw-1'],
    [
      'where the VPC has a gateway of another cluster',
      { ...empty, gateways: [{ ...vgw, tags: { ...sharedMark, 'hybridcloud.dev/cluster': 'cluster-2' } }] },
      'OwnedByOther',
      'vgw-1',
    ],
    [
      'where the account has no room for a gateway',
      { ...empty, room: { gateways: { have: 5, most: 5 } } },
      'QuotaReached',
      '123456789012',
    ],
    [
      'where the account has no room for a customer gateway',
      { ...empty, room: { customerGateways: { have: 50, most: 50 } } },
      'QuotaReached',
      '123456789012',
    ],
  ] as const)('%s: %#', (_, world, reason, by) => {
    expect(notes(world)).toMatchObject({ steps: [], why: 'Blocked', reason, by: [by] });
  });

  test('where somebody else connects the same site with the same gateway; the message says how to take it over.', () => {
    const world = {
      ...whole,
      customerGateways: [cgw, { ...cgw, id: 'cgw-9', tags: {} }],
      connections: [connection({ id: 'vpn-9', customerGateway: 'cgw-9', tags: {} })],
    };
    expect(notes(world)).toMatchObject({
      steps: [],
      reason: 'NotOurs',
      by: ['vpn-9'],
      message: expect.stringContaining('adopt: vpn-9,cgw-9'),
    });
  });

  test('where the gateway has ten connections.', () => {
    const full = Array.from({ length: 10 }, (_, index) =>
      connection({ id: `vpn-${index}`, customerGateway: 'cgw-7', tags: others }),
    );
    expect(notes({ ...whole, connections: full })).toMatchObject({ steps: [], reason: 'QuotaReached', by: ['vgw-1'] });
  });

  test.each([
    [{ found: 'absent' } as const, 'PresharedKeyMissing'],
    [{ found: 'malformed' } as const, 'PresharedKeyMalformed'],
  ])('where a key is not as it should be.', (tunnel1, reason) => {
    const wish = desired({ 'tunnels.tunnel1': { presharedKeySecretRef: { name: 'vpn-key-1' } } });
    expect(notes({ ...empty, keys: { tunnel1 } }, wish)).toMatchObject({ steps: [], reason, by: ['vpn-key-1'] });
  });

  test('where the Secret for the files is of somebody else, or the addresses inside are taken, or a table is not there.', () => {
    const files = { found: 'foreign', secret: 'office-gateway' } as const;
    expect(notes({ ...empty, files }, desired(device)).reason).toBe('SecretNotOurs');
    const taken = connection({
      id: 'vpn-9',
      customerGateway: 'cgw-9',
      tags: others,
      tunnels: [tunnel('1.2.3.4', 'UP', { insideCIDR: '169.254.10.0/30' })],
    });
    const inside = desired({ 'tunnels.tunnel2': { insideCIDR: '169.254.10.0/30' } });
    expect(notes({ ...empty, connections: [taken] }, inside)).toMatchObject({
      reason: 'InsideCIDRTaken',
      by: ['vpn-9'],
    });
    const tables = desired({ routeTables: { selection: 'IDs', ids: ['rtb-0a1b2c3d'] } });
    expect(notes(empty, tables)).toMatchObject({ reason: 'RouteTableNotFound', by: ['rtb-0a1b2c3d'] });
  });
});

describe('A gateway of somebody else that is named', () => {
  const wish = desired({ gateway: { id: 'vgw-0a1b2c3d' } });
  const foreign = { ...vgw, id: 'vgw-0a1b2c3d', tags: {} };
  test('is used, and neither attached nor tagged, nor taken away.', () => {
    const { way, end } = wayOf(wish, { ...empty, gateways: [foreign] });
    expect(way).toBe(
      'CreateCustomerGateway CreateVpnConnection ~VpnConnectionAvailable CreateStaticRoute EnablePropagation EnablePropagation',
    );
    const gone = wayOf({ ...wish, absent: true }, end);
    expect(gone.way).toBe('DeleteVpnConnection ~VpnConnectionDeleted DeleteCustomerGateway');
    expect(gone.end.gateways).toEqual([foreign]);
  });
  test('has to be there, and attached.', () => {
    expect(notes(empty, wish).reason).toBe('VpnGatewayNotFound');
    expect(notes({ ...empty, gateways: [{ ...foreign, attachments: [] }] }, wish).reason).toBe('VpnGatewayNotAttached');
  });
});

describe('What exists is taken over', () => {
  const adopt = (id: string) => ({ annotations: { 'hybridcloud.dev/adopt': id } });
  test('with approval only: a gateway, a customer gateway, a connection.', () => {
    const world = {
      ...whole,
      gateways: [{ ...vgw, tags: {} }],
      customerGateways: [{ ...cgw, tags: {} }],
      connections: [connection({ tags: {} })],
    };
    const wish = desired({}, adopt('vgw-1, cgw-1, vpn-1'));
    const { way, end } = wayOf(wish, world);
    expect(way).toBe('AdoptVpnGateway AdoptCustomerGateway AdoptVpnConnection');
    expect(stepsOf(wish, world).every(({ needs }) => needs === 'approval')).toBe(true);
    expect(plan(desired(), end)).toEqual({ steps: [], serving: true, watchMs: 60_000 });
  });
});
