// SPDX-License-Identifier: GPL-3.0-or-later
/** The work of one scenario: learn, make plans, run them, count. Several run side by side, in threads of their own. */
import { distinct, pairs, lags, sampled, seeded, singles, type Plan } from './plans.ts';
import type { Program } from './process.ts';
import { learn, prepare, run, type Reference } from './run.ts';
import type { Proof, Scenario } from './script.ts';
import type { Saved } from './worlds.ts';

export interface Amount {
  readonly seed: number;
  /** Runs per scenario; absent: every single fault without lag, and the shares below. */
  readonly sample?: number;
  /** The share of the single faults that is tried under each lag other than none. */
  readonly lagged: number;
  /** Pairs of faults per scenario. */
  readonly pairs: number;
}

export interface Finding {
  readonly scenario: string;
  readonly lagMs: number;
  readonly faults: string;
  readonly oracle: string;
  readonly what: string;
}

/** One line of the result, as docs/proof.md describes it. */
export interface Row {
  readonly kind: string;
  readonly scenario: string;
  readonly calls: number;
  readonly faults: number;
  readonly runs: number;
  readonly converged: number;
  readonly duplicated: number;
  readonly leaked: number;
  readonly secretsLost: number;
  /** Runs in which any oracle found something. */
  readonly violating: number;
  readonly findings: readonly Finding[];
}

/** The ends of the range: what a test run has time for. */
const sampledLags: readonly number[] = [0, 300_000];

interface Learnt {
  readonly from: Saved;
  readonly references: ReadonlyMap<number, Reference>;
  readonly findings: Finding[];
}

async function learnAll(
  proof: Proof,
  program: Program,
  scenario: Scenario,
  lagged: readonly number[],
): Promise<Learnt> {
  const from = await prepare(proof, scenario, program);
  const references = new Map<number, Reference>();
  const findings: Finding[] = [];
  for (const lagMs of lagged) {
    const { ran, reference } = await learn({ proof, program, scenario, from, lagMs }, references.get(0));
    references.set(lagMs, reference);
    findings.push(...ran.violations.map((one) => ({ scenario: scenario.name, lagMs, faults: 'none', ...one })));
  }
  return { from, references, findings };
}

function plansOf({ references }: Learnt, amount: Amount): Plan[] {
  const random = seeded(amount.seed);
  const calls = references.get(0)?.calls ?? [];
  if (amount.sample !== undefined)
    return [
      ...sampled(singles(calls, 0), amount.sample, random),
      ...pairs(calls, { count: Math.ceil(amount.sample / 8), random, lags: sampledLags }),
    ];
  // drawn first: the same pairs, whatever share of the reads is tried
  const two = pairs(calls, { count: amount.pairs, random, lags });
  const lagging = [...references].flatMap(([lagMs, reference]) => {
    if (lagMs === 0) return [];
    const all = singles(distinct(reference.calls), lagMs);
    return sampled(all, Math.ceil(all.length * amount.lagged), random);
  });
  return [...singles(calls, 0), ...lagging, ...two];
}

interface Subject {
  readonly proof: Proof;
  readonly program: Program;
  readonly scenario: Scenario;
}

async function runPlan(learnt: Learnt, subject: Subject, { lagMs, faults }: Plan): Promise<Finding[]> {
  const reference = learnt.references.get(lagMs);
  if (!reference) throw new Error(`nothing was learnt under a lag of ${lagMs} ms`);
  const { violations } = await run({ ...subject, from: learnt.from, lagMs, faults, reference });
  const names = faults.map(({ at, kind }) => `${kind}@${at}`).join('+');
  return violations.map((one) => ({ scenario: subject.scenario.name, lagMs, faults: names, ...one }));
}

function has(findings: readonly Finding[], oracles: readonly string[]): boolean {
  return findings.some(({ oracle }) => oracles.includes(oracle));
}

export interface Watching {
  /** Called now and then with how many runs are over. */
  readonly told?: (runs: number) => void;
  /** Which oracles count; all of them for the operator. */
  readonly judged?: (oracle: string) => boolean;
}

/** Which column of a row a run counts in. */
const columns = {
  duplicated: ['duplicate', 'three-keys'],
  leaked: ['left-over', 'finalizer'],
  secretsLost: ['secret-lost'],
} as const;

export async function prove(
  { proof, program, scenario }: Subject,
  amount: Amount,
  { told = () => undefined, judged = () => true }: Watching = {},
): Promise<Row> {
  const learnt = await learnAll(proof, program, scenario, amount.sample === undefined ? lags : sampledLags);
  const plans = plansOf(learnt, amount);
  const all: Finding[] = [...learnt.findings];
  const counts = { converged: 0, duplicated: 0, leaked: 0, secretsLost: 0, violating: 0 };
  for (const [number, { lagMs, faults }] of plans.entries()) {
    const found = (await runPlan(learnt, { proof, program, scenario }, { lagMs, faults })).filter(({ oracle }) =>
      judged(oracle),
    );
    all.push(...found);
    for (const column of ['duplicated', 'leaked', 'secretsLost'] as const)
      counts[column] += Number(has(found, columns[column]));
    counts.converged += Number(!has(found, ['wedge', 'final-world']));
    counts.violating += Number(found.length > 0);
    if (number % 20 === 19) told(20);
  }
  const calls = learnt.references.get(0)?.calls.length ?? 0;
  const kinds = new Set(plans.flatMap(({ faults }) => faults.map(({ kind }) => kind))).size;
  return {
    kind: proof.kind,
    scenario: scenario.name,
    calls,
    faults: kinds,
    runs: plans.length,
    ...counts,
    findings: all,
  };
}
