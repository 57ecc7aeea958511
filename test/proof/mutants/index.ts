// SPDX-License-Identifier: GPL-3.0-or-later
/** Seeded bugs: the operator with one thing wrong each. Every one must be caught by some plan, or the harness proves nothing. */
import type { FaultKind } from '../faults.ts';
import type { Program } from '../process.ts';
import { backupTargetProof } from '../scenarios/backup-target.ts';
import { actMutants } from './acts.ts';
import { planMutants } from './plans.ts';
import { portMutants } from './ports.ts';

/** Where it shows: scenarios, the fault that brings it out (none: the undisturbed run does), at calls of this action, under this lag. */
export interface Where {
  readonly scenario: string;
  readonly faults?: readonly FaultKind[];
  readonly action?: string;
  readonly lagMs?: number;
}

export interface Mutant {
  readonly name: string;
  readonly bug: string;
  readonly change: Omit<Partial<Program>, 'name' | 'resource'>;
  readonly where: Where;
}

export const mutants: readonly Mutant[] = [...portMutants, ...planMutants, ...actMutants];

export function programOf({ name, change }: Mutant): Program {
  return { ...backupTargetProof.program, ...change, name };
}
