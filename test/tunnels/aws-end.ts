// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * AWS's end of a tunnel as swanctl has it, from what the simulated EC2 holds: it takes everything that the tunnel's options list, and
 * everything that AWS has where they list nothing (Site-to-Site VPN User Guide, "Tunnel options"). Written without the operator's own tables
 * of algorithms: an error there must not hide an error here.
 */
import type { TunnelView } from '../../src/simulator/aws/ec2/view.ts';

const defaults: Readonly<Record<string, readonly string[]>> = {
  EncryptionAlgorithmSet: ['AES128', 'AES256', 'AES128-GCM-16', 'AES256-GCM-16'],
  IntegrityAlgorithmSet: ['SHA1', 'SHA2-256', 'SHA2-384', 'SHA2-512'],
  DHGroupNumberSet: '2 14 15 16 17 18 19 20 21 22 23 24'.split(' '),
};

/** strongSwan, "IKEv2 cipher suites"; the numbers are IANA's. */
const groups: Readonly<Record<string, string>> = {
  2: 'modp1024',
  5: 'modp1536',
  14: 'modp2048',
  15: 'modp3072',
  16: 'modp4096',
  17: 'modp6144',
  18: 'modp8192',
  19: 'ecp256',
  20: 'ecp384',
  21: 'ecp521',
  22: 'modp1024s160',
  23: 'modp2048s224',
  24: 'modp2048s256',
};

function proposals(tunnel: TunnelView, phase: 'phase1' | 'phase2'): string {
  const of = (name: string) => (tunnel.settings[phase + name] as readonly string[] | undefined) ?? defaults[name] ?? [];
  const hashes = of('IntegrityAlgorithmSet').map((name) => name.replace('SHA2-', 'sha').replace('SHA1', 'sha1'));
  const dh = of('DHGroupNumberSet').map((number) => groups[number] ?? 'unknown');
  const ciphers = of('EncryptionAlgorithmSet').map((name) => name.toLowerCase().replaceAll('-', ''));
  const [gcm, cbc] = [true, false].map((aead) => ciphers.filter((name) => name.includes('gcm') === aead));
  const prf = phase === 'phase1' ? hashes.map((name) => `prf${name}`) : [];
  return [...(gcm?.length ? [[...gcm, ...prf, ...dh]] : []), ...(cbc?.length ? [[...cbc, ...hashes, ...dh]] : [])]
    .map((one) => one.join('-'))
    .join(',');
}

function seconds(tunnel: TunnelView, name: string, otherwise: number): number {
  return Number(tunnel.settings[name] ?? otherwise);
}

function version(tunnel: TunnelView): 0 | 1 | 2 {
  const [only, ...more] = (tunnel.settings['ikeVersionSet'] as readonly string[] | undefined) ?? ['ikev1', 'ikev2'];
  if (more.length > 0) return 0;
  return only === 'ikev1' ? 1 : 2;
}

export interface Ends {
  /** The customer gateway's address. */
  readonly customerIP: string;
  /** The connection's, AWS's names: local is the site. */
  readonly localCidr: string;
  readonly remoteCidr: string;
}

/** A responder, as `StartupAction: add` is; AWS begins to rekey the margin before a lifetime ends. */
export function awsEnd(tunnel: TunnelView, { customerIP, localCidr, remoteCidr }: Ends): string {
  const margin = seconds(tunnel, 'rekeyMarginTimeSeconds', 270);
  const [first, second] = [
    seconds(tunnel, 'phase1LifetimeSeconds', 28_800),
    seconds(tunnel, 'phase2LifetimeSeconds', 3600),
  ];
  return `connections { aws {
  version = ${version(tunnel)}
  local_addrs = ${tunnel.outsideIP}
  remote_addrs = ${customerIP}
  proposals = ${proposals(tunnel, 'phase1')}
  rekey_time = ${first - margin}s
  over_time = ${margin}s
  dpd_delay = 10s
  dpd_timeout = ${seconds(tunnel, 'dpdTimeoutSeconds', 30)}s
  mobike = no
  local { auth = psk\n id = ${tunnel.outsideIP} }
  remote { auth = psk\n id = ${customerIP} }
  children { aws {
    local_ts = ${remoteCidr}
    remote_ts = ${localCidr}
    esp_proposals = ${proposals(tunnel, 'phase2')}
    rekey_time = ${second - margin}s
    life_time = ${second}s
    dpd_action = clear
  } }
} }
secrets { ike { id-1 = ${tunnel.outsideIP}\n id-2 = ${customerIP}\n secret = 0s${btoa(tunnel.psk)} } }
`;
}

/** charon's own way to find a peer dead: these many seconds after the first question that nobody answers, as AWS's time-out says. */
export function deadAfter(tunnel: TunnelView): string {
  const whole = seconds(tunnel, 'dpdTimeoutSeconds', 30);
  // without a base above 1, each of the four waits is as long as the first
  return `charon {\n retransmit_tries = 3\n retransmit_timeout = ${(whole - 10) / 4}\n retransmit_base = 1\n}\n`;
}
