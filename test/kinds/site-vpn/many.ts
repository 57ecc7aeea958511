// SPDX-License-Identifier: GPL-3.0-or-later
/** Many SiteVpns in one region, ten on a VPC, each with a device at its site that brings both tunnels up. */
import type { SiteVpnStatus } from '../../../src/api/site-vpn.ts';
import type { KubeObject } from '../../../src/core/objects.ts';
import { account } from '../../operator/bad-days/hands.ts';
import { office, region, type Office } from './office.ts';

export function installMany(world: Office, count: number): readonly string[] {
  const names = Array.from({ length: count }, (_, at) => `vpn-${String(at).padStart(2, '0')}`);
  const vpcs = Array.from({ length: Math.ceil(count / 10) }, (_, at) => {
    const vpc = { region, cidr: `10.${40 + at}.0.0/16`, tags: { Name: `vpc-${at}` }, routeTables: [{ main: true }] };
    return account(world).makeVpc(vpc).id;
  });
  const manifests = names.map((name, at) => {
    const site = { publicIP: `123.142.252.${10 + at}`, cidrs: [`172.16.${at}.0/24`] };
    account(world).makeDevice({ region, ip: site.publicIP, dialsForMs: 5000 });
    return office({ vpc: { id: vpcs[Math.floor(at / 10)] }, gateway: {}, connection: {}, site }, name);
  });
  world.kubernetes.install(manifests);
  return names;
}

function statuses(world: Office): SiteVpnStatus[] {
  // one list: they are not asked one by one
  return world.kubernetes
    .objects('sitevpns', 'default')
    .map((object) => ((object as KubeObject).status ?? {}) as SiteVpnStatus);
}

/** How many are Synced with both tunnels up. */
export function wellOf(world: Office): number {
  return statuses(world).filter(
    ({ tunnelsUp, conditions = [] }) =>
      tunnelsUp === '2/2' && conditions.some(({ type, status }) => type === 'Synced' && status === 'True'),
  ).length;
}

export function stalledBy(world: Office, reason: string): number {
  return statuses(world).filter(({ conditions = [] }) =>
    conditions.some((one) => one.type === 'Stalled' && one.status === 'True' && one.reason === reason),
  ).length;
}
