// SPDX-License-Identifier: GPL-3.0-or-later
/** Whose backups are: a group belongs to whoever made its first one, and nobody else adds to it ("backup owner check failed", pbs-datastore, datastore.rs). */
import { z } from 'zod';
import type { Asked } from '../proxmox/asked.ts';
import type { ProxmoxApi } from '../proxmox/proxmox-api.ts';
import { asked } from './asked.ts';

const list = z.array(
  z.looseObject({ 'backup-type': z.string(), 'backup-id': z.string(), owner: z.string().nullish() }),
);

export interface OwnedGroup {
  readonly type: string;
  /** Of a guest: its number. */
  readonly id: string;
  /** `user@realm`, or `user@realm!name`. */
  readonly owner: string;
}

export interface GroupPlace {
  readonly datastore: string;
  /** Empty: the root. */
  readonly namespace: string;
}

const named = (namespace: string) => (namespace === '' ? undefined : namespace);

/** Of one namespace; read without a request to S3. */
export async function ownedGroups(
  pbs: ProxmoxApi,
  { datastore, namespace }: GroupPlace,
): Promise<readonly OwnedGroup[]> {
  const found = await pbs.read(
    asked('GET', '/admin/datastore/{store}/groups', [datastore], { ns: named(namespace) }),
    list,
  );
  return found.map((one) => ({ type: one['backup-type'], id: one['backup-id'], owner: one.owner ?? '' }));
}

/** With all its backups. Needs Datastore.Modify. */
export function changeOwnerRequest(
  { datastore, namespace }: GroupPlace,
  { type, id }: Pick<OwnedGroup, 'type' | 'id'>,
  owner: string,
): Asked {
  return asked('POST', '/admin/datastore/{store}/change-owner', [datastore], {
    ns: named(namespace),
    'backup-type': type,
    'backup-id': id,
    'new-owner': owner,
  });
}
