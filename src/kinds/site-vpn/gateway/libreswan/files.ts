// SPDX-License-Identifier: GPL-3.0-or-later
import { frrFile } from '../frr/file.ts';
import type { GatewayFile, GatewayModel } from '../model.ts';
import { checkSteps, kernelSteps, routingSteps, title } from '../routed/guide.ts';
import { linkClampFile, sysctlFile } from '../routed/kernel.ts';
import { linksOf, type Link } from '../routed/links.ts';
import { monitorFiles } from '../routed/monitor.ts';
import { connectionsFile, secretsFile } from './connections.ts';

function readme(model: GatewayModel, links: readonly Link[]): GatewayFile {
  const content = `${title('Libreswan', model)}
## Install

    apt-get install libreswan nftables        # or: dnf install libreswan nftables
    install -m 0644 aws.conf /etc/ipsec.d/aws.conf
    install -m 0600 aws.secrets /etc/ipsec.d/aws.secrets
${kernelSteps()}

    systemctl enable ipsec && systemctl restart ipsec
${routingSteps(model)}

## Check

    /usr/libexec/ipsec/addconn --checkconfig   # before the restart: no word is good
    ipsec trafficstatus                        # two lines, ${links.map(({ name }) => name).join(' and ')}
${checkSteps(model, links)}

## Libreswan 5

The text is that of 4.x. 5.x reads it, with these differences: \`ikev2=\` is now called \`keyexchange=\` (a warning), \`dpdaction=\` is ignored
(\`auto=start\` brings a dead tunnel back), and VTI is called deprecated in favour of \`ipsec-interface=\`, which 4.x cannot use for two tunnels.
After a rekey, the log line "vti interface already exists with conflicting setting" is harmless.
`;
  return { name: 'README.md', content };
}

export function libreswanFiles(model: GatewayModel): readonly GatewayFile[] {
  const links = linksOf(model, 'vti');
  return [
    readme(model, links),
    connectionsFile(model, links),
    secretsFile(model),
    sysctlFile(),
    linkClampFile(links),
    ...(model.routing === 'BGP' ? [frrFile(model)] : monitorFiles(model, links, 'Libreswan')),
  ];
}
