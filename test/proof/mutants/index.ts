// SPDX-License-Identifier: GPL-3.0-or-later
/** Seeded bugs: the operator with one thing wrong each. Every one must be caught by some plan, or the harness proves nothing. */
import type { Program } from '../process.ts';
import { backupTargetProof } from '../scenarios/backup-target.ts';
import { actMutants } from './acts.ts';
import type { Mutant } from './mutant.ts';
import { planMutants } from './plans.ts';
import { portMutants } from './ports.ts';
import { rotationMutants } from './rotation.ts';

export const mutants: readonly Mutant[] = [...portMutants, ...planMutants, ...actMutants, ...rotationMutants];

export function programOf({ name, change }: Mutant): Program {
  return { ...backupTargetProof.program, ...change, name };
}
