// SPDX-License-Identifier: GPL-3.0-or-later
/** What every act on a key begins with. The Secret is read live before every step: a cached one once made 126 keys in two hours. */
import type { AccessKey } from '../../clouds/aws/iam/users.ts';
import type { Secret } from '../../core/objects.ts';
import { ownershipOf } from '../../core/owner-mark.ts';
import { changed } from '../changed.ts';
import type { When } from './access-notes.ts';
import { descriptionOf, readAccessSecret } from './access-secret.ts';
import type { Clouds } from './connect.ts';
import type { AccessSecret, OurSecret } from './observed.ts';

/** Now, by both clocks; where IAM has not been heard of late it is asked something. */
export async function whenIn({ outside, session, users, spec }: Clouds): Promise<When> {
  if (session.iamTime.now() === undefined) await users.freshKeys(spec.user.name);
  return { now: outside.clock.now(), iam: session.iamTime.now() };
}

export function readLive({ outside, scope }: Clouds, name: string): Promise<Secret | undefined> {
  return outside.secrets.read(scope.namespace, name);
}

export function seen(clouds: Clouds, secret: Secret | undefined): AccessSecret {
  return readAccessSecret(secret, clouds.owner.uid, descriptionOf(clouds.spec, clouds.session.partition));
}

/** The Secret with a key that consumers read, as it is now. @throws Failure when it is not that any more. */
export async function inUse(
  clouds: Clouds,
  name: string,
): Promise<{ readonly live: Secret; readonly state: OurSecret & { readonly delivered: { readonly key: string } } }> {
  const live = await readLive(clouds, name);
  const state = seen(clouds, live);
  if (!live || state.found !== 'ours' || !state.delivered || !state.intact)
    throw changed(`Secret ${name} changed while its key was to be replaced`);
  return { live, state: { ...state, delivered: state.delivered } };
}

/** The key, if user and mark, id and creation time all agree on fresh looks; `undefined` when it is gone. @throws Failure when they do not. */
export async function ourKey(
  { users, owner }: Clouds,
  { user, key: id, createdAt }: { readonly user: string; readonly key: string; readonly createdAt: number },
): Promise<AccessKey | undefined> {
  const found = await users.fresh(user);
  if (!found) return undefined;
  if (ownershipOf(found.tags, owner) !== 'mine') throw changed(`user ${user} does not carry our mark any more`);
  const key = (await users.freshKeys(user)).find((one) => one.id === id);
  if (key && key.createdAt !== createdAt) throw changed(`access key ${id} is not the one that was planned for`);
  return key;
}
