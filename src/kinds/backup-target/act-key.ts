// SPDX-License-Identifier: GPL-3.0-or-later
/** Keys and their Secret. The Secret is read live before every step: a cached one once made 126 keys in two hours. */
import { createAccessKey, deleteAccessKey } from '../../clouds/aws/user-requests.ts';
import { missing } from '../../clouds/aws/users.ts';
import { Failure } from '../../core/failure.ts';
import type { Secret } from '../../core/objects.ts';
import { ownershipOf } from '../../core/owner-mark.ts';
import { delivery, descriptionOf, readAccessSecret, reservation, seal, secretType } from './access-secret.ts';
import type { Clouds } from './connect.ts';
import type { KeyStep } from './steps.ts';

type Do<Name extends KeyStep['do']> = Extract<KeyStep, { do: Name }>;

/** A delivery that meets another writer is tried again this often: the key's secret part exists nowhere else. */
const deliveryTries = 4;

function changed(message: string): Failure {
  return new Failure({ class: 'Transient', reason: 'Conflict', applied: 'no', message });
}

function readLive({ outside, scope }: Clouds, name: string): Promise<Secret | undefined> {
  return outside.secrets.read(scope.namespace, name);
}

function seen(clouds: Clouds, secret: Secret | undefined) {
  return readAccessSecret(secret, clouds.owner.uid, descriptionOf(clouds.spec, clouds.session.partition));
}

export async function reserveSecret(clouds: Clouds, step: Do<'ReserveSecret'>): Promise<void> {
  const { outside, object, spec, session } = clouds;
  const secret = await readLive(clouds, step.secret);
  const annotations = reservation(outside.clock.now(), step);
  const data = descriptionOf(spec, session.partition);
  if (!secret) {
    await outside.secrets.create(object, { name: step.secret, type: secretType, annotations, data });
    return;
  }
  const state = seen(clouds, secret);
  if (state.found !== 'ours' || state.delivered)
    throw changed(`Secret ${step.secret} changed while a place in it was reserved`);
  await outside.secrets.replace(secret, {
    annotations: { ...secret.annotations, ...annotations },
    data: new Map([...secret.data, ...data]),
  });
}

export async function makeAccessKey(clouds: Clouds, step: Do<'CreateAccessKey'>): Promise<void> {
  const { users, outside } = clouds;
  const reserved = await readLive(clouds, step.secret);
  const state = seen(clouds, reserved);
  if (!reserved || state.found !== 'ours' || state.delivered || state.reserved.at === 0)
    throw changed(`Secret ${step.secret} has no place for a key any more`);
  const besides = (await users.keys(step.user, { maxAgeMs: 0 })).map((key) => key.id).sort();
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
  await deliver(clouds, reserved, { key, value });
}

interface Made {
  readonly key: string;
  readonly value: string;
}

/** Where a delivery that failed can go on: `delivered` when only its answer was lost, else the place as it is now, if it is still free. */
async function placeAfter(clouds: Clouds, place: Secret, made: Made): Promise<'delivered' | Secret | undefined> {
  const now = await readLive(clouds, place.name).catch(() => place);
  const state = seen(clouds, now);
  if (!now || now.uid !== place.uid || state.found !== 'ours') return undefined;
  if (!state.delivered) return now;
  return state.delivered.key === made.key && state.intact ? 'delivered' : undefined;
}

/** Into exactly the Secret that was reserved. If that fails for good, the key is lost, found by the reservation, and deleted. */
async function deliver(clouds: Clouds, reserved: Secret, made: Made): Promise<void> {
  const { outside, owner } = clouds;
  let place = reserved;
  for (let left = deliveryTries; ; left--) {
    const annotations = delivery(place.annotations, outside.clock.now(), seal(owner.uid, made.key, made.value));
    const data = new Map([...place.data, ['accessKeyID', made.key], ['secretAccessKey', made.value]]);
    try {
      await outside.secrets.replace(place, { annotations, data });
      return;
    } catch (error) {
      if (left <= 1 || !(error instanceof Failure) || error.class !== 'Transient') throw error;
      const next = await placeAfter(clouds, place, made);
      if (next === 'delivered') return;
      if (!next) throw error;
      place = next;
    }
  }
}

/** Id, owner mark and creation time must all agree, on fresh looks, and the key that the Secret holds stays while it is in use. */
export async function removeAccessKey(clouds: Clouds, step: Do<'DeleteAccessKey'>): Promise<void> {
  const { users, owner } = clouds;
  const state = seen(clouds, await readLive(clouds, step.secret));
  if (step.because !== 'deleting' && state.found === 'ours' && state.delivered?.key === step.key)
    throw changed(`access key ${step.key} is in use`);
  const user = await users.fresh(step.user);
  if (!user) return;
  if (ownershipOf(user.tags, owner) !== 'mine') throw changed(`user ${step.user} does not carry our mark any more`);
  const key = (await users.keys(step.user, { maxAgeMs: 0 })).find((one) => one.id === step.key);
  if (!key) return;
  if (key.createdAt !== step.createdAt) throw changed(`access key ${step.key} is not the one that was planned for`);
  try {
    await users.write(deleteAccessKey(step.user, step.key));
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
