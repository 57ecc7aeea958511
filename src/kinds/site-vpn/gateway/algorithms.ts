// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Each device's names for AWS's algorithms. A Map, so that `constructor` is no algorithm; what is missing is an error, never a default.
 *
 * - strongSwan: docs.strongswan.org, "Algorithm Proposals (Cipher Suites)".
 * - OPNsense: IPsecProposalField of opnsense/core, a closed list of whole proposals.
 * - pfSense: the tables of its ipsec.inc.
 * - Openswan: ipsec.conf(5) of 2.6.38; no GCM there that AWS would understand, and no elliptic curves.
 * - Libreswan: its CHANGES: modp1024 (2) is not built since 3.30, dh22 not since 3.19, dh23 and dh24 not since 3.26. `algparse` agrees.
 */
import type { GatewayTunnel, Phase } from './model.ts';
import { refusal } from './refusal.ts';

export interface Names {
  readonly device: string;
  readonly encryption: ReadonlyMap<string, string>;
  readonly integrity: ReadonlyMap<string, string>;
  readonly dhGroup: ReadonlyMap<number, string>;
}

const strongSwan: Names = {
  device: 'strongSwan',
  encryption: new Map([
    ['AES128', 'aes128'],
    ['AES256', 'aes256'],
    ['AES128-GCM-16', 'aes128gcm16'],
    ['AES256-GCM-16', 'aes256gcm16'],
  ]),
  integrity: new Map([
    ['SHA1', 'sha1'],
    ['SHA2-256', 'sha256'],
    ['SHA2-384', 'sha384'],
    ['SHA2-512', 'sha512'],
  ]),
  dhGroup: new Map([
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
  ]),
};

const libreswan: Names = {
  device: 'Libreswan',
  encryption: new Map([
    ['AES128', 'aes128'],
    ['AES256', 'aes256'],
    ['AES128-GCM-16', 'aes_gcm128'],
    ['AES256-GCM-16', 'aes_gcm256'],
  ]),
  integrity: new Map([
    ['SHA1', 'sha1'],
    ['SHA2-256', 'sha2_256'],
    ['SHA2-384', 'sha2_384'],
    ['SHA2-512', 'sha2_512'],
  ]),
  dhGroup: new Map([5, 14, 15, 16, 17, 18, 19, 20, 21].map((group) => [group, `dh${group}`])),
};

const openswan: Names = {
  device: 'Openswan',
  encryption: new Map([
    ['AES128', 'aes128'],
    ['AES256', 'aes256'],
  ]),
  integrity: new Map([
    ['SHA1', 'sha1'],
    ['SHA2-256', 'sha2_256'],
  ]),
  dhGroup: new Map([
    [2, 'modp1024'],
    [5, 'modp1536'],
    [14, 'modp2048'],
    [15, 'modp3072'],
    [16, 'modp4096'],
  ]),
};

const opnsense: Names = {
  device: 'OPNsense',
  encryption: strongSwan.encryption,
  integrity: strongSwan.integrity,
  dhGroup: new Map([...strongSwan.dhGroup].filter(([group]) => group === 2 || (group >= 14 && group <= 21))),
};

/** All of AWS's. Names without the key's length, which is a field of its own. */
const pfsense: Names = {
  device: 'pfSense',
  encryption: new Map([
    ['AES128', 'aes'],
    ['AES256', 'aes'],
    ['AES128-GCM-16', 'aes128gcm'],
    ['AES256-GCM-16', 'aes256gcm'],
  ]),
  integrity: strongSwan.integrity,
  dhGroup: new Map([...strongSwan.dhGroup.keys()].map((group) => [group, String(group)])),
};

/** What each device has, for whoever may choose. */
export const capabilities = {
  Libreswan: libreswan,
  StrongSwan: strongSwan,
  OPNsense: opnsense,
  PfSense: pfsense,
  Openswan: openswan,
};

