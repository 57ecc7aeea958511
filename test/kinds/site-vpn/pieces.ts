// SPDX-License-Identifier: GPL-3.0-or-later
/** The world of runbook 2, half made or whole, by hand. */
import { parseSiteVpn } from '../../../src/api/site-vpn.ts';
import type { RouteTable, Tunnel, VpnConnection } from '../../../src/clouds/aws/ec2/vpn.ts';
import type { Event } from '../../../src/core/step.ts';
import { markOf, type Owner } from '../../../src/core/owner-mark.ts';
import { policyOf } from '../../../src/core/policy.ts';
import { preview } from '../../../src/core/preview.ts';
import { after } from '../../../src/kinds/site-vpn/after.ts';
import { digestOfInputs } from '../../../src/kinds/site-vpn/inputs.ts';
import { gatewayOwner } from '../../../src/kinds/site-vpn/marks.ts';
import type { Sibling } from '../../../src/kinds/site-vpn/observed.ts';
import { plan } from '../../../src/kinds/site-vpn/plan/plan.ts';
import type { SiteVpnStep } from '../../../src/kinds/site-vpn/steps.ts';
import { wantedOptions } from '../../../src/kinds/site-vpn/tunnels.ts';
import { changedVpn } from '../../api/good-site-vpns.ts';

export type Desired = Parameters<typeof plan>[0];
export type Observed = Parameters<typeof plan>[1];

export const now = Date.UTC(2026, 0, 5, 9);
export const vpcID = 'vpc-0a1b2c3d';
export const owner: Owner = { uid: 'uid-1', cluster: 'cluster-1', object: 'SiteVpn/default/office' };
export const mark = { ...markOf(owner), Name: 'office' };
export const sharedMark = { ...markOf(gatewayOwner(owner, vpcID)), Name: 'office' };

export function desired(values: Parameters<typeof changedVpn>[0] = {}, rest: Partial<Desired> = {}): Desired {
  const parsed = parseSiteVpn(changedVpn(values));
  if (!parsed.ok) throw new Error(parsed.message);
  return {
    uid: owner.uid,
    name: 'office',
    namespace: 'default',
    generation: 1,
    spec: parsed.spec,
    absent: false,
    driftIntervalMs: 600_000,
    annotations: {},
    last: {},
    ...rest,
  };
}

export function table(id: string, rest: Partial<RouteTable> = {}): RouteTable {
  return { id, vpc: vpcID, main: false, subnets: [], routes: [], propagating: [], tags: {}, ...rest };
}

export const empty: Observed = {
  now,
  account: '123456789012',
  owner,
  createdAt: now - 1000,
  siblings: [],
  vpcs: [{ id: vpcID, account: '123456789012', state: 'available', cidrs: ['10.26.0.0/16'], tags: { Name: 'MY-VPC' } }],
  gateways: [],
  customerGateways: [],
  connections: [],
  tables: [table('rtb-0b'), table('rtb-0a', { main: true })],
  keys: {},
  files: { found: 'absent' },
};

export function tunnel(outsideIP: string, status: 'UP' | 'DOWN' = 'UP', rest: Partial<Tunnel> = {}): Tunnel {
  const options = wantedOptions(desired().spec);
  return { outsideIP, options, telemetry: { status, message: '', acceptedRoutes: 0 }, ...rest };
}

export function connection(rest: Partial<VpnConnection> = {}): VpnConnection {
  return {
    id: 'vpn-1',
    state: 'available',
    customerGateway: 'cgw-1',
    gateway: 'vgw-1',
    staticRoutesOnly: true,
    localCIDR: '0.0.0.0/0',
    remoteCIDR: '0.0.0.0/0',
    routes: [{ cidr: '192.168.0.0/20', state: 'available' }],
    tunnels: [tunnel('13.124.202.55'), tunnel('54.180.47.146')],
    tags: mark,
    ...rest,
  };
}

/** Everything of the least SiteVpn is there and works. */
export const whole: Observed = {
  ...empty,
  gateways: [
    {
      id: 'vgw-1',
      state: 'available',
      amazonASN: 64_512,
      attachments: [{ vpc: vpcID, state: 'attached' }],
      tags: sharedMark,
    },
  ],
  customerGateways: [{ id: 'cgw-1', state: 'available', ip: '123.142.252.25', asn: 65_000, tags: mark }],
  connections: [connection()],
  tables: [table('rtb-0b', { propagating: ['vgw-1'] }), table('rtb-0a', { main: true, propagating: ['vgw-1'] })],
};

export function withFiles(wish: Desired, world: Observed): Observed {
  const [first] = world.connections;
  const secret = wish.spec.device?.secretRef.name;
  if (!first || secret === undefined) return world;
  return {
    ...world,
    files: { found: 'ours', secret, digest: digestOfInputs(wish.spec, world, first), deliveredAt: 0, intact: true },
  };
}

/** The names of the steps, one after the other, with the events between them. */
export function wayOf(
  wish: Desired,
  world: Observed,
): { readonly way: string; readonly hold?: string; readonly end: Observed } {
  const names: string[] = [];
  const watched = {
    plan,
    after(before: Observed, change: SiteVpnStep | Event): Observed {
      names.push('do' in change ? change.do : `~${change.happens}`);
      return after(before, change);
    },
  };
  const { hold, end } = preview(watched, wish, world, policyOf(wish.annotations));
  return { way: names.join(' '), end, ...(hold ? { hold: hold.reason } : {}) };
}

export const stepsOf = (wish: Desired, world: Observed) => plan(wish, world).steps;
export const namesOf = (wish: Desired, world: Observed) => stepsOf(wish, world).map((step) => step.do);
const holdOf = (wish: Desired, world: Observed) => plan(wish, world).hold;

export const sibling: Sibling = {
  uid: 'uid-0',
  object: 'SiteVpn/default/home',
  absent: false,
  createdAt: now - 9000,
  makes: true,
  cidrs: ['192.168.64.0/24'],
  routeTables: { selection: 'All', routes: 'Propagated' },
};
export const others = { ...markOf({ uid: 'uid-0', cluster: 'cluster-1', object: 'SiteVpn/default/home' }) };

export function notes(world: Observed, wish = desired()) {
  const hold = holdOf(wish, world);
  return {
    steps: namesOf(wish, world),
    why: hold?.why,
    reason: hold?.reason,
    by: hold?.blockedBy?.map(({ id }) => id),
    message: hold?.message,
  };
}
