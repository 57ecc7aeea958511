// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * The life of an access key: a place in a Secret is reserved, the key is made into it, and whatever was lost on the way goes.
 * Never three keys, never one that nobody can read, and never one deleted that is not known to be ours.
 */
import type { BackupTargetSpec } from '../../../api/backup-target.ts';
import type { AccessKey } from '../../../clouds/aws/users.ts';
import type { AccessSecret, Observed } from '../observed.ts';
import type { KeyStep } from '../steps.ts';
import { blocked, waiting, type Part } from './part.ts';

type Ours = Extract<AccessSecret, { found: 'ours' }>;

/** Clocks may differ by as much as AWS tolerates in a signature (Signature Version 4: 15 minutes). */
const skewMs = 15 * 60_000;
/** IAM shows a new key within seconds; longer than this is no lag any more. */
export const lagMs = 6 * 60_000;
const mostKeys = 2;

/**
 * Made after the reservation and not there before it: the answer, and with it the secret part, never arrived. Nothing of ours is made
 * after the delivered one (by IAM's clock, where it shows): a later key is somebody else's.
 */
function isLost(key: AccessKey, secret: Ours, keys: readonly AccessKey[]): boolean {
  const { reserved, delivered } = secret;
  if (reserved.at === 0 || reserved.besides.includes(key.id) || key.id === delivered?.key) return false;
  const current = keys.find(({ id }) => id === delivered?.key);
  const until = current?.createdAt ?? (delivered ? delivered.at + skewMs : Number.POSITIVE_INFINITY);
  return key.createdAt >= reserved.at - skewMs && key.createdAt <= until;
}

/** Keys of the user that are known to be ours, and why. `known` is the key that the status remembers, with its creation time. */
export function knownKeys(
  observed: Observed,
  known?: { readonly id: string; readonly createdAt: number },
): ReadonlyMap<string, 'current' | 'lost' | 'superseded'> {
  const ours = new Map<string, 'current' | 'lost' | 'superseded'>();
  const { secret } = observed;
  for (const key of observed.keys) {
    if (secret.found === 'ours') {
      if (key.id === secret.delivered?.key) ours.set(key.id, 'current');
      else if (secret.reserved.supersedes.includes(key.id)) ours.set(key.id, 'superseded');
      else if (isLost(key, secret, observed.keys)) ours.set(key.id, 'lost');
    }
    // the status may be forged: id and creation time must both be those of a key of our own user
    if (!ours.has(key.id) && known?.id === key.id && known.createdAt === key.createdAt) ours.set(key.id, 'superseded');
  }
  return ours;
}

export function planAccessKey(
  spec: BackupTargetSpec,
  observed: Observed,
  known?: { readonly id: string; readonly createdAt: number },
): Part<KeyStep> {
  const name = spec.accessKey.secretRef.name;
  const { secret, keys } = observed;
  const by = { kind: 'Secret', id: name };
  if (secret.found === 'foreign') {
    return {
      steps: [],
      hold: blocked(
        'SecretNotOurs',
        `Secret ${name} exists and was not made by this object; it was not changed. Delete it, or name another in accessKey.secretRef.`,
        by,
      ),
    };
  }
  const ours = knownKeys(observed, known);
  const on = { secret: name, target: `secret ${name}` } as const;
  if (secret.found === 'ours' && secret.delivered) {
    if (!secret.intact) {
      return {
        steps: [],
        hold: blocked(
          'SecretEdited',
          `The key in Secret ${name} is not the one that was delivered: somebody edited it. Delete the Secret, and a new key is made.`,
          by,
        ),
      };
    }
    return planDelivered(spec, { ...secret, delivered: secret.delivered }, observed, ours);
  }
  const lost = keys.filter((key) => ours.get(key.id) === 'lost').sort((a, b) => (a.id < b.id ? -1 : 1));
  if (lost.length > 0) return { steps: lost.map((key) => deleteKey(spec, key, 'lost')) };
  if (keys.length >= mostKeys) {
    return {
      steps: [],
      hold: blocked(
        'KeySlotsTaken',
        `User ${spec.user.name} has two access keys already (${keys
          .map((key) => key.id)
          .sort()
          .join(', ')}), the most that IAM allows. Delete one that is not used.`,
        { kind: 'User', id: spec.user.name },
      ),
    };
  }
  const besides = keys.map((key) => key.id).sort();
  const supersedes = [...ours]
    .filter(([, why]) => why === 'superseded')
    .map(([id]) => id)
    .sort();
  const place: KeyStep[] =
    secret.found === 'ours' && besides.join() === [...secret.reserved.besides].sort().join() && secret.reserved.at > 0
      ? []
      : [{ do: 'ReserveSecret', effect: secret.found === 'absent' ? 'create' : 'update', ...on, besides, supersedes }];
  const create: KeyStep = {
    do: 'CreateAccessKey',
    effect: 'create',
    ...on,
    user: spec.user.name,
    besides,
    once: `key:${spec.user.name}`,
    target: `access key of user ${spec.user.name}, into secret ${name}`,
  };
  return { steps: [...place, create] };
}

function planDelivered(
  spec: BackupTargetSpec,
  secret: Ours & { delivered: { key: string; at: number } },
  observed: Observed,
  ours: ReturnType<typeof knownKeys>,
): Part<KeyStep> {
  const name = spec.accessKey.secretRef.name;
  const { keys, now } = observed;
  const { delivered } = secret;
  const current = keys.find((key) => key.id === delivered.key);
  if (!current) {
    if (now >= delivered.at && now - delivered.at < lagMs) {
      return {
        steps: [],
        hold: waiting('KeyNotVisible', `Access key ${delivered.key} was made and IAM does not show it yet`, 10_000),
      };
    }
    return {
      steps: [],
      hold: blocked(
        'KeyGone',
        `Access key ${delivered.key} in Secret ${name} does not exist any more: somebody deleted it. Delete the Secret, and a new key is made.`,
        { kind: 'Secret', id: name },
      ),
    };
  }
  if (!current.active) {
    return {
      steps: [],
      hold: blocked(
        'KeyInactive',
        `Access key ${delivered.key} was made inactive by somebody. Make it active again, or delete Secret ${name} and a new key is made.`,
        { kind: 'AccessKey', id: delivered.key },
      ),
    };
  }
  const steps: KeyStep[] = [];
  if (!secret.describes) steps.push({ do: 'DescribeAccess', effect: 'update', secret: name, target: `secret ${name}` });
  for (const key of [...keys].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const why = ours.get(key.id);
    if (why === 'lost' || why === 'superseded') steps.push(deleteKey(spec, key, why));
  }
  return { steps };
}

export function deleteKey(
  spec: BackupTargetSpec,
  key: AccessKey,
  because: 'lost' | 'superseded' | 'deleting',
): KeyStep {
  const name = spec.accessKey.secretRef.name;
  return {
    do: 'DeleteAccessKey',
    effect: 'delete',
    user: spec.user.name,
    secret: name,
    key: key.id,
    createdAt: key.createdAt,
    because,
    target: `access key ${key.id} (${because})`,
  };
}
