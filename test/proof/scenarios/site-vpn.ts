// SPDX-License-Identifier: GPL-3.0-or-later
/** SiteVpn from its creation to its end, with a device at the site that brings its tunnels up by itself, and what people do by hand. */
import { kinds } from '../../../src/kinds/index.ts';
import { secrets, type Resource } from '../../../src/kube/resource.ts';
import { scenariosAtSite } from './site-vpn-sites.ts';
import { SiteVpnJudge } from '../oracles/site-vpn.ts';
import { networkIn, tunnelsTold, vpnIn, vpnPicture } from '../oracles/vpn-picture.ts';
import type { Proof, Scenario, UserAction } from '../script.ts';
import { account, region, type Worlds } from '../worlds.ts';

const siteVpns: Resource = {
  group: 'hybridcloud.dev',
  version: 'v1alpha1',
  plural: 'sitevpns',
  kind: 'SiteVpn',
  namespaced: true,
};

const place = { namespace: 'default', name: 'office' };
const publicIP = '123.142.252.25';
const otherIP = '123.142.252.26';
const filesSecret = 'office-gateway';
const keySecrets = ['office-key-1', 'office-key-2'] as const;

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** The VPC with a route of others, their gateway and customer gateway, and devices that dial. */
const others: UserAction = {
  user: 'others are there',
  async does({ do: act, kube }, { aws }) {
    const home = aws.account(account);
    home.makeVpc({
      region,
      cidr: '10.26.0.0/16',
      tags: { Name: 'MY-VPC' },
      routeTables: [{ main: true }, { routes: [{ destination: '0.0.0.0/0', target: 'nat-0123456789abcdef0' }] }],
    });
    // at once: what comes up later by itself would end a rest
    for (const ip of [publicIP, otherIP]) home.makeDevice({ region, ip, dialsForMs: 0 });
    await act('ec2', 'CreateVpnGateway', { Type: 'ipsec.1' });
    await act('ec2', 'CreateCustomerGateway', { Type: 'ipsec.1', IpAddress: publicIP, BgpAsn: 65_000 });
    for (const [index, name] of keySecrets.entries()) {
      const at = { namespace: 'default', name };
      await kube.create(secrets, at, {
        metadata: at,
        data: { presharedKey: base64(`first_key_${index}_of.the.office`) },
      });
    }
  },
};

function manifest(annotations: object): object {
  const [one, two] = keySecrets;
  return {
    metadata: { ...place, annotations },
    spec: {
      aws: { region },
      vpc: { tag: { Name: 'MY-VPC' } },
      site: { publicIP, cidrs: ['192.168.0.0/20'] },
      tunnels: {
        tunnel1: { insideCIDR: '169.254.10.0/30', presharedKeySecretRef: { name: one } },
        tunnel2: { insideCIDR: '169.254.11.0/30', presharedKeySecretRef: { name: two } },
      },
      readiness: { tunnelsUp: 2 },
      device: { type: 'Libreswan', secretRef: { name: filesSecret } },
    },
  };
}

const create: UserAction = {
  user: 'creates it',
  does: async ({ kube }) => void (await kube.create(siteVpns, place, manifest({}))),
};

function change(what: string, body: object): UserAction {
  return {
    user: what,
    does: async ({ kube }) => void (await kube.patch(siteVpns, place, { type: 'merge', body })),
  };
}

const remove: UserAction = {
  user: 'deletes it',
  does: async ({ kube }) => void (await kube.remove(siteVpns, place)),
};

const approve: UserAction = {
  user: 'approves the plan that is shown',
  async does({ kube }, worlds) {
    const hash = vpnIn(worlds)?.status?.plan?.hash ?? 'none';
    const body = { metadata: { annotations: { 'hybridcloud.dev/approve': hash } } };
    await kube.patch(siteVpns, place, { type: 'merge', body });
  },
};

const newKeys: UserAction = {
  user: 'puts new keys into both Secrets',
  async does({ kube }) {
    for (const [index, name] of keySecrets.entries())
      await kube.patch(
        secrets,
        { namespace: 'default', name },
        {
          type: 'merge',
          body: { data: { presharedKey: base64(`second_key_${index}_of.the.office`) } },
        },
      );
  },
};

function ours(worlds: Worlds) {
  const { vpnConnections, routeTables } = networkIn(worlds);
  const connection = vpnConnections.find(({ tags }) => tags['hybridcloud.dev/owner'] !== undefined);
  return { id: connection?.id ?? '', gateway: connection?.vpnGatewayID ?? '', table: routeTables[0]?.id ?? '' };
}

