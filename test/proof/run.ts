// SPDX-License-Identifier: GPL-3.0-or-later
/** One run of one scenario: undisturbed, to learn what happens and how it ends; or with faults, to be judged by that. */
import { Course } from './course.ts';
import type { Fault } from './faults.ts';
import type { Carried } from './network.ts';
import { secretsIn } from './oracles/no-secrets.ts';
import type { Program } from './process.ts';
import type { Judge, Proof, Scenario, Violation } from './script.ts';
import { makeWorlds, save, type Saved } from './worlds.ts';

/** The undisturbed run: what the others are compared with. */
export interface Reference {
  readonly calls: readonly Carried[];
  /** The worlds at each rest of the script. */
  readonly rests: readonly unknown[];
  readonly looks: number;
  /** Worlds are compared, work is not: the learning run under a lag is compared with the one without. */
  readonly unbounded?: true;
  /** Of the scenario. */
  readonly polls?: number;
}

export interface Ran extends Reference {
  readonly violations: readonly Violation[];
}

export interface RunOptions {
  readonly proof: Proof;
  readonly program: Program;
  readonly scenario: Scenario;
  readonly from: Saved;
  readonly lagMs: number;
  readonly faults: readonly Fault[];
  /** Absent for the learning run. */
  readonly reference?: Reference;
}

/** Judges nothing. */
function nobody(): Judge {
  const none = () => undefined;
  return {
    acted: none,
    sending: none,
    sent: none,
    end: none,
    over: nobody,
    knowledge: none,
    violations: [],
    secrets: new Set(),
  };
}

/** The end of what comes before the script, to begin many runs from. */
export async function prepare(proof: Proof, scenario: Scenario, program: Program): Promise<Saved> {
  const before = { ...scenario, script: scenario.before };
  const { interrupt: _interrupt, ...uninterrupted } = before;
  const options = { proof, program, scenario: uninterrupted, lagMs: 0, faults: [] };
  const course = new Course(options, { worlds: await makeWorlds(0), judge: nobody() });
  while (!course.played) await course.advance();
  return { ...save(course.worlds), origin: scenario.name };
}

export async function run(options: RunOptions): Promise<Ran> {
  const { from, reference } = options;
  const course = await Course.begin({ ...options, ...(reference ? { expected: reference.rests } : {}) }, from);
  while (await course.advance());
  const { calls, looks } = course.worked;
  const { judge, driver, worlds, rests } = course;
  const overworked = reference && bounded(reference, workOf(calls, looks), worlds.clock.now() - from.now);
  judge.violations.push(...(overworked ?? []));
  judge.violations.push(...secretsIn(driver.output, driver.network.calls, judge.secrets));
  return { calls, rests, looks, violations: judge.violations };
}

/** Learns what happens without faults under this lag; it must end as it does without any lag. */
export async function learn(
  options: Omit<RunOptions, 'faults' | 'reference'>,
  without?: Reference,
): Promise<{ readonly ran: Ran; readonly reference: Reference }> {
  const compared = without ? { reference: { ...without, unbounded: true } as const } : {};
  const ran = await run({ ...options, faults: [], ...compared });
  const { polls = 1 } = options.scenario;
  return { ran, reference: { calls: ran.calls, rests: without?.rests ?? ran.rests, looks: ran.looks, polls } };
}

/** A look that changed something outside (other than a status) is work; all others wait. */
export interface Work {
  /** Calls of looks that work. */
  readonly calls: number;
  /** Looks that wait. */
  readonly waits: number;
}

export function workOf(calls: readonly Carried[], looks: number): Work {
  const worked = new Set(
    calls.filter((call) => call.effect === 'write' && !call.action.endsWith('/status')).map((call) => call.look),
  );
  return { calls: calls.filter((call) => worked.has(call.look)).length, waits: looks - worked.size };
}

/**
 * Bounded work: looks that work may take three times the calls of the undisturbed run, and one look's worth more; looks that wait are at
 * most two dozen, and one a virtual minute more (or as many as the scenario says).
 */
export function bounded(reference: Reference, { calls, waits }: Work, ms: number): Violation[] {
  if (reference.unbounded) return [];
  const most = 3 * reference.calls.length + 30;
  const minutes = (ms / 60_000) * (reference.polls ?? 1);
  return [
    ...(calls > most ? [{ oracle: 'bounded', what: `${calls} calls of looks that work; ${most} at most` }] : []),
    ...(waits > 24 + minutes
      ? [{ oracle: 'bounded', what: `${waits} looks that only wait in ${Math.round(ms / 60_000)} minutes` }]
      : []),
  ];
}
