// SPDX-License-Identifier: GPL-3.0-or-later
/** How the Secret of a server that we made is laid out. Its token's value is shown once by the server, and is nowhere else. */
import type { PbsToken } from '../../../clouds/pbs/pbs.ts';
import type { Secret } from '../../../core/objects.ts';
import type { KeptSecret } from './seen.ts';
import type { ServerWorld } from './world.ts';

export const secretType = 'hybridcloud.dev/pbs-token';

const vmNote = 'hybridcloud.dev/vm';

/** For whoever reads it, too: `tokenID` and `secret` are as in the Secret of an existing server. */
const keys = { url: 'url', fingerprint: 'fingerprint', id: 'tokenID', secret: 'secret' } as const;

export function readKept(secret: Secret | undefined, { object }: Pick<ServerWorld, 'object'>): KeptSecret {
  if (!secret) return { found: 'absent' };
  if (!secret.owners.some(({ uid }) => uid === object.metadata.uid)) return { found: 'foreign' };
  const tokenID = secret.data.get(keys.id)?.trim();
  return {
    found: 'ours',
    vm: secret.annotations[vmNote] ?? '',
    fingerprints: (secret.data.get(keys.fingerprint) ?? '').split(/[\s,]+/).filter(Boolean),
    ...(tokenID && secret.data.get(keys.secret) ? { tokenID } : {}),
  };
}

/** For a server that somebody else made, too. */
export function tokenIn(secret: Secret): PbsToken | undefined {
  const tokenID = secret.data.get(keys.id)?.trim();
  const value = secret.data.get(keys.secret)?.trim();
  return tokenID && value ? { tokenID, secret: value } : undefined;
}

interface Content {
  readonly annotations: Readonly<Record<string, string>>;
  readonly data: ReadonlyMap<string, string>;
}

/** What was known of another VM is nothing to this one: neither its certificate nor its token. */
export function pinning(
  { annotations }: Pick<Secret, 'annotations'>,
  { url, vm, fingerprint }: { readonly url: string; readonly vm: string; readonly fingerprint: string },
): Content {
  const data = new Map([
    [keys.url, url],
    [keys.fingerprint, fingerprint],
  ]);
  return { annotations: { ...annotations, [vmNote]: vm }, data };
}

export function pinningBeside({ annotations, data }: Secret, pinned: readonly string[], next: string): Content {
  const last = pinned.at(-1);
  const both = last === undefined ? [next] : [last, next];
  return { annotations, data: new Map([...data, [keys.fingerprint, both.join(',')]]) };
}

export function keeping({ annotations, data }: Secret, { tokenID, secret }: PbsToken): Content {
  return { annotations, data: new Map([...data, [keys.id, tokenID], [keys.secret, secret]]) };
}
