// SPDX-License-Identifier: GPL-3.0-or-later
/** One run of one scenario: undisturbed, to learn what happens and how it ends; or with faults, to be judged by that. */
import { isDeepStrictEqual } from 'node:util';
import type { Fault } from './faults.ts';
import type { Carried } from './network.ts';
import { Driver } from './driver.ts';
import { secretsIn } from './oracles/no-secrets.ts';
import { difference } from './oracles/difference.ts';
import type { Program } from './process.ts';
import type { Judge, Proof, Scenario, ScriptStep, UserAction, Violation } from './script.ts';
import { handsIn, makeWorlds, save, type Saved, type Worlds } from './worlds.ts';

/** No state lasts longer than this by itself: everything comes to rest within it, counted from the last thing that a person did. */
const wedgedMs = 30 * 60_000;
/** Looks that are watched once everything is at rest. */
const quietLooks = 4;
/** Time that is watched where nothing is left to look at: longer than the journal's grace and the worst lag. */
const quietMs = 15 * 60_000;
const mostLooks = 400;
/** The learning run waits this long before it believes in a rest: drift of which no watch tells is found by a later look. */
const learningLooks = 5;

/** The undisturbed run: what the others are compared with. */
export interface Reference {
  readonly calls: readonly Carried[];
  /** The worlds at each rest of the script. */
  readonly rests: readonly unknown[];
  readonly looks: number;
  /** Worlds are compared, work is not: the learning run under a lag is compared with the one without. */
  readonly unbounded?: true;
}

export interface Ran extends Reference {
  readonly violations: readonly Violation[];
  readonly virtualMs: number;
  /** What failed looks failed with, in order. */
  readonly errors: readonly unknown[];
}

export interface RunOptions {
  readonly proof: Proof;
  readonly program: Program;
  readonly scenario: Scenario;
  readonly from: Saved | undefined;
  readonly lagMs: number;
  readonly faults: readonly Fault[];
  /** Absent for the learning run. */
  readonly reference?: Reference;
}

interface Running extends RunOptions {
  readonly worlds: Worlds;
  readonly driver: Driver;
  readonly judge: Judge;
  readonly rests: unknown[];
  /** Calls of the learning run until nothing changed any more. */
  learnt: number;
}

const none: Judge = {
  acted: () => undefined,
  sending: () => undefined,
  sent: () => undefined,
  end: () => undefined,
  violations: [],
  secrets: new Set(),
};

/** The end of what comes before the script, to begin many runs from. */
export async function prepare(proof: Proof, scenario: Scenario, program: Program): Promise<Saved> {
  const worlds = makeWorlds(0);
  const driver = new Driver(program, worlds, [], none);
  const running: Running = {
    proof,
    program,
    scenario,
    from: undefined,
    lagMs: 0,
    faults: [],
    worlds,
    driver,
    judge: none,
    rests: [],
    learnt: 0,
  };
  for (const step of scenario.before) await play(running, step);
  return save(worlds);
}

export async function run(options: RunOptions): Promise<Ran> {
  const { proof, program, scenario, from, lagMs, faults, reference } = options;
  const worlds = makeWorlds(lagMs, from);
  const began = worlds.clock.now();
  const judge = proof.judge(worlds, scenario, lagMs);
  const driver = new Driver(program, worlds, faults, judge);
  const running: Running = { ...options, worlds, driver, judge, rests: [], learnt: 0 };
  const { interrupt } = scenario;
  if (interrupt) driver.network.interrupts.set(interrupt.afterCall, () => act(running, interrupt.action));
  for (const step of scenario.script) {
    await play(running, step);
    if (judge.violations.some(({ oracle }) => oracle === 'wedge')) break;
  }
  const looks = driver.looks.length;
  const calls = reference ? driver.network.calls.slice() : driver.network.calls.slice(0, running.learnt);
  driver.network.undisturbed = true;
  await quiet(running);
  bounded(running, calls, looks);
  await judge.end();
  judge.violations.push(...secretsIn(driver.output, driver.network.calls, judge.secrets));
  return {
    calls,
    rests: running.rests,
    looks,
    violations: judge.violations,
    virtualMs: worlds.clock.now() - began,
    errors: driver.looks.flatMap(({ error }) => error ?? []),
  };
}

/** Learns what happens without faults under this lag; it must end as it does without any lag. */
export async function learn(
  options: Omit<RunOptions, 'faults' | 'reference'>,
  without?: Reference,
): Promise<{ readonly ran: Ran; readonly reference: Reference }> {
  const compared = without ? { reference: { ...without, unbounded: true } as const } : {};
  const ran = await run({ ...options, faults: [], ...compared });
  return { ran, reference: { calls: ran.calls, rests: without?.rests ?? ran.rests, looks: ran.looks } };
}

