// SPDX-License-Identifier: GPL-3.0-or-later
import { certificateSeen } from '../../../clouds/https/failures.ts';
import { rightsOn } from '../../../clouds/pbs/access.ts';
import {
  directoriesOf,
  disksOf,
  fingerprintTold,
  isSupported,
  serverVersion,
  type PbsVersion,
} from '../../../clouds/pbs/node.ts';
import { taskOf, tasksOf } from '../../../clouds/pbs/tasks.ts';
import type { ProxmoxApi } from '../../../clouds/proxmox/proxmox-api.ts';
import { Failure } from '../../../core/failure.ts';
import { readKept } from './kept-secret.ts';
import { rightsNeeded, type Right } from './rights.ts';
import type { CacheDisk, Inside, ServerSeen } from './seen.ts';
import { opened, type Opened } from './session.ts';
import { mountOf, type ServerWish } from './wish.ts';
import type { ServerWorld } from './world.ts';

/** Upgrades and new rights are rare, and nobody waits for them who is not told so. */
const rareMs = 10 * 60_000;
const dayMs = 24 * 3_600_000;

async function lackingNow(pbs: ProxmoxApi, needed: readonly Right[]): Promise<readonly Right[]> {
  const paths = [...new Set(needed.map(({ on }) => on))];
  const held = await Promise.all(paths.map(async (path) => [path, await rightsOn(pbs, path)] as const));
  const rights = new Map(held);
  return needed.filter(({ on, privilege }) => !rights.get(on)?.has(privilege));
}

/** Nothing missing is believed for a while; what is missing is asked for again. */
async function lackingOf(pbs: ProxmoxApi, disks: boolean): Promise<readonly Right[]> {
  const needed = rightsNeeded({ disks });
  const known = await pbs.look(`rights ${disks}`, rareMs, () => lackingNow(pbs, needed));
  return known.length === 0 ? known : lackingNow(pbs, needed);
}

async function cacheOf(pbs: ProxmoxApi, now: number): Promise<CacheDisk> {
  const [mounted, disks] = await Promise.all([directoriesOf(pbs), disksOf(pbs)]);
  const since = Math.floor((now - dayMs) / 1000);
  const [last] = await tasksOf(pbs, { type: 'dircreate', since });
  const end = last && (await taskOf(pbs, last));
  return {
    mounted,
    disks,
    ...(last && end ? { making: { ...end, startedAt: last.startedAt * 1000 } } : {}),
  };
}

/** Once it is mounted it stays so: then it is looked at like what is rare. */
async function cacheSeen(pbs: ProxmoxApi, wish: ServerWish, now: number): Promise<CacheDisk | undefined> {
  if (wish.type !== 'VirtualMachine' || !wish.cache) return undefined;
  const known = await pbs.look('cache disk', rareMs, () => cacheOf(pbs, now));
  if (known.mounted.includes(mountOf(wish.cache))) return known;
  return cacheOf(pbs, now);
}

/** One that was too old may have been upgraded just now. */
async function versionOf(pbs: ProxmoxApi): Promise<PbsVersion> {
  const known = await pbs.look('version', rareMs, () => serverVersion(pbs));
  return isSupported(known) ? known : serverVersion(pbs);
}

async function insideBy({ pbs, tokenID }: Opened, wish: ServerWish, now: number): Promise<Inside> {
  const disks = wish.type === 'VirtualMachine' && wish.cache !== undefined;
  const version = await versionOf(pbs);
  const lacking = await lackingOf(pbs, disks);
  const may = (path: string) => !lacking.some(({ on }) => on === path);
  const told = may('/system/status') ? await pbs.look('fingerprint', rareMs, () => fingerprintTold(pbs)) : undefined;
  const cache = may('/system/disks') ? await cacheSeen(pbs, wish, now) : undefined;
  return {
    tokenID,
    version,
    lacking,
    ...(told === undefined ? {} : { fingerprint: told }),
    ...(cache ? { cache } : {}),
  };
}

/** Of somebody else's server the failure itself says all that there is to say. */
async function insideOrNot(at: Opened, wish: ServerWish, now: number): Promise<NonNullable<ServerSeen['inside']>> {
  try {
    return await insideBy(at, wish, now);
  } catch (error) {
    if (wish.type === 'Existing') throw error;
    const otherCertificate = certificateSeen(error);
    if (otherCertificate !== undefined) return { otherCertificate };
    if (error instanceof Failure && error.reason === 'CredentialsRejected') return 'Rejected';
    throw error;
  }
}

/** What shows itself there is only of interest while it may be pinned. */
async function shownAt(world: ServerWorld, wish: ServerWish): Promise<string | undefined> {
  if (wish.type === 'Existing' || wish.fingerprints) return undefined;
  return world.servers.certificate({ url: wish.url, granted: wish.granted, scope: world.scope });
}

/** Reads only; a login is none that changes anything. */
export async function observeServer(world: ServerWorld, wish: ServerWish): Promise<ServerSeen> {
  const now = world.now();
  const secret = await world.secrets.read(world.scope.namespace, wish.secret);
  const made = wish.type === 'VirtualMachine';
  const rootKept = made && (await world.rootPassword()) !== undefined;
  const at = opened(world, wish, secret);
  const inside = at && (await insideOrNot(at, wish, now));
  // one that was installed anew knows nothing of the old one's token
  const unknown = inside === undefined || inside === 'Rejected';
  const shown = rootKept && unknown ? await shownAt(world, wish) : undefined;
  return {
    now,
    secret: made ? readKept(secret, world) : { found: 'absent' },
    rootKept,
    ...(shown === undefined ? {} : { shown }),
    ...(inside === undefined ? {} : { inside }),
  };
}
