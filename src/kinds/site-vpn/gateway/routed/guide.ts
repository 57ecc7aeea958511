// SPDX-License-Identifier: GPL-3.0-or-later
/** What the READMEs for Linux gateways have in common. */
import type { GatewayModel } from '../model.ts';
import { isNarrow, type Link } from './links.ts';

export function title(device: string, { connectionID, site, vpc }: GatewayModel): string {
  return `# ${device}: the site's gateway of ${connectionID}

Between ${site.cidrs.join(', ')} (here) and ${vpc.cidrs.join(', ')} (AWS), by two tunnels. The files hold pre-shared keys: keep them from others.
UDP 500, UDP 4500 and ESP (IP protocol 50) must pass between this gateway and AWS. Run all as root.
`;
}

export function kernelSteps(): string {
  return `    install -m 0644 99-aws-vpn.conf /etc/sysctl.d/99-aws-vpn.conf && sysctl --system
    install -D -m 0644 aws-vpn-mss.nft /etc/nftables.d/aws-vpn-mss.nft && nft -f /etc/nftables.d/aws-vpn-mss.nft

For the clamp to be there after a restart, /etc/nftables.conf needs the line \`include "/etc/nftables.d/*.nft"\`.`;
}

export function routingSteps({ routing }: GatewayModel): string {
  if (routing === 'BGP')
    return `    apt-get install frr
    sed -i 's/^bgpd=.*/bgpd=yes/' /etc/frr/daemons
    install -o frr -g frr -m 0640 frr.conf /etc/frr/frr.conf    # where FRR serves nothing else; otherwise merge by hand
    vtysh -C && systemctl restart frr`;
  return `    install -m 0755 aws-vpn-monitor.sh /usr/local/sbin/aws-vpn-monitor.sh
    install -m 0644 aws-vpn-monitor.service /etc/systemd/system/aws-vpn-monitor.service
    systemctl daemon-reload && systemctl enable --now aws-vpn-monitor

The monitor makes the routes: without it nothing goes through the tunnels.`;
}

export function checkSteps(model: GatewayModel, links: readonly Link[]): string {
  const { routing, vpc } = model;
  const pings = isNarrow(model)
    ? []
    : links.map((link) => `    ping -c 3 -I ${link.interface} ${link.tunnel.awsInsideIP}    # ${link.name}`);
  const bgp =
    routing === 'BGP' ? ["    vtysh -c 'show bgp ipv4 summary'    # a number, not a state, in State/PfxRcd"] : [];
  return [...pings, ...bgp, `    ip route show ${vpc.cidrs[0] ?? ''}`].join('\n');
}
