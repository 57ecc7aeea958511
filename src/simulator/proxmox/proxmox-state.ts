// SPDX-License-Identifier: GPL-3.0-or-later
import type { RandomState } from '../kernel/random.ts';
import type { PbsServer } from './pbs/state.ts';
import type { PveState, TaskFate } from './state.ts';

/** All that a world keeps; plain values, for snapshots. Times are milliseconds since the epoch. */
export interface ProxmoxState {
  readonly random: RandomState;
  nextPid: number;
  readonly pve: PveState;
  /** Servers by what they are installed on: a volume id, or a name of their own. */
  readonly servers: Map<string, PbsServer>;
  readonly fates: TaskFate[];
  /** Addresses that DHCP gave, by the network card. */
  readonly leases: Map<string, string>;
  /** What DNS says in this network: addresses by name. */
  readonly names: Map<string, string>;
}
