// SPDX-License-Identifier: GPL-3.0-or-later
/** How much there is to look through. Pure. */
import type { BackupGroup } from '../../../clouds/pbs/snapshots.ts';
import type { WorthSeen } from '../worth/seen.ts';
import type { Stock } from './upkeep.ts';

/** Of disks: what they hold comes in pieces of so many bytes (pbs-datastore, fixed_index.rs; PVE's QEMU sends 4 MiB). */
const chunkBytes = 4 * 1024 ** 2;
const tebibyte = 1024 ** 4;

interface Job {
  readonly id: string;
  readonly schedule: string;
}

/** Nothing was counted yet: what each TiB of guests would be, each saved whole by every job. */
export function stockOfOneTiB(jobs: readonly Job[]): Stock {
  const chunks = tebibyte / chunkBytes;
  return { chunks, bytes: tebibyte, backups: 1, jobs: jobs.map(({ schedule }) => ({ schedule, backups: 1, chunks })) };
}

function newestSizes(groups: readonly BackupGroup[], vmids: readonly number[]): readonly number[] {
  return groups
    .filter(({ type, id }) => type !== 'host' && vmids.includes(Number(id)))
    .flatMap(({ backups }) => backups.find(({ size }) => size !== undefined)?.size ?? []);
}

/** As the last garbage collection counted it; `undefined`: there was none, or it cannot be asked now. */
export function stockSeen(jobs: readonly Job[], { pve, pbs }: WorthSeen): Stock | undefined {
  const store = pbs.is === 'Here' ? pbs.store : undefined;
  const { groups, collections } = store ?? {};
  if (!groups || collections?.chunks === undefined) return undefined;
  return {
    chunks: collections.chunks,
    bytes: collections.diskBytes,
    backups: groups.reduce((sum, { backups }) => sum + backups.length, 0),
    jobs: jobs.map(({ id, schedule }) => {
      const saved = pve.jobs.find((one) => one.id === id)?.included?.map(({ vmid }) => vmid) ?? [];
      const sizes = newestSizes(groups, saved);
      const chunks = sizes.reduce((sum, size) => sum + Math.ceil(size / chunkBytes), 0);
      return { schedule, backups: sizes.length, chunks };
    }),
  };
}
