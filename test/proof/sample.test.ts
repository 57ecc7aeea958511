// SPDX-License-Identifier: GPL-3.0-or-later
/** A sample of `npm run proof`: every scenario, every kind of fault, a few places; another one each day, by the seed that is shown. */
import { describe, expect, test } from '@jest/globals';
import { prove } from './job.ts';
import { naive, naiveScenarios, outcomes } from './naive.ts';
import { proofs } from './scenarios/index.ts';

/** On a busy machine a scenario takes its time; a quiet one needs one or two seconds. */
const patience = 120_000;
const seed = Number(process.env['PROOF_SEED'] ?? 1);

describe.each(proofs.map((proof) => [proof.kind, proof] as const))(
  '%s survives faults at its calls',
  (_kind, proof) => {
    test.each(proof.scenarios.map((scenario) => [scenario.name, scenario] as const))(
      `in %s it ends as without faults (PROOF_SEED=${seed})`,
      async (_name, scenario) => {
        const row = await prove({ proof, program: proof.program, scenario }, { seed, sample: 6, lagged: 0, pairs: 0 });
        expect(row.findings).toEqual([]);
        expect(row.runs).toBeGreaterThan(5);
      },
      patience,
    );
  },
);

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
