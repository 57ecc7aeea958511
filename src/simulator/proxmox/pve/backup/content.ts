// SPDX-License-Identifier: GPL-3.0-or-later
/** Backups as PVE lists them (PVE::Storage::PBSPlugin, list_volumes). It asks the server each time, and the server asks no S3. */
import { rfc3339 } from '../../pbs/store/layout.ts';
import type { StorageRecord } from '../../state.ts';
import type { World } from '../../world.ts';
import { died } from '../errors.ts';
import { ask, LinkError } from '../storage/pbs-link.ts';
import { linkOfStorage } from '../storage/state.ts';

interface Listed {
  readonly 'backup-type': string;
  readonly 'backup-id': string;
  readonly 'backup-time': number;
  readonly size: number;
  readonly protected: boolean;
  readonly comment?: string;
  readonly fingerprint?: string;
  readonly verification?: { readonly state: string; readonly upid: string };
}

function shown(storage: string, one: Listed): object {
  const { 'backup-type': type, 'backup-id': id, 'backup-time': time } = one;
  return {
    volid: `${storage}:backup/${type}/${id}/${rfc3339(time)}`,
    content: 'backup',
    format: `pbs-${type}`,
    subtype: type === 'vm' ? 'qemu' : 'lxc',
    vmid: Number(id),
    ctime: time,
    size: one.size,
    ...(one.protected ? { protected: 1 } : {}),
    ...(one.comment === undefined ? {} : { notes: one.comment }),
    ...(one.fingerprint === undefined ? {} : { encrypted: one.fingerprint }),
    ...(one.verification ? { verification: one.verification } : {}),
  };
}

export async function backupContent(world: World, storage: StorageRecord, vmid: string | undefined): Promise<unknown> {
  const { datastore = '', namespace } = storage.options;
  const ns = namespace === undefined ? '' : `?ns=${encodeURIComponent(namespace)}`;
  try {
    const all = (await ask(
      world,
      linkOfStorage(world, storage),
      `/admin/datastore/${datastore}/snapshots${ns}`,
    )) as readonly Listed[];
    return all
      .filter((one) => one['backup-type'] !== 'host' && (vmid === undefined || one['backup-id'] === vmid))
      .map((one) => shown(storage.id, one));
  } catch (error) {
    if (error instanceof LinkError) throw died(`${storage.id}: error listing snapshots - ${error.message}`);
    throw error;
  }
}
