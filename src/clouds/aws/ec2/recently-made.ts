// SPDX-License-Identifier: GPL-3.0-or-later
import type { Clock } from '../../../core/clock.ts';

/**
 * EC2 shows what was made seconds later, and may show it to one question and not to the next (EC2 Developer Guide, "Eventual
 * consistency": up to five minutes). For as long, what its create answered stands in for it.
 */
const lagMs = 5 * 60_000;

export interface Made<T> {
  readonly at: number;
  readonly it: T;
}

interface Thing {
  readonly id: string;
  /** Known by memory alone: AWS does not show it yet, and a process that is started now knows nothing of it. */
  readonly hidden?: true;
}

/**
 * What this process made a moment ago. Over a restart the journal of begun steps has to bridge that time: what is hidden does not show, and
 * ends no entry.
 */
export class RecentlyMade<T extends Thing> {
  readonly #clock: Clock;
  readonly #made = new Map<string, Made<T>>();

  /** @param saved What another one saved. */
  constructor(clock: Clock, saved: readonly Made<T>[] = []) {
    this.#clock = clock;
    for (const made of saved) this.#made.set(made.it.id, made);
  }

  save(): readonly Made<T>[] {
    return [...this.#made.values()];
  }

  remember(it: T): void {
    this.#made.set(it.id, { at: this.#clock.monotonic(), it });
  }

  has(id: string): boolean {
    const made = this.#made.get(id);
    return made !== undefined && !this.#isOver(made);
  }

  /** It was changed: where it stands in, it does so as it is now, and no longer. */
  update(it: T): void {
    const made = this.#made.get(it.id);
    if (made) this.#made.set(it.id, { ...made, it });
  }

  /** It is gone, or going. */
  forget(id: string): void {
    this.#made.delete(id);
  }

  /** Forgets what has to show by now. `true`: there was something, so an answer from before it was made will not do any more. */
  expire(): boolean {
    const over = [...this.#made].filter(([, made]) => this.#isOver(made));
    for (const [id] of over) this.#made.delete(id);
    return over.length > 0;
  }

  /** What was found, and what was made and is not shown yet. */
  besides(found: readonly T[]): readonly T[] {
    if (this.#made.size === 0) return found;
    const shown = new Set(found.map(({ id }) => id));
    const missing = [...this.#made.values()].filter((made) => !this.#isOver(made) && !shown.has(made.it.id));
    return [...found, ...missing.map(({ it }) => ({ ...it, hidden: true as const }))];
  }

  #isOver({ at }: Made<T>): boolean {
    return this.#clock.monotonic() - at > lagMs;
  }
}
