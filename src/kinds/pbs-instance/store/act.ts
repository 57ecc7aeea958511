// SPDX-License-Identifier: GPL-3.0-or-later
import { datastores } from '../../../clouds/pbs/datastores.ts';
import { s3Endpoints } from '../../../clouds/pbs/s3-endpoints.ts';
import type { ProxmoxApi } from '../../../clouds/proxmox/proxmox-api.ts';
import { claim, release } from '../../../core/claims.ts';
import type { Actions } from '../../../core/kind.ts';
import { changed } from '../../changed.ts';
import { markIn } from './mark.ts';
import { recordNote } from './observe.ts';
import { keyOf, targetOf } from './place.ts';
import { storeRequests } from './requests.ts';
import type { StoreStep } from './steps.ts';
import type { StoreWish } from './wish.ts';
import type { StoreWorld } from './world.ts';

export interface StoreClouds {
  readonly world: StoreWorld;
  readonly wish: StoreWish;
}

type Do<Name extends StoreStep['do']> = Extract<StoreStep, { do: Name }>;

function serverOf({ world, wish }: StoreClouds): ProxmoxApi {
  if (world.pbs) return world.pbs;
  throw changed(`${wish.url} is not there any more`);
}

async function written(clouds: StoreClouds, step: StoreStep): Promise<void> {
  const pbs = serverOf(clouds);
  for (const request of storeRequests(step)) await pbs.write(request);
}

/** With the key as the Secret has it now: the step says which one it was planned for. */
async function withKey(clouds: StoreClouds, step: Do<'AddS3Endpoint' | 'ChangeS3Endpoint'>): Promise<void> {
  const key = await keyOf(clouds.world, step.secret);
  if (key.id !== step.endpoint.accessKeyID) throw changed(`Secret ${step.secret} has another key by now`);
  for (const request of storeRequests(step, key.value)) await serverOf(clouds).write(request);
}

/** Fresh: whose it is, this moment. `false`: it is gone. */
async function isOurs(clouds: StoreClouds, name: string): Promise<boolean> {
  const found = (await datastores(serverOf(clouds))).find((one) => one.name === name);
  if (!found) return false;
  const owner = markIn(found)?.owner;
  if (owner !== clouds.wish.uid && clouds.wish.adopt !== name)
    throw changed(`datastore ${name} does not carry our mark any more; it was not touched`);
  return true;
}

/** The claim is looked at once more before the first object is written; the check is the server's own, with its key. */
async function create(clouds: StoreClouds, step: Do<'CreateDatastore'>): Promise<void> {
  const { world, wish } = clouds;
  const { name } = step.datastore;
  if (wish.s3.type === 'BackupTarget') await claimed(clouds, wish.s3.name);
  const pbs = serverOf(clouds);
  if ((await datastores(pbs)).some((one) => one.name === name)) throw changed(`datastore ${name} is there by now`);
  const endpoint = (await s3Endpoints(pbs)).find(({ id }) => id === step.datastore.s3.client);
  if (!endpoint || world.pbs === undefined) throw changed(`S3 endpoint ${step.datastore.s3.client} is gone`);
  const [check, add] = storeRequests(step);
  if (check) await pbs.write(check);
  if (add) await pbs.begin(add);
}

/** @throws Failure where somebody else was faster. */
async function claimed({ world, wish }: StoreClouds, name: string): Promise<void> {
  const target = targetOf(world, name);
  if (!target) throw changed(`BackupTarget ${name} is gone`);
  const claiming = await claim(world.objects, target, world.claimant, wish.takeOver);
  if (!claiming.held) throw changed(claiming.hold.message);
}

async function removed(clouds: StoreClouds, step: Do<'DetachDatastore' | 'DestroyDatastore'>): Promise<void> {
  if (!(await isOurs(clouds, step.name))) return;
  for (const request of storeRequests(step)) await serverOf(clouds).begin(request);
}

async function note({ world }: StoreClouds, { secret: name, note: text }: Do<'NoteDatastore'>): Promise<void> {
  const secret = await world.secrets.read(world.namespace, name);
  if (!secret?.owners.some(({ uid }) => uid === world.claimant.uid))
    throw changed(`Secret ${name} is not ours any more`);
  const { annotations, data } = secret;
  if (annotations[recordNote] === text) return;
  await world.secrets.replace(secret, { annotations: { ...annotations, [recordNote]: text }, data });
}

export const storeActions: Actions<StoreStep, StoreClouds> = {
  ClaimBackupTarget: (clouds, { name }) => claimed(clouds, name),
  ReleaseBackupTarget: async ({ world }, { name }) => {
    const target = targetOf(world, name);
    if (target) await release(world.objects, target, world.claimant);
  },
  AddS3Endpoint: withKey,
  ChangeS3Endpoint: withKey,
  RemoveS3Endpoint: written,
  CreateDatastore: create,
  ChangeDatastore: written,
  RefreshDatastore: async (clouds, step) => {
    for (const request of storeRequests(step)) await serverOf(clouds).begin(request);
  },
  DetachDatastore: removed,
  DestroyDatastore: removed,
  NoteDatastore: note,
  AddPruneJob: written,
  ChangePruneJob: written,
  AddVerifyJob: written,
  ChangeVerifyJob: written,
};
