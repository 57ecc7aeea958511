// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * AWS's two ends of a connection, played by strongSwan and FRR. Their names for AWS's algorithms are written down here again: with those of
 * the renderer, both sides would agree on a mistake.
 */
import type { GatewayModel, GatewayTunnel, Phase } from '../../src/kinds/site-vpn/gateway/model.ts';

const ciphers: Readonly<Record<string, string>> = {
  AES128: 'aes128',
  AES256: 'aes256',
  'AES128-GCM-16': 'aes128gcm16',
  'AES256-GCM-16': 'aes256gcm16',
};
const hashes: Readonly<Record<string, string>> = {
  SHA1: 'sha1',
  'SHA2-256': 'sha256',
  'SHA2-384': 'sha384',
  'SHA2-512': 'sha512',
};
const groups: Readonly<Record<number, string>> = {
  14: 'modp2048',
  15: 'modp3072',
  16: 'modp4096',
  19: 'ecp256',
  20: 'ecp384',
  21: 'ecp521',
};

function proposal(phase: Phase, ofIke: boolean): string {
  const hash = hashes[phase.integrity] ?? '';
  const gcm = phase.encryption.includes('GCM');
  const middle = gcm ? (ofIke ? [`prf${hash}`] : []) : [hash];
  return [ciphers[phase.encryption], ...middle, groups[phase.dhGroup]].join('-');
}

/** What a child of charon has besides its proposals and selectors; `number` is the tunnel's, 1 or 2. */
export type ChildSettings = (number: number) => Readonly<Record<string, string>>;

function connection(model: GatewayModel, tunnel: GatewayTunnel, number: number, child: ChildSettings): string {
  const settings = Object.entries(child(number)).map(([key, value]) => `        ${key} = ${value}\n`);
  return `  aws-tunnel-${number} {
    version = ${tunnel.ikeVersion === 'ikev2' ? 2 : 1}
    local_addrs = ${tunnel.outsideIP}
    remote_addrs = ${model.site.publicIP}
    proposals = ${proposal(tunnel.phase1, true)}
    dpd_delay = 10s
    mobike = no
    local {
      auth = psk
      id = ${tunnel.outsideIP}
    }
    remote {
      auth = psk
      id = ${model.site.publicIP}
    }
    children {
      aws-tunnel-${number} {
        local_ts = ${model.selectors.vpc}
        remote_ts = ${model.selectors.site}
        esp_proposals = ${proposal(tunnel.phase2, false)}
        dpd_action = clear
${settings.join('')}      }
    }
  }
`;
}

/** swanctl.conf of both ends: they answer, as AWS's do with StartupAction add. */
export function awsConnections(model: GatewayModel, child: ChildSettings): string {
  const connections = model.tunnels.map((tunnel, index) => connection(model, tunnel, index + 1, child));
  const secrets = model.tunnels.map(
    ({ outsideIP, presharedKey }, index) =>
      `  ike-${index + 1} {\n    id-1 = ${outsideIP}\n    id-2 = ${model.site.publicIP}\n    secret = "${presharedKey}"\n  }\n`,
  );
  return `connections {\n${connections.join('')}}\nsecrets {\n${secrets.join('')}}\n`;
}

/** frr.conf of both ends. AWS tells a lower MED through the tunnel that it prefers. */
export function awsBgp({ site, vpc, tunnels }: GatewayModel): string {
  return `frr defaults traditional
router bgp ${tunnels[0].bgp?.asn}
 bgp router-id ${tunnels[0].awsInsideIP}
 no bgp ebgp-requires-policy
 no bgp network import-check
${tunnels.map(({ customerInsideIP }) => ` neighbor ${customerInsideIP} remote-as ${site.asn}\n neighbor ${customerInsideIP} timers 10 30\n`).join('')} address-family ipv4 unicast
${vpc.cidrs.map((network) => `  network ${network}\n`).join('')}${tunnels.map(({ customerInsideIP }, index) => `  neighbor ${customerInsideIP} route-map MED-${index + 1} out\n`).join('')} exit-address-family
exit
route-map MED-1 permit 10
 set metric 100
exit
route-map MED-2 permit 10
 set metric 200
exit
`;
}
