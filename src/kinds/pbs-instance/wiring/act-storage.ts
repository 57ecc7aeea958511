// SPDX-License-Identifier: GPL-3.0-or-later
/** The storage entry: an answer that is lost, or a 596, says nothing; what is there is looked at before every write. */
import type { PbsToken } from '../../../clouds/pbs/pbs.ts';
import { storageEntry, type StorageEntry } from '../../../clouds/pve/storage-entries.ts';
import type { Secret } from '../../../core/objects.ts';
import { changed } from '../../changed.ts';
import { keyFor } from './act-key.ts';
import { readKey } from './key-secret.ts';
import { wiringRequest, type SentSecrets } from './requests.ts';
import type { Leading, WiringStep } from './steps.ts';
import { isOurs, noteOfSending, tokenIn } from './token-secret.ts';
import { tokenIDOf } from './wish.ts';
import type { WiringWorld } from './world.ts';

type Do<Name extends WiringStep['do']> = Extract<WiringStep, { do: Name }>;

interface Kept {
  readonly secret: Secret;
  readonly token: PbsToken;
}

async function tokenFor(world: WiringWorld, step: Do<'AddStorage' | 'SendBackupToken'>): Promise<Kept> {
  const { secrets, object, owner, learnSecret } = world;
  const secret = await secrets.read(object.metadata.namespace, step.tokenSecret);
  const token = secret && isOurs(secret, owner.uid) ? tokenIn(secret, tokenIDOf(step.account)) : undefined;
  if (!secret || !token) throw changed(`Secret ${step.tokenSecret} has no token any more`);
  learnSecret(token.secret);
  return { secret, token };
}

async function send({ pve }: WiringWorld, step: WiringStep, secrets: SentSecrets): Promise<void> {
  const request = wiringRequest(step, secrets);
  if (request) await pve.write(request.asked);
}

/** So that it is not sent at every look. If the note is lost, it is sent once more, which changes nothing. */
async function note({ secrets, owner, clock }: WiringWorld, { secret, token }: Kept, storage: string): Promise<void> {
  const notes = noteOfSending({ ownerUID: owner.uid, storage, token }, clock.now());
  await secrets.replace(secret, { annotations: { ...secret.annotations, ...notes }, data: secret.data });
}

/** Another's of the same name leads to another place. */
const leadsThere = (live: StorageEntry, { leads }: Leading) =>
  live.server === leads.server && live.datastore === leads.datastore;

export async function addStorage(world: WiringWorld, step: Do<'AddStorage'>): Promise<void> {
  const { storage, keySecret, key } = step;
  if (await storageEntry(world.pve, storage)) throw changed(`Storage ${storage} is there by now`);
  const kept = await tokenFor(world, step);
  const text = keySecret === undefined ? '' : await keyFor(world, keySecret, key);
  await send(world, step, { password: kept.token.secret, key: text });
  await note(world, kept, storage);
}

export async function sendToken(world: WiringWorld, step: Do<'SendBackupToken'>): Promise<void> {
  const live = await storageEntry(world.pve, step.storage);
  if (live?.username !== tokenIDOf(step.account) || !leadsThere(live, step))
    throw changed(`Storage ${step.storage} is not ours any more`);
  const kept = await tokenFor(world, step);
  await send(world, step, { password: kept.token.secret, key: '' });
  await note(world, kept, step.storage);
}

export async function changeStorage(world: WiringWorld, step: Do<'ChangeStorage'>): Promise<void> {
  const live = await storageEntry(world.pve, step.storage);
  // taking over changes the name under which it logs in, and a person has approved that
  const taken = step.set.username !== undefined && step.needs === 'approval';
  const free = live && (taken || live.username === step.username);
  if (!free) throw changed(`Storage ${step.storage} is not ours any more`);
  await send(world, step, { password: '', key: '', digest: live.digest });
}

/** Proxmox VE deletes its copy of the key with the entry: the Secret has to hold that very key, on a fresh look at both. */
export async function removeStorage(world: WiringWorld, step: Do<'RemoveStorage'>): Promise<void> {
  const { storage, username, keySecret } = step;
  const live = await storageEntry(world.pve, storage);
  if (!live) return;
  if (live.username !== username || !leadsThere(live, step))
    throw changed(`Storage ${storage} is not ours any more; it was not touched`);
  if (live.encryptionKey !== undefined) {
    const kept = keySecret === undefined ? undefined : (await readKey(world, keySecret)).kept;
    const file = kept?.found === 'here' ? kept.file : undefined;
    if (file?.is !== 'Good' || file.shownAs !== live.encryptionKey)
      throw changed(`Storage ${storage} has an encryption key that no Secret holds; it was not touched`);
  }
  await send(world, step, { password: '', key: '' });
}
