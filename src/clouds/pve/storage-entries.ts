// SPDX-License-Identifier: GPL-3.0-or-later
/** Where backups go: entries of type `pbs` in the cluster's storage.cfg (PVE::Storage::PBSPlugin). */
import { z } from 'zod';
import { count, flag, text } from '../proxmox/loose.ts';
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
  /** `backup`, and nothing else can it be. */
  readonly content: string;
  /** What Proxmox VE itself prunes after each backup: `keep-all=1` is nothing; empty: what the jobs say. */
  readonly prune: string;
  readonly digest?: string;
}

const standardPort = 8007;

function entryOf(found: z.output<typeof entry>): StorageEntry {
  const {
    server = '',
    datastore = '',
    namespace = '',
    username = '',
    fingerprint = '',
    content = '',
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
    content,
    prune: found['prune-backups'] ?? '',
    ...(digest === undefined ? {} : { digest }),
  };
}

/** `undefined`: there is no such storage. */
export async function storageEntry(pve: ProxmoxApi, id: string): Promise<StorageEntry | undefined> {
  const found = await pve.find(
    asked((api) => api.storage.$(id).$get()),
    entry,
  );
  return found && entryOf(found);
}

/** Those of type `pbs`. What the token may not see is left out without a word. */
export async function backupStorages(pve: ProxmoxApi): Promise<readonly StorageEntry[]> {
  const found = await pve.read(
    asked((api) => api.storage.$get({ type: 'pbs' })),
    z.array(entry),
  );
  return found.map(entryOf);
}

const state = z.looseObject({ enabled: flag.optional(), active: flag.optional() });

export interface StorageState {
  readonly enabled: boolean;
  /** The node has just reached it and logged in. */
  readonly active: boolean;
}

/** As that node finds it now. `undefined`: there is no such storage. */
export async function storageState(pve: ProxmoxApi, node: string, id: string): Promise<StorageState | undefined> {
  const found = await pve.find(
    asked((api) => api.nodes.$(node).storage.$(id).status.$get()),
    state,
  );
  return found && { enabled: found.enabled ?? true, active: found.active ?? false };
}

const room = state.extend({ content: z.string().optional(), avail: count.optional() });

export interface StorageRoom {
  readonly active: boolean;
  /** `images,rootdir`. */
  readonly content: string;
  /** Bytes. */
  readonly avail: number;
}

/** What has room there. `undefined`: there is no such storage. */
export async function storageRoom(pve: ProxmoxApi, node: string, id: string): Promise<StorageRoom | undefined> {
  const found = await pve.find(
    asked((api) => api.nodes.$(node).storage.$(id).status.$get()),
    room,
  );
  if (!found) return undefined;
  const { active = false, content = '', avail = 0 } = found;
  return { active, content, avail };
}

/** Whether that node has just reached it; it logs in to say so. */
export async function isStorageActive(pve: ProxmoxApi, node: string, id: string): Promise<boolean> {
  return (await storageState(pve, node, id))?.active ?? false;
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

/** Of `StorageEntry.prune`. */
export const keepAll = 'keep-all=1';

/** Proxmox VE logs in before it answers: what is wrong with server, fingerprint or password is refused, and nothing is stored. */
export function addStorageRequest({ id, namespace, encryptionKey, ...more }: NewStorage): Asked {
  return asked((api) =>
    api.storage.$post({
      ...more,
      storage: id,
      type: 'pbs',
      content: 'backup',
      // pruning is the server's: this token could not, and a machine that was broken into must not
      'prune-backups': keepAll,
      ...(namespace === undefined ? {} : { namespace }),
      ...(encryptionKey === undefined ? {} : { 'encryption-key': encryptionKey }),
    }),
  );
}

export interface StorageChange {
  readonly fingerprint?: string;
  readonly username?: string;
  /** Empty: the root. */
  readonly namespace?: string;
  readonly port?: number;
  readonly disable?: boolean;
  readonly content?: string;
  readonly 'prune-backups'?: string;
  /** Taken as it is: nothing logs in on a change. */
  readonly password?: string;
  /** The whole key as JSON. What the cluster had is overwritten. */
  readonly 'encryption-key'?: string;
  readonly digest?: string;
}

/** Server and datastore cannot change; the key is touched only where one is given. */
export function changeStorageRequest(id: string, { namespace, ...change }: StorageChange): Asked {
  const where = namespace === undefined ? {} : namespace === '' ? { delete: 'namespace' } : { namespace };
  return asked((api) => api.storage.$(id).$put({ ...change, ...where }));
}

/** Its encryption key goes with it, for good: only what lies in a Secret is left. */
export function removeStorageRequest(id: string): Asked {
  return asked((api) => api.storage.$(id).$delete());
}
