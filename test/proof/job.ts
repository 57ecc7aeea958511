// SPDX-License-Identifier: GPL-3.0-or-later
/** The work of one scenario: learn, make plans, run them, count. Several run side by side, in threads of their own. */
import { pairs, lags, sampled, seeded, singles, type Plan } from './plans.ts';
import type { Program } from './process.ts';
import { learn, prepare, run, type Reference } from './run.ts';
import type { Proof, Scenario } from './script.ts';
import type { Saved } from './worlds.ts';

export interface Amount {
  readonly seed: number;
  /** Runs per scenario; absent: every single fault without lag, and the shares below. */
  readonly sample?: number;
  /** Of the single faults under each lag other than none. */
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
  const lagging = [...references].flatMap(([lagMs, reference]) => {
    if (lagMs === 0) return [];
    const all = singles(reference.calls, lagMs);
    return sampled(all, Math.ceil(all.length * amount.lagged), random);
  });
  return [...singles(calls, 0), ...lagging, ...pairs(calls, { count: amount.pairs, random, lags })];
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

export async function prove(
  { proof, program, scenario }: { proof: Proof; program: Program; scenario: Scenario },
  amount: Amount,
  { told = () => undefined, judged = () => true }: Watching = {},
): Promise<Row> {
  const learnt = await learnAll(proof, program, scenario, amount.sample === undefined ? lags : sampledLags);
  const plans = plansOf(learnt, amount);
  const all: Finding[] = [...learnt.findings];
  const counts = { converged: 0, duplicated: 0, leaked: 0, secretsLost: 0, violating: 0 };
  for (const [number, { lagMs, faults }] of plans.entries()) {
    const reference = learnt.references.get(lagMs);
    const { violations } = await run({
      proof,
      program,
      scenario,
      from: learnt.from,
      lagMs,
      faults,
      ...(reference ? { reference } : {}),
    });
    const names = faults.map(({ at, kind }) => `${kind}@${at}`).join('+');
    const found = violations
      .filter(({ oracle }) => judged(oracle))
      .map((one) => ({ scenario: scenario.name, lagMs, faults: names, ...one }));
    all.push(...found);
    if (!has(found, ['wedge', 'final-world'])) counts.converged++;
    if (has(found, ['duplicate', 'three-keys'])) counts.duplicated++;
    if (has(found, ['left-over', 'finalizer'])) counts.leaked++;
    if (has(found, ['secret-lost'])) counts.secretsLost++;
    if (found.length > 0) counts.violating++;
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
