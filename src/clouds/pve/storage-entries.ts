// SPDX-License-Identifier: GPL-3.0-or-later
/** Where backups go: entries of type `pbs` in the cluster's storage.cfg (PVE::Storage::PBSPlugin). */
import { z } from 'zod';
import { flag, text } from '../proxmox/loose.ts';
import type { Asked } from '../proxmox/asked.ts';
import { asked } from './asked.ts';
import type { ProxmoxApi } from '../proxmox/proxmox-api.ts';

const entry = z.looseObject({
  storage: z.string(),
  type: z.string(),
  server: z.string().optional(),
  datastore: z.string().optional(),
  port: text.optional(),
  username: z.string().optional(),
  fingerprint: z.string().optional(),
  namespace: z.string().optional(),
  nodes: z.string().optional(),
  content: z.string().optional(),
  'prune-backups': z.string().optional(),
  'encryption-key': text.optional(),
  disable: flag.optional(),
  digest: z.string().optional(),
});

export interface StorageEntry {
  readonly id: string;
  readonly type: string;
  readonly server: string;
  readonly port: number;
  readonly datastore: string;
  readonly namespace: string;
  readonly username: string;
  /** SHA-256 of the backup server's certificate; empty: the cluster trusts its own authorities. */
  readonly fingerprint: string;
  /** The key's fingerprint, or "1"; absent: backups are not encrypted here. */
  readonly encryptionKey?: string;
  readonly disabled: boolean;
  readonly digest?: string;
}

const standardPort = 8007;

/** `undefined`: there is no such storage. */
export async function storageEntry(pve: ProxmoxApi, id: string): Promise<StorageEntry | undefined> {
  const found = await pve.find(
    asked((api) => api.storage.$(id).$get()),
    entry,
  );
  if (!found) return undefined;
  const {
    server = '',
    datastore = '',
    namespace = '',
    username = '',
    fingerprint = '',
    digest,
    disable = false,
  } = found;
  const key = found['encryption-key'];
  return {
    id: found.storage,
    type: found.type,
    server,
    port: Number(found.port ?? standardPort),
    datastore,
    namespace,
    username,
    fingerprint,
    ...(key === undefined ? {} : { encryptionKey: key }),
    disabled: disable,
    ...(digest === undefined ? {} : { digest }),
  };
}

export interface NewStorage {
  readonly id: string;
  readonly server: string;
  readonly port: number;
  readonly datastore: string;
  readonly namespace?: string;
  readonly fingerprint: string;
  /** `user@pbs!token`. */
  readonly username: string;
  readonly password: string;
  /** The whole key as JSON, which lies in a Secret already: Proxmox VE shows it once, and deletes it with the entry. */
  readonly encryptionKey?: string;
}

/** Proxmox VE logs in before it answers: what is wrong with server, fingerprint or password is refused, and nothing is stored. */
export function addStorageRequest({ id, namespace, encryptionKey, ...more }: NewStorage): Asked {
  return asked((api) =>
    api.storage.$post({
      ...more,
      storage: id,
      type: 'pbs',
      content: 'backup',
      // pruning is the server's: this token could not, and a machine that was broken into must not
      'prune-backups': 'keep-all=1',
      ...(namespace === undefined ? {} : { namespace }),
      ...(encryptionKey === undefined ? {} : { 'encryption-key': encryptionKey }),
    }),
  );
}

export interface StorageChange {
  readonly fingerprint?: string;
  /** Taken as it is: nothing logs in on a change. */
  readonly password?: string;
  readonly digest?: string;
}

/** Server and datastore cannot change; the key is never touched by this. */
export function changeStorageRequest(id: string, change: StorageChange): Asked {
  return asked((api) => api.storage.$(id).$put({ ...change }));
}

/** Its encryption key goes with it, for good: only what lies in a Secret is left. */
export function removeStorageRequest(id: string): Asked {
  return asked((api) => api.storage.$(id).$delete());
}
