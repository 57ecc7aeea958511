// SPDX-License-Identifier: GPL-3.0-or-later
/** A sample of `npm run proof`: two scenarios of each kind, every kind of fault, a few places; others by another seed, which is shown. */
import { describe, expect, test } from '@jest/globals';
import { prove } from './job.ts';
import { naive, naiveScenarios, outcomes } from './naive.ts';
import { proofs } from './scenarios/index.ts';
import type { Scenario } from './script.ts';

/** On a busy machine a scenario takes its time; a quiet one needs one or two seconds. */
const patience = 120_000;
/** Faults of each scenario. */
const sample = 2;
const seed = Number(process.env['PROOF_SEED'] ?? 1);

/** Some of a kind's scenarios, others by another seed. */
function chosen(all: readonly Scenario[]): readonly Scenario[] {
  return Array.from({ length: 2 }, (_, n) => all[(seed * 2 + n) % all.length]).flatMap((one) => one ?? []);
}

/** A look at a Proxmox has some fifty calls: its sample is in the long suite (sample-pbs.test.ts). */
const short = proofs.filter(({ kind }) => kind !== 'PbsInstance');

describe.each(short.map((proof) => [proof.kind, proof] as const))('%s survives faults at its calls', (_kind, proof) => {
  test.each(chosen(proof.scenarios).map((scenario) => [scenario.name, scenario] as const))(
    `in %s it ends as without faults (PROOF_SEED=${seed})`,
    async (_name, scenario) => {
      const row = await prove({ proof, program: proof.program, scenario }, { seed, sample, lagged: 0, pairs: 0 });
      expect(row.findings).toEqual([]);
      expect(row.runs).toBeGreaterThanOrEqual(sample);
    },
    patience,
  );
});

test('the same harness finds more than a quarter of all plans wrong in a naive reconciler', async () => {
  const [proof] = proofs;
  if (!proof) throw new Error('nothing is under proof');
  let runs = 0;
  let wrong = 0;
  for (const scenario of proof.scenarios.filter(({ name }) => naiveScenarios.includes(name))) {
    const judged = (oracle: string) => outcomes.includes(oracle);
    const amount = { seed, sample: 20, lagged: 0, pairs: 0 };
    const row = await prove({ proof, program: naive, scenario }, amount, { judged });
    runs += row.runs;
    wrong += row.violating;
  }
  expect(wrong / runs).toBeGreaterThan(0.25);
}, 120_000);
