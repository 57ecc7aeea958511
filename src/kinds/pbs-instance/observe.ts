// SPDX-License-Identifier: GPL-3.0-or-later
/** Part by part, as far as something of it stands: what nobody could use yet is not asked for. Reads only. */
import { requestPrices, shippedPrices } from '../../clouds/aws/s3/prices.ts';
import { certificateSeenAt } from '../../clouds/https/failures.ts';
import { lacking } from '../../clouds/pve/permissions.ts';
import { isSupported, versionOf } from '../../clouds/pve/version.ts';
import type { ProxmoxApi } from '../../clouds/proxmox/proxmox-api.ts';
import { canonical } from '../../core/digest.ts';
import type { Clouds } from './connect.ts';
import { serverKnown } from './known.ts';
import { observeMachine } from './machine/observe.ts';
import { cdsOf } from './machine/vm.ts';
import type { Observed } from './observed.ts';
import { machineWish, serverURL, wiringWish, worthWish } from './of-spec.ts';
import { needsOf } from './permissions.ts';
import { stands } from './plan/part.ts';
import { machinePart, storePart } from './plan/present.ts';
import { lastTests, mayHaveCopies, restoreWish, stockOf } from './restore-of.ts';
import { observeRestore } from './restore/observe.ts';
import { sameCluster } from './same-cluster.ts';
import { observeServer } from './server/observe.ts';
import { insideOf } from './server/seen.ts';
import { observeStore } from './store/observe.ts';
import { targetSeen } from './target.ts';
import { observeBeside, observeWiring } from './wiring/observe.ts';
import type { PbsDesired } from './wish.ts';
import { observeWorth } from './worth/observe.ts';
import { machineWorld, pbsOf, restoreWorld, serverClouds, storeClouds, wiringWorld, worthWorld } from './worlds.ts';

/** Rights that are there are rarely taken away, and ids of others rarely taken. */
const rareMs = 10 * 60_000;

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
  const isClosed = seen.store?.datastore?.maintenance !== undefined;
  return { ...seen, wiring: await observeWiring(await wiringWorld(clouds, pbs), wish, isClosed) };
}

/**
 * What a server that is lost has left, and what others have there by the wanted ids, is known before a VM is made: whoever is shown the plan
 * is shown what will happen to that. Who may not see it is told so first.
 */
async function besideIn(clouds: Clouds, seen: Observed): Promise<Observed> {
  if ((seen.lacking ?? []).length > 0) return seen;
  const wish = wiringWish(clouds.desired, serverKnown(clouds.desired, seen));
  // nothing is done about it for as long as the VM is being made; before that, a person may clear the way
  const maxAgeMs = seen.machine?.vm ? rareMs : 0;
  return { ...seen, beside: await observeBeside(await wiringWorld(clouds, undefined), wish, maxAgeMs) };
}

async function worthIn(clouds: Clouds, seen: Observed, pbs: ProxmoxApi): Promise<Observed> {
  if (!seen.wiring?.storage) return seen;
  return { ...seen, worth: await observeWorth(worthWorld(clouds, pbs), worthWish(clouds.desired, seen)) };
}

/** Copies of restore tests are there or not, however the rest is. */
async function restoreIn(clouds: Clouds, seen: Observed): Promise<Observed> {
  const { desired } = clouds;
  if (!mayHaveCopies(desired)) return seen;
  const known = { last: lastTests(desired), stock: stockOf(desired, seen) };
  return { ...seen, restore: await observeRestore(restoreWorld(clouds), restoreWish(desired, seen), known) };
}

async function sessionOf(clouds: Clouds, { server }: Observed): Promise<ProxmoxApi | undefined> {
  return server && insideOf(server) ? pbsOf(clouds) : undefined;
}

/** What is remembered of a server hides for a while that another one answers in its place. */
async function unlessAnother(
  { desired: { spec } }: Clouds,
  seen: Observed,
  look: () => Promise<Observed>,
): Promise<Observed> {
  try {
    return await look();
  } catch (error) {
    const otherCertificate = certificateSeenAt(error, serverURL(spec));
    // of a server of others the failure itself says all that there is to say
    if (spec.server.existing || !seen.server || otherCertificate === undefined) throw error;
    return { ...seen, server: { ...seen.server, inside: { otherCertificate } } };
  }
}

async function present(clouds: Clouds, seen: Observed): Promise<Observed> {
  const withServer = await serverIn(clouds, seen);
  return unlessAnother(clouds, withServer, () => beyond(clouds, withServer));
}

async function beyond(clouds: Clouds, withServer: Observed): Promise<Observed> {
  const pbs = await sessionOf(clouds, withServer);
  const withStore = await storeIn(clouds, withServer, pbs);
  if (!pbs || !(withStore.store?.datastore || stands(storePart(clouds.desired, withStore))))
    return besideIn(clouds, withStore);
  return worthIn(clouds, await wiringIn(clouds, withStore, pbs), pbs);
}

/** What there is left to take away: where the server is gone, what Proxmox VE has of it goes all the same. */
async function absent(clouds: Clouds, seen: Observed): Promise<Observed> {
  const withServer = await serverIn(clouds, seen);
  const pbs = await sessionOf(clouds, withServer);
  return wiringIn(clouds, await storeIn(clouds, withServer, pbs), pbs);
}

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

function pricesIn({ outside, desired }: Clouds, { target }: Pick<Observed, 'target'>): Pick<Observed, 'prices'> {
  const { endpoint = '', region = '' } = desired.spec.s3;
  const given = endpoint.endsWith('.amazonaws.com') ? region : '';
  const prices = requestPrices(outside.prices ?? shippedPrices, target?.found === 'here' ? target.region : given);
  return prices ? { prices } : {};
}

export async function observe(clouds: Clouds, desired: PbsDesired): Promise<Observed> {
  const { outside, owner, reach, pve, pveTokenID } = clouds;
  const { spec, namespace } = desired;
  const { backupTargetRef } = spec.s3;
  const version = await versionOf(pve);
  const target = backupTargetRef ? { target: targetSeen(outside, namespace, backupTargetRef.name) } : {};
  const seen: Observed = {
    now: outside.clock.now(),
    owner,
    place: spec.proxmox.url,
    reach,
    version,
    supported: isSupported(version),
    tokenID: pveTokenID,
    ...target,
    ...pricesIn(clouds, target),
  };
  if (!seen.supported) return seen;
  const wish = machineWish(desired);
  const machine = wish ? { machine: await observeMachine(machineWorld(clouds), wish) } : {};
  const known = { ...seen, ...(await lackingIn(clouds)), ...machine };
  const all = await (desired.absent ? absent(clouds, known) : present(clouds, known));
  const here = { ...all, ...(await sameCluster(pve, desired, all)) };
  return restoreIn(clouds, here);
}
