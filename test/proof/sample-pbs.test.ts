// SPDX-License-Identifier: GPL-3.0-or-later
/** A sample of `npm run proof -- --kind PbsInstance`: two scenarios, others by another seed. */
import { expect, test } from '@jest/globals';
import { prove } from './job.ts';
import { proofs } from './scenarios/index.ts';
import { pbsInstanceProofs } from './scenarios/pbs-instance.ts';

const seed = Number(process.env['PROOF_SEED'] ?? 1);
const patience = 300_000;

test('Scenarios of all kinds have names of their own.', () => {
  const names = proofs.flatMap(({ scenarios }) => scenarios.map(({ name }) => name));
  expect(new Set(names).size).toBe(names.length);
});

for (const proof of pbsInstanceProofs) {
  const { scenarios } = proof;
  const chosen = [seed * 5, seed * 5 + 9].flatMap((at) => scenarios[at % scenarios.length] ?? []);
  test.each(chosen.map((scenario) => [scenario.name, scenario] as const))(
    `PbsInstance survives faults at its calls: in %s it ends as without faults (PROOF_SEED=${seed})`,
    async (_name, scenario) => {
      const row = await prove({ proof, program: proof.program, scenario }, { seed, sample: 2, lagged: 0, pairs: 0 });
      expect(row.findings).toEqual([]);
      expect(row.runs).toBeGreaterThanOrEqual(2);
    },
    patience,
  );
}
