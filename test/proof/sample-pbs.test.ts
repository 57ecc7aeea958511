// SPDX-License-Identifier: GPL-3.0-or-later
/** A sample of `npm run proof -- --kind PbsInstance`: two scenarios, others by another seed. */
import { expect, test } from '@jest/globals';
import { prove } from './job.ts';
import { pbsInstanceProof } from './scenarios/pbs-instance.ts';

const seed = Number(process.env['PROOF_SEED'] ?? 1);
const patience = 300_000;

const { scenarios } = pbsInstanceProof;
const chosen = [seed * 5, seed * 5 + 9].flatMap((at) => scenarios[at % scenarios.length] ?? []);

test.each(chosen.map((scenario) => [scenario.name, scenario] as const))(
  `PbsInstance survives faults at its calls: in %s it ends as without faults (PROOF_SEED=${seed})`,
  async (_name, scenario) => {
    const subject = { proof: pbsInstanceProof, program: pbsInstanceProof.program, scenario };
    const row = await prove(subject, { seed, sample: 2, lagged: 0, pairs: 0 });
    expect(row.findings).toEqual([]);
    expect(row.runs).toBeGreaterThanOrEqual(2);
  },
  patience,
);
