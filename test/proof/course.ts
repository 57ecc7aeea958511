// SPDX-License-Identifier: GPL-3.0-or-later
/** One run of one scenario, a look at a time. Between two looks it can be saved, and another run can go on from there with other faults. */
import { isDeepStrictEqual } from 'node:util';
import { Driver, type DriverState } from './driver.ts';
import type { Fault } from './faults.ts';
import type { Carried } from './network.ts';
import { difference } from './oracles/difference.ts';
import type { Program } from './process.ts';
import type { Judge, Proof, Scenario, ScriptStep, UserAction } from './script.ts';
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

export interface CourseOptions {
  readonly proof: Proof;
  readonly program: Program;
  readonly scenario: Scenario;
  readonly lagMs: number;
  readonly faults: readonly Fault[];
  /** The worlds at each rest of the script; absent for the learning run. */
  readonly expected?: readonly unknown[];
}

/** Where in the script a course stands. */
interface Place {
  /** Index of the script's step. */
  readonly step: number;
  /** Looks of this step, or of the quiet, that are over. */
  readonly looks: number;
  /** In a rest: when it must be reached. */
  readonly until: number;
  readonly quiet: boolean;
  /** Looks and calls before the quiet. */
  readonly worked: { readonly looks: number; readonly calls: number };
}

/** A course between two looks. */
export interface Point {
  readonly worlds: Saved;
  readonly driver: DriverState;
  readonly judge: Judge;
  readonly place: Place;
  readonly rests: readonly unknown[];
  readonly restedAt: readonly number[];
}

const beginning: Place = { step: 0, looks: 0, until: 0, quiet: false, worked: { looks: 0, calls: 0 } };

interface Made {
  readonly worlds: Worlds;
  readonly judge: Judge;
  readonly from?: Point;
}

export class Course {
  readonly worlds: Worlds;
  readonly driver: Driver;
  readonly judge: Judge;
  readonly rests: unknown[];
  /** When each rest was reached. */
  readonly restedAt: number[];
  /** Calls of the learning run until nothing changed any more; what it does after that belongs to no plan. */
  learnt = 0;
  readonly #options: CourseOptions;
  #place: Place;
  #before: unknown;

  constructor(options: CourseOptions, { worlds, judge, from }: Made) {
    this.#options = options;
    this.worlds = worlds;
    this.judge = judge;
    const { program, faults, scenario } = options;
    this.driver = new Driver({ program, worlds, faults, judge, ...(from ? { from: from.driver } : {}) });
    this.driver.network.undisturbed = from?.place.quiet ?? false;
    this.rests = [...(from?.rests ?? [])];
    this.restedAt = [...(from?.restedAt ?? [])];
    this.#place = from?.place ?? beginning;
    const { interrupt } = scenario;
    if (interrupt) this.driver.network.interrupts.set(interrupt.afterCall, () => this.#act(interrupt.action));
  }

  static async begin(options: CourseOptions, saved: Saved): Promise<Course> {
    const worlds = await makeWorlds(options.lagMs, saved);
    return new Course(options, { worlds, judge: options.proof.judge(worlds, options.scenario, options.lagMs) });
  }

  static async resume(options: CourseOptions, from: Point): Promise<Course> {
    const worlds = await makeWorlds(options.lagMs, from.worlds);
    return new Course(options, { worlds, judge: from.judge.over(worlds), from });
  }

  /** What it is now, or `undefined` where something is under way that cannot be copied. */
  async save(): Promise<Point | undefined> {
    // what was sent side by side is answered
    await this.worlds.clock.advance(0);
    const driver = this.driver.save();
    if (!driver) return undefined;
    const { worlds, judge } = this;
    const { rests, restedAt } = this;
    return {
      worlds: save(worlds),
      driver,
      judge: judge.over(worlds),
      place: this.#place,
      rests: [...rests],
      restedAt: [...restedAt],
    };
  }

  /** Calls and looks until now, without those of the quiet; the learning run forgets what it did after nothing changed any more. */
  get worked(): { readonly looks: number; readonly calls: readonly Carried[] } {
    const { looks, network } = this.driver;
    const all = this.#place.quiet ? this.#place.worked : { looks: looks.length, calls: network.calls.length };
    return { looks: all.looks, calls: network.calls.slice(0, this.#learning ? this.learnt : all.calls) };
  }

  /** The script is over, or came to no rest. */
  get played(): boolean {
    return this.#place.step >= this.#options.scenario.script.length || this.wedged;
  }

  /** Nothing disturbs it any more. */
  get quiet(): boolean {
    return this.#place.quiet;
  }

  get wedged(): boolean {
    return this.judge.violations.some(({ oracle }) => oracle === 'wedge');
  }

  /** One thing that a person does, or one look. False: it is over, and the judge has spoken. */
  async advance(): Promise<boolean> {
    if (this.#place.quiet) return this.#quietLook();
    const step = this.#options.scenario.script[this.#place.step];
    if (step === undefined || this.wedged) return this.#becomeQuiet();
    await this.#play(step);
    return true;
  }

  /** One look of a step of the script, or all of it where it is no look. */
  async #play(step: ScriptStep): Promise<void> {
    if (step === 'rest') return this.#restingLook();
    if (!('looks' in step)) {
      await this.#act(step);
      return this.#next();
    }
    await this.driver.step();
    this.#place = { ...this.#place, looks: this.#place.looks + 1 };
    if (this.#place.looks >= step.looks) this.#next();
  }

  async #act(action: UserAction): Promise<void> {
    const { worlds, driver, judge } = this;
    await action.does(handsIn(worlds), worlds);
    judge.acted();
    if (!action.unseen) driver.userActed();
    else driver.idle = false;
  }

  #next(): void {
    this.#before = undefined;
    this.#place = { ...this.#place, step: this.#place.step + 1, looks: 0, until: 0 };
  }

  get #picture(): unknown {
    return this.#options.proof.picture(this.worlds);
  }

  /** When the last change in the clouds comes to show to everybody; nothing rests before. */
  get showsAt(): number {
    const { lagMs } = this.#options;
    if (lagMs === 0) return 0;
    const last = this.driver.network.calls.findLast(
      ({ service, applied, parameters }) =>
        applied && service !== 'kubernetes' && !parameters['Key']?.endsWith('.hybridcloud/canary'),
    );
    return last ? last.at + lagMs + 1 : 0;
  }

  get #shown(): boolean {
    return this.worlds.clock.now() >= this.showsAt;
  }