async function play(running: Running, step: ScriptStep): Promise<void> {
  if (step === 'rest') await rest(running);
  else if ('looks' in step) for (let i = 0; i < step.looks; i++) await running.driver.step();
  else await act(running, step);
}

async function act({ worlds, driver, judge }: Running, action: UserAction): Promise<void> {
  await action.does(handsIn(worlds), worlds);
  judge.acted();
  if (!action.unseen) driver.userActed();
  else driver.idle = false;
}

/** Nothing rests before everybody sees what was written. */
function shown({ driver, worlds, lagMs }: Running): boolean {
  if (lagMs === 0) return true;
  const last = driver.network.calls.findLast(
    ({ service, applied, parameters }) =>
      applied && service !== 'kubernetes' && !parameters['Key']?.endsWith('.hybridcloud/canary'),
  );
  return !last || worlds.clock.now() - last.at > lagMs;
}

/** What the learning run does after nothing changed any more belongs to no plan. */
function learnFrom(running: Running, before: unknown): unknown {
  const now = running.proof.picture(running.worlds);
  if (!isDeepStrictEqual(now, before)) running.learnt = running.driver.network.count;
  return now;
}

/** Whether there will be another one. */
async function nextLook(running: Running): Promise<boolean> {
  const more = await running.driver.step();
  // nobody looks any more, so nobody lets the time pass in which the last write comes to show
  if (!more && !shown(running)) await running.worlds.clock.advance(running.lagMs + 1);
  return more;
}

async function rest(running: Running): Promise<void> {
  const { driver, worlds, proof, reference, rests, judge, lagMs } = running;
  const until = worlds.clock.now() + wedgedMs + 2 * lagMs;
  const expected = reference?.rests[rests.length];
  const arrived = () =>
    driver.settled && shown(running) && (!reference || isDeepStrictEqual(proof.picture(worlds), expected));
  let before: unknown;
  for (let looks = 1; ; looks++) {
    const more = await nextLook(running);
    if (!reference) before = learnFrom(running, before);
    if (arrived() && (reference || looks >= learningLooks || !driver.object)) break;
    if (more && looks < mostLooks && worlds.clock.now() < until) continue;
    const picture = proof.picture(worlds);
    judge.violations.push({
      oracle: 'wedge',
      what: `not at rest as without faults after ${Math.round(wedgedMs / 60_000)} minutes: ${difference(expected, picture)}`,
    });
    break;
  }
  rests.push(proof.picture(worlds));
}

/** At rest it stays at rest: no writes but the validation's canary and one status for each, and the same worlds at the end. */
async function quiet({ driver, worlds, proof, judge, rests }: Running): Promise<void> {
  const wedged = judge.violations.some(({ oracle }) => oracle === 'wedge');
  if (wedged || rests.length === 0) return;
  const { calls } = driver.network;
  for (let look = 0; look < quietLooks; look++) {
    const from = calls.length;
    if (!(await driver.step())) break;
    const writes = calls.slice(from).filter((call) => call.effect === 'write' && call.fault !== 'late');
    const canary = writes.filter((call) => call.parameters['Key']?.endsWith('.hybridcloud/canary'));
    const statuses = writes.filter((call) => call.action.endsWith('/status'));
    const allowed = canary.length > 0 ? 1 : 0;
    if (writes.length > canary.length + statuses.length || statuses.length > allowed || canary.length > 2)
      judge.violations.push({
        oracle: 'rest',
        what: `writes at rest: ${writes.map((call) => call.action).join(', ')}`,
      });
  }
  await worlds.clock.advance(quietMs);
  const now = proof.picture(worlds);
  if (!isDeepStrictEqual(now, rests.at(-1)))
    judge.violations.push({ oracle: 'final-world', what: `did not stay as it was: ${difference(rests.at(-1), now)}` });
}

/**
 * Bounded work. A look that changed something outside (other than a status) is work: all of them together may take three times the
 * calls of the undisturbed run, and one look's worth more. All other looks wait: at most two dozen, and one a virtual minute more.
 */
function bounded({ reference, judge, worlds, from }: Running, calls: readonly Carried[], looks: number): void {
  if (!reference || reference.unbounded) return;
  const worked = new Set(
    calls.filter((call) => call.effect === 'write' && !call.action.endsWith('/status')).map((call) => call.look),
  );
  const work = calls.filter((call) => worked.has(call.look)).length;
  const most = 3 * reference.calls.length + 30;
  if (work > most)
    judge.violations.push({ oracle: 'bounded', what: `${work} calls of looks that work; ${most} at most` });
  const minutes = (worlds.clock.now() - (from?.now ?? 0)) / 60_000;
  const waits = looks - worked.size;
  if (waits > 24 + minutes)
    judge.violations.push({
      oracle: 'bounded',
      what: `${waits} looks that only wait in ${Math.round(minutes)} minutes`,
    });
}
