// SPDX-License-Identifier: GPL-3.0-or-later
import type { AwsAccount, AwsWorld } from '../../simulator/aws/index.ts';
import type { ProxmoxSite } from '../simulate/proxmox-site.ts';
import type { Sites } from '../simulate/sites.ts';
import { simulatedAccount, simulatedRegion } from '../simulated-worlds.ts';

/** What stands in the simulated clouds and at the sites, one line each, as a person would name it. No secrets: key ids only. */
export interface Made {
  readonly aws: AwsWorld;
  readonly sites: Sites;
  readonly proxmox: ProxmoxSite;
}

export function made({ aws, sites, proxmox }: Made): string[] {
  const cloud = aws.account(simulatedAccount);
  const buckets = cloud.buckets().map((bucket) => `S3 bucket ${bucket.name} in ${bucket.region}`);
  const users = cloud.users().flatMap((user) => [
    `IAM user ${user.name} with ${Object.keys(user.policies)
      .map((policy) => `policy ${policy}`)
      .join(', ')}`,
    ...user.keys.map((key) => `access key ${key.id} of ${user.name}`),
  ]);
  return [
    ...buckets,
    ...users,
    ...vpns(cloud.network(simulatedRegion)),
    ...names(aws),
    ...atSites(sites),
    ...backups(proxmox),
  ];
}

function backups({ world }: ProxmoxSite): string[] {
  const servers = world.servers().map(({ url }) => `Proxmox Backup Server ${url}, in a VM on node1`);
  const storages = world.pve.storages().filter(({ type }) => type === 'pbs');
  return [
    ...servers,
    ...storages.map(({ id }) => `storage ${id} in Proxmox VE`),
    ...world.pve.jobs().map(({ id }) => `backup job ${id} in Proxmox VE`),
  ];
}

function names({ route53 }: AwsWorld): string[] {
  const checks = route53.checks().length;
  const sets = route53
    .zones()
    .flatMap((zone) => route53.records(zone.id))
    // those that begin with _ prove names to AWS, and nobody asks for them
    .filter(({ type, name }) => ['A', 'AAAA', 'CNAME'].includes(type) && !name.startsWith('_'));
  const answered = [...new Set(sets.map(({ name }) => name.replace(/[.]$/, '')))].map((name) => {
    const count = sets.filter((one) => one.name.replace(/[.]$/, '') === name).length;
    return `name ${name} in Route 53, answered from ${count} ${count === 1 ? 'endpoint' : 'endpoints'}`;
  });
  return [...answered, ...(checks > 0 ? [`${checks} health checks in Route 53`] : [])];
}

function atSites({ opnsense, router }: Sites): string[] {
  const count = opnsense.records('connection').size;
  const routes = router.routes().map(({ destination, nexthop }) => `${destination} by way of ${nexthop}`);
  return [
    ...(count > 0 ? [`IPsec with ${count} connections on the OPNsense at home`] : []),
    ...routes.map((one) => `route to ${one} at the router of the office, in OpenStack`),
  ];
}

function vpns({ vpnGateways, customerGateways, vpnConnections }: ReturnType<AwsAccount['network']>): string[] {
  const nameOf = ({ id, tags }: { readonly id: string; readonly tags: Readonly<Record<string, string>> }) =>
    tags['Name'] === undefined ? id : `${tags['Name']} (${id})`;
  return [
    ...vpnGateways.map((one) => `virtual private gateway ${nameOf(one)} on ${one.attachment?.vpcID ?? 'no VPC'}`),
    ...customerGateways.map((one) => `customer gateway ${nameOf(one)} for ${one.ip}`),
    ...vpnConnections.map((one) => {
      const up = one.tunnels.filter(({ status }) => status === 'UP').length;
      return `VPN connection ${nameOf(one)} with ${up} of 2 tunnels up`;
    }),
  ];
}

/** Calls to the clouds by `<service>:<Action>`. */
export function callCounts({ aws, sites: { opnsense, openstack }, proxmox }: Made): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { service, action } of [...aws.calls, ...opnsense.calls, ...openstack.calls, ...proxmox.world.calls])
    counts[`${service}:${action}`] = (counts[`${service}:${action}`] ?? 0) + 1;
  return counts;
}
