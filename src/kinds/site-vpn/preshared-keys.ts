// SPDX-License-Identifier: GPL-3.0-or-later
/** Pre-shared keys that the spec names: read where they are compared or sent, and never part of what is observed. */
import { hasKey } from '../../clouds/aws/ec2/tunnel-keys.ts';
import type { VpnConnection } from '../../clouds/aws/ec2/vpn.ts';
import { changed } from '../changed.ts';
import type { Clouds } from './connect.ts';
import type { KeyFound, Observed } from './observed.ts';
import type { Keys } from './requests.ts';
import type { OwnOptions, TunnelName } from './steps.ts';
import { tunnelNames } from './tunnels.ts';

const dataKey = 'presharedKey';
/** EC2 API reference, VpnTunnelOptionsSpecification: PreSharedKey. */
const wellFormed = /^[A-Za-z1-9._][A-Za-z0-9._]{7,63}$/;

/** With the line end that an editor leaves taken off. */
async function readKey({ outside, scope }: Clouds, secret: string): Promise<string | undefined> {
  const live = await outside.secrets.read(scope.namespace, secret);
  const key = live?.data.get(dataKey)?.trim();
  if (key !== undefined && key !== '') outside.learnSecret(key);
  return key === '' ? undefined : key;
}

/** Where AWS does not say which key a tunnel has, it is not changed for one. */
function tunnelsWith(connections: readonly VpnConnection[], key: string): readonly string[] {
  return connections
    .flatMap((connection) =>
      connection.tunnels
        .map(({ outsideIP }) => outsideIP)
        .filter((outsideIP) => hasKey(connection, outsideIP, key) !== false),
    )
    .toSorted();
}

async function keyFound(clouds: Clouds, secret: string, ours: readonly VpnConnection[]): Promise<KeyFound> {
  const key = await readKey(clouds, secret);
  if (key === undefined) return { found: 'absent' };
  return wellFormed.test(key) ? { found: 'here', on: tunnelsWith(ours, key) } : { found: 'malformed' };
}

/** @param ours This object's connections, as `Vpns` gave them. */
export async function observeKeys(clouds: Clouds, ours: readonly VpnConnection[]): Promise<Observed['keys']> {
  const keys: { -readonly [Name in TunnelName]?: KeyFound } = {};
  for (const name of tunnelNames) {
    const secret = clouds.spec.tunnels[name].presharedKeySecretRef?.name;
    if (secret !== undefined) keys[name] = await keyFound(clouds, secret, ours);
  }
  return keys;
}

/** For a step that sends them. @throws Failure when one is not there any more. */
export async function keysFor(clouds: Clouds, own: readonly OwnOptions[]): Promise<Keys> {
  const keys = new Map<string, string>();
  for (const { presharedKeySecret: secret } of own) {
    if (secret === undefined) continue;
    const key = await readKey(clouds, secret);
    if (key === undefined || !wellFormed.test(key)) throw changed(`Secret ${secret} has no usable key any more`);
    keys.set(secret, key);
  }
  return keys;
}
