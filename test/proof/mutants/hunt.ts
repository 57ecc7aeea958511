// SPDX-License-Identifier: GPL-3.0-or-later
/** Looks for a plan that catches a seeded bug, first where it should show. The operator itself passes every one of these plans. */
import type { Finding } from '../job.ts';
import { singles } from '../plans.ts';
import { learn, prepare, run, type Reference } from '../run.ts';
import type { Saved } from '../worlds.ts';
import type { Proof, Scenario } from '../script.ts';
import { programOf, proofOf } from './index.ts';
import type { Mutant } from './mutant.ts';

export interface Hunt {
  readonly runs: number;
  readonly caught?: Finding;
  /** All oracles that found something in that run. */
  readonly oracles?: readonly string[];
}

interface Ground {
  readonly from: Saved;
  readonly reference: Reference;
}

const grounds = new Map<string, Promise<Ground>>();

/** What the operator itself does in a scenario, learnt once for all bugs that show there. */
function groundOf(proof: Proof, scenario: Scenario, lagMs: number): Promise<Ground> {
  const key = `${scenario.name} ${lagMs}`;
  const known = grounds.get(key) ?? survey(proof, scenario, lagMs);
  grounds.set(key, known);
  return known;
}

async function survey(proof: Proof, scenario: Scenario, lagMs: number): Promise<Ground> {
  const { program } = proof;
  const from = await prepare(proof, scenario, program);
  const { reference: still } = await learn({ proof, program, scenario, from, lagMs: 0 });
  if (lagMs === 0) return { from, reference: still };
  const { reference } = await learn({ proof, program, scenario, from, lagMs }, still);
  return { from, reference };
}

export async function hunt(mutant: Mutant): Promise<Hunt> {
  const { where } = mutant;
  const proof = proofOf(mutant);
  const scenario = proof.scenarios.find(({ name }) => name === where.scenario);
  if (!scenario) throw new Error(`no scenario ${where.scenario}`);
  const { lagMs = 0 } = where;
  const program = programOf(mutant);
  const { from, reference } = await groundOf(proof, scenario, lagMs);
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
