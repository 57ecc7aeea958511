// SPDX-License-Identifier: GPL-3.0-or-later
/** How the Secret with the gateway's files is laid out: the files by their names, each tunnel's key by its address, annotations for ourselves. */
import type { VpnConnection } from '../../clouds/aws/vpn.ts';
import { hasKey } from '../../clouds/aws/tunnel-keys.ts';
import { canonical, digest } from '../../core/digest.ts';
import type { Secret } from '../../core/objects.ts';
import { milliseconds, rfc3339 } from '../../core/time.ts';
import type { GatewayFile } from './gateway/model.ts';
import type { FilesFound } from './observed.ts';

export const filesType = 'hybridcloud.dev/gateway-files';

const notes = {
  inputs: 'hybridcloud.dev/inputs-digest',
  sealed: 'hybridcloud.dev/digest',
  deliveredAt: 'hybridcloud.dev/delivered-at',
} as const;

/** The key alone, for who writes files of his own. */
const keyOf = (outsideIP: string) => `${outsideIP}.psk`;

/** Tells edited files from delivered ones. Salted with the owner, so that equal files do not show as equal. */
function seal(ownerUID: string, data: ReadonlyMap<string, string>): string {
  return digest(ownerUID, canonical(Object.fromEntries(data)));
}

export interface Delivery {
  readonly files: readonly GatewayFile[];
  /** By outside address. */
  readonly keys: ReadonlyMap<string, string>;
  readonly digestOfInputs: string;
  readonly ownerUID: string;
  readonly now: number;
}

/** What the Secret holds afterwards: nothing else stays in it. */
export function delivering({ files, keys, digestOfInputs, ownerUID, now }: Delivery) {
  const data = new Map([
    ...files.map(({ name, content }) => [name, content] as const),
    ...[...keys].map(([outsideIP, key]) => [keyOf(outsideIP), key] as const),
  ]);
  const annotations = {
    [notes.inputs]: digestOfInputs,
    [notes.sealed]: seal(ownerUID, data),
    [notes.deliveredAt]: rfc3339(now),
  };
  return { data, annotations };
}

/** @param ours This object's connections, as `Vpns` gave them: their keys are compared with those of the Secret. */
export function readFiles(secret: Secret | undefined, ownerUID: string, ours: readonly VpnConnection[]): FilesFound {
  if (!secret) return { found: 'absent' };
  const { name, owners, annotations, data } = secret;
  if (!owners.some(({ uid }) => uid === ownerUID)) return { found: 'foreign', secret: name };
  const keyed = ours.every((connection) =>
    connection.tunnels.every(({ outsideIP }) => {
      const key = data.get(keyOf(outsideIP));
      return key === undefined || hasKey(connection, outsideIP, key) !== false;
    }),
  );
  return {
    found: 'ours',
    secret: name,
    digest: annotations[notes.inputs] ?? '',
    deliveredAt: milliseconds(annotations[notes.deliveredAt] ?? '') || 0,
    intact: keyed && annotations[notes.sealed] === seal(ownerUID, data),
  };
}
