// SPDX-License-Identifier: GPL-3.0-or-later
/** ipsec.conf(5) of Openswan 2.6.38. What it cannot do is refused: IKEv2 as AWS speaks it, BGP, more than one network at an end. */
import { openswanProposals } from '../algorithms.ts';
import type { GatewayFile, GatewayModel, GatewayTunnel } from '../model.ts';
import { refusal } from '../refusal.ts';
import { networkClampFile, sysctlFile } from '../routed/kernel.ts';

/** The second tunnel is loaded and not begun: pluto refuses a route for the same networks twice. */
function connection({ site, vpc }: GatewayModel, tunnel: GatewayTunnel, index: number): string {
  const { ike, esp } = openswanProposals(tunnel);
  const settings = {
    type: 'tunnel',
    authby: 'secret',
    auto: index === 0 ? 'start' : 'add',
    left: site.localIP ?? '%defaultroute',
    leftid: site.publicIP,
    right: tunnel.outsideIP,
    leftsubnet: site.cidrs[0],
    rightsubnet: vpc.cidrs[0],
    ike,
    phase2alg: esp,
    ikelifetime: `${tunnel.phase1.lifetimeSeconds}s`,
    keylife: `${tunnel.phase2.lifetimeSeconds}s`,
    keyingtries: '%forever',
    dpddelay: tunnel.dpd.intervalSeconds,
    dpdtimeout: tunnel.dpd.timeoutSeconds,
    dpdaction: 'restart_by_peer',
  };
  const lines = Object.entries(settings).map(([key, value]) => `    ${key}=${value}`);
  return [`conn aws-tunnel-${index + 1}`, ...lines].join('\n');
}

function readme({ connectionID, site, vpc }: GatewayModel): string {
  return `# Openswan: the site's gateway of ${connectionID}

This is weak. Openswan has had no release for years; the text is IKEv1, without authenticated encryption, and policy-based: only one tunnel
carries ${site.cidrs[0]} to ${vpc.cidrs[0]}, and if it dies, somebody has to bring up the other. Take it only where the box cannot be replaced
by one with Libreswan or strongSwan. The files hold pre-shared keys: keep them from others. Run all as root.

## Install

    install -m 0644 aws.conf /etc/ipsec.d/aws.conf
    install -m 0600 aws.secrets /etc/ipsec.d/aws.secrets
    cat 99-aws-vpn.conf >> /etc/sysctl.conf && sysctl -p
    nft -f aws-vpn-mss.nft                     # where the box has nftables; else clamp TCP's MSS with iptables

/etc/ipsec.conf needs the line \`include /etc/ipsec.d/*.conf\`, /etc/ipsec.secrets the line \`include /etc/ipsec.d/*.secrets\`. Then:

    service ipsec restart

## Check

    ipsec auto --status | grep aws-tunnel-1    # "IPsec SA established"

When the first tunnel is dead:

    ipsec auto --down aws-tunnel-1 && ipsec auto --up aws-tunnel-2

Libreswan refuses what its later releases have dropped (groups 2 and 22): there, choose the device Libreswan instead.
`;
}

function refuseWhatCannotBe({ site, vpc, routing, tunnels }: GatewayModel): void {
  if (routing === 'BGP') throw refusal('Openswan has no interface for BGP. Choose routing Static, or another device.');
  if (tunnels.some((tunnel) => tunnel.ikeVersion !== 'ikev1'))
    throw refusal(
      'Openswan speaks IKEv1 with AWS. Add ikev1 to tunnels.ikeVersions (cryptoPolicy AllowWeak), or choose another device.',
    );
  if (site.cidrs.length > 1 || vpc.cidrs.length > 1)
    throw refusal(
      'Openswan needs one network at each end, as AWS takes one pair of selectors. Name one wide network, or choose another device.',
    );
}

export function openswanFiles(model: GatewayModel): readonly GatewayFile[] {
  refuseWhatCannotBe(model);
  const { connectionID, site, tunnels } = model;
  const connections = tunnels.map((tunnel, index) => connection(model, tunnel, index));
  const secrets = tunnels.map((tunnel) => `${site.publicIP} ${tunnel.outsideIP} : PSK "${tunnel.presharedKey}"\n`);
  return [
    { name: 'README.md', content: readme(model) },
    { name: 'aws.conf', content: `${[`# ${connectionID}`, ...connections].join('\n\n')}\n` },
    { name: 'aws.secrets', content: secrets.join('') },
    sysctlFile(),
    networkClampFile(model),
  ];
}
