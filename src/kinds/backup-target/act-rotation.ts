// SPDX-License-Identifier: GPL-3.0-or-later
/** One key in place of another: each act is one idempotent write, on the Secret as it is now. */
import { deactivateAccessKey } from '../../clouds/aws/iam/user-requests.ts';
import { Failure } from '../../core/failure.ts';
import { deactivating, promoting, refusing, reservingNext } from './access-notes.ts';
import { makeAccessKey, removeAccessKey } from './act-key.ts';
import type { Clouds } from './connect.ts';
import { changed } from '../changed.ts';
import { inUse, ourKey, whenIn } from './key-edge.ts';
import type { KeyStep } from './steps.ts';

type Do<Name extends KeyStep['do']> = Extract<KeyStep, { do: Name }>;

export async function reserveNextKey(clouds: Clouds, { secret, besides }: Do<'ReserveNextKey'>): Promise<void> {
  const { outside } = clouds;
  const { live, state } = await inUse(clouds, secret);
  // one that cannot be proven any more is given up by the plan; one that can is kept
  const { pending } = state;
  if (pending?.intact && pending.delivered && besides.includes(pending.delivered.key))
    throw changed(`Secret ${secret} holds a key already that is to be proven`);
  await outside.secrets.replace(live, reservingNext(live, await whenIn(clouds), besides));
}

export async function promoteAccessKey(
  clouds: Clouds,
  { secret, key, replaces }: Do<'PromoteAccessKey'>,
): Promise<void> {
  const { outside } = clouds;
  const { live, state } = await inUse(clouds, secret);
  if (state.delivered.key === key) return;
  if (state.delivered.key !== replaces.key || state.pending?.delivered?.key !== key || !state.pending.intact)
    throw changed(`Secret ${secret} does not hold the key any more that was proven`);
  await outside.secrets.replace(live, promoting(live, outside.clock.now(), replaces));
}

/** Then when is noted. A crash in between repeats both; a note without the call before it would keep the key for ever. */
export async function retireAccessKey(clouds: Clouds, step: Do<'DeactivateAccessKey'>): Promise<void> {
  const { outside, users } = clouds;
  await onOldKey(clouds, step, async () => {
    const { state } = await inUse(clouds, step.secret);
    if (state.delivered.key === step.key) throw changed(`access key ${step.key} is in use`);
    const key = await ourKey(clouds, step);
    if (!key) throw changed(`access key ${step.key} is gone`);
    await users.write(deactivateAccessKey(step.user, step.key));
    const { live } = await inUse(clouds, step.secret);
    await outside.secrets.replace(live, deactivating(live, outside.clock.now(), step));
  });
}

/** A key beside the one that works: what AWS refuses is no outage. */
export async function makeKey(clouds: Clouds, step: Do<'CreateAccessKey'>): Promise<void> {
  if (step.place === 'current') return makeAccessKey(clouds, step);
  return onOldKey(clouds, step, () => makeAccessKey(clouds, step));
}

export async function removeKey(clouds: Clouds, step: Do<'DeleteAccessKey'>): Promise<void> {
  if (step.because !== 'replaced' && step.because !== 'refused') return removeAccessKey(clouds, step);
  return onOldKey(clouds, step, () => removeAccessKey(clouds, step));
}

/**
 * A missing permission, or a second key that IAM does not show yet, stops the rotation, not the backups: it is noted in the Secret, told
 * in the condition KeyRotation, and tried again later. Ready stays what the validation says.
 */
async function onOldKey(
  clouds: Clouds,
  { secret }: { readonly secret: string },
  run: () => Promise<void>,
): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof Failure) || error.class !== 'Denied') throw error;
    const { live } = await inUse(clouds, secret);
    await clouds.outside.secrets.replace(live, refusing(live, clouds.outside.clock.now(), error.message));
    const message = `the rotation of the access key was refused: ${error.message}`;
    throw new Failure({ class: 'Transient', reason: 'Conflict', applied: 'no', message, cause: error });
  }
}