  get #learning(): boolean {
    return this.#options.expected === undefined;
  }

  async #restingLook(): Promise<void> {
    const { driver, worlds } = this;
    const { lagMs, scenario } = this.#options;
    const until = this.#place.until || worlds.clock.now() + wedgedMs + (scenario.chain ?? 2) * lagMs;
    this.#place = { ...this.#place, until, looks: this.#place.looks + 1 };
    const more = await driver.step();
    await worlds.proxmox.settle();
    // nobody looks any more, so nobody lets the time pass in which the last write comes to show
    if (!more && !this.#shown) await worlds.clock.advance(lagMs + 1);
    if (this.#learning) this.#learn();
    if (!this.#arrived) {
      if (more && this.#place.looks < mostLooks && worlds.clock.now() < until) return;
      this.#wedge();
    }
    this.rests.push(this.#picture);
    this.restedAt.push(worlds.clock.now());
    this.#next();
  }

  get #told(): boolean {
    return this.#options.proof.told?.(this.worlds) ?? true;
  }

  /** What the rest should look like. */
  get #wanted(): unknown {
    return this.#options.expected?.[this.rests.length];
  }

  get #arrived(): boolean {
    const { driver } = this;
    if (!driver.settled || !this.#shown || !this.#told) return false;
    if (this.#learning) return this.#place.looks >= learningLooks || !driver.object;
    return isDeepStrictEqual(this.#picture, this.#wanted);
  }

  #wedge(): void {
    const minutes = Math.round(wedgedMs / 60_000);
    const how = difference(this.#wanted, this.#picture);
    this.judge.violations.push({
      oracle: 'wedge',
      what: `not at rest as without faults after ${minutes} minutes: ${how}`,
    });
  }

  #learn(): void {
    const now = this.#picture;
    if (!isDeepStrictEqual(now, this.#before)) this.learnt = this.driver.network.count;
    this.#before = now;
  }

  async #becomeQuiet(): Promise<boolean> {
    const { network, looks } = this.driver;
    this.#place = {
      ...this.#place,
      looks: 0,
      quiet: true,
      worked: { looks: looks.length, calls: network.calls.length },
    };
    network.undisturbed = true;
    if (!this.wedged && this.rests.length > 0) return true;
    await this.judge.end();
    return false;
  }

  /** At rest it stays at rest: no writes but the validation's canary and one status for each, and the same worlds at the end. */
  async #quietLook(): Promise<boolean> {
    const { worlds, judge, driver, rests } = this;
    const { calls } = driver.network;
    const from = calls.length;
    this.#place = { ...this.#place, looks: this.#place.looks + 1 };
    const more = await driver.step();
    if (more) this.#judgeQuiet(calls.slice(from));
    if (more && this.#place.looks < quietLooks) return true;
    await worlds.clock.advance(quietMs);
    await worlds.proxmox.settle();
    const now = this.#picture;
    if (!isDeepStrictEqual(now, rests.at(-1)))
      judge.violations.push({
        oracle: 'final-world',
        what: `did not stay as it was: ${difference(rests.at(-1), now)}`,
      });
    await judge.end();
    return false;
  }

  #judgeQuiet(calls: readonly Carried[]): void {
    const writes = calls.filter((call) => call.effect === 'write' && call.fault !== 'late');
    const canary = writes.filter((call) => call.parameters['Key']?.endsWith('.hybridcloud/canary'));
    const statuses = writes.filter((call) => call.action.endsWith('/status'));
    const allowed = canary.length > 0 ? 1 : 0;
    if (writes.length <= canary.length + statuses.length && statuses.length <= allowed && canary.length <= 2) return;
    this.judge.violations.push({
      oracle: 'rest',
      what: `writes at rest: ${writes.map((call) => call.action).join(', ')}`,
    });
  }
}
