// SPDX-License-Identifier: GPL-3.0-or-later
/** Looks for a plan that catches a seeded bug, first where it should show. The operator itself passes every one of these plans. */
import type { Finding } from '../job.ts';
import { singles } from '../plans.ts';
import { learn, prepare, run } from '../run.ts';
import { backupTargetProof as proof } from '../scenarios/backup-target.ts';
import { programOf, type Mutant } from './index.ts';

export interface Hunt {
  readonly runs: number;
  readonly caught?: Finding;
  /** All oracles that found something in that run. */
  readonly oracles?: readonly string[];
}

export async function hunt(mutant: Mutant): Promise<Hunt> {
  const { where } = mutant;
  const scenario = proof.scenarios.find(({ name }) => name === where.scenario);
  if (!scenario) throw new Error(`no scenario ${where.scenario}`);
  const { lagMs = 0 } = where;
  const operator = proof.program;
  const program = programOf(mutant);
  const from = await prepare(proof, scenario, operator);
  const { reference: still } = await learn({ proof, program: operator, scenario, from, lagMs: 0 });
  const { reference } = await learn({ proof, program: operator, scenario, from, lagMs }, still);
  const at = ({ at }: { at: number }) => reference.calls.find(({ index }) => index === at)?.action;
  const faults = where.faults
    ? singles(reference.calls, lagMs)
        .flatMap((plan) => plan.faults)
        .filter(
          (fault) => where.faults?.includes(fault.kind) && (where.action === undefined || at(fault) === where.action),
        )
        .map((fault) => [fault])
    : [[]];
  for (const [number, chosen] of faults.entries()) {
    const { violations } = await run({ proof, program, scenario, from, lagMs, faults: chosen, reference });
    const [first] = violations;
    const names = chosen.map(({ at, kind }) => `${kind}@${at}`).join('+') || 'none';
    const oracles = [...new Set(violations.map(({ oracle }) => oracle))];
    if (first)
      return { runs: number + 1, oracles, caught: { scenario: scenario.name, lagMs, faults: names, ...first } };
  }
  return { runs: faults.length };
}
