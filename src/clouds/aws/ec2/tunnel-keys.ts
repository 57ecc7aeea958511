// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Whether a tunnel has a key that somebody holds, without a look of its own and without the key being part of what is observed: the
 * shared look at connections has all keys in its answer, and their digests are kept beside it, in memory only.
 */
import { createHash } from 'node:crypto';
import type * as EC2 from '@aws-sdk/client-ec2';
import type { VpnConnection } from './vpn.ts';

/** By outside address. */
type Digests = ReadonlyMap<string, string>;

const digestsOf = new WeakMap<VpnConnection, Digests>();

const digestOf = (outsideIP: string, key: string) =>
  createHash('sha256').update(`${outsideIP}/${key}`).digest('base64');

/** What was read of a connection, and the answer that it was read from. */
export function noteKeys(connection: VpnConnection, { Options: options }: EC2.VpnConnection): VpnConnection {
  const digests = (options?.TunnelOptions ?? []).flatMap(({ OutsideIpAddress: ip, PreSharedKey: key }) =>
    ip && key ? [[ip, digestOf(ip, key)] as const] : [],
  );
  digestsOf.set(connection, new Map(digests));
  return connection;
}

/**
 * Whether AWS's side of the tunnel has that key. `undefined`: AWS did not say, as it does not while addresses are being chosen, and where
 * Secrets Manager holds the keys.
 * @param connection The very object that `Vpns` gave: a copy has no keys.
 */
export function hasKey(connection: VpnConnection, outsideIP: string, key: string): boolean | undefined {
  const digest = digestsOf.get(connection)?.get(outsideIP);
  return digest === undefined ? undefined : digest === digestOf(outsideIP, key);
}