function nameOf<Key extends string | number>(names: Names, table: ReadonlyMap<Key, string>, key: Key): string {
  const name = table.get(key);
  if (name !== undefined) return name;
  const what = typeof key === 'number' ? `Diffie-Hellman group ${key}` : key;
  throw refusal(
    `${names.device} does not have ${what}; it has ${[...table.keys()].join(', ')}. Choose one of these for the tunnels.`,
  );
}

function namesOf(names: Names, phase: Phase): { encryption: string; integrity: string; dhGroup: string; gcm: boolean } {
  return {
    encryption: nameOf(names, names.encryption, phase.encryption),
    integrity: nameOf(names, names.integrity, phase.integrity),
    dhGroup: nameOf(names, names.dhGroup, phase.dhGroup),
    gcm: phase.encryption.includes('GCM'),
  };
}

export interface Proposals {
  readonly ike: string;
  readonly esp: string;
}

/** GCM brings its own integrity: IKE then needs the pseudo-random function by name, ESP nothing. */
export function strongSwanProposals(tunnel: GatewayTunnel): Proposals {
  const one = namesOf(strongSwan, tunnel.phase1);
  const two = namesOf(strongSwan, tunnel.phase2);
  return {
    ike: [one.encryption, one.gcm ? `prf${one.integrity}` : one.integrity, one.dhGroup].join('-'),
    esp: [two.encryption, ...(two.gcm ? [] : [two.integrity]), two.dhGroup].join('-'),
  };
}

function swanProposals(names: Names, tunnel: GatewayTunnel): Proposals {
  const one = namesOf(names, tunnel.phase1);
  const two = namesOf(names, tunnel.phase2);
  return {
    ike: `${one.encryption}-${one.integrity};${one.dhGroup}`,
    esp: `${two.gcm ? two.encryption : `${two.encryption}-${two.integrity}`};${two.dhGroup}`,
  };
}

export function libreswanProposals(tunnel: GatewayTunnel): Proposals {
  return swanProposals(libreswan, tunnel);
}

export function openswanProposals(tunnel: GatewayTunnel): Proposals {
  return swanProposals(openswan, tunnel);
}

/** What OPNsense has with SHA1 or group 2: these, and no other. */
const weakOnOpnsense = new Set([
  'aes256-sha1-modp2048',
  'aes128-sha1-modp2048',
  'aes256-sha1-modp4096',
  'aes256-sha1-ecp521',
  'aes256-sha512-modp1024',
]);

function listedOnOpnsense(proposal: string): string {
  if (!/sha1|modp1024/.test(proposal) || weakOnOpnsense.has(proposal)) return proposal;
  throw refusal(
    `OPNsense does not have ${proposal}; with SHA1 or group 2 it has ${[...weakOnOpnsense].join(', ')}. Choose SHA2-256 and group 14 or more for the tunnels.`,
  );
}

/** strongSwan's names, but the function of phase 1 is named as if it were the integrity. */
export function opnsenseProposals(tunnel: GatewayTunnel): Proposals {
  const one = namesOf(opnsense, tunnel.phase1);
  const two = namesOf(opnsense, tunnel.phase2);
  return {
    ike: listedOnOpnsense([one.encryption, one.integrity, one.dhGroup].join('-')),
    esp: listedOnOpnsense([two.encryption, ...(two.gcm ? [] : [two.integrity]), two.dhGroup].join('-')),
  };
}

export interface PfsenseAlgorithms {
  readonly cipher: string;
  /** Bits of the key; with GCM, of the integrity check. */
  readonly keylen: number;
  readonly hash: string;
  readonly dhGroup: number;
}

export function pfsenseAlgorithms(phase: Phase): PfsenseAlgorithms {
  const { encryption, integrity, dhGroup, gcm } = namesOf(pfsense, phase);
  return {
    cipher: encryption,
    keylen: gcm ? 128 : Number(phase.encryption.slice('AES'.length)),
    hash: integrity,
    dhGroup: Number(dhGroup),
  };
}
