// SPDX-License-Identifier: GPL-3.0-or-later
/** swanctl.conf(5). */
import { strongSwanProposals } from '../algorithms.ts';
import type { GatewayFile, GatewayModel } from '../model.ts';
import type { Link } from '../routed/links.ts';
import type { Binding } from './interfaces.ts';

type Section = { readonly [key: string]: string | Section };

function text(section: Section, depth = 0): string {
  const indent = '  '.repeat(depth);
  return Object.entries(section)
    .map(([key, value]) =>
      typeof value === 'string'
        ? `${indent}${key} = ${value}\n`
        : `${indent}${key} {\n${text(value, depth + 1)}${indent}}\n`,
    )
    .join('');
}

/** Nine tenths: strongSwan begins the new one before AWS ends the old. */
function rekey(lifetimeSeconds: number): string {
  return `${Math.floor(lifetimeSeconds * 0.9)}s`;
}

function child({ site, vpc, selectors }: GatewayModel, link: Link, binding: Binding): Section {
  const bound = binding.type !== 'Policy';
  const mark = String(binding.numberOf(link));
  return {
    local_ts: bound ? selectors.site : site.cidrs.join(','),
    remote_ts: bound ? selectors.vpc : vpc.cidrs.join(','),
    ...(binding.type === 'VTI' ? { mark_in: mark, mark_out: mark } : {}),
    esp_proposals: strongSwanProposals(link.tunnel).esp,
    rekey_time: rekey(link.tunnel.phase2.lifetimeSeconds),
    life_time: `${link.tunnel.phase2.lifetimeSeconds}s`,
    start_action: 'start',
    close_action: 'start',
    dpd_action: 'restart',
  };
}

function connection(model: GatewayModel, link: Link, binding: Binding): Section {
  const { tunnel } = link;
  const ifID = String(binding.numberOf(link));
  const { phase1, dpd } = tunnel;
  return {
    version: tunnel.ikeVersion === 'ikev2' ? '2' : '1',
    ...(model.site.localIP === undefined ? {} : { local_addrs: model.site.localIP }),
    remote_addrs: tunnel.outsideIP,
    proposals: strongSwanProposals(tunnel).ike,
    rekey_time: rekey(phase1.lifetimeSeconds),
    over_time: `${phase1.lifetimeSeconds - Math.floor(phase1.lifetimeSeconds * 0.9)}s`,
    dpd_delay: `${dpd.intervalSeconds}s`,
    // IKEv2 ignores it: there a peer is dead after charon's retransmissions, see the file for strongswan.d
    dpd_timeout: `${dpd.timeoutSeconds}s`,
    keyingtries: '0',
    mobike: 'no',
    ...(binding.type === 'XFRM' ? { if_id_in: ifID, if_id_out: ifID } : {}),
    local: { auth: 'psk', id: model.site.publicIP },
    remote: { auth: 'psk', id: tunnel.outsideIP },
    children: { [link.name]: child(model, link, binding) },
  };
}

/** Both tunnels with their keys. Count what `swanctl --load-all` says it loaded: on a syntax error it returns 0 and unloads everything. */
export function connectionsFile(model: GatewayModel, links: readonly Link[], binding: Binding): GatewayFile {
  const connections = links.map((link) => [link.name, connection(model, link, binding)]);
  const secrets = links.map(({ name, tunnel }) => [
    `ike-${name}`,
    { 'id-1': model.site.publicIP, 'id-2': tunnel.outsideIP, secret: `0s${btoa(tunnel.presharedKey)}` },
  ]);
  const sections = { connections: Object.fromEntries(connections), secrets: Object.fromEntries(secrets) };
  return { name: 'aws-vpn.conf', content: `# ${model.connectionID}\n${text(sections)}` };
}
