// SPDX-License-Identifier: GPL-3.0-or-later
import type { GatewayFile, GatewayModel } from '../model.ts';
import type { Link } from './links.ts';

/**
 * rp_filter 2 (loose), because AWS may answer through the other tunnel. The kernel takes the greater of `all` and the interface's own
 * (kernel documentation, ip-sysctl), so `all` is enough whatever the tunnels' interfaces were made with.
 */
export function sysctlFile(): GatewayFile {
  const settings = [
    'net.ipv4.ip_forward = 1',
    ...['all', 'default'].flatMap((where) => [
      `net.ipv4.conf.${where}.accept_redirects = 0`,
      `net.ipv4.conf.${where}.send_redirects = 0`,
      `net.ipv4.conf.${where}.rp_filter = 2`,
    ]),
  ];
  return { name: '99-aws-vpn.conf', content: `${settings.join('\n')}\n` };
}

function clampFile(rules: readonly string[]): GatewayFile {
  // made, deleted and made again: the file can be loaded any number of times, in one transaction. Family ip: not every kernel has inet.
  const content = `table ip awsvpn
delete table ip awsvpn
table ip awsvpn {
  chain forward {
    type filter hook forward priority mangle; policy accept;
${rules.map((rule) => `    ${rule}`).join('\n')}
  }
}
`;
  return { name: 'aws-vpn-mss.nft', content };
}

/** Clamps TCP in both directions; nftables only ever lowers a size that is greater. */
export function linkClampFile(links: readonly Link[]): GatewayFile {
  return clampFile(
    links.flatMap((link) =>
      ['oifname', 'iifname'].map(
        (side) => `${side} "${link.interface}" tcp flags syn tcp option maxseg size set ${link.tunnel.mss}`,
      ),
    ),
  );
}

/** Where tunnels have no interface: by the addresses of the VPC, with the smaller of both tunnels' sizes. */
export function networkClampFile({ vpc, tunnels }: GatewayModel): GatewayFile {
  const mss = Math.min(...tunnels.map((tunnel) => tunnel.mss));
  return clampFile(
    vpc.cidrs.flatMap((network) =>
      ['daddr', 'saddr'].map((side) => `ip ${side} ${network} tcp flags syn tcp option maxseg size set ${mss}`),
    ),
  );
}
