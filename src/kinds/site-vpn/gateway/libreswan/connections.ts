// SPDX-License-Identifier: GPL-3.0-or-later
/** ipsec.conf(5) and ipsec.secrets(5) of Libreswan 4.x. */
import { libreswanProposals } from '../algorithms.ts';
import type { GatewayFile, GatewayModel } from '../model.ts';
import type { Link } from '../routed/links.ts';

/** pluto refuses IKEv1 unless it is told otherwise: "global ikev1-policy does not allow IKEv1 connections" (4.10). */
function setup({ tunnels }: GatewayModel): string {
  const old = tunnels.some((tunnel) => tunnel.ikeVersion === 'ikev1');
  return ['config setup', '    uniqueids=no', ...(old ? ['    ikev1-policy=accept'] : [])].join('\n');
}

function connection({ site, selectors }: GatewayModel, { name, tunnel, ...link }: Link): string {
  const proposals = libreswanProposals(tunnel);
  const inside = `${tunnel.customerInsideIP}/30`;
  const settings = {
    auto: 'start',
    type: 'tunnel',
    authby: 'secret',
    ikev2: tunnel.ikeVersion === 'ikev2' ? 'insist' : 'no',
    left: site.localIP ?? '%defaultroute',
    leftid: site.publicIP,
    right: tunnel.outsideIP,
    rightid: tunnel.outsideIP,
    leftsubnet: selectors.site,
    rightsubnet: selectors.vpc,
    mark: `${link.metric}/0xffffffff`,
    'vti-interface': link.interface,
    // with 0.0.0.0/0 on both sides pluto would send everything into the tunnel
    'vti-routing': 'no',
    leftvti: inside,
    ike: proposals.ike,
    esp: proposals.esp,
    ikelifetime: `${tunnel.phase1.lifetimeSeconds}s`,
    salifetime: `${tunnel.phase2.lifetimeSeconds}s`,
    dpddelay: `${tunnel.dpd.intervalSeconds}s`,
    // IKEv2 has no dpdtimeout: there a peer is dead when a message was sent again for so long
    [tunnel.ikeVersion === 'ikev2' ? 'retransmit-timeout' : 'dpdtimeout']: `${tunnel.dpd.timeoutSeconds}s`,
    dpdaction: 'restart',
    keyingtries: '%forever',
  };
  return [`conn ${name}`, ...Object.entries(settings).map(([key, value]) => `    ${key}=${value}`)].join('\n');
}

export function connectionsFile(model: GatewayModel, links: readonly Link[]): GatewayFile {
  const sections = [`# ${model.connectionID}`, setup(model), ...links.map((link) => connection(model, link))];
  return { name: 'aws.conf', content: `${sections.join('\n\n')}\n` };
}

/** In quotes a key is taken as it is; its alphabet has no quote. */
export function secretsFile({ site, tunnels }: GatewayModel): GatewayFile {
  const lines = tunnels.map((tunnel) => `${site.publicIP} ${tunnel.outsideIP} : PSK "${tunnel.presharedKey}"\n`);
  return { name: 'aws.secrets', content: lines.join('') };
}