const drift: UserAction = {
  user: 'deletes the static route, switches propagation off and empties the Secret',
  unseen: true,
  async does({ do: act, kube }, worlds) {
    const { id, gateway, table } = ours(worlds);
    await act('ec2', 'DeleteVpnConnectionRoute', { VpnConnectionId: id, DestinationCidrBlock: '192.168.0.0/20' });
    await act('ec2', 'DisableVgwRoutePropagation', { RouteTableId: table, GatewayId: gateway });
    await kube.patch(
      secrets,
      { namespace: 'default', name: filesSecret },
      {
        type: 'merge',
        body: { data: { 'aws.conf': base64('somebody was here') } },
      },
    );
  },
};

const foreignGateway: UserAction = {
  user: 'attaches a gateway of their own',
  async does({ do: act }, worlds) {
    const [gateway] = networkIn(worlds).vpnGateways;
    const vpc = networkIn(worlds).routeTables[0]?.vpcID;
    await act('ec2', 'AttachVpnGateway', { VpnGatewayId: gateway?.id, VpcId: vpc });
    await worlds.clock.advance(60_000);
  },
};

/** Between the others' gateway and customer gateway, with AWS's own keys and options. */
const byHand: UserAction = {
  user: 'has made a VPN by hand',
  async does(hands, worlds) {
    await foreignGateway.does(hands, worlds);
    const { vpnGateways, customerGateways } = networkIn(worlds);
    const { VpnConnection: made } = await hands.do<{ VpnConnection: { VpnConnectionId: string } }>(
      'ec2',
      'CreateVpnConnection',
      {
        Type: 'ipsec.1',
        VpnGatewayId: vpnGateways[0]?.id,
        CustomerGatewayId: customerGateways[0]?.id,
        Options: { StaticRoutesOnly: true },
      },
    );
    await worlds.clock.advance(60_000);
    const route = { VpnConnectionId: made.VpnConnectionId, DestinationCidrBlock: '192.168.0.0/20' };
    await hands.do('ec2', 'CreateVpnConnectionRoute', route);
    await worlds.clock.advance(60_000);
  },
};

const adopt: UserAction = {
  user: 'creates it, and names what is there already',
  async does({ kube }, worlds) {
    const { vpnGateways, customerGateways, vpnConnections } = networkIn(worlds);
    const ids = [...vpnGateways, ...customerGateways, ...vpnConnections].map(({ id }) => id);
    await kube.create(siteVpns, place, manifest({ 'hybridcloud.dev/adopt': ids.join(',') }));
  },
};

const running = [others, create, 'rest'] as const;

const siteScenarios = scenariosAtSite({ place, siteVpns, filesSecret, publicIP, others, change, remove });

const scenarios: readonly Scenario[] = [
  ...siteScenarios,
  { name: 'vpn-create', before: [others], script: [create, 'rest'], ends: 'Ready' },
  { name: 'vpn-steady', before: running, script: [{ looks: 3 }, 'rest'], ends: 'Ready' },
  {
    name: 'vpn-update',
    before: running,
    script: [
      change('changes lifetime and prefixes', {
        spec: { site: { cidrs: ['192.168.16.0/20'] }, tunnels: { phase2: { lifetimeSeconds: 1800 } } },
      }),
      'rest',
    ],
    ends: 'Ready',
  },
  { name: 'vpn-new-keys', before: running, script: [newKeys, 'rest'], ends: 'Ready' },
  { name: 'vpn-drift', before: running, script: [drift, 'rest'], ends: 'Ready' },
  {
    name: 'vpn-moves',
    before: running,
    script: [
      change('writes another public address', { spec: { site: { publicIP: otherIP } } }),
      'rest',
      approve,
      'rest',
    ],
    ends: 'Ready',
  },
  {
    name: 'vpn-adopt',
    before: [others, byHand],
    script: [adopt, 'rest', approve, 'rest'],
    // two rounds of marks, propagation, and the tunnels' options one tunnel after the other
    chain: 5,
    ends: 'Ready',
  },
  // routes, connection, customer gateway, detachment and gateway go one after the other
  { name: 'vpn-delete', before: running, script: [remove, 'rest'], chain: 5, ends: 'gone' },
  { name: 'vpn-delete-at-once', before: [others], script: [create, { looks: 1 }, remove, 'rest'], ends: 'gone' },
  {
    name: 'vpn-delete-mid-look',
    before: [others],
    script: [create, 'rest'],
    // right after the connection was asked for
    interrupt: { afterCall: 30, action: remove },
    ends: 'gone',
  },
  {
    name: 'vpn-foreign-gateway',
    before: [others, foreignGateway],
    script: [create, 'rest', remove, 'rest'],
    ends: 'gone',
  },
];

const { kind } = kinds.find(({ api }) => api.kind === 'SiteVpn') ?? {};
if (!kind) throw new Error('SiteVpn is no kind');

export const siteVpnProof: Proof = {
  kind: kind.kind,
  program: { name: 'operator', kind, resource: siteVpns },
  scenarios,
  picture: vpnPicture,
  told: tunnelsTold,
  judge: (worlds, scenario, lagMs) => new SiteVpnJudge(worlds, scenario, lagMs),
};
