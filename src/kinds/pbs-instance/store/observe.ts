// SPDX-License-Identifier: GPL-3.0-or-later
/** Nothing here makes the server ask S3: lists of its configuration, and its tasks. */
import { pruneJobs, verifyJobs } from '../../../clouds/pbs/care.ts';
import { datastores, type Datastore } from '../../../clouds/pbs/datastores.ts';
import { s3Endpoints } from '../../../clouds/pbs/s3-endpoints.ts';
import { taskOf, tasksOf } from '../../../clouds/pbs/tasks.ts';
import type { ProxmoxApi } from '../../../clouds/proxmox/proxmox-api.ts';
import { claimSeen, formerTargets, placeSeen, placeToCome } from './place.ts';
import type { Attempt, StoreSeen } from './seen.ts';
import { wantedPrune, wantedVerify } from './wanted.ts';
import type { StoreWish } from './wish.ts';
import type { StoreWorld } from './world.ts';

export const recordNote = 'hybridcloud.dev/datastore';

const weekMs = 7 * 24 * 3_600_000;
/** More than these tell nothing new. */
const mostAttempts = 5;

/** Of one type, about our datastore, the newest first. */
async function attemptsOf(
  pbs: ProxmoxApi,
  type: string,
  { name, now }: { readonly name: string; readonly now: number },
) {
  const since = Math.floor((now - weekMs) / 1000);
  const found = (await tasksOf(pbs, { type, since })).filter(({ id }) => id === name).slice(0, mostAttempts);
  const ends = await Promise.all(
    found.map(async (task): Promise<Attempt[]> => {
      const end = await taskOf(pbs, task);
      return end ? [{ ...end, startedAt: task.startedAt * 1000, host: task.node }] : [];
    }),
  );
  return ends.flat();
}

type OnServer = Omit<StoreSeen, 'now' | 'claim' | 'former' | 'place' | 'noted'>;

const newest = (all: readonly Attempt[]) => all.toSorted((a, b) => b.startedAt - a.startedAt)[0];

const unreached: OnServer = { endpointUsers: [], attempts: [], leaving: false };

/** What happens to it, where it is not simply in use. */
async function happening(
  pbs: ProxmoxApi,
  datastore: Datastore | undefined,
  at: { readonly name: string; readonly now: number },
): Promise<Pick<OnServer, 'attempts' | 'leaving' | 'removal' | 'freed' | 'refresh'>> {
  if (datastore && datastore.maintenance === undefined) {
    const [last] = await pbs.look(`leaving ${at.name}`, 60_000, () => attemptsOf(pbs, 'delete-datastore', at));
    return { attempts: [], ...removalOf(last) };
  }
  const [made, [last], refreshed] = await Promise.all([
    attemptsOf(pbs, 'create-datastore', at),
    attemptsOf(pbs, 'delete-datastore', at),
    datastore ? attemptsOf(pbs, 's3-refresh', at) : [],
  ]);
  // whoever makes one over what is in the bucket reads that in the same task (api2/config/datastore.rs)
  const refresh = datastore && newest([...made, ...refreshed]);
  return {
    attempts: datastore ? [] : made,
    ...removalOf(last),
    ...(last?.is === 'Done' ? { freed: true } : {}),
    ...(refresh ? { refresh } : {}),
  };
}

function removalOf(last: Attempt | undefined): Pick<OnServer, 'leaving' | 'removal'> {
  return { leaving: last?.is === 'Running', ...(last && last.is !== 'Done' ? { removal: last } : {}) };
}

async function onServer(pbs: ProxmoxApi, wish: StoreWish, now: number): Promise<OnServer> {
  const { s3, datastore: wanted } = wish;
  const [endpoints, stores, prunes, verifies] = await Promise.all([
    s3Endpoints(pbs),
    datastores(pbs),
    pruneJobs(pbs),
    verifyJobs(pbs),
  ]);
  const endpoint = endpoints.find(({ id }) => id === s3.id);
  const datastore = stores.find(({ name }) => name === wanted.name);
  const prune = prunes.find(({ id }) => id === wantedPrune(wish).id);
  const verify = verifies.find(({ id }) => id === wantedVerify(wish).id);
  const users = stores.filter((one) => one.s3?.client === s3.id && one.name !== wanted.name);
  return {
    ...(endpoint ? { endpoint } : {}),
    endpointUsers: users.map(({ name }) => name),
    ...(datastore ? { datastore } : {}),
    ...(await happening(pbs, datastore, { name: wanted.name, now })),
    ...(prune ? { prune } : {}),
    ...(verify ? { verify } : {}),
  };
}

export async function observeStore(world: StoreWorld, wish: StoreWish): Promise<StoreSeen> {
  const now = world.now();
  const place = await placeSeen(world, wish);
  const comes = place ? undefined : placeToCome(world, wish);
  const kept = wish.record === undefined ? undefined : await world.secrets.read(world.namespace, wish.record);
  const noted = kept?.annotations[recordNote];
  const former = formerTargets(world, wish);
  return {
    now,
    claim: claimSeen(world, wish),
    ...(former.length > 0 ? { former } : {}),
    ...(place ? { place } : {}),
    ...(comes ? { comes } : {}),
    ...(world.pbs ? await onServer(world.pbs, wish, now) : unreached),
    ...(noted === undefined ? {} : { noted }),
  };
}
