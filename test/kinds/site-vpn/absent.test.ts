// SPDX-License-Identifier: GPL-3.0-or-later
/** Who shares the gateway, and the way back: in order, and nothing of others. */
import { describe, expect, test } from '@jest/globals';
import type { VpnConnection } from '../../../src/clouds/aws/ec2/vpn.ts';
import { plan } from '../../../src/kinds/site-vpn/plan/plan.ts';
import {
  connection,
  desired,
  empty,
  namesOf,
  notes,
  now,
  others,
  sibling,
  table,
  vpcID,
  wayOf,
  whole,
} from './pieces.ts';

const device = { device: { type: 'Libreswan', secretRef: { name: 'office-gateway' } } };
const vgw = whole.gateways[0] as (typeof whole.gateways)[number];

describe('Siblings on one VPC', () => {
  test('the younger waits for the older to make the gateway, and goes on when it is there.', () => {
    const { way } = wayOf(desired(), { ...empty, siblings: [sibling] });
    expect(way).toBe(
      'CreateCustomerGateway ~SiblingMadeVpnGateway CreateVpnConnection ~VpnConnectionAvailable CreateStaticRoute EnablePropagation EnablePropagation',
    );
  });
  test.each([
    ['is being deleted', { absent: true }],
    ['makes nothing', { makes: false }],
    ['is younger', { createdAt: now }],
  ])('nobody waits for one that %s.', (_, change) => {
    expect(namesOf(desired(), { ...empty, siblings: [{ ...sibling, ...change }] })).toContain('CreateVpnGateway');
  });
  test('while one stays, the gateway and its propagation stay.', () => {
    const gone = wayOf(desired({}, { absent: true }), { ...whole, siblings: [sibling] });
    expect(gone.way).toBe('DeleteVpnConnection ~VpnConnectionDeleted DeleteCustomerGateway');
    expect(gone.end.tables).toEqual(whole.tables);
  });
  test('the last one waits for the remains of another that goes.', () => {
    const remains = connection({ id: 'vpn-0', customerGateway: 'cgw-0', tags: others });
    const world = { ...whole, connections: [...whole.connections, remains], siblings: [{ ...sibling, absent: true }] };
    expect(wayOf(desired({}, { absent: true }), world).way).toMatch(
      /DeleteCustomerGateway ~VpnConnectionsLeft DetachVpnGateway ~VpnGatewayDetached DeleteVpnGateway$/,
    );
  });
});

