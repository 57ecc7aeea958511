// SPDX-License-Identifier: GPL-3.0-or-later
import type { VmConfig } from '../../../clouds/pve/vm-config.ts';
import type { VmPlace } from '../../../clouds/pve/vms.ts';
import type { Owner } from '../../../core/owner-mark.ts';

/** A task that is under way. */
export interface RunningTask {
  readonly upid: string;
  readonly type: string;
}

/** The newest task of a type, where that one failed. */
export interface FailedTask {
  readonly type: string;
  /** The last line of its log. */
  readonly message: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** How many of them failed, one after the other. */
  readonly times: number;
}

export interface VmSeen {
  readonly place: VmPlace;
  readonly now: VmConfig;
  /** Where a start will bring changes that wait for it; else the same. */
  readonly atNextStart: VmConfig;
  readonly running: boolean;
  /** Since when it runs, milliseconds since the epoch. */
  readonly startedAt?: number;
  /** What was last done to it through Proxmox VE. Started, and off: it switched itself off. */
  readonly power: 'Untouched' | 'Started' | 'Stopped';
  /** Since it was last started the operator has begun to shut it down, which it does at a deletion alone. */
  readonly leaving?: true;
}

/** A machine that bears something of our mark, and not all; or a second one that bears it all. */
export interface Doubtful {
  readonly place: VmPlace;
  readonly name: string;
  readonly why: 'PartlyMarked' | 'Second';
}

export type PasswordSeen = { readonly found: 'absent' } | { readonly found: 'foreign' } | { readonly found: 'ours' };

export interface MachineSeen {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly owner: Owner;
  readonly vm?: VmSeen;
  /** While there is none: the number that it would get now. Others may be faster. */
  readonly nextID?: number;
  readonly doubtful: readonly Doubtful[];
  readonly password: PasswordSeen;
  /** Volume ids on the storage for images; absent: there is no such storage on the node. */
  readonly images?: readonly string[];
  readonly tasks: readonly RunningTask[];
  readonly failed: readonly FailedTask[];
  /** Something answers where the server is to be. */
  readonly answers: boolean;
}
