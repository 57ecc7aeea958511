// SPDX-License-Identifier: GPL-3.0-or-later
/** How the Secret with the gateway's files is laid out: the files by their names, each tunnel's key by its address. */
import type { VpnConnection } from '../../clouds/aws/ec2/vpn.ts';
import { hasKey } from '../../clouds/aws/ec2/tunnel-keys.ts';
import type { Secret } from '../../core/objects.ts';
import { readSealed, sealed } from '../sealed-files.ts';
import type { GatewayFile } from './gateway/model.ts';
import type { FilesFound } from './observed.ts';

export const filesType = 'hybridcloud.dev/gateway-files';

/** The key alone, for who writes files of his own. */
const keyOf = (outsideIP: string) => `${outsideIP}.psk`;

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
  const annotations = sealed({ data, digestOfInputs, ownerUID, now });
  return { data, annotations };
}

/** @param ours This object's connections, as `Vpns` gave them: their keys are compared with those of the Secret. */
export function readFiles(secret: Secret | undefined, ownerUID: string, ours: readonly VpnConnection[]): FilesFound {
  const found = readSealed(secret, ownerUID);
  if (found.found === 'absent') return found;
  const { name, ...rest } = found;
  if (rest.found === 'foreign') return { ...rest, secret: name };
  const keyed = ours.every((connection) =>
    connection.tunnels.every(({ outsideIP }) => {
      const key = secret?.data.get(keyOf(outsideIP));
      return key === undefined || hasKey(connection, outsideIP, key) !== false;
    }),
  );
  return { ...rest, secret: name, intact: keyed && rest.intact };
}
