// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Keys with which a Proxmox VE encrypts what it sends: files of JSON (pbs-key-config, KeyConfig). The server never gets one; without it
 * a backup is noise.
 */
import { createHash, pbkdf2Sync } from 'node:crypto';
import { z } from 'zod';
import { rfc3339 } from '../../core/time.ts';

const file = z.looseObject({
  kdf: z.unknown().optional(),
  created: z.string(),
  modified: z.string(),
  data: z.base64(),
  fingerprint: z.string().optional(),
});

/** AES-256. */
export const keySize = 32;

export type KeyFile =
  /** `fingerprint`: of the key itself. `shownAs`: what Proxmox VE shows where it holds this very file. */
  | { readonly is: 'Good'; readonly fingerprint: string; readonly shownAs: string }
  /** `why`: a clause for a message. */
  | { readonly is: 'Bad'; readonly why: string };

const colons = (hex: string) => (hex.match(/../g) ?? []).join(':');

/** pbs-tools, crypt_config.rs: a digest of a key that is derived of the key, so that nothing is told of the key itself. */
function fingerprintOf(key: Uint8Array): string {
  const derived = pbkdf2Sync(key, '_id_key', 10, 32, 'sha256');
  const about = createHash('sha256').update('Proxmox Backup Encryption Key Fingerprint').digest();
  return colons(createHash('sha256').update(about).update(derived).digest('hex'));
}

/** @param key 32 random bytes. @param now Milliseconds since the epoch. */
export function newKeyFile(key: Uint8Array, now: number): string {
  if (key.length !== keySize) throw new RangeError(`a key has ${keySize} bytes`);
  const at = rfc3339(now);
  const data = Buffer.from(key).toString('base64');
  return JSON.stringify({ kdf: null, created: at, modified: at, data, fingerprint: fingerprintOf(key) });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What Proxmox VE, and its backup client, would make of it. Nothing of the key is in the answer. */
export function readKeyFile(text: string): KeyFile {
  const { data: found } = file.safeParse(parsed(text));
  if (!found) return { is: 'Bad', why: 'it is no key file: JSON with kdf, created, modified and data' };
  if (found.kdf !== null && found.kdf !== undefined)
    return { is: 'Bad', why: 'it has a passphrase, and a job at night has nobody to type it' };
  const key = Buffer.from(found.data, 'base64');
  if (key.length !== keySize) return { is: 'Bad', why: `its data has not ${keySize} bytes` };
  const fingerprint = fingerprintOf(key);
  const { fingerprint: said } = found;
  if (said !== undefined && said.toLowerCase() !== fingerprint)
    return { is: 'Bad', why: 'its fingerprint is that of another key' };
  // PVE::Storage::PBSPlugin, on_add_hook
  return { is: 'Good', fingerprint, shownAs: said ?? '1' };
}
