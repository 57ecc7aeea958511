// SPDX-License-Identifier: GPL-3.0-or-later
/** The closed lists of proposals (models/OPNsense/IPsec/FieldTypes/IPsecProposalField.php). */
const groups =
  'modp2048 modp3072 modp4096 modp6144 modp8192 ecp224 ecp256 ecp384 ecp521 ecp224bp ecp256bp ecp384bp ecp512bp x25519 x448'.split(
    ' ',
  );
const hashes = ['sha256', 'sha384', 'sha512', 'aesxcbc'];

const weak = [
  'aes256-sha1-modp2048',
  'aes192-sha1-modp2048',
  'aes128-sha1-modp2048',
  'aes256-sha1-modp4096',
  'aes256-sha1-ecp521',
  'aes256-sha256-modp1024',
  'aes256-sha512-modp1024',
  'aes256-sha256-modp1536',
  'aes128-sha256-modp1536',
  'aes256gcm16-sha256-modp1536',
  'aes256-sha1',
  'aes256-sha256',
  'null',
];

const ciphers = ['aes128', 'aes192', 'aes256'];
const combined = ciphers.map((cipher) => `${cipher}gcm16`);

function crossed(names: readonly string[]): string[] {
  return names.flatMap((name) => hashes.flatMap((hash) => groups.map((group) => `${name}-${hash}-${group}`)));
}

const both = ['default', ...weak, ...crossed([...ciphers, ...combined])];

/** With a combined cipher, phase 1 names the pseudo-random function. */
export const phase1: readonly string[] = [
  ...both,
  ...['sha256', 'sha384', 'sha512'].flatMap((hash) =>
    ['x25519', 'x448'].map((group) => `chacha20poly1305-${hash}-${group}`),
  ),
];

/** Phase 2 needs none, and takes it nevertheless. */
export const phase2: readonly string[] = [
  ...both,
  ...combined.flatMap((name) => groups.map((group) => `${name}-${group}`)),
  'aes256gcm16',
  'chacha20poly1305',
  'chacha20poly1305-x25519',
  'chacha20poly1305-x448',
];
