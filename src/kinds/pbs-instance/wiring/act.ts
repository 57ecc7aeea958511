// SPDX-License-Identifier: GPL-3.0-or-later
import { backupJobs, type KnownJob } from '../../../clouds/pve/backup-jobs.ts';
import type { Actions } from '../../../core/kind.ts';
import { changed } from '../../changed.ts';
import { makeKey, sendKey } from './act-key.ts';
import { changeOwner, changeUser, make, revoke, server, removeUser, removeToken } from './act-server.ts';
import { addStorage, changeStorage, removeStorage, sendToken } from './act-storage.ts';
import { makeToken } from './act-token.ts';
import { ownershipOfComment } from './owner-comment.ts';
import { wiringRequest } from './requests.ts';
import type { WiringStep } from './steps.ts';
import { isOurs } from './token-secret.ts';
import type { WiringWorld } from './world.ts';

type Do<Name extends WiringStep['do']> = Extract<WiringStep, { do: Name }>;

async function jobOf({ pve }: WiringWorld, id: string): Promise<KnownJob | undefined> {
  return (await backupJobs(pve)).find((one) => one.id === id);
}

async function sendJob({ pve }: WiringWorld, step: Do<'AddBackupJob' | 'ChangeBackupJob' | 'RemoveBackupJob'>) {
  const request = wiringRequest(step);
  if (request) await pve.write(request.asked);
}

/** Of its id there is only one: a second try would be refused. */
async function changeJob(world: WiringWorld, step: Do<'ChangeBackupJob'>): Promise<void> {
  const live = await jobOf(world, step.job.id);
  if (live?.comment !== step.was.comment) throw changed(`Backup job ${step.job.id} is not what it was`);
  await sendJob(world, { ...step, was: live });
}

async function removeJob(world: WiringWorld, step: Do<'RemoveBackupJob'>): Promise<void> {
  const live = await jobOf(world, step.job);
  if (!live) return;
  if (ownershipOfComment(live.comment, world.owner) !== 'mine')
    throw changed(`Backup job ${step.job} does not carry our mark any more; it was not touched`);
  await sendJob(world, step);
}

async function removeTokenSecret({ secrets, object, owner }: WiringWorld, { tokenSecret }: Do<'RemoveTokenSecret'>) {
  const live = await secrets.read(object.metadata.namespace, tokenSecret);
  if (live && isOurs(live, owner.uid)) await secrets.remove(live);
}

export const wiringActions: Actions<WiringStep, WiringWorld> = {
  AddBackupNamespace: make,
  AddBackupUser: make,
  ChangeBackupUser: changeUser,
  MakeBackupToken: (world, step) => makeToken(world, step, server(world)),
  GrantBackup: make,
  ChangeBackupOwner: changeOwner,
  RevokeGrant: revoke,
  MakeEncryptionKey: makeKey,
  AddStorage: addStorage,
  ChangeStorage: changeStorage,
  SendBackupToken: sendToken,
  SendEncryptionKey: sendKey,
  RemoveStorage: removeStorage,
  AddBackupJob: sendJob,
  ChangeBackupJob: changeJob,
  RemoveBackupJob: removeJob,
  RemoveBackupToken: removeToken,
  RemoveBackupUser: removeUser,
  RemoveTokenSecret: removeTokenSecret,
};
