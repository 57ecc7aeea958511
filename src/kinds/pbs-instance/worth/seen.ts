// SPDX-License-Identifier: GPL-3.0-or-later
/** What a look found. Plain data; times are milliseconds since the epoch, each by the clock of whoever wrote it down. */
import type { DatastoreUsage } from '../../../clouds/pbs/datastores.ts';
import type { BackupGroup } from '../../../clouds/pbs/snapshots.ts';
import type { Collections, ScheduledJob } from '../../../clouds/pbs/store-health.ts';
import type { TaskEnd } from '../../../clouds/proxmox/task-end.ts';
import type { Included, KnownJob } from '../../../clouds/pve/backup-jobs.ts';
import type { RunReport } from '../../../clouds/pve/backup-runs.ts';
import type { ListedGuest } from '../../../clouds/pve/resources.ts';
import type { StorageState } from '../../../clouds/pve/storage-entries.ts';

export interface SeenRun {
  readonly node: string;
  readonly startedAt: number;
  readonly end: TaskEnd;
  readonly report: RunReport;
}

export interface SeenJob extends KnownJob {
  readonly included?: readonly Included[];
  /** Runs after the next one. */
  readonly following?: readonly number[];
}

export interface PveSeen {
  /** How far its clock is before the operator's; 0 where it is not told. */
  readonly aheadMs: number;
  readonly nodes: readonly { readonly name: string; readonly online: boolean }[];
  readonly guests: readonly ListedGuest[];
  /** All of the datacenter, with what those save that are switched on and lead to our storage. */
  readonly jobs: readonly SeenJob[];
  /** Absent: there is no such entry. */
  readonly storage?: StorageState;
  /** To our storage, the newest first; of each node at least the last of each job, where the node still knows it. */
  readonly runs: readonly SeenRun[];
  /** When runs began that are not over, wherever they lead. */
  readonly running: readonly number[];
}

export interface StoreSeen {
  /** `read-only`, `offline`, `s3-refresh`, …; then nothing else is known of it. */
  readonly maintenance?: string;
  /** Of the file system of the cache; and what the server has asked of S3. */
  readonly cache?: DatastoreUsage;
  readonly collections: Collections;
  readonly verifications: readonly ScheduledJob[];
  readonly prunes: readonly ScheduledJob[];
  /** Its schedules are in it, e.g. `Asia/Seoul`. */
  readonly zone?: string;
  /** Absent: nobody may read them now. */
  readonly groups?: readonly BackupGroup[];
}

export type PbsSeen =
  /** It is not the one whose certificate is pinned; nothing was sent. */
  | { readonly is: 'Another'; readonly message: string }
  | {
      readonly is: 'Here';
      readonly aheadMs: number;
      readonly instanceID?: string;
      /** Absent: it has no such datastore, or shows none to this token. */
      readonly store?: StoreSeen;
    };

export interface WorthSeen {
  readonly now: number;
  readonly pve: PveSeen;
  readonly pbs: PbsSeen;
}
