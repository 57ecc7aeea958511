// SPDX-License-Identifier: GPL-3.0-or-later
import type { GatewayFile, GatewayModel, GatewayTunnel, Phase } from '../model.ts';

type Row = readonly [name: string, value: string | number];

function table(rows: readonly Row[]): string {
  return ['| setting | value |', '|---|---|', ...rows.map(([name, value]) => `| ${name} | ${value} |`)].join('\n');
}

function phaseRows(name: string, phase: Phase): readonly Row[] {
  return [
    [`${name} encryption`, phase.encryption],
    [`${name} integrity`, phase.integrity],
    [`${name} Diffie-Hellman group`, phase.dhGroup],
    [`${name} lifetime, seconds`, phase.lifetimeSeconds],
  ];
}

function tunnelRows(tunnel: GatewayTunnel, routing: GatewayModel['routing']): readonly Row[] {
  const { bgp } = tunnel;
  return [
    ['AWS outside address', tunnel.outsideIP],
    ['inside network', tunnel.insideCIDR],
    ['inside address of the site', tunnel.customerInsideIP],
    ['inside address of AWS', tunnel.awsInsideIP],
    ['pre-shared key', tunnel.presharedKey],
    ['IKE version', tunnel.ikeVersion],
    ...phaseRows('phase 1 (IKE)', tunnel.phase1),
    ...phaseRows('phase 2 (ESP)', tunnel.phase2),
    ['dead peer detection interval, seconds', tunnel.dpd.intervalSeconds],
    ['dead peer detection timeout, seconds', tunnel.dpd.timeoutSeconds],
    ['TCP MSS', tunnel.mss],
    ...(routing === 'BGP' && bgp
      ? [
          ['BGP neighbour', tunnel.awsInsideIP] as const,
          ['AWS ASN', bgp.asn] as const,
          ['BGP hold time, seconds', bgp.holdSeconds] as const,
        ]
      : []),
  ];
}

export function genericFiles(model: GatewayModel): readonly GatewayFile[] {
  const { site, vpc, routing } = model;
  const shared: readonly Row[] = [
    ['VPN connection', model.connectionID],
    ['outside address of the site', site.publicIP],
    ...(site.localIP === undefined ? [] : [['address on the gateway itself', site.localIP] as const]),
    ['networks of the site', site.cidrs.join(', ')],
    ['networks of the VPC', vpc.cidrs.join(', ')],
    ['traffic selector of the site', model.selectors.site],
    ['traffic selector of the VPC', model.selectors.vpc],
    ['routing', routing],
    ...(routing === 'BGP' && site.asn !== undefined ? [['ASN of the site', site.asn] as const] : []),
  ];
  const sections = model.tunnels.map(
    (tunnel, index) => `## Tunnel ${index + 1}\n\n${table(tunnelRows(tunnel, routing))}\n`,
  );
  const content = `# The site's gateway of ${model.connectionID}

All values for both tunnels, for a device of any kind. This file holds the pre-shared keys: keep it from others.

- Authentication is by pre-shared key; each side's identity is its outside address. ESP in tunnel mode, NAT traversal on.
- One pair of traffic selectors only: AWS takes no second. The device begins the negotiation.
- Configure both tunnels, and let traffic come back through either of them. UDP 500, UDP 4500 and ESP (IP protocol 50) must pass.
- ${routing === 'BGP' ? 'A BGP session on the inside addresses of each tunnel announces the networks of the site.' : 'Routes to the networks of the VPC lead into a tunnel that answers pings to the inside address of AWS, and into the other when it does not.'}

Check: ping the inside address of AWS through each tunnel, then an address in the VPC from a host behind the gateway.

${table(shared)}

${sections.join('\n')}`;
  return [{ name: 'README.md', content }];
}
