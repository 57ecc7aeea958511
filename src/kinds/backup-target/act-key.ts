// SPDX-License-Identifier: GPL-3.0-or-later
/** Keys and their Secret: how they are made and taken away. What replaces one key by another is in act-rotation.ts. */
import { createAccessKey, deleteAccessKey } from '../../clouds/aws/iam/user-requests.ts';
import { missing } from '../../clouds/aws/iam/users.ts';
import { Failure } from '../../core/failure.ts';
import type { Secret } from '../../core/objects.ts';
import { delivering, disowning, reserving, type Made, type Place } from './access-notes.ts';
import { descriptionOf, seal, secretType } from './access-secret.ts';
import type { Clouds } from './connect.ts';
import { changed } from '../changed.ts';
import { ourKey, readLive, seen, whenIn } from './key-edge.ts';
import type { AccessSecret } from './observed.ts';
import { isNextReserved, isReserved } from './plan/reservation.ts';
import type { KeyStep } from './steps.ts';

type Do<Name extends KeyStep['do']> = Extract<KeyStep, { do: Name }>;

/** A delivery that meets another writer is tried again this often: the key's secret part exists nowhere else. */
const deliveryTries = 4;

export async function reserveSecret(clouds: Clouds, step: Do<'ReserveSecret'>): Promise<void> {
  const { outside, object, spec, session } = clouds;
  const secret = await readLive(clouds, step.secret);
  const description = descriptionOf(spec, session.partition);
  const when = await whenIn(clouds);
  if (!secret) {
    const { annotations, data } = reserving({ annotations: {}, data: description }, when, step);
    await outside.secrets.create(object, { name: step.secret, type: secretType, annotations, data });
    return;
  }
  const state = seen(clouds, secret);
  if (state.found !== 'ours' || state.delivered)
    throw changed(`Secret ${step.secret} changed while a place in it was reserved`);
  const { annotations, data } = reserving(secret, when, step);
  await outside.secrets.replace(secret, { annotations, data: new Map([...data, ...description]) });
}

/** The place that was reserved, and nothing in it yet. */
function isFree(clouds: Clouds, state: AccessSecret, { place, besides }: Do<'CreateAccessKey'>): boolean {
  if (state.found !== 'ours') return false;
  const world = { secret: state, now: clouds.outside.clock.now() };
  if (place === 'current') return !state.delivered && isReserved(world, besides);
  return state.delivered !== undefined && state.intact && isNextReserved(world, besides);
}

export async function makeAccessKey(clouds: Clouds, step: Do<'CreateAccessKey'>): Promise<void> {
  const { users, outside, owner } = clouds;
  const reserved = await readLive(clouds, step.secret);
  if (!reserved || !isFree(clouds, seen(clouds, reserved), step))
    throw changed(`Secret ${step.secret} has no place for a key any more`);
  const besides = (await users.freshKeys(step.user)).map((key) => key.id).sort();
  if (besides.join() !== [...step.besides].sort().join()) throw changed(`the keys of user ${step.user} changed`);
  const answer = await users.write<{ AccessKey?: { AccessKeyId?: string; SecretAccessKey?: string } }>(
    createAccessKey(step.user),
  );
  const { AccessKeyId: key, SecretAccessKey: value } = answer.AccessKey ?? {};
  if (!key || !value)
    throw new Failure({
      class: 'Transient',
      reason: 'ServiceError',
      message: 'CreateAccessKey answered without a key',
    });
  outside.learnSecret(value);
  await deliver(clouds, reserved, { made: { key, value, sealed: seal(owner.uid, key, value) }, place: step.place });
}

interface Delivery {
  readonly made: Made;
  readonly place: Place;
}

/** Where a delivery that failed can go on: `delivered` when only its answer was lost, else the place as it is now, if it is still free. */
async function placeAfter(
  clouds: Clouds,
  was: Secret,
  { made, place }: Delivery,
): Promise<'delivered' | Secret | undefined> {
  const now = await readLive(clouds, was.name).catch(() => was);
  const state = seen(clouds, now);
  if (!now || now.uid !== was.uid || state.found !== 'ours') return undefined;
  const there = place === 'current' ? state : state.pending;
  if (!there) return undefined;
  if (!there.delivered) return now;
  return there.delivered.key === made.key && there.intact ? 'delivered' : undefined;
}

/** Into exactly the Secret that was reserved. If that fails for good, the key is lost, found by the reservation, and deleted. */
async function deliver(clouds: Clouds, reserved: Secret, delivery: Delivery): Promise<void> {
  const { outside } = clouds;
  let was = reserved;
  for (let left = deliveryTries; ; left--) {
    try {
      await outside.secrets.replace(was, delivering(was, outside.clock.now(), delivery.made, delivery.place));
      return;
    } catch (error) {
      if (left <= 1 || !(error instanceof Failure) || error.class !== 'Transient') throw error;
      const next = await placeAfter(clouds, was, delivery);
      if (next === 'delivered') return;
      if (!next) throw error;
      was = next;
    }
  }
}

/** A key that the Secret holds is taken away only together with the object, or because it never worked. */
function isHeld(state: AccessSecret, { key, because }: Do<'DeleteAccessKey'>): boolean {
  if (because === 'deleting' || state.found !== 'ours') return false;
  if (state.delivered?.key === key) return true;
  return (
    because !== 'refused' &&
    state.delivered !== undefined &&
    state.pending?.intact === true &&
    state.pending.delivered?.key === key
  );
}

/**
 * A key whose secret part was lost was never used, since nobody ever had it: one that was used is somebody's, whatever its time says, and is
 * noted so in the Secret. `false`: there is none any more.
 */
async function isUnused(clouds: Clouds, { secret, key }: Do<'DeleteAccessKey'>): Promise<boolean> {
  const used = await clouds.users.wasUsed(key);
  if (!used) return used === false;
  const live = await readLive(clouds, secret);
  if (live && seen(clouds, live).found === 'ours') await clouds.outside.secrets.replace(live, disowning(live, key));
  throw changed(`access key ${key} was not made by this object: somebody uses it. It stays`);
}

/** Id, owner mark and creation time must all agree, on fresh looks, and the key that the Secret holds stays while it is in use. */
export async function removeAccessKey(clouds: Clouds, step: Do<'DeleteAccessKey'>): Promise<void> {
  if (isHeld(seen(clouds, await readLive(clouds, step.secret)), step))
    throw changed(`access key ${step.key} is in use`);
  const key = await ourKey(clouds, step);
  if (!key || (step.because === 'lost' && !(await isUnused(clouds, step)))) return;
  if (step.because === 'replaced' && key.active) throw changed(`access key ${step.key} is active again`);
  try {
    await clouds.users.write(deleteAccessKey(step.user, step.key));
  } catch (error) {
    if (!missing(error)) throw error;
  }
}

export async function describeAccess(clouds: Clouds, step: Do<'DescribeAccess'>): Promise<void> {
  const secret = await readLive(clouds, step.secret);
  if (!secret || seen(clouds, secret).found !== 'ours') throw changed(`Secret ${step.secret} is not ours any more`);
  const data = new Map([...secret.data, ...descriptionOf(clouds.spec, clouds.session.partition)]);
  await clouds.outside.secrets.replace(secret, { annotations: secret.annotations, data });
}

export async function removeSecret(clouds: Clouds, step: Do<'RemoveSecret'>): Promise<void> {
  const secret = await readLive(clouds, step.secret);
  if (secret && seen(clouds, secret).found === 'ours') await clouds.outside.secrets.remove(secret);
}
