// SPDX-License-Identifier: GPL-3.0-or-later
/** What happens to SiteVpns in life, as short plays on a stage: together they make every call to AWS that the operator can make. */
import { deepEqual, equal } from 'node:assert/strict';
import { write } from '../../../src/clouds/aws/request.ts';
import type { Outcome } from '../../../src/core/outcome.ts';
import type { Cast } from '../../clouds/aws/cast.ts';
import { account, conditionOf, statusOf, type Manifest, type Stage } from '../stage.ts';
import { makeOfficeVpc, office, region } from './office.ts';

export type Story = (cast: Cast) => Promise<void>;

const name = 'office';
/** A look that acted tells at the next one, which comes at once. */
const isSettled = (object: Parameters<typeof statusOf>[0], { next }: Outcome) =>
  next === 'later' && statusOf(object, 'Synced') === 'True';

/** The manifest as this cast writes it. */
export function written({ aws }: Cast, spec: object = {}): Manifest {
  return { name, spec: { ...(office(spec) as Manifest).spec, aws: { region, ...aws } } };
}

async function settled({ stage }: Cast): Promise<void> {
  await stage.until(name, isSettled);
}

async function apply(cast: Cast, spec: object = {}, annotations: Manifest['annotations'] = {}): Promise<void> {
  await cast.stage.apply({ ...written(cast, spec), annotations });
}

async function make(cast: Cast, spec: object = {}): Promise<void> {
  makeOfficeVpc(cast.stage);
  await apply(cast, spec);
  await settled(cast);
}

/** Approves what is asked for, as often as it is. */
async function approve(cast: Cast): Promise<void> {
  const { stage } = cast;
  const waits = () => conditionOf(stage.object(name), 'Stalled')?.reason.endsWith('NeedsApproval') === true;
  for (;;) {
    await stage.until(name, (object, outcome) => isSettled(object, outcome) || waits());
    if (!waits()) return;
    const { plan } = (stage.object(name)?.status ?? {}) as { plan?: { hash: string } };
    await stage.annotate(name, { 'hybridcloud.dev/approve': plan?.hash ?? '' });
    await stage.look(name);
  }
}

async function remove({ stage }: Cast): Promise<void> {
  await stage.remove(name);
  await stage.until(name, () => false);
  equal(stage.object(name), undefined);
  // AWS takes a moment for the last of it
  await stage.clock.advance(60_000);
}

function network({ aws }: Stage) {
  return aws.account(account).network(region);
}

function tables({ stage }: Cast): readonly string[] {
  return network(stage).routeTables.map(({ id }) => id);
}

interface Answer {
  readonly VpnGateway?: { readonly VpnGatewayId: string };
  readonly CustomerGateway?: { readonly CustomerGatewayId: string };
  readonly VpnConnection?: { readonly VpnConnectionId: string };
}

const ipsec = { Type: 'ipsec.1' };

/** Somebody else's gateway, in the VPC. */
async function foreignGateway({ root, stage }: Cast): Promise<string> {
  const VpcId = makeOfficeVpc(stage);
  const { VpnGateway } = await root.send<Answer>(write('ec2', 'CreateVpnGateway', ipsec));
  const VpnGatewayId = VpnGateway?.VpnGatewayId ?? '';
  await root.send(write('ec2', 'AttachVpnGateway', { VpnGatewayId, VpcId }));
  await stage.clock.advance(60_000);
  return VpnGatewayId;
}

const changes: Story = async (cast) => {
  // the one that takes traffic selectors
  const device = { type: 'StrongSwan', binding: 'Policy', secretRef: { name: 'office-gateway' } };
  await make(cast, { device });
  const site = { name: 'NEW-CGW', publicIP: '123.142.252.25', cidrs: ['192.168.16.0/20'] };
  const connection = { name: 'NEW-VPN', localCIDR: '192.168.0.0/16' };
  await apply(cast, { device, site, connection, tunnels: { dpdTimeoutSeconds: 60 } });
  await settled(cast);
  const { vpnConnections } = network(cast.stage);
  deepEqual(
    vpnConnections.map(({ localCidr, routes }) => [localCidr, routes.map(({ destination }) => destination)]),
    [['192.168.0.0/16', ['192.168.16.0/20']]],
  );
  await remove(cast);
  const left = network(cast.stage);
  deepEqual([left.vpnGateways, left.customerGateways, left.vpnConnections], [[], [], []]);
};

