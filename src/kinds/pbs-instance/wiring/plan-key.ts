// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * The encryption key: in its Secret before its first use, and never another in its place that nobody asked for. Without the key every backup
 * that was made with it is noise. Pure.
 */
import type { StorageEntry } from '../../../clouds/pve/storage-entries.ts';
import type { Hold } from '../../../core/plan.ts';
import { blocked } from './part.ts';
import type { WiringSeen } from './seen.ts';
import type { WiringStep } from './steps.ts';
import type { WiringWish } from './wish.ts';

export interface GoodKey {
  readonly fingerprint: string;
  /** As Proxmox VE shows it. */
  readonly shownAs: string;
}

export function goodKey({ key }: WiringSeen): GoodKey | undefined {
  return key?.found === 'here' && key.file.is === 'Good' ? key.file : undefined;
}

/** Whether a Secret holds what this entry would take with it. */
export function isKept({ encryptionKey }: Pick<StorageEntry, 'encryptionKey'>, key: GoodKey | undefined): boolean {
  return encryptionKey === undefined || key?.shownAs === encryptionKey;
}

const named = (shown: string) => (shown === '1' ? 'an encryption key' : `the encryption key ${shown}`);

function unnamed(wish: WiringWish, shown: string): Hold {
  return blocked(
    'EncryptionKeyUnnamed',
    `Storage ${wish.storage} in Proxmox VE has ${named(shown)}, and the spec names no Secret for it: nothing is changed, so that backups do not go unencrypted all at once. Put the key (/etc/pve/priv/storage/${wish.storage}.enc on a node) into a Secret and name that in the spec; or take the key out of the storage.`,
    { kind: 'Storage', id: wish.storage },
  );
}

function lost(wish: WiringWish, secret: string, inPve: string | undefined): Hold {
  const where =
    inPve === undefined
      ? `and Proxmox VE does not have it either. Put it back from your own copy`
      : `and Proxmox VE still has it: put it back from /etc/pve/priv/storage/${wish.storage}.enc on a node`;
  return blocked(
    'EncryptionKeyLost',
    `Secret ${secret} does not hold ${named(inPve ?? wish.lastKey ?? '1')} any more, ${where} (key encryption-key). No new one is made: backups until now can be read with that key alone. If it is gone for good, and you begin anew, put a new key there: proxmox-backup-client key create --kdf none.`,
    { kind: 'Secret', id: secret },
  );
}

function unusable(secret: string, why: string): Hold {
  return blocked(
    'EncryptionKeyUnusable',
    `The key in Secret ${secret} (key encryption-key) cannot be used: ${why}. Put the file there that proxmox-backup-client key create --kdf none has written.`,
    { kind: 'Secret', id: secret },
  );
}

function unsafe(secret: string, owner: string): Hold {
  return blocked(
    'EncryptionSecretUnsafe',
    `Secret ${secret} belongs to ${owner}, who writes it and takes it along when it goes: no encryption key is put there, as backups cannot be read without. Name a Secret of its own in storage.encryption.secretRef, which is fixed: make this object anew with it; or put the key there yourself (key encryption-key), by whatever else keeps that Secret: proxmox-backup-client key create --kdf none.`,
    { kind: 'Secret', id: secret },
  );
}

/** @param entry Ours, or about to be. */
export function keyHold(wish: WiringWish, seen: WiringSeen, entry: StorageEntry | undefined): Hold | undefined {
  const { encryption } = wish;
  const inPve = entry?.encryptionKey;
  if (!encryption) return inPve === undefined ? undefined : unnamed(wish, inPve);
  const { key } = seen;
  if (key?.found === 'unsafe') return unsafe(encryption.secret, key.owner);
  if (key?.found === 'here') return key.file.is === 'Bad' ? unusable(encryption.secret, key.file.why) : undefined;
  return inPve === undefined && wish.lastKey === undefined ? undefined : lost(wish, encryption.secret, inPve);
}

/** Once nothing holds: there is none, and none is known to have been. */
export function newKeySteps({ encryption }: WiringWish, { key }: WiringSeen): readonly WiringStep[] {
  if (!encryption || (key && key.found !== 'absent')) return [];
  const { secret } = encryption;
  return [
    {
      part: 'wiring',
      do: 'MakeEncryptionKey',
      effect: 'create',
      target: `encryption key in Secret ${secret}`,
      keySecret: secret,
    },
  ];
}

/** A person put another key into the Secret: the old one, where Proxmox VE has the last copy, is lost by that. */
export function sendKeySteps(wish: WiringWish, seen: WiringSeen, entry: StorageEntry): readonly WiringStep[] {
  const key = goodKey(seen);
  const { encryptionKey: was } = entry;
  if (!wish.encryption || !key || was === key.shownAs) return [];
  const { storage } = wish;
  const step = {
    part: 'wiring',
    do: 'SendEncryptionKey',
    target: `encryption key of storage ${storage}`,
    storage,
    keySecret: wish.encryption.secret,
    key: key.fingerprint,
  } as const;
  if (was === undefined) return [{ ...step, effect: 'update' }];
  return [{ ...step, effect: 'replace', risk: 'destroysData', loses: was === '1' ? storage : was, was }];
}
