// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Root's password of the server: made before all, kept in a Secret, and in the answer by its hash alone. Whoever logs in with it the first
 * time puts it out of use.
 */
import { sha512Crypt } from '../../../clouds/installer/sha512-crypt.ts';
import type { Secret } from '../../../core/objects.ts';
import { changed } from '../../changed.ts';
import type { PasswordSeen } from './seen.ts';
import type { MachineWorld } from './world.ts';

export const passwordType = 'hybridcloud.dev/pbs-root';
export const passwordKeys = { username: 'username', password: 'password', hash: 'passwordHash' } as const;

const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789';
/** 32 of 57 letters are 186 bits. */
const length = 32;
const saltLength = 16;

/** Each letter as likely as any other: bytes beyond the last multiple of their number are thrown away. */
function randomText(world: Pick<MachineWorld, 'random'>, count: number): string {
  let text = '';
  while (text.length < count)
    for (const byte of world.random(count))
      if (byte < 256 - (256 % letters.length) && text.length < count) text += letters.charAt(byte % letters.length);
  return text;
}

function isOurs({ owners, type }: Secret, { object }: MachineWorld): boolean {
  return type === passwordType && owners.some(({ uid }) => uid === object.metadata.uid);
}

function isWhole({ data }: Secret): boolean {
  return Object.values(passwordKeys).every((key) => (data.get(key) ?? '') !== '');
}

export async function observePassword(world: MachineWorld, name: string): Promise<PasswordSeen> {
  const live = await world.secrets.read(world.object.metadata.namespace, name);
  if (!live) return { found: 'absent' };
  if (!isOurs(live, world)) return { found: 'foreign' };
  return isWhole(live) ? { found: 'ours' } : { found: 'absent' };
}

export async function generatePassword(world: MachineWorld, name: string): Promise<void> {
  const { secrets, object } = world;
  const live = await secrets.read(object.metadata.namespace, name);
  if (live && !isOurs(live, world)) throw changed(`The Secret ${name} is not ours; it was not touched`);
  if (live && isWhole(live)) return;
  const password = randomText(world, length);
  const hash = sha512Crypt(password, randomText(world, saltLength));
  for (const secret of [password, hash]) world.learnSecret(secret);
  const data = new Map([
    [passwordKeys.username, 'root@pam'],
    [passwordKeys.password, password],
    [passwordKeys.hash, hash],
  ]);
  if (live) await secrets.replace(live, { data, annotations: {} });
  else await secrets.create(object, { name, type: passwordType, data, annotations: {} });
}

/** @throws Failure when there is none of ours any more. */
export async function passwordHash(world: MachineWorld, name: string): Promise<string> {
  const live = await world.secrets.read(world.object.metadata.namespace, name);
  const hash = live?.data.get(passwordKeys.hash);
  if (!live || !isOurs(live, world) || hash === undefined)
    throw changed(`The Secret ${name} has no password of ours any more; nothing was uploaded`);
  world.learnSecret(hash);
  return hash;
}
