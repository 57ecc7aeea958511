// SPDX-License-Identifier: GPL-3.0-or-later
/** The work of one scenario under one lag: learn, make plans, run them, count. Several run side by side, in threads of their own. */
import type { PairsOf } from './faults.ts';
import { Explorer, type Explored } from './explore.ts';
import { Pairs } from './pairs.ts';
import { lagged, lags, pairs, sampled, seeded, singles, type Plan } from './plans.ts';
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
  /** Pairs of faults per scenario, where not all are tried. */
  readonly pairs: number;
  /** These pairs without lag, all of them, whatever the scenarios ask for. */
  readonly every?: PairsOf;
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
  /** Runs, and pairs that are the same as others, with two faults. */
  readonly pairs: number;
  /** Of which without lag every one was tried; `sample`: none. */
  readonly exhaustive: PairsOf | 'sample';
  /** Runs that ended where they became the same as an earlier one. */
  readonly joined: number;
  /** Runs that could have ended there, and went on to their end to check that. */
  readonly checked: number;
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
/** One of so many runs that could end where they become the same as another goes on to its end. */
const checkedOneOf = 25;

export function lagsOf({ sample }: Pick<Amount, 'sample'>): readonly number[] {
  return sample === undefined ? lags : sampledLags;
}

export interface Subject {
  readonly proof: Proof;
  readonly program: Program;
  readonly scenario: Scenario;
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

/** Counts what runs come to. */
class Tally {
  readonly findings: Finding[] = [];
  readonly counts = {
    runs: 0,
    pairs: 0,
    joined: 0,
    checked: 0,
    converged: 0,
    duplicated: 0,
    leaked: 0,
    secretsLost: 0,
    violating: 0,
  };
  readonly kinds = new Set<string>();
  readonly #scenario: Scenario;
  readonly #watching: Watching;

  constructor(scenario: Scenario, watching: Watching) {
    this.#scenario = scenario;
    this.#watching = watching;
  }

  add(
    { lagMs, faults }: Plan,
    { violations, joined, checked }: Pick<Explored, 'violations' | 'joined' | 'checked'>,
  ): void {
    const { counts } = this;
    const judged = this.#watching.judged ?? (() => true);
    const found = violations.filter(({ oracle }) => judged(oracle));
    const has = (oracles: readonly string[]) => Number(found.some(({ oracle }) => oracles.includes(oracle)));
    this.note({ lagMs, faults }, found);
    for (const { kind } of faults) this.kinds.add(kind);
    counts.runs++;
    counts.joined += Number(joined);
    counts.checked += Number(checked);
    for (const column of ['duplicated', 'leaked', 'secretsLost'] as const) counts[column] += has(columns[column]);
    counts.converged += 1 - has(['wedge', 'final-world']);
    counts.violating += Number(found.length > 0);
    if (counts.runs % 20 === 0) this.#watching.told?.(20);
  }

