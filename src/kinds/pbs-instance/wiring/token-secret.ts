// SPDX-License-Identifier: GPL-3.0-or-later
/** The Secret with the token by which Proxmox VE logs in. It is the object's own, and made again when it is lost. */
import { digest } from '../../../core/digest.ts';
import type { Secret } from '../../../core/objects.ts';
import { milliseconds, rfc3339 } from '../../../core/time.ts';
import type { PbsToken } from '../../../clouds/pbs/pbs.ts';

export const tokenSecretType = 'hybridcloud.dev/pbs-token';

const keys = { id: 'tokenID', secret: 'secret' } as const;
const notes = {
  sent: 'hybridcloud.dev/sent',
  sentAt: 'hybridcloud.dev/sent-at',
  storage: 'hybridcloud.dev/storage',
} as const;

export function isOurs({ owners }: Secret, ownerUID: string): boolean {
  return owners.some(({ uid }) => uid === ownerUID);
}

export function tokenData({ tokenID, secret }: PbsToken): ReadonlyMap<string, string> {
  return new Map([
    [keys.id, tokenID],
    [keys.secret, secret],
  ]);
}

/** `undefined`: it holds none, or that of another token. */
export function tokenIn({ data }: Secret, tokenID: string): PbsToken | undefined {
  const secret = data.get(keys.secret);
  return data.get(keys.id) === tokenID && secret !== undefined && secret !== '' ? { tokenID, secret } : undefined;
}

interface Sent {
  readonly ownerUID: string;
  readonly storage: string;
  readonly token: PbsToken;
}

/** Salted with the owner. Of a UUID, so that nobody guesses it back. */
function sealOf({ ownerUID, storage, token }: Sent): string {
  return digest(ownerUID, storage, token.tokenID, token.secret);
}

/** Without the token: another one takes nothing from it that this object made the storage. */
const sealOfStorage = (ownerUID: string, storage: string) => digest(ownerUID, storage);

/** The annotations once Proxmox VE has it. */
export function noteOfSending(sent: Sent, now: number): Readonly<Record<string, string>> {
  const { ownerUID, storage } = sent;
  return {
    [notes.sent]: sealOf(sent),
    [notes.sentAt]: rfc3339(now),
    [notes.storage]: sealOfStorage(ownerUID, storage),
  };
}

/** What still holds once there is another token: nobody has that one yet. */
export function notesOfStorage({ annotations }: Secret): Readonly<Record<string, string>> {
  const kept = annotations[notes.storage];
  return kept === undefined ? {} : { [notes.storage]: kept };
}

/** Whether this object has led that storage to a server of its own before: an entry has no place for a mark, so the mark is here. */
export function madeStorage({ annotations }: Secret, { ownerUID, storage }: Omit<Sent, 'token'>): boolean {
  return annotations[notes.storage] === sealOfStorage(ownerUID, storage);
}

/** When this very secret was given to that storage, in milliseconds since the epoch. */
export function sentAt({ annotations }: Secret, sent: Sent): number | undefined {
  if (annotations[notes.sent] !== sealOf(sent)) return undefined;
  return milliseconds(annotations[notes.sentAt] ?? '') || 0;
}
