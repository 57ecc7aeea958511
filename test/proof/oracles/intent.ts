// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Nothing is destroyed without intent, and without a fresh look. Intent: the object is being deleted (its data only with policy Delete
 * and the confirmation), or its spec names another policy, or the key is not the one in the Secret. Fresh: since this process's own
 * last other write it has read the thing, and for keys the Secret too.
 */
import type { Carried } from '../network.ts';
import { account, type Worlds } from '../worlds.ts';
import { freshLooks, unread, type LooksNeeded } from './fresh-looks.ts';
import { canaryKey, type OwnedSecret, type Target } from './picture.ts';
import { decoded } from './canary.ts';

export interface Circumstances {
  readonly worlds: Worlds;
  readonly target: Target | undefined;
  readonly secret: OwnedSecret | undefined;
  readonly earlier: readonly Carried[];
}

/** What a destructive call must have read before. */
const looksNeeded: LooksNeeded = {
  DeleteBucket: ['GetBucketTagging'],
  DeleteObjects: ['GetBucketTagging', 'ListObjectVersions'],
  DeleteUser: ['GetUser'],
  DeleteUserPolicy: ['GetUser'],
  DeleteAccessKey: ['GetUser', 'ListAccessKeys', 'get secrets'],
  UpdateAccessKey: ['GetUser', 'ListAccessKeys', 'get secrets'],
  'delete secrets': ['get secrets'],
};

/** Why this call must not be made, or `undefined`. */
export function withoutIntent(call: Carried, around: Circumstances): string | undefined {
  const { action, parameters } = call;
  if (action === 'DeleteObject' && !canaryKey.test(parameters['Key'] ?? ''))
    return 'DeleteObject of an object that is no canary';
  const needed = looksNeeded[action];
  if (!needed) return undefined;
  return unwanted(call, around) ?? unmarked(call, around) ?? unread(call, looksNeeded, around.earlier);
}

function unwanted({ action, parameters }: Carried, { target, secret }: Circumstances): string | undefined {
  if (!target) return `${action} for no object`;
  const { metadata, spec } = target;
  const deleting = metadata.deletionTimestamp !== undefined;
  if (action === 'DeleteBucket' || action === 'DeleteObjects') {
    const confirmed = metadata.annotations?.['hybridcloud.dev/confirm-data-loss'] === spec.bucket.name;
    return deleting && spec.deletionPolicy === 'Delete' && confirmed ? undefined : `${action} that nobody confirmed`;
  }
  return deleting || isSuperseded(parameters, target, secret) ? undefined : `${action} without a deletion`;
}

/** A policy under a name that the spec no longer has, or a key that is not the one in the Secret. */
function isSuperseded(parameters: Carried['parameters'], { spec }: Target, secret: OwnedSecret | undefined): boolean {
  const { PolicyName, AccessKeyId } = parameters;
  if (PolicyName !== undefined) return PolicyName !== spec.user.policyName;
  return AccessKeyId !== undefined && AccessKeyId !== decoded(secret, 'accessKeyID');
}

/** Only what carries our mark. */
function unmarked({ action, parameters }: Carried, { worlds, target, secret }: Circumstances): string | undefined {
  const uid = target?.metadata.uid;
  if (action === 'delete secrets') {
    const owned = !secret || secret.metadata.ownerReferences?.some((owner) => owner.uid === uid);
    return owned ? undefined : `${action} of another's Secret`;
  }
  const owners = ownersOf(parameters, worlds);
  return owners.every((owner) => owner === uid) ? undefined : `${action} of what does not carry our mark`;
}

/** Whose mark the bucket or the user of a call carries; none when there is no such thing. */
function ownersOf(parameters: Carried['parameters'], worlds: Worlds): (string | undefined)[] {
  const tag = 'hybridcloud.dev/owner';
  const { buckets, users } = worlds.aws.account(account);
  return [
    ...buckets()
      .filter(({ name }) => name === parameters['Bucket'])
      .map(({ tags }) => tags.find(([key]) => key === tag)?.[1]),
    ...users()
      .filter(({ name }) => name === parameters['UserName'])
      .map(({ tags }) => tags[tag]),
  ];
}

/** What a process may destroy next as far as its reads go. */
export function readsOf(process: number, earlier: readonly Carried[]): unknown {
  return freshLooks(looksNeeded, process, earlier);
}
