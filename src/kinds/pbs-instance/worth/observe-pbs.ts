// SPDX-License-Identifier: GPL-3.0-or-later
import { datastores, datastoreUsage } from '../../../clouds/pbs/datastores.ts';
import { timeZoneOf } from '../../../clouds/pbs/node.ts';
import { backupGroups } from '../../../clouds/pbs/snapshots.ts';
import { collectionsOf, instanceOf, jobsOf } from '../../../clouds/pbs/store-health.ts';
import { Failure } from '../../../core/failure.ts';
import { aheadOf } from './ahead.ts';
import type { PbsSeen, StoreSeen } from './seen.ts';
import type { WorthWish } from './wish.ts';
import type { WorthWorld } from './world.ts';

/** Hardly anybody ever changes it. */
const rareMs = 10 * 60_000;

async function storeOf({ pbs }: WorthWorld, wish: WorthWish): Promise<StoreSeen | undefined> {
  const { datastore: name, namespace, maxAgeMs } = wish;
  const all = await pbs.look('datastores', maxAgeMs, () => datastores(pbs));
  const store = all.find((one) => one.name === name);
  if (!store) return undefined;
  const { maintenance } = store;
  // pbs-api-types, maintenance.rs: who only reads is refused in all modes but this one
  const readable = maintenance === undefined || maintenance === 'read-only';
  const [collections, verifications, prunes, zone, cache, groups] = await Promise.all([
    pbs.look(`collections of ${name}`, maxAgeMs, () => collectionsOf(pbs, name)),
    pbs.look(`verifications of ${name}`, maxAgeMs, () => jobsOf(pbs, 'verify', name)),
    pbs.look(`prunes of ${name}`, maxAgeMs, () => jobsOf(pbs, 'prune', name)),
    pbs.look('time zone', rareMs, () => timeZoneOf(pbs)),
    readable ? pbs.look(`cache of ${name}`, maxAgeMs, () => datastoreUsage(pbs, name)) : undefined,
    readable
      ? pbs.look(`backups in ${name} ${namespace}`, maxAgeMs, () => backupGroups(pbs, name, namespace))
      : undefined,
  ]);
  return {
    ...(maintenance === undefined ? {} : { maintenance }),
    ...(cache ? { cache } : {}),
    collections,
    verifications,
    prunes,
    ...(zone === undefined ? {} : { zone }),
    ...(groups ? { groups } : {}),
  };
}

export async function observePbs(world: WorthWorld, wish: WorthWish): Promise<PbsSeen> {
  const { pbs, now } = world;
  try {
    const { id, aheadMs } = await pbs.look('instance', wish.maxAgeMs, async () => {
      const found = await instanceOf(pbs);
      return { id: found.id, aheadMs: aheadOf(found.date, now()) };
    });
    const store = await storeOf(world, wish);
    return { is: 'Here', aheadMs, ...(id === undefined ? {} : { instanceID: id }), ...(store ? { store } : {}) };
  } catch (error) {
    if (error instanceof Failure && error.reason === 'CertificateRefused')
      return { is: 'Another', message: error.message };
    throw error;
  }
}