describe('The way back', () => {
  const wish = desired(device, { absent: true });
  test('is: what leads there, the connection, the files and the customer gateway, the gateway.', () => {
    const world = {
      ...whole,
      files: { found: 'ours', secret: 'office-gateway', digest: 'x', deliveredAt: 0, intact: true } as const,
    };
    const { way, end, hold } = wayOf(wish, world);
    expect(way).toBe(
      'DisablePropagation DisablePropagation DeleteVpnConnection ~VpnConnectionDeleted RemoveGatewayFiles DeleteCustomerGateway DetachVpnGateway ~VpnGatewayDetached DeleteVpnGateway',
    );
    expect([hold, end.gateways, end.customerGateways, end.connections]).toEqual([undefined, [], [], []]);
  });

  test('names what holds the gateway: a foreign VPN, a route.', () => {
    const foreign = connection({ id: 'vpn-9', customerGateway: 'cgw-9', tags: {} });
    const left = { ...whole, connections: [foreign], customerGateways: [] };
    const bare = { ...left, tables: [table('rtb-0a')] };
    expect(notes(bare, wish)).toMatchObject({ steps: [], reason: 'VpnGatewayInUse', by: ['vpn-9'] });
    const route = { destination: '172.16.0.0/12', target: 'vgw-1', origin: 'CreateRoute', state: 'active' };
    const routed = { ...left, connections: [], tables: [table('rtb-0a', { routes: [route] })] };
    expect(notes(routed, wish)).toMatchObject({ steps: [], reason: 'VpnGatewayInUse', by: ['rtb-0a'] });
  });

  test('names what holds the customer gateway.', () => {
    const foreign = connection({ id: 'vpn-9', tags: {} });
    const world = { ...whole, tables: [], connections: [foreign] };
    expect(notes(world, wish)).toMatchObject({ steps: [], reason: 'CustomerGatewayInUse', by: ['vpn-9'] });
  });

  test('leaves everything of others, routes to elsewhere above all.', () => {
    const routes = [
      { destination: '192.168.0.0/20', target: 'eni-1', origin: 'CreateRoute', state: 'active' },
      { destination: '0.0.0.0/0', target: 'igw-1', origin: 'CreateRoute', state: 'active' },
    ];
    const world = { ...whole, tables: [table('rtb-0a', { routes, propagating: ['vgw-9'] })] };
    const { end } = wayOf(wish, world);
    expect(end.tables).toEqual(world.tables);
  });

  test.each([
    ['names none any more', {}],
    ['names another by now', { gateway: { id: 'vgw-0a1b2c3d' } }],
  ])('takes the routes to the gateway that the connection is on, though the spec %s.', (_, spec) => {
    const route = { destination: '192.168.0.0/20', target: 'vgw-1', origin: 'CreateRoute', state: 'active' };
    const world = {
      ...whole,
      gateways: [{ ...vgw, tags: {} }],
      tables: [table('rtb-0a', { routes: [route], propagating: ['vgw-1'] })],
    };
    const last = { routeTables: [{ id: 'rtb-0a', propagated: true, cidrs: ['192.168.0.0/20'] }] };
    const { way, end } = wayOf(desired({ ...spec, routeTables: { routes: 'Static' } }, { absent: true, last }), world);
    expect(way).toBe('DeleteRoute DeleteVpnConnection ~VpnConnectionDeleted DeleteCustomerGateway');
    // it is somebody else's gateway: who switched propagation on is not known
    expect(end.tables).toEqual([table('rtb-0a', { propagating: ['vgw-1'] })]);
  });

  test('with Retain only takes the marks off.', () => {
    const { way, end } = wayOf(desired({ deletionPolicy: 'Retain' }, { absent: true }), whole);
    expect(way).toBe('ReleaseVpnConnection ReleaseCustomerGateway ReleaseVpnGateway');
    expect([...end.connections, ...end.customerGateways, ...end.gateways].map(({ tags }) => tags)).toEqual([
      { Name: 'office' },
      { Name: 'office' },
      { Name: 'office' },
    ]);
  });

  test('leaves the gateway that the spec names, though it has our mark.', () => {
    const named = { ...whole, gateways: [{ ...vgw, id: 'vgw-0a1b2c3d' }], tables: [table('rtb-0a')] };
    const world = { ...named, connections: [connection({ gateway: 'vgw-0a1b2c3d' })] };
    const { way, end, hold } = wayOf(desired({ gateway: { id: 'vgw-0a1b2c3d' } }, { absent: true }), world);
    expect(way).toBe('DeleteVpnConnection ~VpnConnectionDeleted DeleteCustomerGateway');
    expect([hold, end.gateways]).toEqual([undefined, named.gateways]);
  });

  test('with Retain the mark of the gateway goes while others leave, too; while one stays, it stays.', () => {
    const retain = desired({ deletionPolicy: 'Retain' }, { absent: true });
    const beside = (absent: boolean) => namesOf(retain, { ...whole, siblings: [{ ...sibling, absent }] });
    expect(beside(true)).toContain('ReleaseVpnGateway');
    expect(beside(false)).not.toContain('ReleaseVpnGateway');
  });

  test('goes on where it was left, at every state that AWS shows.', () => {
    const gone = (state: VpnConnection['state']) => ({ ...whole, tables: [], connections: [connection({ state })] });
    expect(notes(gone('deleting'), wish)).toMatchObject({ steps: [], why: 'Waiting', reason: 'VpnConnectionDeleting' });
    const leaving = {
      ...whole,
      tables: [],
      connections: [],
      customerGateways: [],
      gateways: [{ ...vgw, attachments: [{ vpc: vpcID, state: 'detaching' as const }] }],
    };
    expect(notes(leaving, wish)).toMatchObject({ steps: [], why: 'Waiting', reason: 'VpnGatewayDetaching' });
    expect(namesOf(wish, { ...leaving, gateways: [{ ...vgw, attachments: [] }] })).toEqual(['DeleteVpnGateway']);
    expect(plan(wish, { ...leaving, gateways: [] }).steps).toEqual([]);
  });
});
