// SPDX-License-Identifier: GPL-3.0-or-later
/** Backups as the server lists them: from the metadata on its own disk, without a request to S3 (pbs-datastore, backup_info.rs; api2/admin/datastore.rs). */
import { z } from 'zod';
import { count } from '../proxmox/loose.ts';
import type { ProxmoxApi } from '../proxmox/proxmox-api.ts';
import { parseUpid } from '../proxmox/upid.ts';
import { asked } from './asked.ts';

const file = z.union([z.string().transform((filename) => ({ filename })), z.looseObject({ filename: z.string() })]);

const snapshot = z.looseObject({
  'backup-type': z.string(),
  'backup-id': z.string(),
  'backup-time': count,
  size: count.nullish(),
  owner: z.string().nullish(),
  files: z.array(file).optional(),
  verification: z.looseObject({ state: z.string(), upid: z.string() }).nullish(),
});

export interface ListedBackup {
  /** Milliseconds since the epoch, by the clock of who made it. */
  readonly at: number;
  /** Bytes of what was saved, as the guest has them. Absent: it is not finished, or was broken off. */
  readonly size?: number;
  /** Images of disks and archives of files; a backup of nothing but the guest's configuration has none. */
  readonly archives: number;
  readonly verified?: 'ok' | 'failed';
  /** When that verification began, by the server's clock. */
  readonly verifiedAt?: number;
  /** `user@realm`, or `user@realm!name`. */
  readonly owner?: string;
}

/** Whether whoever logs in so may add to it and read it: its own, and as a user those of its tokens (pbs-datastore, check_backup_owner). */
export function isOwn({ owner }: { readonly owner?: string | undefined }, login: string): boolean {
  return owner === undefined || owner === login || owner.startsWith(`${login}!`);
}

export interface BackupGroup {
  readonly type: string;
  /** Of a guest: its number. */
  readonly id: string;
  /** The newest first. */
  readonly backups: readonly ListedBackup[];
}

const isArchive = /\.[fd]idx$/;

function verifiedBy({ state, upid }: { readonly state: string; readonly upid: string }) {
  const began = parseUpid(upid)?.startedAt;
  const verified = state === 'ok' ? ('ok' as const) : ('failed' as const);
  return { verified, ...(began === undefined ? {} : { verifiedAt: began * 1000 }) };
}

function listed(one: z.output<typeof snapshot>): ListedBackup {
  const { size, files = [], verification, owner } = one;
  return {
    at: one['backup-time'] * 1000,
    ...(size === undefined || size === null ? {} : { size }),
    archives: files.filter(({ filename }) => isArchive.test(filename)).length,
    ...(verification ? verifiedBy(verification) : {}),
    ...(owner ? { owner } : {}),
  };
}

/** Of one namespace; empty is the root. */
export async function backupGroups(pbs: ProxmoxApi, store: string, namespace: string): Promise<readonly BackupGroup[]> {
  const found = await pbs.read(
    asked('GET', '/admin/datastore/{store}/snapshots', [store], { ns: namespace === '' ? undefined : namespace }),
    z.array(snapshot),
  );
  const groups = new Map<string, { type: string; id: string; backups: ListedBackup[] }>();
  for (const one of found) {
    const [type, id] = [one['backup-type'], one['backup-id']];
    const group = groups.get(`${type}/${id}`) ?? { type, id, backups: [] };
    group.backups.push(listed(one));
    groups.set(`${type}/${id}`, group);
  }
  return [...groups.values()].map((group) => ({ ...group, backups: group.backups.sort((a, b) => b.at - a.at) }));
}
