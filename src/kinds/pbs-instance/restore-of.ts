// SPDX-License-Identifier: GPL-3.0-or-later
/** Restore tests, from the spec and from what is known of the backups. Pure. */
import { isOwn } from '../../clouds/pbs/snapshots.ts';
import { copyOfAnybody } from '../../clouds/pve/marks.ts';
import { serverKnown } from './known.ts';
import type { Observed } from './observed.ts';
import type { LastTold } from './restore/begun.ts';
import type { Stock } from './restore/observe.ts';
import type { Candidate } from './restore/seen.ts';
import type { RestoreWish } from './restore/wish.ts';
import type { PbsDesired } from './wish.ts';
import type { WorthSeen } from './worth/seen.ts';

const dayMs = 86_400_000;
/** A run that comes while a copy is there would want to save it, too. */
const quietMs = 15 * 60_000;

/** One that was made anew has another id; before Proxmox Backup Server 4.1.10 there is none, and another certificate tells. */
function serverOf(desired: PbsDesired, observed: Observed): string {
  const { worth } = observed;
  const met = worth?.pbs.is === 'Here' ? worth.pbs.instanceID : undefined;
  return met ?? serverKnown(desired, observed).fingerprint;
}

/** `undefined`: nothing is tested, or all goes. @param observed Absent: nobody has looked yet. */
export function restoreWish(desired: PbsDesired, observed?: Observed): RestoreWish | undefined {
  const { restoreTests, proxmox, storage } = desired.spec;
  if (!restoreTests || desired.absent) return undefined;
  const { intervalDays, pool, vmIDs } = restoreTests;
  const server = observed && serverOf(desired, observed);
  return {
    node: restoreTests.node ?? proxmox.node,
    storage: restoreTests.storage,
    ...(pool === undefined ? {} : { pool }),
    intervalMs: intervalDays * dayMs,
    ...(vmIDs === undefined ? {} : { vmids: vmIDs }),
    from: storage.id,
    ...(server ? { server } : {}),
  };
}

export function lastTests({ last }: PbsDesired): LastTold {
  return last as LastTold;
}

/** Tests are wanted, or were: something of them may be there. */
export function mayHaveCopies({ spec, last }: PbsDesired): boolean {
  const announced = last.begun?.some(({ key }) => key === 'RestoreCopy') ?? false;
  return spec.restoreTests !== undefined || last.restoreTests !== undefined || announced;
}

function candidatesOf(
  { pve, pbs }: WorthSeen,
  { self, login }: { readonly self: number | undefined; readonly login: string | undefined },
): readonly Candidate[] | undefined {
  const groups = pbs.is === 'Here' ? pbs.store?.groups : undefined;
  return groups?.flatMap(({ type, id, backups }): readonly Candidate[] => {
    const guest = pve.guests.find((one) => one.type === 'qemu' && String(one.vmid) === id);
    if (type !== 'vm' || !guest || guest.vmid === self || guest.tags.includes(copyOfAnybody)) return [];
    const good = backups.find(
      ({ size, verified, archives, owner }) =>
        size !== undefined && verified !== 'failed' && archives > 0 && (login === undefined || isOwn({ owner }, login)),
    );
    return good ? [{ guest: guest.vmid, name: guest.name, snapshotAt: good.at, size: good.size ?? 0 }] : [];
  });
}

/** Who only looks restores nothing: a test that is due is no difference from the spec. */
export const onlyLooks = ({ spec }: PbsDesired) => spec.managementPolicy === 'Observe';

export function stockOf(desired: PbsDesired, observed: Observed): Stock {
  const { worth, now } = observed;
  if (!worth) return { busy: false };
  const { jobs, running, aheadMs } = worth.pve;
  const soon = jobs.some(
    ({ enabled, nextRun }) => enabled && nextRun !== undefined && nextRun * 1000 - aheadMs - now < quietMs,
  );
  const candidates = candidatesOf(worth, {
    self: serverKnown(desired, observed).vmid,
    login: observed.wiring?.storage?.username,
  });
  return { busy: soon || running.length > 0 || onlyLooks(desired), ...(candidates ? { candidates } : {}) };
}

/** Ids that are no guests of anybody's while a test has them. */
export function copyIDs({ restore }: Observed): readonly number[] {
  if (!restore) return [];
  return [...restore.running.map(({ copy }) => copy.vmid), ...restore.copies.map(({ place }) => place.vmid)];
}
