// SPDX-License-Identifier: GPL-3.0-or-later
/** SiteVpns with a firewall that is configured over its API, a route at the router of a cloud, and a host that is probed. */
import { siteHosts, secretManifests } from '../../../src/cli/simulate/sites.ts';
import { secrets, type Resource } from '../../../src/kube/resource.ts';
import { theirRoute } from '../oracles/vpn-site.ts';
import type { Scenario, UserAction } from '../script.ts';
import { region } from '../worlds.ts';

interface Given {
  readonly place: { readonly namespace: string; readonly name: string };
  readonly siteVpns: Resource;
  readonly filesSecret: string;
  readonly publicIP: string;
  readonly others: UserAction;
  readonly remove: UserAction;
  change(what: string, body: object): UserAction;
}

const tls = { fingerprints: ['AB'.repeat(32)] };
const foreign = '00000000-0000-4000-8000-000000000001';

/** Credentials for both, a connection and a route of others. */
const site: UserAction = {
  user: 'has a firewall and a router',
  async does({ kube }, { sites }) {
    for (const manifest of secretManifests(sites.credentials, 'default')) {
      const { metadata } = manifest as { metadata: { name: string; namespace: string } };
      await kube.create(secrets, metadata, manifest);
    }
    sites.opnsense.edit('connection', foreign, { enabled: '1', description: 'branch office', proposals: 'default' });
    sites.router.setRoutes([theirRoute]);
  },
};

export function scenariosAtSite({ place, siteVpns, others, remove, change, ...given }: Given): readonly Scenario[] {
  const { filesSecret, publicIP } = given;
  const opnsense = { url: `https://${siteHosts.opnsense}`, tls, credentialsSecretRef: { name: 'home-opnsense' } };
  const spec = {
    aws: { region },
    vpc: { tag: { Name: 'MY-VPC' } },
    site: { publicIP, cidrs: ['192.168.0.0/20'] },
    device: { type: 'OPNsense', secretRef: { name: filesSecret }, push: { opnsense } },
    openstack: {
      authURL: `https://${siteHosts.openstack}/identity/v3`,
      tls,
      credentialsSecretRef: { name: 'office-openstack' },
      router: { name: 'office' },
      nextHop: '192.168.0.10',
    },
    // once, so that a rest is one
    probe: { host: '10.26.1.10', port: 22, intervalSeconds: 86_400 },
    readiness: { tunnelsUp: 2 },
  };
  const create: UserAction = {
    user: 'creates it',
    does: async ({ kube }) => void (await kube.create(siteVpns, place, { metadata: { ...place }, spec })),
  };
  const running = [others, site, create, 'rest'] as const;
  const next = { spec: { openstack: { nextHop: '192.168.0.11' }, tunnels: { phase2: { lifetimeSeconds: 1800 } } } };
  return [
    { name: 'vpn-site-create', before: [others, site], script: [create, 'rest'], ends: 'Ready' },
    {
      name: 'vpn-site-change',
      before: running,
      script: [change('changes the next hop and a lifetime', next), 'rest'],
      ends: 'Ready',
    },
    { name: 'vpn-site-delete', before: running, script: [remove, 'rest'], chain: 5, ends: 'gone' },
  ];
}
