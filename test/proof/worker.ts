// SPDX-License-Identifier: GPL-3.0-or-later
/** One thread of the proof: takes a scenario under a lag, answers with its row. */
import { parentPort } from 'node:worker_threads';
import { proveUnder, type Amount } from './job.ts';
import { proofs } from './scenarios/index.ts';

export interface Task {
  readonly kind: string;
  readonly scenario: string;
  readonly lagMs: number;
  readonly amount: Amount;
}

const port = parentPort;
if (!port) throw new Error('runs in a thread of test/proof/main.ts only');
port.on('message', (task: Task) => {
  const proof = proofs.find(({ kind }) => kind === task.kind);
  const scenario = proof?.scenarios.find(({ name }) => name === task.scenario);
  if (!proof || !scenario) throw new Error(`no scenario ${task.kind} ${task.scenario}`);
  void proveUnder({ proof, program: proof.program, scenario }, task.lagMs, task.amount, {
    told: (runs) => port.postMessage({ runs }),
  }).then((row) => port.postMessage({ row }));
});