  note({ lagMs, faults }: Plan, violations: Explored['violations']): void {
    const names = faults.map(({ at, kind }) => `${kind}@${at}`).join('+') || 'none';
    this.findings.push(...violations.map((one) => ({ scenario: this.#scenario.name, lagMs, faults: names, ...one })));
  }
}

interface Learnt {
  readonly from: Saved;
  readonly reference: Reference;
}

async function learnUnder({ proof, program, scenario }: Subject, lagMs: number, tally: Tally): Promise<Learnt> {
  const from = await prepare(proof, scenario, program);
  const { ran, reference } = await learn({ proof, program, scenario, from, lagMs: 0 });
  if (lagMs === 0) {
    tally.note({ lagMs, faults: [] }, ran.violations);
    return { from, reference };
  }
  const lagging = await learn({ proof, program, scenario, from, lagMs }, reference);
  tally.note({ lagMs, faults: [] }, lagging.ran.violations);
  return { from, reference: lagging.reference };
}

function plansOf({ calls }: Pick<Reference, 'calls'>, lagMs: number, amount: Amount): Plan[] {
  const random = seeded(amount.seed + lagMs);
  const among = lagsOf(amount).length;
  const { sample } = amount;
  if (sample !== undefined)
    return [
      ...sampled(lagMs === 0 ? singles(calls, 0) : [], sample, random),
      ...pairs(calls, { count: Math.ceil(sample / 8 / among), random, lags: [lagMs] }),
    ];
  const two = pairs(calls, { count: Math.ceil(amount.pairs / among), random, lags: [lagMs] });
  const all = lagMs === 0 ? singles(calls, 0) : lagged(calls, lagMs);
  return [...(lagMs === 0 ? all : sampled(all, Math.ceil(all.length * amount.lagged), random)), ...two];
}

/** Two of one first fault after another, and calls in their order: what they have in common is still known then. */
function inOrder(plans: readonly Plan[]): Plan[] {
  const at = ({ faults }: Plan) => faults[0]?.at ?? 0;
  return plans.toSorted((a, b) => a.faults.length - b.faults.length || at(b) - at(a));
}

/** The operator itself, run by run, without what was seen before. */
async function explore(subject: Subject, lagMs: number, amount: Amount, tally: Tally): Promise<number> {
  const learnt = await learnUnder(subject, lagMs, tally);
  const explorer = new Explorer({ ...subject, ...learnt, lagMs });
  tally.note({ lagMs, faults: [] }, await explorer.begin());
  const random = seeded(amount.seed);
  const check = () => random() * checkedOneOf < 1;
  const every = everyPair(subject.scenario, lagMs, amount);
  for (const { faults } of inOrder(plansOf(explorer, lagMs, amount))) {
    const [first] = faults;
    if (!first || (every === 'all' && faults.length > 1)) continue;
    tally.add({ lagMs, faults }, await explorer.run({ point: explorer.before(first.at), faults, check: check() }));
    tally.counts.pairs += Number(faults.length > 1);
  }
  if (every) await explorePairs(new Pairs(explorer, every), tally, check);
  return explorer.calls.length;
}

/** Which pairs of faults are all tried. */
export function everyPair(scenario: Scenario, lagMs: number, { every, sample }: Amount): PairsOf | undefined {
  return lagMs === 0 && sample === undefined ? (every ?? scenario.pairs) : undefined;
}

async function explorePairs(pairs: Pairs, tally: Tally, check: () => boolean): Promise<void> {
  for (const first of pairs.firsts) {
    const tried = await pairs.after(first, check);
    for (const { faults, explored } of tried.runs) tally.add({ lagMs: 0, faults }, explored);
    tally.counts.pairs += tried.pairs;
  }
}

/** Programs that keep what nobody else knows of: every run from its beginning to its end. */
async function runAll(subject: Subject, lagMs: number, amount: Amount, tally: Tally): Promise<number> {
  const { from, reference } = await learnUnder(subject, lagMs, tally);
  for (const plan of plansOf(reference, lagMs, amount)) {
    const { violations } = await run({ ...subject, from, reference, ...plan });
    tally.add(plan, { violations, joined: false, checked: false });
  }
  return reference.calls.length;
}

/** One scenario under one lag. */
export async function proveUnder(
  subject: Subject,
  lagMs: number,
  amount: Amount,
  watching: Watching = {},
): Promise<Row> {
  const { proof, program, scenario } = subject;
  const tally = new Tally(scenario, watching);
  const way = program === proof.program ? explore : runAll;
  const calls = await way(subject, lagMs, amount, tally);
  return {
    kind: proof.kind,
    scenario: scenario.name,
    calls: lagMs === 0 ? calls : 0,
    faults: tally.kinds.size,
    ...tally.counts,
    exhaustive: (program === proof.program && everyPair(scenario, lagMs, amount)) || 'sample',
    findings: tally.findings,
  };
}

/** The rows of one scenario under several lags, as one. */
export function together(one: Row, other: Row): Row {
  const sum = (column: keyof Tally['counts'] | 'calls') => one[column] + other[column];
  return {
    kind: one.kind,
    scenario: one.scenario,
    calls: sum('calls'),
    faults: Math.max(one.faults, other.faults),
    runs: sum('runs'),
    pairs: sum('pairs'),
    exhaustive: one.exhaustive === 'sample' ? other.exhaustive : one.exhaustive,
    joined: sum('joined'),
    checked: sum('checked'),
    converged: sum('converged'),
    duplicated: sum('duplicated'),
    leaked: sum('leaked'),
    secretsLost: sum('secretsLost'),
    violating: sum('violating'),
    findings: [...one.findings, ...other.findings],
  };
}

export async function prove(subject: Subject, amount: Amount, watching: Watching = {}): Promise<Row> {
  const rows: Row[] = [];
  for (const lagMs of lagsOf(amount)) rows.push(await proveUnder(subject, lagMs, amount, watching));
  return rows.reduce(together);
}
