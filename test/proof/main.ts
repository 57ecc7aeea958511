// SPDX-License-Identifier: GPL-3.0-or-later
/** `npm run proof [-- --kind K] [--scenario S] [--sample N] [--seed S] [-o json]`: all of it; exit status 0 only when every oracle held. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { Amount, Row } from './job.ts';
import { proofs } from './scenarios/index.ts';
import type { Task } from './worker.ts';

const { values } = parseArgs({
  options: {
    kind: { type: 'string' },
    scenario: { type: 'string' },
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
    pairs: { type: 'string', default: '60' },
    lagged: { type: 'string', default: '0.05' },
    output: { type: 'string', short: 'o', default: 'table' },
  },
});

const amount: Amount = {
  seed: Number(values.seed),
  pairs: Number(values.pairs),
  lagged: Number(values.lagged),
  ...(values.sample === undefined ? {} : { sample: Number(values.sample) }),
};

const tasks: Task[] = proofs
  .filter(({ kind }) => values.kind === undefined || kind === values.kind)
  .flatMap(({ kind, scenarios }) =>
    scenarios
      .filter(({ name }) => values.scenario === undefined || name === values.scenario)
      .map(({ name }) => ({ kind, scenario: name, amount })),
  );

const began = performance.now();
let runs = 0;

function seconds(): string {
  return ((performance.now() - began) / 1000).toFixed(0);
}

/** The threads take the scenarios one after the other. */
async function work(rows: Row[]): Promise<void> {
  const worker = new Worker(new URL('worker.ts', import.meta.url));
  try {
    for (let task = tasks.shift(); task; task = tasks.shift()) {
      const row = await new Promise<Row>((resolve, reject) => {
        worker.removeAllListeners();
        worker.on('error', reject);
        worker.on('message', (message: { runs?: number; row?: Row }) => {
          runs += message.runs ?? 0;
          if (message.row) resolve(message.row);
        });
        worker.postMessage(task);
      });
      rows.push(row);
      console.error(`${seconds()} s: ${row.kind} ${row.scenario}: ${row.runs} runs, ${row.violating} with violations`);
      for (const { scenario, lagMs, faults, oracle, what } of row.findings.slice(0, 50))
        console.error(`${scenario}, lag ${lagMs / 1000} s, ${faults}: ${oracle}: ${what.slice(0, 400)}`);
    }
  } finally {
    await worker.terminate();
  }
}

if (tasks.length === 0) {
  console.error('No such kind or scenario. There are:');
  for (const { kind, scenarios } of proofs) console.error(`  ${kind}: ${scenarios.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}
console.error(`seed ${amount.seed}; every plan can be run again by it`);
const rows: Row[] = [];
const order = tasks.map(({ scenario }) => scenario);
const beat = setInterval(() => console.error(`${seconds()} s: about ${runs} runs`), 30_000);
await Promise.all(
  Array.from({ length: Math.min(tasks.length, Math.max(1, availableParallelism()), 8) }, () => work(rows)),
);
clearInterval(beat);
rows.sort((a, b) => order.indexOf(a.scenario) - order.indexOf(b.scenario));

const findings = rows.flatMap((row) => row.findings);
const shown = rows.map(({ findings: _findings, violating: _violating, ...row }) => row);
if (values.output === 'json') console.log(JSON.stringify(shown, null, 2));
else console.table(shown);
console.error(`${rows.reduce((sum, row) => sum + row.runs, 0)} runs in ${seconds()} s; ${findings.length} violations`);
process.exitCode = findings.length === 0 ? 0 : 1;
