// SPDX-License-Identifier: GPL-3.0-or-later
/** Deletion: what this object made goes, from the jobs to the user. Backups stay, and so does the Secret with their key. Pure. */
import type { StorageEntry } from '../../../clouds/pve/storage-entries.ts';
import type { Hold } from '../../../core/plan.ts';
import { keptHold } from './plan.ts';
import { blocked, held, type Part } from './part.ts';
import { revocation } from './plan-account.ts';
import { jobRemoval, ourJobs } from './plan-jobs.ts';
import { isOurStorage, removalOf, storagesLeft } from './plan-storage.ts';
import type { OnServer, WiringSeen } from './seen.ts';
import type { WiringStep } from './steps.ts';
import { tokenIDOf, type WiringWish } from './wish.ts';

/** Somebody made further tokens for it: these would go with it. */
function inUse({ account }: WiringWish, { tokens }: OnServer): Hold | undefined {
  const others = tokens.filter((name) => name !== account.token);
  if (others.length === 0) return undefined;
  return blocked(
    'UserInUse',
    `User ${account.user} of the backup server has tokens that this object did not make (${others.slice(0, 5).join(', ')}). Remove them there; then the user goes, too.`,
    { kind: 'BackupUser', id: account.user },
  );
}

function userPart(wish: WiringWish, server: OnServer): Part {
  const { account } = wish;
  if (server.user?.ownership !== 'mine') return { steps: [] };
  const token: readonly WiringStep[] = server.tokens.includes(account.token)
    ? [
        {
          part: 'wiring',
          do: 'RemoveBackupToken',
          effect: 'delete',
          target: `token ${tokenIDOf(account)} of the backup server`,
          account,
        },
      ]
    : [];
  const first = [...server.grants.map(revocation), ...token];
  if (first.length > 0) return { steps: first };
  const hold = inUse(wish, server);
  if (hold) return held(hold);
  const { user } = account;
  const target = `user ${user} of the backup server`;
  return { steps: [{ part: 'wiring', do: 'RemoveBackupUser', effect: 'delete', target, user }] };
}

/** Whoever logs in by a name that somebody else has on the server is somebody else's. */
function ourStorages(wish: WiringWish, seen: WiringSeen): readonly StorageEntry[] {
  const { storage, server } = seen;
  if (server?.user && server.user.ownership !== 'mine') return [];
  return [...(storage && isOurStorage(wish, seen, storage) ? [storage] : []), ...storagesLeft(wish, seen)];
}

export function absentWiring(wish: WiringWish, seen: WiringSeen): Part {
  const jobs = ourJobs(seen).map(jobRemoval);
  if (jobs.length > 0) return { steps: jobs };
  const [entry] = ourStorages(wish, seen);
  const kept = keptHold(wish, seen, entry);
  if (kept) return held(kept);
  if (entry) return { steps: [removalOf(wish, entry)] };
  const user: Part = seen.server ? userPart(wish, seen.server) : { steps: [] };
  if (user.steps.length > 0 || user.hold) return user;
  if (seen.token.found !== 'ours') return { steps: [] };
  const { tokenSecret } = wish;
  return {
    steps: [
      { part: 'wiring', do: 'RemoveTokenSecret', effect: 'delete', target: `secret ${tokenSecret}`, tokenSecret },
    ],
  };
}
