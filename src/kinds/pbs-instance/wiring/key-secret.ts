// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * The Secret with the encryption key, ours or a person's: whose it is does not matter, only which key it holds. Without an owner reference
 * (docs/adr/0049): nothing but a person may take it away.
 */
import { readKeyFile } from '../../../clouds/pbs/encryption-key.ts';
import type { Secret } from '../../../core/objects.ts';
import type { KeyKept } from './seen.ts';
import type { WiringWorld } from './world.ts';

export const keySecretType = 'hybridcloud.dev/pbs-encryption-key';

/** What is in it: the key file, as `proxmox-backup-client key create --kdf none` writes it. */
export const keyEntry = 'encryption-key';

function textIn(secret: Secret | undefined): string | undefined {
  const text = secret?.data.get(keyEntry)?.trim();
  return text === '' ? undefined : text;
}

/** What is ours is written anew, and goes with the object; whose Secret it is without a key would take out what is put beside. */
function ownerOf({ owners }: Secret, uid: string, text: string | undefined): string | undefined {
  const owner = owners.find((one) => one.uid === uid) ?? (text === undefined ? owners[0] : undefined);
  return owner && `${owner.kind} ${owner.name}`;
}

export interface KeyRead {
  readonly kept: KeyKept;
  readonly text?: string;
}

export async function readKey({ secrets, object, learnSecret }: WiringWorld, name: string): Promise<KeyRead> {
  const secret = await secrets.read(object.metadata.namespace, name);
  const text = textIn(secret);
  const owner = secret && ownerOf(secret, object.metadata.uid, text);
  if (owner !== undefined) return { kept: { found: 'unsafe', owner } };
  if (text === undefined) return { kept: { found: 'absent' } };
  learnSecret(text);
  return { kept: { found: 'here', file: readKeyFile(text) }, text };
}
