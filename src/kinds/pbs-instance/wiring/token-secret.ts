// SPDX-License-Identifier: GPL-3.0-or-later
/** The Secret with the token by which Proxmox VE logs in. It is the object's own, and made again when it is lost. */
import { digest } from '../../../core/digest.ts';
import type { Secret } from '../../../core/objects.ts';
import { milliseconds, rfc3339 } from '../../../core/time.ts';
import type { PbsToken } from '../../../clouds/pbs/pbs.ts';

export const tokenSecretType = 'hybridcloud.dev/pbs-token';

const keys = { id: 'tokenID', secret: 'secret' } as const;
const notes = { sent: 'hybridcloud.dev/sent', sentAt: 'hybridcloud.dev/sent-at' } as const;

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

/** The annotations once Proxmox VE has it. */
export function noteOfSending(sent: Sent, now: number): Readonly<Record<string, string>> {
  return { [notes.sent]: sealOf(sent), [notes.sentAt]: rfc3339(now) };
}

/** When this very secret was given to that storage, in milliseconds since the epoch. */
export function sentAt({ annotations }: Secret, sent: Sent): number | undefined {
  if (annotations[notes.sent] !== sealOf(sent)) return undefined;
  return milliseconds(annotations[notes.sentAt] ?? '') || 0;
}
