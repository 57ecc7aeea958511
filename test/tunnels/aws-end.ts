// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * AWS's end of a tunnel as swanctl has it, from what the simulated EC2 says of it: everything that the tunnel's options list is taken.
 * Written without the operator's own tables of algorithms: an error there must not hide an error here.
 */
import type { Phase, TunnelTermination } from '../../src/simulator/aws/ec2/termination.ts';

/** docs.strongswan.org, "Algorithm Proposals (Cipher Suites)"; the numbers are IANA's. */
const groups: readonly (readonly [number, string])[] = [
  [2, 'modp1024'],
  [5, 'modp1536'],
  [14, 'modp2048'],
  [15, 'modp3072'],
  [16, 'modp4096'],
  [17, 'modp6144'],
  [18, 'modp8192'],
  [19, 'ecp256'],
  [20, 'ecp384'],
  [21, 'ecp521'],
  [22, 'modp1024s160'],
  [23, 'modp2048s224'],
  [24, 'modp2048s256'],
];
const nameOf = new Map(groups);

/** With GCM and without cannot be in one proposal; with GCM, IKE needs the pseudo-random function by name, and ESP has no integrity. */
function proposals(phase: Phase, what: 'ike' | 'esp'): string {
  const hashes = phase.integrity.map((name) => name.replace('SHA2-', 'sha').replace('SHA1', 'sha1'));
  const dh = phase.groups.map((number) => nameOf.get(number) ?? 'unknown');
  const ciphers = phase.encryption.map((name) => name.toLowerCase().replaceAll('-', ''));
  const gcm = ciphers.filter((name) => name.includes('gcm'));
  const cbc = ciphers.filter((name) => !name.includes('gcm'));
  const prf = what === 'ike' ? hashes.map((name) => `prf${name}`) : [];
  return [gcm.length > 0 ? [...gcm, ...prf, ...dh] : [], cbc.length > 0 ? [...cbc, ...hashes, ...dh] : []]
    .filter((names) => names.length > 0)
    .map((names) => names.join('-'))
    .join(',');
}

const actions = { clear: 'clear', none: 'clear', restart: 'restart' };

/** AWS begins to renew the margin before a lifetime ends. */
export function awsEnd(tunnel: TunnelTermination): string {
  const { outside, networks, ikeVersions, phase1, phase2, deadPeer, rekey } = tunnel;
  const { marginSeconds: margin } = rekey;
  const version = ikeVersions.length > 1 ? 0 : ikeVersions[0]?.slice(-1);
  return `connections { aws {
  version = ${version}
  local_addrs = ${outside.aws}
  remote_addrs = ${outside.site}
  proposals = ${proposals(phase1, 'ike')}
  rekey_time = ${phase1.lifetimeSeconds - margin}s
  over_time = ${margin}s
  dpd_delay = ${deadPeer.action === 'none' ? 0 : silence}s
  dpd_timeout = ${deadPeer.timeoutSeconds}s
  mobike = no
  keyingtries = ${tunnel.startupAction === 'start' ? 0 : 1}
  local { auth = psk\n id = ${outside.aws} }
  remote { auth = psk\n id = ${outside.site} }
  children { aws {
    local_ts = ${networks.aws}
    remote_ts = ${networks.site}
    esp_proposals = ${proposals(phase2, 'esp')}
    rekey_time = ${phase2.lifetimeSeconds - margin}s
    life_time = ${phase2.lifetimeSeconds}s
    start_action = ${tunnel.startupAction === 'start' ? 'start' : 'none'}
    dpd_action = ${actions[deadPeer.action]}
  } }
} }
secrets { ike { id-1 = ${outside.aws}\n id-2 = ${outside.site}\n secret = 0s${btoa(tunnel.psk)} } }
`;
}

/** Seconds until a silent peer is asked whether it lives. */
const silence = 10;

/** In IKEv2 it is charon's retransmissions that find a peer dead: four waits, as long as AWS's time-out is after the silence. */
export function deadAfter({ deadPeer }: TunnelTermination): string {
  return `charon {
  retransmit_tries = 3
  retransmit_timeout = ${(deadPeer.timeoutSeconds - silence) / 4}
  retransmit_base = 1
}
`;
}
