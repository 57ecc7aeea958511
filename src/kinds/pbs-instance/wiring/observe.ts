// SPDX-License-Identifier: GPL-3.0-or-later
import { grantsOf, rightsOn, tokensOf, usersOf } from '../../../clouds/pbs/access.ts';
import { ownedGroups } from '../../../clouds/pbs/groups.ts';
import { namespacesOf } from '../../../clouds/pbs/namespaces.ts';
import type { PbsToken } from '../../../clouds/pbs/pbs.ts';
import { backupStorages, isStorageActive, storageEntry } from '../../../clouds/pve/storage-entries.ts';
import { Failure } from '../../../core/failure.ts';
import { readKey } from './key-secret.ts';
import { ownershipOfComment } from './owner-comment.ts';
import { fleecingSeen, jobsSeen } from './observe-jobs.ts';
import { isAdopting, isOurStorage } from './plan-storage.ts';
import type { Beside, OnServer, TokenKept, WiringSeen } from './seen.ts';
import { isOurs, madeStorage, sentAt, tokenIn } from './token-secret.ts';
import { aclPathOf, levelsOf, tokenIDOf, type WiringWish } from './wish.ts';
import type { WiringWorld } from './world.ts';

type Server = NonNullable<WiringWorld['pbs']>;

async function observeServer(
  { api }: Server,
  { owner }: WiringWorld,
  { wish, isClosed }: { readonly wish: WiringWish; readonly isClosed: boolean },
): Promise<OnServer> {
  const { account, datastore } = wish;
  const users = await usersOf(api);
  const user = users.find(({ id }) => id === account.user);
  const mine = new Set([account.user, tokenIDOf(account)]);
  const tokens = user ? await tokensOf(api, account.user) : [];
  const grants = (await grantsOf(api)).filter(({ who }) => mine.has(who));
  // one without levels needs no look
  const namespaces = wish.namespace === '' ? [] : isClosed ? levelsOf(wish) : await namespacesOf(api, datastore);
  return {
    namespaces,
    tokens,
    grants,
    ...(user
      ? {
          user: {
            enabled: user.enabled,
            comment: user.comment,
            ownership: ownershipOfComment(user.comment, owner),
          },
        }
      : {}),
  };
}

/** Asked with the token itself: what was made anew by hand, or late, shows in no list. */
async function works(pbs: Server, token: PbsToken, path: string): Promise<boolean> {
  try {
    await rightsOn(pbs.as(token), path);
    return true;
  } catch (error) {
    if (error instanceof Failure && error.reason === 'CredentialsRejected') return false;
    throw error;
  }
}

async function observeToken(world: WiringWorld, wish: WiringWish, server?: OnServer): Promise<TokenKept> {
  const { secrets, object, owner, pbs, learnSecret } = world;
  const secret = await secrets.read(object.metadata.namespace, wish.tokenSecret);
  if (!secret) return { found: 'absent' };
  if (!isOurs(secret, owner.uid)) return { found: 'foreign' };
  const whose = { ownerUID: owner.uid, storage: wish.storage };
  const known = madeStorage(secret, whose) ? ({ madeStorage: true } as const) : {};
  const token = tokenIn(secret, tokenIDOf(wish.account));
  if (!token) return { found: 'ours', works: false, ...known };
  learnSecret(token.secret);
  const listed = server?.tokens.includes(wish.account.token) ?? false;
  const sent = sentAt(secret, { ...whose, token });
  return {
    found: 'ours',
    ...known,
    works: pbs !== undefined && listed && (await works(pbs, token, aclPathOf(wish))),
    ...(sent === undefined ? {} : { sentAt: sent }),
  };
}

/** With the entry's user its backups change hands: who it logs in as now is who they belong to. */
async function othersIn(
  pbs: Server | undefined,
  wish: WiringWish,
  { storage: entry, ...seen }: Pick<WiringSeen, 'server' | 'token' | 'storage'>,
): Promise<Pick<WiringSeen, 'others'>> {
  const isForeign = entry && isAdopting(wish, entry) && !isOurStorage(wish, seen, entry);
  // under the same name they are ours already
  const isTaken = isForeign && entry.namespace === wish.namespace && entry.username !== tokenIDOf(wish.account);
  if (!pbs || !isTaken) return {};
  const groups = await ownedGroups(pbs.api, wish);
  return { others: groups.filter(({ owner }) => owner === entry.username || owner.startsWith(`${entry.username}!`)) };
}

/** @param isClosed In maintenance: which namespaces it has and whose its backups are nobody may read, and nothing is done about them before. Reads only. */
export async function observeWiring(world: WiringWorld, wish: WiringWish, isClosed = false): Promise<WiringSeen> {
  const { pve, pbs, clock, owner } = world;
  const server = pbs && (await observeServer(pbs, world, { wish, isClosed }));
  const token = await observeToken(world, wish, server);
  const key = wish.encryption && (await readKey(world, wish.encryption.secret)).kept;
  const storage = await storageEntry(pve, wish.storage);
  const ours = tokenIDOf(wish.account);
  const others = await backupStorages(pve);
  const at = { ...(server ? { server } : {}), ...(storage ? { storage } : {}) };
  return {
    now: clock.now(),
    owner,
    token,
    ...at,
    ...(key ? { key } : {}),
    ...(isClosed ? {} : await othersIn(pbs, wish, { ...at, token })),
    active: storage !== undefined && (await isStorageActive(pve, wish.node, wish.storage)),
    left: others.filter(({ id, username }) => id !== wish.storage && username === ours),
    ...(await jobsSeen(pve, wish)),
    ...(await fleecingSeen(pve, wish)),
  };
}

/** @param maxAgeMs So old may be what Proxmox VE has said. Reads only. */
export async function observeBeside(world: WiringWorld, wish: WiringWish, maxAgeMs: number): Promise<Beside> {
  const { pve } = world;
  const read = () => Promise.all([storageEntry(pve, wish.storage), jobsSeen(pve, wish), fleecingSeen(pve, wish)]);
  const [storage, jobs, fleecing] = await (maxAgeMs === 0
    ? read()
    : pve.look(`beside ${wish.storage}`, maxAgeMs, read));
  const token = await observeToken(world, wish);
  const key = wish.encryption && (await readKey(world, wish.encryption.secret)).kept;
  return { token, ...jobs, ...fleecing, ...(key ? { key } : {}), ...(storage ? { storage } : {}) };
}
