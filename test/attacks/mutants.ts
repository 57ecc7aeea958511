// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Takes one defence after the other away, and runs the test that says it is there: it has to fail. One row for each mutant,
 * `{attack, mutant, caught}`; exit status 1 when one survives, or when a test does not pass without a mutant.
 * `npm run test:mutants [-- --attack=15] [--sample=8] [--jobs=2]`; a sample takes every n-th, so that all are had in turn.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Attack, Mutant, NamedTest } from './attack.ts';
import { attacks } from './list.ts';

const root = join(import.meta.dirname, '../..');
const jest = fileURLToPath(import.meta.resolve('jest/bin/jest'));
/** A mutant may make a test hang; Jest's own time-out ends it before this. */
const longestMs = 120_000;

interface Job {
  readonly attack: Attack;
  readonly mutant: Mutant | undefined;
  readonly test: NamedTest;
}

interface Row {
  readonly attack: number;
  readonly mutant: string;
  readonly caught: boolean;
  readonly seconds: number;
  readonly why?: string;
}

/** The titles that Jest shows have the values of test.each where the source has `%s` and the like. */
function titlePattern(title: string): string {
  const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  return title
    .split(/%[sijd]|\$\{?\w+\}?/)
    .map(escaped)
    .join('.*');
}

interface Results {
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

type Outcome = 'passed' | 'failed' | 'never ran';

async function outcomeOf({ test, mutant }: Job): Promise<{ outcome: Outcome; said: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'mutant-'));
  const output = join(folder, 'results.json');
  const change = mutant && { path: join(root, mutant.file), from: mutant.from, to: mutant.to };
  const options = ['--config', 'test/attacks/jest.config.mjs', '--json', `--outputFile=${output}`];
  const wanted = ['--runTestsByPath', join('test', test.file), '-t', titlePattern(test.title)];
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const child = spawn(process.execPath, [...flags, jest, ...options, ...wanted], {
    cwd: root,
    stdio: 'ignore',
    env: { ...process.env, ...(change ? { MUTANT: JSON.stringify(change) } : {}) },
    timeout: longestMs,
    killSignal: 'SIGKILL',
  });
  await once(child, 'close');
  try {
    const { testResults } = JSON.parse(readFileSync(output, 'utf8')) as Results;
    const ran = testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ status }) => status !== 'pending');
    const outcome = ran.some(({ status }) => status === 'failed') ? 'failed' : ran.length > 0 ? 'passed' : 'never ran';
    return { outcome, said: testResults.map(({ message }) => message).join('\n') };
  } catch {
    return { outcome: 'never ran', said: `no results within ${longestMs / 1000} s` };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A mutant that does not load is not caught: it would be found without the test. */
async function rowOf(job: Job): Promise<Row> {
  const began = performance.now();
  const { outcome, said } = await outcomeOf(job);
  const caught = outcome === (job.mutant ? 'failed' : 'passed');
  return {
    attack: job.attack.number,
    mutant: job.mutant?.bug ?? `none: ${job.test.title}`,
    caught,
    seconds: Math.round((performance.now() - began) / 100) / 10,
    ...(caught ? {} : { why: `${outcome}: ${said.slice(0, 600)}` }),
  };
}

function jobsOf(wanted: readonly Attack[]): Job[] {
  return wanted.flatMap((attack) =>
    attack.mutants.map((mutant) => ({ attack, mutant, test: attack.tests[mutant.test ?? 0] ?? attack.tests[0] })),
  );
}

const { values } = parseArgs({
  options: {
    attack: { type: 'string' },
    /** How many mutants at most; a day's number decides which. */
    sample: { type: 'string' },
    jobs: { type: 'string', default: '2' },
    /** Runs the tests of the list without any mutant as well. */
    unharmed: { type: 'boolean', default: false },
  },
});

function chosen(): Job[] {
  const jobs = jobsOf(attacks.filter(({ number }) => values.attack === undefined || number === Number(values.attack)));
  const all = values.unharmed ? [...jobs, ...jobs.map((job) => ({ ...job, mutant: undefined }))] : jobs;
  const every = Math.ceil(all.length / Number(values.sample ?? all.length));
  return all.filter((_, index) => index % every === 0);
}

async function main(): Promise<number> {
  const left = chosen();
  let survivors = 0;
  const work = async () => {
    for (let job = left.shift(); job; job = left.shift()) {
      const row = await rowOf(job);
      if (!row.caught) survivors++;
      process.stdout.write(`${JSON.stringify(row)}\n`);
    }
  };
  const count = left.length;
  await Promise.all(Array.from({ length: Number(values.jobs) }, work));
  process.stdout.write(`${count - survivors} of ${count} mutants caught\n`);
  return survivors === 0 ? 0 : 1;
}

process.exitCode = await main();
