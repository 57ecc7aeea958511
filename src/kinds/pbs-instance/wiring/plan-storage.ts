// SPDX-License-Identifier: GPL-3.0-or-later
/** The entry in Proxmox VE's storage.cfg: where backups go. Pure. */
import { annotations } from '../../../api/annotations.ts';
import type { StorageEntry } from '../../../clouds/pve/storage-entries.ts';
import type { Hold } from '../../../core/plan.ts';
import { blocked } from './part.ts';
import { goodKey, sendKeySteps } from './plan-key.ts';
import type { TokenKept, WiringSeen } from './seen.ts';
import type { StorageSettings, WiringStep } from './steps.ts';
import { tokenIDOf, type WiringWish } from './wish.ts';

const samePlace = ({ server, datastore }: WiringWish, entry: StorageEntry) =>
  entry.server === server.host && entry.datastore === datastore;

/**
 * An entry has no place for a mark, and whoever has an object of the same name, in another cluster, logs in under the same name. Ours is the one
 * that this object is known to have made, and one that leads to our own server: there the user has our mark, or, where that is lost or gone
 * with the server, the token is kept that was made for us.
 */
export function isOurStorage(
  wish: WiringWish,
  { server, token }: Pick<WiringSeen, 'server' | 'token'>,
  entry: StorageEntry,
): boolean {
  if (entry.type !== 'pbs' || entry.username !== tokenIDOf(wish.account)) return false;
  const ownership = server?.user?.ownership ?? 'nobodys';
  const isProven = ownership === 'mine' || (ownership === 'nobodys' && token.found === 'ours');
  return isProven && (samePlace(wish, entry) || isKnown(wish, token, entry));
}

const isKnown = ({ storage }: WiringWish, token: TokenKept, { id }: StorageEntry) =>
  id === storage && token.found === 'ours' && (token.madeStorage ?? false);

/** Of other ids. */
export function storagesLeft(wish: WiringWish, seen: WiringSeen): readonly StorageEntry[] {
  return seen.left.filter((one) => isOurStorage(wish, seen, one));
}

/** By a person's wish: it is of others, and leads to where ours is to lead. */
export function isAdopting(wish: WiringWish, entry: StorageEntry): boolean {
  return entry.type === 'pbs' && wish.adopt.includes(wish.storage) && samePlace(wish, entry);
}

export function storageHold(wish: WiringWish, seen: WiringSeen): Hold | undefined {
  const entry = seen.storage;
  if (!entry || isOurStorage(wish, seen, entry) || isAdopting(wish, entry)) return undefined;
  const { storage } = wish;
  const cure =
    entry.type === 'pbs' && samePlace(wish, entry)
      ? `take it over: annotate this object with ${annotations.adopt}: ${storage}; what would change is then shown for approval`
      : 'remove it';
  return blocked(
    'NotOurs',
    `Proxmox VE has a storage ${storage} already, which this object is not known to have made (${entry.type}${entry.type === 'pbs' ? ` to ${entry.server}, datastore ${entry.datastore}, as ${entry.username}` : ''}); it is not touched. Make this object anew with another storage.id, which is fixed, or ${cure}.`,
    { kind: 'Storage', id: storage },
  );
}

function addition(wish: WiringWish, seen: WiringSeen): WiringStep {
  const { storage, server, datastore, namespace, account, tokenSecret, encryption, lastKey } = wish;
  const key = encryption && goodKey(seen);
  // a person put another key there while no entry was left to compare it with
  const other = key && lastKey !== undefined && lastKey !== key.fingerprint;
  return {
    part: 'wiring',
    do: 'AddStorage',
    effect: 'create',
    target: `storage ${storage} in Proxmox VE`,
    storage,
    server,
    datastore,
    namespace,
    account,
    tokenSecret,
    ...(encryption && key ? { keySecret: encryption.secret, key: key.fingerprint } : {}),
    ...(other ? { needs: 'approval' } : {}),
  };
}

export function removalOf(
  wish: WiringWish,
  { id, username, encryptionKey, server, datastore }: StorageEntry,
): WiringStep {
  const { encryption } = wish;
  return {
    part: 'wiring',
    do: 'RemoveStorage',
    effect: 'delete',
    target: `storage ${id} in Proxmox VE`,
    storage: id,
    username,
    leads: { server, datastore },
    ...(encryptionKey === undefined ? {} : { key: encryptionKey }),
    ...(encryption ? { keySecret: encryption.secret } : {}),
  };
}

