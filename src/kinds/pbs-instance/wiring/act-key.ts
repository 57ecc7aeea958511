// SPDX-License-Identifier: GPL-3.0-or-later
/** The encryption key: made into a Secret, and from there alone sent on. */
import { keySize, newKeyFile } from '../../../clouds/pbs/encryption-key.ts';
import { storageEntry } from '../../../clouds/pve/storage-entries.ts';
import { changed } from '../../changed.ts';
import { keyEntry, keySecretType, readKey } from './key-secret.ts';
import { wiringRequest } from './requests.ts';
import type { WiringStep } from './steps.ts';
import type { WiringWorld } from './world.ts';

type Do<Name extends WiringStep['do']> = Extract<WiringStep, { do: Name }>;

/** Into a Secret that outlives the object: garbage collection would make every backup unreadable. */
export async function makeKey(world: WiringWorld, { keySecret }: Do<'MakeEncryptionKey'>): Promise<void> {
  const { secrets, object, randomBytes, clock, learnSecret } = world;
  const live = await secrets.read(object.metadata.namespace, keySecret);
  const file = newKeyFile(randomBytes(keySize), clock.now());
  learnSecret(file);
  const data = new Map([[keyEntry, file]]);
  if (!live) {
    await secrets.create(object, { name: keySecret, type: keySecretType, annotations: {}, data, outlives: true });
    return;
  }
  const [owner] = live.owners;
  if (owner) throw changed(`Secret ${keySecret} belongs to ${owner.kind} ${owner.name} by now`);
  if ((live.data.get(keyEntry)?.trim() ?? '') !== '') throw changed(`Secret ${keySecret} has a key by now`);
  await secrets.replace(live, { annotations: live.annotations, data: new Map([...live.data, ...data]) });
}

/** As it is in the Secret now. @throws Failure when that is another one than was planned with. */
export async function keyFor(world: WiringWorld, secret: string, fingerprint: string | undefined): Promise<string> {
  const { kept, text } = await readKey(world, secret);
  const good = kept.found === 'here' && kept.file.is === 'Good' && kept.file.fingerprint === fingerprint;
  if (!good || text === undefined) throw changed(`Secret ${secret} does not hold the encryption key any more`);
  return text;
}

export async function sendKey(world: WiringWorld, step: Do<'SendEncryptionKey'>): Promise<void> {
  const { storage, keySecret, key, was } = step;
  const live = await storageEntry(world.pve, storage);
  if (!live || live.encryptionKey !== was) throw changed(`The encryption key of storage ${storage} changed`);
  const text = await keyFor(world, keySecret, key);
  const request = wiringRequest(step, { key: text, password: '' });
  if (request) await world.pve.write(request.asked);
}
