// SPDX-License-Identifier: GPL-3.0-or-later
import type { Clock } from '../core/clock.ts';

const answered = 'answered';

/**
 * Aborts when nothing was heard for `ms`; `heard()` starts the time again, `stop()` ends the watch. Hearing costs no timer: it comes with
 * every piece of every watch.
 */
export class Silence {
  readonly #clock: Clock;
  readonly #ms: number;
  readonly #abort = new AbortController();
  readonly #over = new AbortController();
  #heardAt: number;
  timedOut = false;

  constructor(clock: Clock, ms: number) {
    this.#clock = clock;
    this.#ms = ms;
    this.#heardAt = clock.monotonic();
    void this.#watch();
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  heard(): void {
    this.#heardAt = this.#clock.monotonic();
  }

  stop(): void {
    // a reason of our own: the default one is an error with a stack trace, for every answer
    this.#over.abort(answered);
  }

  async #watch(): Promise<void> {
    const { signal } = this.#over;
    let left = this.#ms;
    while (left > 0) {
      await this.#clock.sleep(left, signal);
      if (signal.aborted) return;
      left = this.#heardAt + this.#ms - this.#clock.monotonic();
    }
    this.timedOut = true;
    this.#abort.abort(new Error(`no answer for ${this.#ms} ms`));
  }
}
