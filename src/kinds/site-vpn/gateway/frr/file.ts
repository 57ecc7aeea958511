// SPDX-License-Identifier: GPL-3.0-or-later
/** docs.frrouting.org, "BGP". FRR refuses eBGP without a policy in both directions since 7.4 (RFC 8212); both are given. */
import { refusal } from '../refusal.ts';
import type { GatewayFile, GatewayModel, GatewayTunnel } from '../model.ts';

function neighbour(tunnel: GatewayTunnel, index: number): readonly string[] {
  const { awsInsideIP: peer, bgp } = tunnel;
  if (!bgp) throw refusal(`tunnels[${index}].bgp must be given with routing BGP. Correct it.`);
  return [
    ` neighbor ${peer} remote-as ${bgp.asn}`,
    ` neighbor ${peer} description aws-tunnel-${index + 1}`,
    ` neighbor ${peer} timers ${Math.floor(bgp.holdSeconds / 3)} ${bgp.holdSeconds}`,
    // a dead tunnel leaves its interface up; without this a session that has ended waits up to two minutes for its next try
    ` neighbor ${peer} timers connect 10`,
  ];
}

/** With narrower ones or without; FRR takes no `le` that is not longer than the prefix itself. */
function prefixList(name: string, networks: readonly string[], narrower: boolean): readonly string[] {
  return networks.map((network, index) => {
    const suffix = narrower && !network.endsWith('/32') ? ' le 32' : '';
    return `ip prefix-list ${name} seq ${(index + 1) * 5} permit ${network}${suffix}`;
  });
}

/** Equal weight and local preference on both: AWS's MED steers, also while it replaces an endpoint. */
export function frrFile({ site, vpc, tunnels }: GatewayModel): GatewayFile {
  const peers = tunnels.map((tunnel) => tunnel.awsInsideIP);
  const lines = [
    'frr defaults traditional',
    'log syslog informational',
    // what is for the VPC never leaves in clear, even with no session
    ...vpc.cidrs.map((network) => `ip route ${network} blackhole 250`),
    `router bgp ${site.asn}`,
    ` bgp router-id ${site.publicIP}`,
    ' no bgp network import-check',
    ...tunnels.flatMap(neighbour),
    ' address-family ipv4 unicast',
    ...site.cidrs.map((network) => `  network ${network}`),
    ...peers.flatMap((peer) => [
      `  neighbor ${peer} soft-reconfiguration inbound`,
      `  neighbor ${peer} route-map AWS-VPN-IN in`,
      `  neighbor ${peer} route-map AWS-VPN-OUT out`,
    ]),
    ' exit-address-family',
    'exit',
    ...prefixList('AWS-VPN-IN', vpc.cidrs, true),
    ...prefixList('AWS-VPN-OUT', site.cidrs, false),
    ...['IN', 'OUT'].flatMap((way) => [
      `route-map AWS-VPN-${way} permit 10`,
      ` match ip address prefix-list AWS-VPN-${way}`,
      'exit',
    ]),
  ];
  return { name: 'frr.conf', content: `${lines.join('\n')}\n` };
}
