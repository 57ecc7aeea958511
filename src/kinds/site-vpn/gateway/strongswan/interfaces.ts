// SPDX-License-Identifier: GPL-3.0-or-later
import type { GatewayFile } from '../model.ts';
import type { Link } from '../routed/links.ts';

export interface Binding {
  readonly type: 'XFRM' | 'VTI' | 'Policy';
  /** The if_id or the mark of a tunnel. */
  readonly numberOf: (link: Link) => number;
}

export function bindingOf(type: Binding['type']): Binding {
  return { type, numberOf: ({ metric }) => (type === 'VTI' ? metric : 10 + metric / 100) };
}

const making = {
  XFRM: 'ip link add "$name" type xfrm dev "$wan" if_id "$number"',
  VTI: 'ip link add "$name" type vti local "$source" remote "$remote" key "$number"',
};

const settings = {
  XFRM: '',
  // the policy was looked at when the packet was decapsulated, and the inside addresses have none
  VTI: '  sysctl -q -w "net.ipv4.conf.$name.disable_policy=1"\n',
};

/** `ip route get` says such as "198.51.100.1 via 192.0.2.1 dev eth0 src 192.0.2.2 uid 0". */
const finding = {
  XFRM: 'wan=${route#* dev }\n  wan=${wan%% *}',
  VTI: 'source=${route#* src }\n  source=${source%% *}',
};

const unit = `[Unit]
Description=Interfaces of the AWS VPN's tunnels
Wants=network-online.target
After=network-online.target
Before=strongswan.service frr.service aws-vpn-monitor.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh /usr/local/sbin/aws-vpn-interfaces.sh

[Install]
WantedBy=multi-user.target
`;

export function interfaceFiles(links: readonly Link[], type: 'XFRM' | 'VTI'): readonly GatewayFile[] {
  const { numberOf } = bindingOf(type);
  const calls = links.map((link) => {
    const { tunnel } = link;
    return `add ${link.interface} ${tunnel.outsideIP} ${numberOf(link)} ${tunnel.customerInsideIP}/30 ${link.mtu}\n`;
  });
  const content = `#!/bin/sh
# Makes the tunnels' interfaces. Can be run again: what is there stays.
set -eu

add() {
  name=$1 remote=$2 number=$3 address=$4 mtu=$5
  route=$(ip -o -4 route get "$remote")
  ${finding[type]}
  ip link show dev "$name" >/dev/null 2>&1 || ${making[type]}
  ip address replace "$address" dev "$name"
  ip link set dev "$name" mtu "$mtu" up
${settings[type]}}

${calls.join('')}`;
  return [
    { name: 'aws-vpn-interfaces.sh', content },
    { name: 'aws-vpn-interfaces.service', content: unit },
  ];
}
