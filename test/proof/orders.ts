// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * The order of a preview. It takes what the world does by itself (an instance runs, a certificate is issued) in the order in which the plan
 * waits for it. Where the world may as well do something else first, which is so where `after` of that event already changes what is seen,
 * another order of calls is as right. Nothing else may be in another order: where all waits are for one thing after the other there is one.
 */
import type { Desired } from '../../src/core/kind.ts';
import { refuse, type Policy } from '../../src/core/policy.ts';
import { preview } from '../../src/core/preview.ts';
import type { Event, Step } from '../../src/core/step.ts';
import type { AnyKind } from '../../src/kinds/index.ts';

/** What one preview was made of. */
export interface Wish {
  readonly kind: AnyKind;
  readonly desired: Desired<unknown, unknown>;
  readonly observed: unknown;
  readonly policy: Policy;
}

/** A step's calls, as they are compared. */
export type Words = (step: Step) => readonly string[];

/** Far above what any scenario needs: more means that no order is the right one. */
const mostRounds = 5000;

interface Round {
  readonly world: unknown;
  /** So many of the calls are told. */
  readonly at: number;
  /** Steps that were told. */
  readonly steps: readonly Step[];
}

class Orders {
  readonly #wish: Wish;
  readonly #calls: readonly string[];
  readonly #words: Words;
  /** Whatever was ever waited for. */
  readonly #events = new Map<string, Event>();
  /** From where no order is the right one, or is being looked for. */
  #seen = new Set<string>();

  constructor(wish: Wish, calls: readonly string[], words: Words) {
    this.#wish = wish;
    this.#calls = calls;
    this.#words = words;
  }

  /** The first order that fits, by trying; `undefined` where none does. */
  find(): readonly Step[] | undefined {
    this.#rehearse();
    for (let known = -1; known < this.#events.size; ) {
      known = this.#events.size;
      this.#seen = new Set();
      const found = this.#from({ world: this.#wish.observed, at: 0, steps: [] });
      if (found) return found;
    }
    return undefined;
  }

  /** All that is waited for where the world does what the plan waits for first. */
  #rehearse(): void {
    const { kind, desired, observed, policy } = this.#wish;
    const listening: AnyKind = {
      ...kind,
      after: (world, change) => {
        if ('happens' in change) this.#events.set(JSON.stringify(change), change);
        return kind.after(world, change);
      },
    };
    preview(listening, desired, observed, policy);
  }

  #from(round: Round): readonly Step[] | undefined {
    const here = `${round.at} ${JSON.stringify(round.world)}`;
    if (this.#seen.has(here) || this.#seen.size >= mostRounds) return undefined;
    this.#seen.add(here);
    const { kind, desired } = this.#wish;
    const plan = kind.plan(desired, round.world);
    const until = plan.hold?.why === 'Waiting' ? plan.hold.until : undefined;
    if (until) this.#events.set(JSON.stringify(until), until);
    if (plan.steps.length === 0 && !until) return round.at === this.#calls.length ? round.steps : undefined;
    return this.#steps(round, plan.steps, until) ?? this.#sooner(round);
  }

  /** As the preview itself goes on. */
  #steps(round: Round, steps: readonly Step[], until: Event | undefined): readonly Step[] | undefined {
    const { kind, policy } = this.#wish;
    if (steps.length === 0 && until) return this.#from({ ...round, world: kind.after(round.world, until) });
    let { world, at } = round;
    const told = [...round.steps];
    for (const step of steps) {
      if (refuse(step, policy)) return at === this.#calls.length ? told : undefined;
      const words = this.#words(step);
      if (words.some((word, n) => word !== this.#calls[at + n])) return undefined;
      at += words.length;
      told.push(step);
      world = kind.after(world, step);
    }
    return this.#from({ world, at, steps: told });
  }

  /** What is waited for later may have happened already. */
  #sooner(round: Round): readonly Step[] | undefined {
    const { kind } = this.#wish;
    for (const event of this.#events.values()) {
      if ('seconds' in event) continue;
      const world = kind.after(round.world, event);
      if (world === round.world) continue;
      const found = this.#from({ ...round, world });
      if (found) return found;
    }
    return undefined;
  }
}

/** The steps of a preview in the order in which the world let them happen; `undefined` where there is no such order. */
export function orderOf(wish: Wish, calls: readonly string[], words: Words): readonly Step[] | undefined {
  return new Orders(wish, calls, words).find();
}
