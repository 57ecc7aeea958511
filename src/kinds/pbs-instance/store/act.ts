// SPDX-License-Identifier: GPL-3.0-or-later
import { datastores } from '../../../clouds/pbs/datastores.ts';
import { changeS3Request, s3Endpoints, type S3Endpoint } from '../../../clouds/pbs/s3-endpoints.ts';
import type { Asked } from '../../../clouds/proxmox/asked.ts';
import type { ProxmoxApi } from '../../../clouds/proxmox/proxmox-api.ts';
import { claim, release } from '../../../core/claims.ts';
import { Failure } from '../../../core/failure.ts';
import type { Actions } from '../../../core/kind.ts';
import { changed } from '../../changed.ts';
import { maintenanceMark, markIn } from './mark.ts';
import { recordNote } from './observe.ts';
import { keyOf, secretOf, targetOf } from './place.ts';
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

/** What the server says of it is short; what a person can look at is told with it. */
function refusedBy(
  { world, wish }: StoreClouds,
  error: Failure,
  { endpoint, port }: S3Endpoint,
  bucket: string,
): Failure {
  const host = `${endpoint.replace('{{bucket}}.', '')}${port === undefined ? '' : `:${port}`}`;
  const key = `the key of Secret ${secretOf(world, wish) ?? ''} may list bucket ${bucket}, and read, write and delete below ${wish.datastore.name}/`;
  const own = `, that its certificate is one of a public authority or that of s3.fingerprint`;
  const cure = `See that ${wish.url} reaches ${host}${wish.s3.type === 'Given' ? own : ''}, and that ${key}; no datastore was made`;
  const { class: kind, reason, message } = error;
  return new Failure({ class: kind, reason, message: `${message}. ${cure}.`, applied: 'no', cause: error });
}

const isRefusal = (error: unknown): error is Failure => error instanceof Failure && error.reason === 'BucketRefused';

/**
 * The server's own check, with its key. No answer shows the key's secret part: where a person put it right meanwhile, and before a datastore
 * could note which one its endpoint has, it is sent again.
 */
async function check(clouds: StoreClouds, request: Asked, endpoint: S3Endpoint): Promise<void> {
  const { world, wish } = clouds;
  const pbs = serverOf(clouds);
  try {
    await pbs.write(request);
  } catch (error) {
    const name = secretOf(world, wish);
    const isShared = (await datastores(pbs)).some(({ s3 }) => s3?.client === endpoint.id);
    if (!isRefusal(error) || name === undefined || isShared) throw error;
    const key = await keyOf(world, name);
    if (key.id !== endpoint.accessKeyID) throw error;
    const { rates: _asTheyAre, ...same } = endpoint;
    await pbs.write(changeS3Request(same, key.value));
    await pbs.write(request);
  }
}

/** The claim is looked at once more before the first object is written; its key is tried by the server itself. */
async function create(clouds: StoreClouds, step: Do<'CreateDatastore'>): Promise<void> {
  const { world, wish } = clouds;
  const { name } = step.datastore;
  if (wish.s3.type === 'BackupTarget') await claimed(clouds, wish.s3.name);
  const pbs = serverOf(clouds);
  if ((await datastores(pbs)).some((one) => one.name === name)) throw changed(`datastore ${name} is there by now`);
  const endpoint = (await s3Endpoints(pbs)).find(({ id }) => id === step.datastore.s3.client);
  if (!endpoint || world.pbs === undefined) throw changed(`S3 endpoint ${step.datastore.s3.client} is gone`);
  const [tried, add] = storeRequests(step);
  try {
    if (tried) await check(clouds, tried, endpoint);
    if (add) await pbs.begin(add);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    throw refusedBy(clouds, error, endpoint, step.datastore.s3.bucket);
  }
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

/** Fresh: what a person began in between is theirs. */
async function maintained(clouds: StoreClouds, step: Do<'BeginMaintenance' | 'EndMaintenance'>): Promise<void> {
  if (!(await isOurs(clouds, step.name))) return;
  const live = (await datastores(serverOf(clouds))).find(({ name }) => name === step.name);
  const mark = maintenanceMark(clouds.wish.uid);
  if (live?.maintenance !== undefined && live.maintenanceMessage !== mark)
    throw changed(`datastore ${step.name} is in maintenance (${live.maintenance}) that somebody else began`);
  if (step.do === 'BeginMaintenance' || live?.maintenance !== undefined) await written(clouds, step);
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
  BeginMaintenance: maintained,
  EndMaintenance: maintained,
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
