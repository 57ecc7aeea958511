// SPDX-License-Identifier: GPL-3.0-or-later
import { frrFile } from '../frr/file.ts';
import type { GatewayFile, GatewayModel } from '../model.ts';
import { refusal } from '../refusal.ts';
import { checkSteps, kernelSteps, routingSteps, title } from '../routed/guide.ts';
import { linkClampFile, networkClampFile, sysctlFile } from '../routed/kernel.ts';
import { linksOf, type Link } from '../routed/links.ts';
import { monitorFiles } from '../routed/monitor.ts';
import { connectionsFile } from './connections.ts';
import { bindingOf, interfaceFiles, type Binding } from './interfaces.ts';

/**
 * strongswan.conf(5). Four sendings within 24 s (2 + 3.6 + 6.5 + 11.7) and a peer is dead; the defaults take about three minutes.
 * Routes are the monitor's or FRR's: with 0.0.0.0/0 charon would send everything into a tunnel. With marks, the plugin forecast (Debian loads
 * it with libcharon-extra-plugins) puts the mark of a tunnel on all that its selectors hold, here on every packet: the kernel then applies the
 * tunnel's policy to what comes in encrypted, and drops it (XfrmInTmplMismatch; 5.9.8 on Linux 6.1).
 */
function charonFile(type: Binding['type']): GatewayFile {
  const routes = type === 'Policy' ? '' : '  install_routes = no\n';
  const plugins = type === 'VTI' ? '  plugins {\n    forecast {\n      load = no\n    }\n  }\n' : '';
  const content = `charon {\n${routes}${plugins}  retransmit_tries = 3\n  retransmit_timeout = 2.0\n  retransmit_base = 1.8\n}\n`;
  return { name: 'charon-aws-vpn.conf', content };
}

function readme(model: GatewayModel, links: readonly Link[], type: Binding['type']): GatewayFile {
  const bound = type !== 'Policy';
  const interfaces = `    install -m 0755 aws-vpn-interfaces.sh /usr/local/sbin/aws-vpn-interfaces.sh
    install -m 0644 aws-vpn-interfaces.service /etc/systemd/system/aws-vpn-interfaces.service
    systemctl daemon-reload && systemctl enable --now aws-vpn-interfaces
`;
  const policy = `
Both tunnels have the same policies: only for userland ESP (kernel-libipsec). A kernel drops what AWS answers through the other tunnel.
`;
  const content = `${title('strongSwan', model)}${bound ? '' : policy}
## Install

    apt-get install charon-systemd strongswan-swanctl nftables
    install -m 0600 aws-vpn.conf /etc/swanctl/conf.d/aws-vpn.conf
    install -m 0644 charon-aws-vpn.conf /etc/strongswan.d/aws-vpn.conf    # holds for all of charon's connections
${bound ? interfaces : ''}${kernelSteps()}

    systemctl enable strongswan && systemctl restart strongswan
${bound ? routingSteps(model) : ''}

## New keys

A tunnel that was refused is not tried again by itself.

    install -m 0600 aws-vpn.conf /etc/swanctl/conf.d/aws-vpn.conf
    swanctl --load-all && swanctl --initiate --child ${links.at(-1)?.name ?? ''}    # the tunnel whose key is new; the other one stays up

## Check

    swanctl --load-all    # "loaded ike secret" twice, and "successfully loaded 2 connections" (and more, if there are others): it ends well on a broken file, too
    swanctl --list-sas    # ${links.map(({ name }) => name).join(' and ')}: ESTABLISHED, and INSTALLED below
${bound ? checkSteps(model, links) : ''}
`;
  return { name: 'README.md', content };
}

export function strongSwanFiles(model: GatewayModel, type: Binding['type']): readonly GatewayFile[] {
  const all = '0.0.0.0/0';
  // with policies, the networks are the selectors, which AWS's only have to hold
  const selectors = type === 'Policy' ? { site: all, vpc: all } : model.selectors;
  const links = linksOf({ ...model, selectors }, type === 'VTI' ? 'vti' : 'xfrm');
  const conf = connectionsFile(model, links, bindingOf(type));
  const first = [readme(model, links, type), conf, charonFile(type)];
  if (type === 'Policy') {
    if (model.routing === 'BGP')
      throw refusal('BGP needs tunnels with interfaces. Choose XFRM or VTI, or routing Static.');
    return [...first, sysctlFile(), networkClampFile(model)];
  }
  return [
    ...first,
    ...interfaceFiles(links, type),
    sysctlFile(),
    linkClampFile(links),
    ...(model.routing === 'BGP' ? [frrFile(model)] : monitorFiles(model, links, 'StrongSwan')),
  ];
}
