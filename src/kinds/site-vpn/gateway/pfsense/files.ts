// SPDX-License-Identifier: GPL-3.0-or-later
import type { GatewayFile, GatewayModel } from '../model.ts';
import { pfsenseRequests } from './requests.ts';
import { scriptOf } from './script.ts';

function readme({ connectionID, site, vpc, tunnels }: GatewayModel): string {
  return `# pfSense: the site's gateway of ${connectionID}

Between ${site.cidrs.join(', ')} (here) and ${vpc.cidrs.join(', ')} (AWS), by two tunnels with an interface each. The files hold pre-shared keys:
keep them from others.

## Install

The firewall needs the package RESTAPI (pfSense-pkg-RESTAPI, 2.x) with API keys allowed. On any machine that reaches it:

    printf 'X-API-Key: KEY\\n' > pfsense.header && chmod 0600 pfsense.header
    PFSENSE_URL=https://192.168.1.1 PFSENSE_HEADER=pfsense.header PFSENSE_CA=pfsense.pem sh pfsense.sh

pfsense.json has the same requests as data, in order; without the package, its values are those of the pages VPN, IPsec. Then:

- Firewall, Rules, IPsec: let in what AWS may reach. Rules, WAN: UDP 500, UDP 4500 and ESP from ${tunnels.map((tunnel) => tunnel.outsideIP).join(' and ')}.
- Routes lead into the first tunnel. pfSense does not change them by itself: for that, put both gateways (AWS_VPN_1, AWS_VPN_2) into a
  gateway group and name it in the rules of the LAN.

## Check

Status, IPsec: both connections are established. Status, Gateways: AWS_VPN_1 and AWS_VPN_2 are online. Then from a host behind the firewall:
ping an address in ${vpc.cidrs[0]}.
`;
}

export function pfsenseFiles(model: GatewayModel): readonly GatewayFile[] {
  const requests = pfsenseRequests(model);
  return [
    { name: 'README.md', content: readme(model) },
    { name: 'pfsense.sh', content: scriptOf(requests) },
    { name: 'pfsense.json', content: `${JSON.stringify(requests, undefined, 2)}\n` },
  ];
}
