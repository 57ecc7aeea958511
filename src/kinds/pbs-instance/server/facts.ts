// SPDX-License-Identifier: GPL-3.0-or-later
/** For `status.server`. Pure. */
import { insideOf, type ServerSeen } from './seen.ts';
import type { ServerWish } from './wish.ts';

export interface ServerFacts {
  readonly url: string;
  readonly version?: string;
  readonly fingerprint?: string;
  readonly secretName: string;
  /** Of a server that we made. */
  readonly passwordState?: 'InUse' | 'Dropped';
}

function pinOf(wish: ServerWish, { secret }: ServerSeen): string | undefined {
  if (wish.type === 'Existing') return wish.trust.by === 'Fingerprint' ? wish.trust.sha256[0] : undefined;
  return (
    wish.fingerprints?.[0] ?? (secret.found === 'ours' && secret.vm === wish.vm ? secret.fingerprints[0] : undefined)
  );
}

export function serverFacts(wish: ServerWish, seen: ServerSeen): ServerFacts {
  const version = insideOf(seen)?.version.text;
  const fingerprint = pinOf(wish, seen);
  return {
    url: wish.url,
    ...(version === undefined ? {} : { version }),
    ...(fingerprint === undefined ? {} : { fingerprint }),
    secretName: wish.secret,
    ...(wish.type === 'Existing' ? {} : { passwordState: seen.rootKept ? 'InUse' : 'Dropped' }),
  };
}
