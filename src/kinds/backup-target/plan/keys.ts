// SPDX-License-Identifier: GPL-3.0-or-later
/** Which of the user's access keys are ours, and what each of them is. Access keys carry no tags: the Secret tells, and the status remembers. */
import type { BackupTargetSpec, BackupTargetStatus } from '../../../api/backup-target.ts';
import type { AccessKey } from '../../../clouds/aws/iam/users.ts';
import { milliseconds } from '../../../core/time.ts';
import type { Observed, OurSecret } from '../observed.ts';
import type { KeyStep } from '../steps.ts';
import { madeFor } from './reservation.ts';

/** IAM User Guide, "IAM and STS quotas": access keys assigned to an IAM user. */
export const mostKeys = 2;

/**
 * `current`: consumers read it. `pending`: delivered beside it, to be proven. `previous`: it was current before. `lost`: made, and its
 * secret part is nowhere, and never was. `abandoned`: delivered once to be proven, and cannot be any more. `superseded`: of a Secret that is gone.
 */
export type KeyRole = 'current' | 'pending' | 'previous' | 'lost' | 'abandoned' | 'superseded';

export interface Remembered {
  readonly id: string;
  readonly createdAt: number;
  readonly as: 'current' | 'pending' | 'previous';
}

/** What the status remembers of our keys; forgeable, so id and creation time must both be those of a key of our own user. */
export function rememberedIn({ accessKey }: BackupTargetStatus): readonly Remembered[] {
  if (!accessKey) return [];
  const { pending, previous } = accessKey;
  const one = (key: { id: string; createdAt?: string | undefined } | undefined, as: Remembered['as']): Remembered[] =>
    key?.createdAt === undefined ? [] : [{ id: key.id, createdAt: milliseconds(key.createdAt), as }];
  return [...one(accessKey, 'current'), ...one(pending, 'pending'), ...one(previous, 'previous')];
}

function roleByTime(
  key: AccessKey,
  { reserved, delivered, pending }: OurSecret,
  keys: readonly AccessKey[],
): KeyRole | undefined {
  const shown = (id: string | undefined) => keys.find((one) => one.id === id);
  const forCurrent = madeFor(key, reserved, shown(delivered?.key));
  if (!pending) return forCurrent ? 'lost' : undefined;
  if (!forCurrent && !madeFor(key, pending.reserved, shown(pending.delivered?.key))) return undefined;
  // its value was edited: it can never be proven
  return key.id === pending.delivered?.key ? 'abandoned' : 'lost';
}

function roleInSecret(key: AccessKey, secret: OurSecret, keys: readonly AccessKey[]): KeyRole | undefined {
  const { delivered, pending, retiring, reserved } = secret;
  if (key.id === delivered?.key) return 'current';
  if (key.id === pending?.delivered?.key && pending.intact) return 'pending';
  if (key.id === retiring?.key && key.createdAt === retiring.createdAt) return 'previous';
  if (reserved.supersedes.includes(key.id)) return 'superseded';
  return roleByTime(key, secret, keys);
}

const roleRemembered = { current: 'superseded', pending: 'abandoned', previous: 'previous' } as const;

/** Keys of the user that are known to be ours. */
export function knownKeys(
  { keys, secret }: Pick<Observed, 'keys' | 'secret'>,
  remembered: readonly Remembered[],
): ReadonlyMap<string, KeyRole> {
  const ours = new Map<string, KeyRole>();
  for (const key of keys) {
    const known = remembered.find(({ id, createdAt }) => id === key.id && createdAt === key.createdAt);
    const role =
      (secret.found === 'ours' ? roleInSecret(key, secret, keys) : undefined) ?? (known && roleRemembered[known.as]);
    if (role) ours.set(key.id, role);
  }
  return ours;
}

export function byID(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : 1;
}

export function createKey(spec: BackupTargetSpec, besides: readonly string[], place: 'current' | 'pending'): KeyStep {
  const { name } = spec.accessKey.secretRef;
  return {
    do: 'CreateAccessKey',
    effect: 'create',
    secret: name,
    user: spec.user.name,
    besides,
    place,
    once: `key:${spec.user.name}`,
    target: `access key of user ${spec.user.name}, into secret ${name}${place === 'pending' ? ', to be proven' : ''}`,
    ...(place === 'pending' ? { routine: true as const } : {}),
  };
}

export function deleteKey(
  spec: BackupTargetSpec,
  key: AccessKey,
  because: Extract<KeyStep, { do: 'DeleteAccessKey' }>['because'],
): Extract<KeyStep, { do: 'DeleteAccessKey' }> {
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
    ...(because === 'deleting' ? {} : { routine: true as const }),
  };
}
