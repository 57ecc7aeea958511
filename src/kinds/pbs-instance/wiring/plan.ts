// SPDX-License-Identifier: GPL-3.0-or-later
/** From a datastore to backups that land in it. Pure. */
import { accountHold, accountSteps } from './plan-account.ts';
import { fleecingHold } from './plan-fleecing.ts';
import { formerJobs, jobsHold, jobSteps } from './plan-jobs.ts';
import { goodKey, isKept, keyHold, newKeySteps } from './plan-key.ts';
import { tagHold } from './plan-tags.ts';
import { inactiveHold, isOurStorage, removalOf, storageHold, storagesLeft, storageSteps } from './plan-storage.ts';
import { blocked, held, type Part } from './part.ts';
import type { WiringSeen } from './seen.ts';
import type { StorageEntry } from '../../../clouds/pve/storage-entries.ts';
import type { Hold } from '../../../core/plan.ts';
import type { WiringWish } from './wish.ts';

/** Its copy is the last: who takes the entry away takes the backups' readability away. */
export function keptHold(wish: WiringWish, seen: WiringSeen, entry: StorageEntry | undefined): Hold | undefined {
  if (!entry || isKept(entry, goodKey(seen))) return undefined;
  const { id } = entry;
  const secret = wish.encryption?.secret;
  const where = secret === undefined ? 'no Secret is named for it' : `Secret ${secret} does not hold that key`;
  return blocked(
    'EncryptionKeyNotKept',
    `Storage ${id} in Proxmox VE holds an encryption key (${entry.encryptionKey ?? ''}) that goes when the storage goes, and ${where}: it stays. Put /etc/pve/priv/storage/${id}.enc of a node into ${secret === undefined ? 'a Secret and name that in the spec' : `Secret ${secret} (key encryption-key)`}; or, if no backup that was made with it is needed any more, remove the storage by hand.`,
    { kind: 'Storage', id },
  );
}

/** Nothing is begun while anything is in the way: each of these is a matter for a person. */
function holdOf(wish: WiringWish, seen: WiringSeen): Hold | undefined {
  return (
    accountHold(wish, seen) ??
    storageHold(wish, seen) ??
    keyHold(wish, seen, seen.storage) ??
    jobsHold(wish, seen) ??
    fleecingHold(wish, seen)
  );
}

/**
 * While the datastore is closed on purpose nothing is tried there, and nobody can tell whether Proxmox VE gets in: jobs are as they shall be, so
 * that they can be taken out meanwhile, and all else waits.
 */
export function planClosedWiring(wish: WiringWish, seen: WiringSeen): Part {
  if (!seen.storage || !isOurStorage(wish, seen, seen.storage)) return { steps: [] };
  const hold = jobsHold(wish, seen) ?? fleecingHold(wish, seen);
  if (hold) return held(hold);
  const jobs = jobSteps(wish, seen);
  const tags = jobs.length === 0 ? tagHold(wish, seen, formerJobs(wish, seen)) : undefined;
  return tags ? held(tags) : { steps: jobs };
}

/** The account and the key, then the storage, and once that is active the jobs. */
export function planWiring(wish: WiringWish, seen: WiringSeen): Part {
  const hold = holdOf(wish, seen);
  if (hold) return held(hold);
  const first = [...accountSteps(wish, seen), ...newKeySteps(wish, seen)];
  if (first.length > 0) return { steps: first };
  const storage = storageSteps(wish, seen);
  if (storage.length > 0) return { steps: storage };
  if (!seen.active) return held(inactiveHold(wish));
  const jobs = jobSteps(wish, seen);
  if (jobs.length > 0) return { steps: jobs };
  // of another id, which the spec had before
  const [left] = storagesLeft(wish, seen);
  if (!left) {
    const tags = tagHold(wish, seen, formerJobs(wish, seen));
    return tags ? held(tags) : { steps: [] };
  }
  const kept = keptHold(wish, seen, left);
  return kept ? held(kept) : { steps: [removalOf(wish, left)] };
}
