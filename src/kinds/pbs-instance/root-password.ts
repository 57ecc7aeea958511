// SPDX-License-Identifier: GPL-3.0-or-later
/** Root's password, as the installation made it: kept until the operator has a token of its own, and then by nobody. */
import type { Secret } from '../../core/objects.ts';
import type { Clouds } from './connect.ts';
import { passwordKeys, passwordType } from './machine/password.ts';
import { ownSecrets } from './names.ts';

async function live({ outside, scope, desired, owner }: Clouds): Promise<Secret | undefined> {
  const found = await outside.secrets.read(scope.namespace, ownSecrets(desired.name).root);
  const ours = found?.type === passwordType && found.owners.some(({ uid }) => uid === owner.uid);
  return ours ? found : undefined;
}

export async function rootPassword(clouds: Clouds): Promise<string | undefined> {
  const password = (await live(clouds))?.data.get(passwordKeys.password);
  if (!password) return undefined;
  clouds.outside.learnSecret(password);
  return password;
}

export async function forgetRootPassword(clouds: Clouds): Promise<void> {
  const found = await live(clouds);
  if (found) await clouds.outside.secrets.remove(found);
}
