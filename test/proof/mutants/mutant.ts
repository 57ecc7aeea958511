// SPDX-License-Identifier: GPL-3.0-or-later
import type { FaultKind } from '../faults.ts';
import type { Program } from '../process.ts';

/** Where it shows: scenarios, the fault that brings it out (none: the undisturbed run does), at calls of this action, under this lag. */
export interface Where {
  readonly scenario: string;
  readonly faults?: readonly FaultKind[];
  readonly action?: string;
  readonly lagMs?: number;
}

export interface Mutant {
  /** Whose bug it is; default: BackupTarget's. */
  readonly of?: 'SiteVpn' | 'GslbEndpoint' | 'PbsInstance';
  readonly name: string;
  readonly bug: string;
  readonly change: Omit<Partial<Program>, 'name' | 'resource'>;
  readonly where: Where;
}