const bare = (fingerprint: string) => fingerprint.replaceAll(':', '').toLowerCase();

/** What differs of what can be changed. */
export function settingsOf(wish: WiringWish, entry: StorageEntry): StorageSettings {
  const { server, namespace, account } = wish;
  const username = tokenIDOf(account);
  return {
    ...(bare(entry.fingerprint) === bare(server.fingerprint) ? {} : { fingerprint: server.fingerprint }),
    ...(entry.port === server.port ? {} : { port: server.port }),
    ...(entry.namespace === namespace ? {} : { namespace }),
    ...(entry.username === username ? {} : { username }),
    ...(entry.disabled ? { disable: false } : {}),
    ...(entry.content === 'backup' ? {} : { content: 'backup' }),
    // pruning is the server's: this token could not, and every job would fail at its end
    ...(entry.prune === 'keep-all=1' ? {} : { 'prune-backups': 'keep-all=1' }),
  };
}

/**
 * Before the entry logs in as ours: afterwards nobody knows any more whose they were. A backup that runs just then fails, and the next one
 * does not.
 */
function takingOver(wish: WiringWish, { others = [] }: WiringSeen): WiringStep[] {
  const { datastore, namespace, account } = wish;
  return others.map((group) => ({
    part: 'wiring',
    do: 'ChangeBackupOwner',
    effect: 'update',
    target: `backups ${group.type}/${group.id} in datastore ${datastore}`,
    at: { datastore, namespace },
    group,
    owner: tokenIDOf(account),
    needs: 'approval',
  }));
}

function changes(wish: WiringWish, seen: WiringSeen, entry: StorageEntry): WiringStep[] {
  const set = settingsOf(wish, entry);
  if (Object.keys(set).length === 0) return [];
  const { storage } = wish;
  const taken = isOurStorage(wish, seen, entry) ? {} : ({ needs: 'approval' } as const);
  return [
    {
      part: 'wiring',
      do: 'ChangeStorage',
      effect: 'update',
      target: `storage ${storage} in Proxmox VE`,
      storage,
      username: tokenIDOf(wish.account),
      set,
      ...taken,
    },
  ];
}

/** A password that somebody changed shows in nothing but that the storage stays inactive. */
const sendAgainAfterMs = 3_600_000;

function sendings(wish: WiringWish, seen: WiringSeen, entry: StorageEntry): WiringStep[] {
  const { token, active, now } = seen;
  if (token.found !== 'ours' || !token.works) return [];
  const { sentAt } = token;
  // whom it logged in as until now had another password, whatever was sent before
  const ours = isOurStorage(wish, seen, entry);
  if (ours && sentAt !== undefined && (active || now - sentAt < sendAgainAfterMs)) return [];
  const { storage, account, tokenSecret, server, datastore } = wish;
  // taken over from somebody of the same name, nothing else shows it
  const taken = !ours && entry.username === tokenIDOf(account) ? ({ needs: 'approval' } as const) : {};
  return [
    {
      part: 'wiring',
      do: 'SendBackupToken',
      effect: 'update',
      target: `password of storage ${storage} in Proxmox VE`,
      storage,
      account,
      tokenSecret,
      leads: { server: server.host, datastore },
      ...taken,
    },
  ];
}

/** Server and datastore of an entry are fixed: another one takes its place, and nobody loses a backup by that. */
export function storageSteps(wish: WiringWish, seen: WiringSeen): readonly WiringStep[] {
  const entry = seen.storage;
  if (!entry) return [addition(wish, seen)];
  const keys = sendKeySteps(wish, seen, entry);
  if (keys.length > 0) return keys;
  if (!samePlace(wish, entry)) {
    // backups that run by it fail; where none can run nothing is lost
    const risk = seen.active ? ({ risk: 'disrupts' } as const) : {};
    return [{ ...removalOf(wish, entry), effect: 'replace', ...risk }, addition(wish, seen)];
  }
  return [...takingOver(wish, seen), ...changes(wish, seen, entry), ...sendings(wish, seen, entry)];
}

export function inactiveHold(wish: WiringWish): Hold {
  return {
    why: 'Waiting',
    reason: 'StorageInactive',
    message: `Proxmox VE does not reach the backup server with storage ${wish.storage}, or has not looked since it was made. If it stays: see whether node ${wish.node} reaches ${wish.server.host}:${wish.server.port}`,
    until: { happens: 'StorageActive', id: wish.storage },
    lookAgainAfterMs: 15_000,
  };
}
