// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Every pair of faults of a scenario, of all or of those at changes: each at each call, and after it each at each later call until it rests. Where a run
 * with the first fault becomes the same as one from which all second faults were tried, they are not tried again, but counted.
 * What the cache has shown before counts only for faults that go back in it; so second faults are told apart by how far they do.
 */
import { Course, type Point } from './course.ts';
import { faultsOfPairsFor, goesBack, type Fault, type PairsOf } from './faults.ts';
import { minus, plus, type Explored, type Explorer, type Start } from './explore.ts';
import { workOf, type Work } from './run.ts';

/** What all second faults from a point on came to. */
interface Ahead {
  readonly pairs: number;
  /** The most work, and the most waiting, that came after it. */
  readonly most: Work;
  /** The longest that it took to the next rest. */
  readonly restsInMs: number;
}

/** Where a run stands. */
interface Standing {
  readonly work: Work;
  readonly now: number;
  /** Which rest is the next. */
  readonly rest: number;
}

interface Stretch extends Standing {
  /** By how far faults go back. */
  readonly keys: ReadonlyMap<number, string>;
  readonly starts: readonly (Start & { readonly back: number })[];
}

export interface PairsTried {
  /** All that there are. */
  readonly pairs: number;
  readonly runs: readonly { readonly faults: readonly Fault[]; readonly explored: Explored }[];
}

/** What came of second faults that go back equally far, in all of one run. */
class Came {
  #pairs = 0;
  #most: Work = { calls: 0, waits: 0 };
  readonly #restsAt = new Map<number, number>();

  of({ work, restsAt }: { readonly work: Work; readonly restsAt: number }, rest: number, pairs = 1): void {
    this.#pairs += pairs;
    this.#most = greater(this.#most, work);
    this.#restsAt.set(rest, Math.max(this.#restsAt.get(rest) ?? 0, restsAt));
  }

  from({ work, now, rest }: Standing): Ahead {
    const most = greater(minus(this.#most, work), { calls: 0, waits: 0 });
    return { pairs: this.#pairs, most, restsInMs: Math.max(0, (this.#restsAt.get(rest) ?? now) - now) };
  }

  get pairs(): number {
    return this.#pairs;
  }
}

const backs: readonly number[] = [0, 1, 2, 4];

export class Pairs {
  readonly #explorer: Explorer;
  readonly #which: PairsOf;
  readonly #ahead = new Map<string, Ahead>();

  constructor(explorer: Explorer, which: PairsOf) {
    this.#explorer = explorer;
    this.#which = which;
  }

  /** What can come first. */
  get firsts(): Fault[] {
    const last = this.#explorer.calls.toReversed();
    return last.flatMap((call) => faultsOfPairsFor(call, this.#which).map((kind) => ({ at: call.index, kind })));
  }

  /** All second faults after one first fault. @param check Whether the next run goes to its end, wherever it joins another one. */
  async after(first: Fault, check: () => boolean = () => false): Promise<PairsTried> {
    const came = new Map(backs.map((back) => [back, new Came()]));
    const stretches = await this.#stretches(first, came);
    const runs: { faults: readonly Fault[]; explored: Explored }[] = [];
    for (const stretch of stretches.toReversed()) {
      for (const { back, ...start } of stretch.starts) {
        const explored = await this.#explorer.run({ ...start, check: check() });
        runs.push({ faults: [first, ...start.faults.filter((fault) => fault !== first)], explored });
        came.get(back)?.of(explored, stretch.rest);
      }
      for (const [back, key] of stretch.keys) {
        const ahead = came.get(back)?.from(stretch);
        if (ahead) this.#ahead.set(key, ahead);
      }
    }
    return { pairs: [...came.values()].reduce((all, { pairs }) => all + pairs, 0), runs };
  }

  /** The run with the first fault alone, look by look, as far as it is new. */
  async #stretches(first: Fault, came: ReadonlyMap<number, Came>): Promise<readonly Stretch[]> {
    const explorer = this.#explorer;
    let point: Point = explorer.before(first.at);
    const course = await Course.resume(explorer.course([first]), point);
    const stretches: Stretch[] = [];
    let keys: ReadonlyMap<number, string> = new Map();
    let faults: readonly Fault[] = [first];
    let open = backs;
    for (;;) {
      const standing = standingOf(course);
      const sent = course.driver.network.calls.length;
      await course.advance();
      if (course.quiet) return stretches;
      const made = course.driver.network.calls.slice(sent).filter(({ index }) => index > first.at);
      const starts = [...new Map(made.map((call) => [call.index, call])).values()].flatMap((call) =>
        faultsOfPairsFor(call, this.#which).map((kind) => ({
          point,
          faults: [...faults, { at: call.index, kind }],
          back: goesBack(kind),
        })),
      );
      stretches.push({ ...standing, keys, starts: starts.filter(({ back }) => open.includes(back)) });
      const next = await course.save();
      keys = new Map();
      if (!next || course.driver.network.threatened) continue;
      const all = await Promise.all(
        open.map(async (back) => [back, `${back} ${await explorer.key(course, next, back)}`] as const),
      );
      keys = new Map(all.filter(([back, key]) => !this.#joins(course, next, key, came.get(back))));
      open = [...keys.keys()];
      if (open.length === 0) return stretches;
      point = next;
      faults = [];
    }
  }

  /** Whether all that can come from here on has come before; then it is counted. */
  #joins(course: Course, { place, worlds }: Point, key: string, came: Came | undefined): boolean {
    const ahead = this.#ahead.get(key);
    if (!ahead || !came) return false;
    const { work, now, rest } = standingOf(course);
    const whole = plus(work, ahead.most);
    const restsAt = worlds.now + ahead.restsInMs;
    if (!this.#explorer.allows(whole) || (place.until > 0 && restsAt > place.until)) return false;
    came.of({ work: whole, restsAt: Math.max(now, restsAt) }, rest, ahead.pairs);
    return true;
  }
}

function standingOf({ worked: { calls, looks }, worlds, rests }: Course): Standing {
  return { work: workOf(calls, looks), now: worlds.clock.now(), rest: rests.length };
}

function greater(one: Work, other: Work): Work {
  return { calls: Math.max(one.calls, other.calls), waits: Math.max(one.waits, other.waits) };
}
