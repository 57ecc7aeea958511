// SPDX-License-Identifier: GPL-3.0-or-later
/** Worlds as a look could find them: half made, copied, edited, moved, half taken away, and beside others. */
import * as fc from 'fast-check';
import type { RouteTable, Tunnel, VpnConnection } from '../../../src/clouds/aws/ec2/vpn.ts';
import { markOf } from '../../../src/core/owner-mark.ts';
import type { Sibling } from '../../../src/kinds/site-vpn/observed.ts';
import { wantedOptions } from '../../../src/kinds/site-vpn/tunnels.ts';
import {
  connection,
  desired,
  empty,
  mark,
  now,
  owner,
  sharedMark,
  table,
  tunnel,
  vpcID,
  whole,
  type Desired,
  type Observed,
} from './pieces.ts';

const foreignMark = markOf({ uid: 'uid-9', cluster: 'cluster-1', object: 'SiteVpn/default/other' });
const tags = fc.constantFrom(mark, mark, mark, { ...mark, Name: 'old' }, foreignMark, {});
const state = fc.constantFrom('available' as const, 'available' as const, 'pending' as const, 'deleting' as const);

const attachments = fc.constantFrom(
  [],
  [{ vpc: vpcID, state: 'attached' as const }],
  [{ vpc: vpcID, state: 'attached' as const }],
  [{ vpc: vpcID, state: 'attaching' as const }],
  [{ vpc: vpcID, state: 'detaching' as const }],
);

const gateways = fc.uniqueArray(
  fc.record({
    id: fc.constantFrom('vgw-1', 'vgw-2', 'vgw-3'),
    state,
    amazonASN: fc.constant(64_512),
    attachments,
    tags: fc.constantFrom(sharedMark, sharedMark, sharedMark, {}),
  }),
  { selector: ({ id }) => id, maxLength: 3 },
);

const customerGateways = fc.uniqueArray(
  fc.record({
    id: fc.constantFrom('cgw-1', 'cgw-2', 'cgw-3'),
    state,
    ip: fc.constantFrom('123.142.252.25', '123.142.252.25', '123.142.252.26'),
    asn: fc.constantFrom(65_000, 65_010),
    tags,
  }),
  { selector: ({ id }) => id, maxLength: 3 },
);

const weak = { ...wantedOptions(desired().spec), ikeVersions: ['ikev1', 'ikev2'], startupAction: 'add' };

function tunnelAt(outsideIP: string): fc.Arbitrary<Tunnel> {
  return fc
    .record({
      status: fc.constantFrom('UP' as const, 'DOWN' as const),
      acceptedRoutes: fc.constantFrom(0, 2),
      options: fc.constantFrom(wantedOptions(desired().spec), weak),
      insideCIDR: fc.constantFrom(undefined, '169.254.10.0/30', '169.254.11.0/30'),
    })
    .map(({ status, acceptedRoutes, options, insideCIDR }) =>
      tunnel(outsideIP, status, {
        options,
        telemetry: { status, acceptedRoutes, message: '' },
        ...(insideCIDR === undefined ? {} : { insideCIDR }),
      }),
    );
}

const cidr = fc.constantFrom('192.168.0.0/20', '192.168.16.0/20', '10.9.0.0/16');
const staticRoutes = fc.uniqueArray(
  fc.record({ cidr, state: fc.constantFrom('available' as const, 'pending' as const, 'deleting' as const) }),
  { selector: (one) => one.cidr, maxLength: 3 },
);

const connections: fc.Arbitrary<VpnConnection[]> = fc
  .uniqueArray(
    fc.record({
      id: fc.constantFrom('vpn-1', 'vpn-2', 'vpn-3'),
      state,
      gateway: fc.constantFrom('vgw-1', 'vgw-1', 'vgw-2'),
      customerGateway: fc.constantFrom('cgw-1', 'cgw-1', 'cgw-2', 'cgw-3'),
      staticRoutesOnly: fc.boolean(),
      localCIDR: fc.constantFrom('0.0.0.0/0', '192.168.0.0/16'),
      routes: staticRoutes,
      tunnels: fc.oneof(
        fc.constant([]),
        fc.tuple(tunnelAt('13.124.202.55'), tunnelAt('54.180.47.146')),
        fc.tuple(tunnelAt('13.124.202.55'), tunnelAt('54.180.47.146')),
      ),
      tags,
    }),
    { selector: ({ id }) => id, maxLength: 3 },
  )
  .map((list) =>
    list.map((one, index) =>
      connection({
        ...one,
        // AWS makes the tunnels before the connection is available
        ...(one.tunnels.length === 0 && one.state === 'available' ? { state: 'pending' as const } : {}),
        tunnels: one.tunnels.map((each) => ({
          ...each,
          outsideIP: each.outsideIP.replace(/^\d+/, String(13 + index)),
        })),
      }),
    ),
  );

const route = fc
  .record({
    destination: cidr,
    target: fc.constantFrom('vgw-1', 'vgw-2', 'eni-1'),
    origin: fc.constantFrom('CreateRoute', 'EnableVgwRoutePropagation'),
  })
  .map((one) => ({ ...one, state: 'active' }));

