// SPDX-License-Identifier: GPL-3.0-or-later
import type { GatewayFile, GatewayModel } from '../model.ts';
import { opnsenseRequests } from './requests.ts';
import { scriptOf } from './script.ts';

function readme({ connectionID, site, vpc, tunnels }: GatewayModel): string {
  const mss = Math.min(...tunnels.map((tunnel) => tunnel.mss));
  return `# OPNsense: the site's gateway of ${connectionID}

Between ${site.cidrs.join(', ')} (here) and ${vpc.cidrs.join(', ')} (AWS), by two tunnels with an interface each (ipsec11, ipsec12). The files hold
pre-shared keys: keep them from others.

## Install

On any machine that reaches the firewall, with an API key that may change IPsec, gateways and routes:

    printf 'default login KEY password SECRET\\n' > opnsense.netrc && chmod 0600 opnsense.netrc
    OPNSENSE_URL=https://192.168.1.1 OPNSENSE_NETRC=opnsense.netrc OPNSENSE_CA=opnsense.pem sh opnsense.sh

opnsense.json has the same requests as data, in order. Then, in the pages of the firewall:

- Firewall, Rules, IPsec: let in what AWS may reach. Rules, WAN: UDP 500, UDP 4500 and ESP from ${tunnels.map((tunnel) => tunnel.outsideIP).join(' and ')}.
- Firewall, Settings, Normalization: a rule for IPsec with Max mss ${mss}.
- Routes lead into the first tunnel; those by the second are there, and disabled. OPNsense does not change them by itself: for that, put both
  gateways (AWS_VPN_1, AWS_VPN_2) into a gateway group and name it in the rules of the LAN.

## Check

VPN, IPsec, Status Overview: both connections are established. System, Gateways: AWS_VPN_1 and AWS_VPN_2 are online. Then from a host behind
the firewall: ping an address in ${vpc.cidrs[0]}.
`;
}

export function opnsenseFiles(model: GatewayModel): readonly GatewayFile[] {
  const requests = opnsenseRequests(model);
  return [
    { name: 'README.md', content: readme(model) },
    { name: 'opnsense.sh', content: scriptOf(requests) },
    { name: 'opnsense.json', content: `${JSON.stringify(requests, undefined, 2)}\n` },
  ];
}
