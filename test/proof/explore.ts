// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Many runs of one scenario under one lag that have most of their ways in common. A run begins at the undisturbed run's last look
 * before its fault, and ends where it becomes the same as an earlier one: what comes after has been seen, and judged.
 */
import { Course, type CourseOptions, type Point } from './course.ts';
import type { Fault } from './faults.ts';
import type { Carried } from './network.ts';
import { secretsIn } from './oracles/no-secrets.ts';
import { bounded, workOf, type Reference, type RunOptions, type Work } from './run.ts';
import { sameness } from './sameness.ts';
import type { Violation } from './script.ts';

/** What comes after a point. */
export interface Tail {
  readonly work: Work;
  readonly lastsMs: number;
  /** How long it takes to reach the rest that is waited for. */
  readonly restsInMs: number;
  readonly violations: readonly Violation[];
}

/** Between two looks of a run. */
interface Visit {
  readonly key: string;
  readonly at: number;
  readonly rests: number;
  readonly calls: number;
  readonly looks: number;
  readonly violations: number;
}

interface Ended {
  readonly violations: readonly Violation[];
  /** All of its work, with what it has in common with others. */
  readonly work: Work;
  readonly endsAt: number;
  /** When the rest was reached that was the next one where it began; 0: never. */
  readonly restsAt: number;
}

/** What was there already where a run began. */
interface Before {
  readonly calls: number;
  readonly rests: number;
}

export interface Explored extends Ended {
  /** It ended where it was the same as an earlier one. */
  readonly joined: boolean;
  /** It should have ended there, and was run to its end to see whether that would have been right. */
  readonly checked: boolean;
}

export interface Start {
  readonly point: Point;
  readonly faults: readonly Fault[];
  /** Runs to its end, wherever it joins another one. */
  readonly check?: boolean;
}

export type ExplorerOptions = Omit<RunOptions, 'faults' | 'reference'> & { readonly reference: Reference };

export class Explorer {
  /** The undisturbed run's points, first to last. */
  readonly trunk: Point[] = [];
  /** Calls of the undisturbed run until it rests. */
  calls: readonly Carried[] = [];
  readonly #options: ExplorerOptions;
  readonly #tails = new Map<string, Tail>();

  constructor(options: ExplorerOptions) {
    this.#options = options;
  }

  /** The undisturbed run, of which all others branch off. */
  async begin(): Promise<readonly Violation[]> {
    const course = await Course.begin(this.course([]), this.#options.from);
    const visits: Visit[] = [];
    do {
      const point = await course.save();
      if (!point) continue;
      if (!point.place.quiet) this.trunk.push(point);
      visits.push(visit(course, await this.key(course, point)));
    } while (await course.advance());
    this.calls = course.worked.calls;
    return this.#end(course, visits, { calls: 0, rests: 0 }).violations;
  }

  /** The last point before a call. */
  before(at: number): Point {
    const point = this.trunk.findLast(({ driver }) => driver.count < at);
    if (!point) throw new Error(`no point before call ${at}`);
    return point;
  }

  async run({ point, faults, check = false }: Start): Promise<Explored> {
    const course = await Course.resume(this.course(faults), point);
    const visits: Visit[] = [];
    let claimed: Ended | undefined;
    const from: Before = { calls: point.driver.calls.length, rests: point.rests.length };
    do {
      if (course.driver.network.threatened || claimed) continue;
      const now = await course.save();
      if (!now) continue;
      const key = await this.key(course, now);
      const tail = this.#tails.get(key);
      const { until } = now.place;
      if (tail && (until === 0 || now.worlds.now + tail.restsInMs <= until)) claimed = this.#join(course, tail, from);
      if (claimed && !check) return { ...claimed, joined: true, checked: false };
      if (!claimed) visits.push(visit(course, key));
    } while (await course.advance());
    const found = this.#end(course, visits, from);
    const violations = [...found.violations, ...untrue(claimed, found)];
    return { ...found, violations, joined: false, checked: claimed !== undefined };
  }

  course(faults: readonly Fault[]): CourseOptions {
    const { proof, program, scenario, lagMs, reference } = this.#options;
    return { proof, program, scenario, lagMs, faults, expected: reference.rests };
  }

  /** @param back So many versions may faults to come go back in what the cache has shown. */
  key({ showsAt }: Course, point: Point, back = 0): Promise<string> {
    return sameness(point, { kind: this.#options.proof.kind, scenario: this.#options.scenario, showsAt, back });
  }

  /** Whether so much work is still bounded, were no time to pass. */
  allows(work: Work): boolean {
    return bounded(this.#options.reference, work, 0).length === 0;
  }

  /** What is judged of the whole. */
  #ended(ended: Ended): Ended {
    const { reference, from } = this.#options;
    const { work, endsAt, violations } = ended;
    return { ...ended, violations: [...violations, ...bounded(reference, work, endsAt - from.now)] };
  }

  #join(course: Course, tail: Tail, from: Before): Ended {
    const { calls, looks } = course.worked;
    const work = plus(workOf(calls, looks), tail.work);
    const violations = [...course.judge.violations, ...shown(course, from.calls), ...tail.violations];
    const now = course.worlds.clock.now();
    const restsAt = course.restedAt[from.rests] ?? now + tail.restsInMs;
    return this.#ended({ work, restsAt, endsAt: now + tail.lastsMs, violations });
  }

  #end(course: Course, visits: readonly Visit[], from: Before): Ended {
    const { judge, worlds } = course;
    const endsAt = worlds.clock.now();
    const { calls, looks } = course.worked;
    const whole = workOf(calls, looks);
    const secrets = shown(course, from.calls);
    // how a rest is missed depends on when it began
    for (const at of course.wedged ? [] : visits) {
      this.#tails.set(at.key, {
        work: minus(whole, workOf(calls.slice(0, at.calls), Math.min(at.looks, looks))),
        lastsMs: endsAt - at.at,
        restsInMs: (course.restedAt[at.rests] ?? at.at) - at.at,
        violations: [...judge.violations.slice(at.violations), ...secrets],
      });
    }
    const restsAt = course.restedAt[from.rests] ?? 0;
    return this.#ended({ work: whole, restsAt, endsAt, violations: [...judge.violations, ...secrets] });
  }
}

export function plus(one: Work, other: Work): Work {
  return { calls: one.calls + other.calls, waits: one.waits + other.waits };
}

export function minus(one: Work, other: Work): Work {
  return { calls: one.calls - other.calls, waits: one.waits - other.waits };
}

function visit(course: Course, key: string): Visit {
  const { driver, judge } = course;
  const { calls } = driver.network;
  const { worlds, rests } = course;
  return {
    key,
    at: worlds.clock.now(),
    rests: rests.length,
    calls: calls.length,
    looks: driver.looks.length,
    violations: judge.violations.length,
  };
}

function shown({ driver, judge }: Course, from: number): Violation[] {
  return secretsIn(driver.output, driver.network.calls.slice(from), judge.secrets);
}

/** Whether what was claimed without running it is what came of running it. */
function untrue(claimed: Ended | undefined, found: Ended): Violation[] {
  if (!claimed) return [];
  const text = ({ violations, work, endsAt }: Ended) =>
    JSON.stringify([violations.map(({ oracle }) => oracle).sort(), work, endsAt]);
  if (text(claimed) === text(found)) return [];
  return [{ oracle: 'shortcut', what: `claimed ${text(claimed)}, found ${text(found)}` }];
}
