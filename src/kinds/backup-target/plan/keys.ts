// SPDX-License-Identifier: GPL-3.0-or-later
/** Which of the user's access keys are ours, and what each of them is. Access keys carry no tags: the Secret tells, and the status remembers. */
import type { BackupTargetSpec, BackupTargetStatus } from '../../../api/backup-target.ts';
import type { AccessKey } from '../../../clouds/aws/users.ts';
import { milliseconds } from '../../../core/time.ts';
import type { Observed, OurSecret } from '../observed.ts';
import type { KeyStep } from '../steps.ts';

/** Clocks may differ by as much as AWS tolerates in a signature (Signature Version 4: 15 minutes). */
const skewMs = 15 * 60_000;
/** IAM shows a new key within seconds; longer than this is no lag any more. */
export const lagMs = 6 * 60_000;
/** A place that was reserved longer ago is reserved anew before a key is made for it. Longer than an announced create stays open. */
const reservationMs = 10 * 60_000;
/** IAM User Guide, "IAM and STS quotas": access keys assigned to an IAM user. */
export const mostKeys = 2;

/**
 * `current`: consumers read it. `pending`: delivered beside it, to be proven. `previous`: it was current before. `lost`: made, and its
 * secret part is nowhere. `superseded`: of a Secret that is gone.
 */
export type KeyRole = 'current' | 'pending' | 'previous' | 'lost' | 'superseded';

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

interface Reservation {
  readonly at: number;
  readonly besides: readonly string[];
}

/** Made after the reservation and not there before it: the answer, and with it the secret part, never arrived. */
function madeFor(key: AccessKey, { at, besides }: Reservation, until: number): boolean {
  return at > 0 && !besides.includes(key.id) && key.createdAt >= at - skewMs && key.createdAt <= until;
}

/** Nothing of ours is made after the delivered one (by IAM's clock, where it shows): a later key is somebody else's. */
function lastMade(keys: readonly AccessKey[], delivered: OurSecret['delivered']): number | undefined {
  const shown = keys.find(({ id }) => id === delivered?.key);
  return shown?.createdAt ?? (delivered && delivered.at + skewMs);
}

function isLost(key: AccessKey, { reserved, delivered, pending }: OurSecret, keys: readonly AccessKey[]): boolean {
  const forCurrent = madeFor(key, reserved, lastMade(keys, delivered) ?? Number.POSITIVE_INFINITY);
  if (forCurrent || !pending) return forCurrent;
  const { at } = pending.reserved;
  return madeFor(key, pending.reserved, lastMade(keys, pending.delivered) ?? at + reservationMs + lagMs + skewMs);
}

function roleInSecret(key: AccessKey, secret: OurSecret, keys: readonly AccessKey[]): KeyRole | undefined {
  const { delivered, pending, retiring, reserved } = secret;
  if (key.id === delivered?.key) return 'current';
  // a pending key whose value was edited can never be proven
  if (key.id === pending?.delivered?.key && pending.intact) return 'pending';
  if (key.id === retiring?.key && key.createdAt === retiring.createdAt) return 'previous';
  if (reserved.supersedes.includes(key.id)) return 'superseded';
  return isLost(key, secret, keys) ? 'lost' : undefined;
}

const roleRemembered = { current: 'superseded', pending: 'lost', previous: 'previous' } as const;

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

const sameKeys = (a: readonly string[], b: readonly string[]) => [...a].sort().join() === [...b].sort().join();

/** The place is there, and notes just these keys. */
export function isReserved({ secret }: Pick<Observed, 'secret'>, besides: readonly string[]): boolean {
  return secret.found === 'ours' && secret.reserved.at > 0 && sameKeys(secret.reserved.besides, besides);
}

/** The same for the place beside the current key; what was lost of it is known by its time, so the place must be fresh. */
export function isNextReserved({ secret, now }: Pick<Observed, 'secret' | 'now'>, besides: readonly string[]): boolean {
  if (secret.found !== 'ours' || !secret.pending || secret.pending.delivered || !secret.pending.intact) return false;
  const { at, besides: noted } = secret.pending.reserved;
  return at > 0 && at <= now && now - at < reservationMs && sameKeys(noted, besides);
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
    ...(because === 'deleting' ? {} : { routine: true as const }),
  };
}
