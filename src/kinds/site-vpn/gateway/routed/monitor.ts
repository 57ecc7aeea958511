// SPDX-License-Identifier: GPL-3.0-or-later
import type { GatewayFile, GatewayModel } from '../model.ts';
import type { Link } from './links.ts';

const watch = `watch() {
  interface=$1 peer=$2 metric=$3 mtu=$4 missed=0
  while :; do
    if ping -q -n -c 1 -W 1 -I "$interface" "$peer" >/dev/null 2>&1; then missed=0; else missed=$((missed + 1)); fi
    for network in $networks; do
      if [ "$missed" -eq 0 ]; then
        ip link set dev "$interface" mtu "$mtu"
        ip route replace "$network" dev "$interface" metric "$metric"
      elif [ "$missed" -ge 3 ]; then
        ip route del "$network" dev "$interface" metric "$metric" 2>/dev/null
      fi
    done
    sleep 2
  done
}`;

function scriptFor(networks: readonly string[], links: readonly Link[]): string {
  const watches = links.map(
    (link) =>
      `watch ${link.interface} ${link.tunnel.awsInsideIP} ${link.metric} ${link.mtu} &\nwatchers="$watchers $!"\n`,
  );
  return `#!/bin/sh
# Routes to the VPC follow the tunnels. An interface stays up when its tunnel dies, so each tunnel is asked: three pings to AWS's inside
# address without an answer, two seconds apart, and its routes go; one answer, and they come back. The tunnel with the lower metric is
# preferred. The last route refuses: what is for the VPC never leaves in clear.
set -u
networks='${networks.join(' ')}'
watchers=''

${watch}

for network in $networks; do ip route replace unreachable "$network" metric 1000; done
${watches.join('')}trap 'kill $watchers; exit 0' TERM INT
wait
`;
}

const unit = `[Unit]
Description=Routes of the AWS VPN follow its tunnels
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=/bin/sh /usr/local/sbin/aws-vpn-monitor.sh
Restart=always

[Install]
WantedBy=multi-user.target
`;

/** For static routing: measured with real kernels, the other tunnel carries the traffic about nine seconds after one has died. */
export function monitorFiles({ vpc }: GatewayModel, links: readonly Link[]): readonly GatewayFile[] {
  return [
    { name: 'aws-vpn-monitor.sh', content: scriptFor(vpc.cidrs, links) },
    { name: 'aws-vpn-monitor.service', content: unit },
  ];
}
