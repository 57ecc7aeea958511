// SPDX-License-Identifier: GPL-3.0-or-later
/** `npm run proof -- --strangers N`, and `npm run proof [-- --kind K] [--scenario S] [--sample N] [--seed S] [-o json]`: all of it; exit status 0 only when every oracle held. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { everyPair, lagsOf, together, type Amount, type Row } from './job.ts';
import { proofs } from './scenarios/index.ts';
import type { Scenario } from './script.ts';
import { strangersSurvive } from './strangers/strangers.ts';
import type { Task } from './worker.ts';

const { values } = parseArgs({
  options: {
    kind: { type: 'string' },
    scenario: { type: 'string' },
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
    pairs: { type: 'string', default: '20' },
    lagged: { type: 'string', default: '1' },
    output: { type: 'string', short: 'o', default: 'table' },
    strangers: { type: 'string' },
  },
});

const amount: Amount = {
  seed: Number(values.seed),
  ...(values.pairs === 'all' || values.pairs === 'changes'
    ? { pairs: 20, every: values.pairs }
    : { pairs: Number(values.pairs) }),
  lagged: Number(values.lagged),
  ...(values.sample === undefined ? {} : { sample: Number(values.sample) }),
};

const chosen = proofs
  .filter(({ kind }) => values.kind === undefined || kind === values.kind)
  .flatMap(({ kind, scenarios }) =>
    scenarios
      .filter(({ name }) => values.scenario === undefined || values.scenario.split(',').includes(name))
      .map((scenario) => ({ kind, scenario })),
  );

/** All pairs first, and the longest lags: what takes long does not begin last. */
const tasks: Task[] = lagsOf(amount)
  .toReversed()
  .flatMap((lagMs) => chosen.map(({ kind, scenario }) => ({ kind, scenario, lagMs })))
  .toSorted((a, b) => Number(isLong(b)) - Number(isLong(a)))
  .map(({ kind, scenario: { name }, lagMs }) => ({ kind, scenario: name, lagMs, amount }));

function isLong({ scenario, lagMs }: { scenario: Scenario; lagMs: number }): boolean {
  return everyPair(scenario, lagMs, amount) !== undefined;
}

const began = performance.now();
let runs = 0;

function seconds(): string {
  return ((performance.now() - began) / 1000).toFixed(0);
}

/** The threads take scenarios under a lag one after the other. */
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
      const lag = task.lagMs / 1000;
      console.error(
        `${seconds()} s: ${row.kind} ${row.scenario}, lag ${lag} s: ${row.runs} runs, ${row.violating} with violations`,
      );
      for (const { scenario, lagMs, faults, oracle, what } of row.findings.slice(0, 50))
        console.error(`${scenario}, lag ${lagMs / 1000} s, ${faults}: ${oracle}: ${what.slice(0, 400)}`);
    }
  } finally {
    await worker.terminate();
  }
}

if (values.strangers !== undefined) {
  const { runs: all, acts, touched } = await strangersSurvive(Number(values.strangers), amount.seed);
  for (const { seed, what } of touched.slice(0, 50)) console.error(`seed ${seed}: ${what}`);
  console.error(
    `${all} runs with ${acts} acts in ${seconds()} s; ${touched.length} machines of strangers were touched`,
  );
  process.exit(touched.length === 0 && acts > 0 ? 0 : 1);
}
if (tasks.length === 0) {
  console.error('No such kind or scenario. There are:');
  for (const { kind, scenarios } of proofs) console.error(`  ${kind}: ${scenarios.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}
console.error(`seed ${amount.seed}; every plan can be run again by it`);
const parts: Row[] = [];
const beat = setInterval(() => console.error(`${seconds()} s: about ${runs} runs`), 30_000);
await Promise.all(
  Array.from({ length: Math.min(tasks.length, Math.max(1, availableParallelism()), 8) }, () => work(parts)),
);
clearInterval(beat);
const rows = chosen.map(({ kind, scenario }) =>
  parts.filter((part) => part.kind === kind && part.scenario === scenario.name).reduce(together),
);

const findings = rows.flatMap((row) => row.findings);
const shown = rows.map(({ findings: _findings, violating: _violating, ...row }) => row);
if (values.output === 'json') console.log(JSON.stringify(shown, null, 2));
else console.table(shown);
const sum = (column: 'runs' | 'pairs' | 'joined' | 'checked') => rows.reduce((all, row) => all + row[column], 0);
const { user, system } = process.cpuUsage();
console.error(
  `${sum('runs')} runs in ${seconds()} s (${((user + system) / 1e6).toFixed(0)} s of processor time); ` +
    `${sum('joined')} ended where they were the same as an earlier one, ${sum('checked')} went on to check that; ` +
    `${sum('pairs')} pairs; ${findings.length} violations`,
);
process.exitCode = findings.length === 0 ? 0 : 1;
