// SPDX-License-Identifier: GPL-3.0-or-later
/** What a look at restore tests found. Plain data; times are milliseconds since the epoch. */
import type { StorageRoom } from '../../../clouds/pve/storage-entries.ts';
import type { VmPlace } from '../../../clouds/pve/vms.ts';
import type { Owner } from '../../../core/owner-mark.ts';

/** A test as it was begun. */
export interface BegunTest {
  readonly guest: number;
  readonly name: string;
  readonly snapshotAt: number;
  /** Where the copy is to be. */
  readonly copy: VmPlace;
  /** When it was announced, by the operator's clock. */
  readonly at: number;
  /** Its task, once that was seen. */
  readonly task?: string;
}

/** The status tells of it: only then its announcement has done its work. */
interface MayBeTold {
  readonly told?: true;
}

export interface RunningTest extends BegunTest, MayBeTold {
  readonly task: string;
}

export interface EndedTest extends MayBeTold {
  readonly guest: number;
  readonly name: string;
  readonly snapshotAt: number;
  /** By the clock of the node. */
  readonly at: number;
  readonly seconds: number;
  readonly result: 'Restored' | 'Failed' | 'NotDone';
  readonly message?: string;
  /** How many of them came to no end, one after the other. */
  readonly tries?: number;
}

export interface CopySeen {
  readonly place: VmPlace;
  /** Absent: nobody knows any more of which test it is. */
  readonly of?: RunningTest;
  /** `Stub`: a restore of ours has failed, and left nothing but its id. */
  readonly is: 'Whole' | 'Stub';
  readonly running: boolean;
  readonly lock?: string;
  /** A task that destroys it goes on. */
  readonly leaving?: string;
  /** The last such task failed. */
  readonly stuck?: { readonly message: string; readonly at: number };
}

/** A guest with a good backup. */
export interface Candidate {
  readonly guest: number;
  readonly name: string;
  readonly snapshotAt: number;
  /** Bytes that it has as disks. */
  readonly size: number;
}

export interface RestoreSeen {
  readonly now: number;
  readonly owner: Owner;
  readonly running: readonly RunningTest[];
  /** Of those that the status did not tell the result of before. */
  readonly ended: readonly EndedTest[];
  readonly copies: readonly CopySeen[];
  /** Absent: the backups cannot be read now, or are of no interest. */
  readonly candidates?: readonly Candidate[];
  /** A backup job runs, or is about to. */
  readonly busy: boolean;
  /** Only when one is due: the next free id, and the storage; `missing`: there is no such one on that node. */
  readonly nextID?: number;
  readonly room?: StorageRoom | 'missing';
}
