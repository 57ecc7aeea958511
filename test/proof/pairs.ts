// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Every pair of faults of a scenario: each at each call, and after it each at each later call until it rests. Where a run
 * with the first fault becomes the same as one from which all second faults were tried, they are not tried again, but counted.
 */
import { Course, type Point } from './course.ts';
import { faultsOfPairsFor, type Fault } from './faults.ts';
import type { Explored, Explorer, Start } from './explore.ts';
import { workOf, type Work } from './run.ts';

/** What all second faults from a point on came to. */
interface Ahead {
  readonly pairs: number;
  /** The most work, and the most waiting, that came after it. */
  readonly most: Work;
}

interface Stretch {
  readonly key: string | undefined;
  readonly work: Work;
  readonly starts: readonly Start[];
}

export interface PairsTried {
  /** All that there are. */
  readonly pairs: number;
  readonly runs: readonly { readonly faults: readonly Fault[]; readonly explored: Explored }[];
}

export class Pairs {
  readonly #explorer: Explorer;
  readonly #ahead = new Map<string, Ahead>();

  constructor(explorer: Explorer) {
    this.#explorer = explorer;
  }

  /** What can come first. */
  get firsts(): Fault[] {
    const last = this.#explorer.calls.toReversed();
    return last.flatMap((call) => faultsOfPairsFor(call).map((kind) => ({ at: call.index, kind })));
  }

  /** All second faults after one first fault. */
  async after(first: Fault): Promise<PairsTried> {
    const { stretches, joins } = await this.#stretches(first);
    const runs: { faults: readonly Fault[]; explored: Explored }[] = [];
    let pairs = joins?.pairs ?? 0;
    let most = joins?.most ?? { calls: 0, waits: 0 };
    for (const { key, work, starts } of stretches.toReversed()) {
      for (const start of starts) {
        const explored = await this.#explorer.run(start);
        runs.push({ faults: [first, ...start.faults.filter((fault) => fault !== first)], explored });
        most = greater(most, { calls: explored.work.calls - work.calls, waits: explored.work.waits - work.waits });
      }
      pairs += starts.length;
      if (key !== undefined) this.#ahead.set(key, { pairs, most });
    }
    return { pairs, runs };
  }

  /** The run with the first fault alone, look by look, as far as it is new. */
  async #stretches(first: Fault): Promise<{ stretches: readonly Stretch[]; joins?: Ahead }> {
    const explorer = this.#explorer;
    let point: Point = explorer.before(first.at);
    const course = await Course.resume(explorer.course([first]), point);
    const stretches: Stretch[] = [];
    let key: string | undefined;
    let faults: readonly Fault[] = [first];
    for (;;) {
      const { looks, calls } = course.worked;
      const sent = calls.length;
      await course.advance();
      if (course.quiet) return { stretches };
      const made = course.driver.network.calls.slice(sent).filter(({ index }) => index > first.at);
      const starts = [...new Map(made.map((call) => [call.index, call])).values()].flatMap((call) =>
        faultsOfPairsFor(call).map((kind) => ({ point, faults: [...faults, { at: call.index, kind }] })),
      );
      stretches.push({ key, work: workOf(calls, looks), starts });
      const next = await course.save();
      key = undefined;
      if (!next || course.driver.network.threatened) continue;
      key = await explorer.key(course, next, true);
      const ahead = this.#ahead.get(key);
      if (ahead && explorer.allows(course, ahead.most)) return { stretches, joins: ahead };
      point = next;
      faults = [];
    }
  }
}

function greater(one: Work, other: Work): Work {
  return { calls: Math.max(one.calls, other.calls), waits: Math.max(one.waits, other.waits) };
}