const tables: fc.Arbitrary<RouteTable[]> = fc.uniqueArray(
  fc
    .record({
      id: fc.constantFrom('rtb-0a1b2c3d', 'rtb-0a1b2c3e', 'rtb-0a1b2c3f'),
      routes: fc.uniqueArray(route, { selector: ({ destination }) => destination, maxLength: 3 }),
      propagating: fc.subarray(['vgw-1', 'vgw-2', 'vgw-9']),
      tags: fc.constantFrom({}, { tier: 'private' }),
    })
    .map(({ id, ...rest }) => table(id, rest)),
  { selector: ({ id }) => id, maxLength: 3 },
);

const siblings: fc.Arbitrary<Sibling[]> = fc.uniqueArray(
  fc.record({
    uid: fc.constantFrom('uid-0', 'uid-9'),
    object: fc.constant('SiteVpn/default/other'),
    absent: fc.boolean(),
    createdAt: fc.constantFrom(now - 9000, now),
    makes: fc.boolean(),
    cidrs: fc.constant(['192.168.128.0/24']),
    routeTables: fc.constantFrom(
      { selection: 'All' as const, routes: 'Propagated' as const },
      { selection: 'IDs' as const, ids: ['rtb-0a1b2c3d'], routes: 'Propagated' as const },
    ),
  }),
  { selector: ({ uid }) => uid, maxLength: 1 },
);

const key = fc.oneof(
  fc.constant({ found: 'here' as const, on: [] }),
  fc.constantFrom('13.124.202.55', '54.180.47.146').map((ip) => ({ found: 'here' as const, on: [ip] })),
);

const files: fc.Arbitrary<Observed['files']> = fc.oneof(
  fc.constant({ found: 'absent' as const }),
  fc.record({
    found: fc.constant('ours' as const),
    secret: fc.constant('office-gateway'),
    digest: fc.constant('old'),
    deliveredAt: fc.constant(0),
    intact: fc.boolean(),
  }),
);

const anyWorld = fc
  .record({ gateways, customerGateways, connections, tables, siblings, files, tunnel1: key, tunnel2: key })
  .map(({ tunnel1, tunnel2, ...world }) => ({ ...empty, owner, keys: { tunnel1, tunnel2 }, ...world }));

/** Both gateways are right, and so are the ends of the connection. */
const connected: fc.Arbitrary<Observed> = fc
  .tuple(anyWorld, fc.tuple(tunnelAt('13.124.202.55'), tunnelAt('54.180.47.146')), staticRoutes, tags, fc.boolean())
  .map(([world, tunnels, routes, marked, staticRoutesOnly]) => ({
    ...world,
    gateways: whole.gateways,
    customerGateways: whole.customerGateways.map((one) => ({ ...one, asn: staticRoutesOnly ? 65_000 : 65_010 })),
    connections: [connection({ tunnels, routes, tags: marked === foreignMark ? mark : marked, staticRoutesOnly })],
  }));

export const observedWorlds: fc.Arbitrary<Observed> = fc.oneof(anyWorld, connected);

const inside = fc.constantFrom(undefined, '169.254.10.0/30', '169.254.12.0/30');

export const wishes: fc.Arbitrary<Desired> = fc
  .record({
    absent: fc.boolean(),
    deletionPolicy: fc.constantFrom('Delete', 'Delete', 'Retain'),
    routing: fc.constantFrom('Static', 'Static', 'BGP'),
    cidrs: fc.constantFrom<string[]>(['192.168.0.0/20'], ['192.168.0.0/20', '192.168.16.0/20']),
    tables: fc.constantFrom({}, { selection: 'Tags', tags: { tier: 'private' } }, { routes: 'Static' }),
    gateway: fc.constantFrom({}, {}, {}, { id: 'vgw-0a1b2c3d' }),
    device: fc.boolean(),
    keyed: fc.boolean(),
    inside1: inside,
    localCIDR: fc.constantFrom('0.0.0.0/0', '192.168.0.0/16'),
    remembered: fc.subarray(['rtb-0a1b2c3d', 'rtb-0a1b2c3e']),
    adopt: fc.constantFrom('', 'vgw-1,vgw-2,cgw-1,vpn-1'),
  })
  .map((wish) =>
    desired(
      {
        deletionPolicy: wish.deletionPolicy,
        routing: wish.routing,
        'site.cidrs': wish.cidrs,
        routeTables: wish.tables,
        gateway: wish.gateway,
        'connection.localCIDR': wish.localCIDR,
        ...(wish.routing === 'BGP' ? { 'site.bgpASN': 65_010 } : {}),
        ...(wish.device ? { device: { type: 'Libreswan', secretRef: { name: 'office-gateway' } } } : {}),
        'tunnels.tunnel1': {
          ...(wish.inside1 === undefined ? {} : { insideCIDR: wish.inside1 }),
          ...(wish.keyed ? { presharedKeySecretRef: { name: 'vpn-key-1' } } : {}),
        },
        'tunnels.tunnel2': wish.keyed ? { presharedKeySecretRef: { name: 'vpn-key-2' } } : {},
      },
      {
        absent: wish.absent,
        annotations: wish.adopt === '' ? {} : { 'hybridcloud.dev/adopt': wish.adopt },
        last: {
          routeTables: wish.remembered.map((id) => ({ id, propagated: true, cidrs: ['10.9.0.0/16'] })),
        },
      },
    ),
  );