const newAddress: Story = async (cast) => {
  await make(cast);
  await apply(cast, { site: { name: 'MY-CGW', publicIP: '123.142.252.26', cidrs: ['192.168.0.0/20'] } });
  await approve(cast);
  await cast.stage.clock.advance(60_000);
  deepEqual(
    network(cast.stage).customerGateways.map(({ ip }) => ip),
    ['123.142.252.26'],
  );
};

const ownRoutes: Story = async (cast) => {
  const routes = { routeTables: { routes: 'Static' } };
  await make(cast, routes);
  await apply(cast, { ...routes, site: { publicIP: '123.142.252.25', cidrs: ['192.168.16.0/20'] } });
  await settled(cast);
  const destinations = network(cast.stage).routeTables.map((table) => table.routes.map((one) => one.destination));
  for (const list of destinations)
    deepEqual(list.includes('192.168.16.0/20') && !list.includes('192.168.0.0/20'), true);
};

const gatewayOfOthers: Story = async (cast) => {
  const id = await foreignGateway(cast);
  await apply(cast, { gateway: { id } });
  await settled(cast);
  await apply(cast, { gateway: { id }, routeTables: { selection: 'IDs', ids: tables(cast).slice(0, 1) } });
  await settled(cast);
  // who switched it on for the other table is not known: it stays
  deepEqual(
    network(cast.stage).routeTables.map(({ propagating }) => propagating),
    [[id], [id]],
  );
  await remove(cast);
  deepEqual(
    network(cast.stage).vpnGateways.map((one) => one.id),
    [id],
  );
};

const adoption: Story = async (cast) => {
  const { root, stage } = cast;
  const VpnGatewayId = await foreignGateway(cast);
  const device = { ...ipsec, BgpAsn: 65_000, IpAddress: '123.142.252.25' };
  const { CustomerGateway } = await root.send<Answer>(write('ec2', 'CreateCustomerGateway', device));
  const CustomerGatewayId = CustomerGateway?.CustomerGatewayId ?? '';
  await stage.clock.advance(60_000);
  const ends = { ...ipsec, VpnGatewayId, CustomerGatewayId, Options: { StaticRoutesOnly: true } };
  const { VpnConnection } = await root.send<Answer>(write('ec2', 'CreateVpnConnection', ends));
  const VpnConnectionId = VpnConnection?.VpnConnectionId ?? '';
  await stage.clock.advance(600_000);
  const adopt = [VpnGatewayId, CustomerGatewayId, VpnConnectionId].join(',');
  await apply(cast, {}, { 'hybridcloud.dev/adopt': adopt });
  await approve(cast);
  const { vpnConnections } = network(stage);
  deepEqual(
    vpnConnections.map((one) => [one.id, one.tags['hybridcloud.dev/cluster']]),
    [[VpnConnectionId, 'cluster-1']],
  );
};

const retained: Story = async (cast) => {
  await make(cast, { deletionPolicy: 'Retain' });
  await remove(cast);
  const { vpnGateways, customerGateways, vpnConnections } = network(cast.stage);
  deepEqual(
    [vpnGateways, customerGateways, vpnConnections].map((list) => list.map(({ tags }) => Object.keys(tags))),
    [[['Name']], [['Name']], [['Name']]],
  );
};

export const stories: Readonly<Record<string, Story>> = {
  'an object whose spec changes': changes,
  'a new public address': newAddress,
  'routes of its own': ownRoutes,
  'a gateway of somebody else': gatewayOfOthers,
  'an adoption': adoption,
  'a deletion that keeps everything': retained,
};

/** Stories that need what only one field of the spec, or an annotation, brings with it. All others are of every object. */
export const featureOf: Readonly<Record<string, string>> = {
  'routes of its own': 'routeTables.routes: Static',
  'a gateway of somebody else': 'gateway.id',
  'an adoption': 'adoption',
  'a deletion that keeps everything': 'deletionPolicy: Retain',
};
