// SPDX-License-Identifier: GPL-3.0-or-later
import type { GatewayFile, GatewayModel } from '../model.ts';
import { isNarrow, type Link } from './links.ts';

/** Whether a tunnel lives: what answers depends on what may go through it. */
type Question = 'ping' | 'Libreswan' | 'StrongSwan';

const alive: Readonly<Record<Question, string>> = {
  ping: `alive() { ping -q -n -c 1 -W 1 -I "$2" "$3" >/dev/null 2>&1; }`,
  Libreswan: `alive() { ipsec whack --trafficstatus 2>/dev/null | grep -qF "\\"$1\\""; }`,
  StrongSwan: `alive() { swanctl --list-sas --child "$1" 2>/dev/null | grep -q INSTALLED; }`,
};

const meaning: Readonly<Record<'ping' | 'sa', string>> = {
  ping: `three pings to AWS's inside
# address without an answer, two seconds apart, and its routes go; one answer, and they come back.`,
  sa: `the traffic selectors let no
# ping through to AWS's inside address, so a tunnel lives as long as it is negotiated, which dead peer detection ends.`,
};

const watch = `watch() {
  name=$1 interface=$2 peer=$3 metric=$4 mtu=$5 missed=0
  while :; do
    if alive "$name" "$interface" "$peer"; then missed=0; else missed=$((missed + 1)); fi
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

function scriptFor(networks: readonly string[], links: readonly Link[], question: Question): string {
  const watches = links.map(
    ({ name, tunnel, metric, mtu, ...link }) =>
      `watch ${name} ${link.interface} ${tunnel.awsInsideIP} ${metric} ${mtu} &\nwatchers="$watchers $!"\n`,
  );
  return `#!/bin/sh
# Routes to the VPC follow the tunnels. An interface stays up when its tunnel dies, so each tunnel is asked: ${meaning[question === 'ping' ? 'ping' : 'sa']} The tunnel with the lower metric is
# preferred. The last route refuses: what is for the VPC never leaves in clear.
set -u
networks='${networks.join(' ')}'
watchers=''

${alive[question]}

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
export function monitorFiles(
  model: GatewayModel,
  links: readonly Link[],
  device: 'Libreswan' | 'StrongSwan',
): readonly GatewayFile[] {
  const question = isNarrow(model) ? device : 'ping';
  return [
    { name: 'aws-vpn-monitor.sh', content: scriptFor(model.vpc.cidrs, links, question) },
    { name: 'aws-vpn-monitor.service', content: unit },
  ];
}
