// SPDX-License-Identifier: GPL-3.0-or-later
/** Part by part, as far as something of it stands: what nobody could use yet is not asked for. Reads only. */
import { backupJobs } from '../../clouds/pve/backup-jobs.ts';
import { lacking } from '../../clouds/pve/permissions.ts';
import { storageEntry } from '../../clouds/pve/storage-entries.ts';
import { isSupported, versionOf } from '../../clouds/pve/version.ts';
import type { ProxmoxApi } from '../../clouds/proxmox/proxmox-api.ts';
import { canonical } from '../../core/digest.ts';
import type { Clouds } from './connect.ts';
import { serverKnown } from './known.ts';
import { observeMachine } from './machine/observe.ts';
import { cdsOf } from './machine/vm.ts';
import type { Observed } from './observed.ts';
import { machineWish, wiringWish, worthWish } from './of-spec.ts';
import { needsOf } from './permissions.ts';
import { stands } from './plan/part.ts';
import { machinePart, storePart } from './plan/present.ts';
import { observeServer } from './server/observe.ts';
import { insideOf } from './server/seen.ts';
import { observeStore } from './store/observe.ts';
import { targetSeen } from './target.ts';
import { observeWiring } from './wiring/observe.ts';
import type { PbsDesired } from './wish.ts';
import { observeWorth } from './worth/observe.ts';
import { machineWorld, pbsOf, serverClouds, storeClouds, wiringWorld, worthWorld } from './worlds.ts';

/** Whether there is a server to be asked: installed, and answering. */
function isUp({ machine }: Observed): boolean {
  if (!machine) return true;
  const { vm, answers } = machine;
  return answers && vm !== undefined && vm.running && cdsOf(vm).length === 0;
}

async function serverIn(clouds: Clouds, seen: Observed): Promise<Observed> {
  if (!isUp(seen) && !(seen.machine?.vm && stands(machinePart(clouds.desired, seen)))) return seen;
  const { world, wish } = serverClouds(clouds);
  return { ...seen, server: await observeServer(world, wish) };
}

/** Whose the bucket is, and with which key, is known before there is a server. */
async function storeIn(clouds: Clouds, seen: Observed, pbs: ProxmoxApi | undefined): Promise<Observed> {
  const { world, wish } = storeClouds(clouds, pbs);
  return { ...seen, store: await observeStore(world, wish) };
}

async function wiringIn(clouds: Clouds, seen: Observed, pbs: ProxmoxApi | undefined): Promise<Observed> {
  const wish = wiringWish(clouds.desired, serverKnown(clouds.desired, seen));
  return { ...seen, wiring: await observeWiring(await wiringWorld(clouds, pbs), wish) };
}

async function worthIn(clouds: Clouds, seen: Observed, pbs: ProxmoxApi): Promise<Observed> {
  if (!seen.wiring?.storage) return seen;
  return { ...seen, worth: await observeWorth(worthWorld(clouds, pbs), worthWish(clouds.desired, seen)) };
}

async function sessionOf(clouds: Clouds, { server }: Observed): Promise<ProxmoxApi | undefined> {
  return server && insideOf(server) ? pbsOf(clouds) : undefined;
}

async function present(clouds: Clouds, seen: Observed): Promise<Observed> {
  const withServer = await serverIn(clouds, seen);
  const pbs = await sessionOf(clouds, withServer);
  const withStore = await storeIn(clouds, withServer, pbs);
  if (!pbs || !(withStore.store?.datastore || stands(storePart(clouds.desired, withStore)))) return withStore;
  return worthIn(clouds, await wiringIn(clouds, withStore, pbs), pbs);
}

/** What there is left to take away: where the server is gone, what Proxmox VE has of it goes all the same. */
async function absent(clouds: Clouds, seen: Observed): Promise<Observed> {
  const withServer = await serverIn(clouds, seen);
  const pbs = await sessionOf(clouds, withServer);
  return wiringIn(clouds, await storeIn(clouds, withServer, pbs), pbs);
}

/** Rights that are there are rarely taken away. */
const rareMs = 10 * 60_000;

/** Asked until all is made, and never at rest. */
async function lackingIn(clouds: Clouds): Promise<Pick<Observed, 'lacking'>> {
  const { desired, pve } = clouds;
  const synced = desired.last.conditions?.some(({ type, status }) => type === 'Synced' && status === 'True');
  if (desired.absent || (synced && desired.generation === desired.last.observedGeneration)) return {};
  const needs = needsOf(desired);
  const ask = () => lacking(pve, needs);
  // what is missing may be granted at any moment
  const known = await pve.look(`needs ${canonical(needs)}`, rareMs, ask);
  return { lacking: known.length === 0 ? known : await ask() };
}

/** Whose the wanted ids are is known before a VM is made in vain; who may not see them is told so first. */
async function takenIn(clouds: Clouds, { machine, lacking: missing }: Partial<Observed>): Promise<Partial<Observed>> {
  const { desired, pve } = clouds;
  if (desired.absent || !machine || machine.vm || (missing ?? []).length > 0) return {};
  const storage = await storageEntry(pve, desired.spec.storage.id);
  return { taken: { ...(storage ? { storage } : {}), jobs: await backupJobs(pve) } };
}

export async function observe(clouds: Clouds, desired: PbsDesired): Promise<Observed> {
  const { outside, owner, reach, pve, pveTokenID } = clouds;
  const { spec, namespace } = desired;
  const { backupTargetRef } = spec.s3;
  const version = await versionOf(pve);
  const seen: Observed = {
    now: outside.clock.now(),
    owner,
    place: spec.proxmox.url,
    reach,
    version,
    supported: isSupported(version),
    tokenID: pveTokenID,
    ...(backupTargetRef ? { target: targetSeen(outside, namespace, backupTargetRef.name) } : {}),
  };
  if (!seen.supported) return seen;
  const wish = machineWish(desired);
  const machine = wish ? { machine: await observeMachine(machineWorld(clouds), wish) } : {};
  const rights = { ...(await lackingIn(clouds)), ...machine };
  const known = { ...seen, ...rights, ...(await takenIn(clouds, rights)) };
  return desired.absent ? absent(clouds, known) : present(clouds, known);
}
