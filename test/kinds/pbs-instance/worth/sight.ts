// SPDX-License-Identifier: GPL-3.0-or-later
/** What a look may find: one node, one job, guests with a backup of last night. */
import type { WorthStatus } from '../../../../src/api/pbs-instance/worth.ts';
import type { SeenRun, StoreSeen, WorthSeen } from '../../../../src/kinds/pbs-instance/worth/seen.ts';
import type { WorthWish } from '../../../../src/kinds/pbs-instance/worth/wish.ts';

export const hour = 3_600_000;
export const now = Date.UTC(2026, 0, 6, 9);
export const night = Date.UTC(2026, 0, 6, 2);

export const wish: WorthWish = {
  node: 'n1',
  storage: 'pbs',
  datastore: 'store',
  namespace: '',
  jobs: [{ id: 'nightly', exclude: [] }],
  recoveryPointHours: 26,
  verifiedWithinDays: 0,
  telemetryMs: 300_000,
  maxAgeMs: 0,
};

export const gib = 1024 ** 3;
export const backup = (at: number, more: object = {}) => ({ at, size: 8 * gib, archives: 1, ...more });
export const run = (more: Partial<SeenRun> = {}): SeenRun => ({
  node: 'n1',
  startedAt: night,
  end: { is: 'Done', warnings: 0 },
  report: { storage: 'pbs', selection: '200,201', failures: [] },
  ...more,
});

export interface Given {
  readonly vmids?: readonly number[];
  /** Of these, those on the other node. */
  readonly elsewhere?: readonly number[];
  readonly backups?: Readonly<Record<number, readonly ReturnType<typeof backup>[]>>;
  readonly runs?: readonly SeenRun[];
  readonly running?: readonly number[];
  readonly store?: Partial<StoreSeen>;
  readonly before?: WorthStatus;
  readonly at?: number;
}

export function seen({
  vmids = [200, 201],
  elsewhere = [],
  backups,
  runs = [run()],
  running = [],
  store = {},
  at = now,
}: Given): WorthSeen {
  const of = backups ?? Object.fromEntries(vmids.map((vmid) => [vmid, [backup(night)]]));
  return {
    now: at,
    pve: {
      aheadMs: 0,
      nodes: ['n1', 'n2'].map((name) => ({ name, online: true })),
      guests: vmids.map((vmid) => ({
        vmid,
        name: `vm${vmid}`,
        type: 'qemu',
        tags: [],
        node: elsewhere.includes(vmid) ? 'n2' : 'n1',
      })),
      jobs: [
        {
          id: 'nightly',
          enabled: true,
          schedule: '02:00',
          storage: 'pbs',
          mode: 'snapshot',
          select: { type: 'IDs', ids: vmids },
          comment: '',
          nextRun: (night + 24 * hour) / 1000,
          included: vmids.map((vmid) => ({ vmid, saved: ['scsi0'], leftOut: [] })),
        } as unknown as WorthSeen['pve']['jobs'][number],
      ],
      storage: { enabled: true, active: true },
      runs,
      running,
    },
    pbs: {
      is: 'Here',
      aheadMs: 0,
      store: {
        collections: { diskBytes: 0 },
        verifications: [],
        prunes: [],
        groups: Object.entries(of).map(([id, all]) => ({ type: 'vm', id, backups: all })),
        ...store,
      },
    },
  };
}
