// SPDX-License-Identifier: GPL-3.0-or-later
/** The BackupTarget is ours alone, or nothing is done in its bucket. Pure. */
import { blocked, held, type StorePart } from './part.ts';
import type { StoreSeen } from './seen.ts';
import type { StoreStep } from './steps.ts';
import type { StoreWish } from './wish.ts';

function taken(name: string, { by }: Extract<StoreSeen['claim'], { is: 'Taken' }>): StorePart {
  const other = `${by.namespace}/${by.name}`;
  return held(
    blocked(
      'InUse',
      `BackupTarget ${name} is used by ${by.kind} ${other}, and only one may use it. Choose another one, or delete ${other}; to take its place, annotate this object with hybridcloud.dev/take-over: ${by.uid}.`,
      { kind: by.kind, id: other },
    ),
  );
}

function absent(name: string, is: 'Missing' | 'Leaving'): StorePart {
  const what = is === 'Missing' ? 'does not exist in this namespace. Make it' : 'is being deleted. Make it anew';
  const message = `BackupTarget ${name} ${what}, or name another one in s3.backupTargetRef.`;
  return held(blocked('BackupTargetNotFound', message, { kind: 'BackupTarget', id: name }));
}

/**
 * The key may only write below the prefix, and the server writes below the datastore's name: every key begins with it, and no setting of a
 * datastore or of an S3 endpoint puts anything before it (pbs-datastore, s3.rs; pbs-api-types, DatastoreBackendConfig and S3ClientConfig).
 */
function outside({ s3, datastore: { name } }: StoreWish, prefix: string): StorePart | undefined {
  if (s3.type === 'Given' || `${name}/`.startsWith(prefix)) return undefined;
  return held(
    blocked(
      'PrefixDiffers',
      `The key of BackupTarget ${s3.name} may only write below ${prefix}, and the datastore writes below ${name}/: Proxmox Backup Server has no prefix but the datastore's name. Set user.prefix there to ${name}/ or remove it.`,
      { kind: 'BackupTarget', id: s3.name },
    ),
  );
}

export function planClaim(wish: StoreWish, { claim, place }: StoreSeen): StorePart | undefined {
  const { s3, takeOver } = wish;
  if (s3.type === 'Given' || claim.is === 'NotNeeded') return undefined;
  const { name } = s3;
  if (claim.is === 'Missing' || claim.is === 'Leaving') return absent(name, claim.is);
  const differs = outside(wish, claim.prefix);
  if (differs) return differs;
  if (claim.is === 'Taken' && claim.by.uid !== takeOver) return taken(name, claim);
  if (claim.is !== 'Mine')
    return {
      steps: [{ part: 'store', do: 'ClaimBackupTarget', effect: 'update', target: `BackupTarget ${name}`, name }],
    };
  if (place) return undefined;
  return held({
    why: 'Waiting',
    reason: 'BackupTargetNotReady',
    message: `BackupTarget ${name} has no access key yet`,
    until: { happens: 'AccessKeyDelivered', id: name },
    lookAgainAfterMs: 15_000,
  });
}

function releasing(name: string): Extract<StoreStep, { do: 'ReleaseBackupTarget' }> {
  return { part: 'store', do: 'ReleaseBackupTarget', effect: 'update', target: `BackupTarget ${name}`, name };
}

/** Once nothing of ours is in their buckets: others may use them then, and they can be deleted. */
export function planFormer({ former = [] }: StoreSeen): readonly StoreStep[] {
  return former.map((name) => ({ ...releasing(name), former: true }));
}

/** All that there are. */
export function releases({ s3 }: StoreWish, seen: StoreSeen): readonly StoreStep[] {
  const own = s3.type === 'BackupTarget' && seen.claim.is === 'Mine' ? [releasing(s3.name)] : [];
  return [...own, ...planFormer(seen)];
}
