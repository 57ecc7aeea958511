// SPDX-License-Identifier: GPL-3.0-or-later
import type { Clock } from '../core/clock.ts';

const answered = 'answered';

/**
 * Aborts when nothing was heard for `ms`, or after `wholeMs` however much is heard: a server that sends a byte now and then would hold a
 * worker for ever. `heard()` starts the time again, `stop()` ends the watch. Hearing costs no timer: it comes with every piece of every watch.
 */
export class Silence {
  readonly #clock: Clock;
  readonly #ms: number;
  readonly #abort = new AbortController();
  readonly #over = new AbortController();
  readonly #latest: number;
  #heardAt: number;
  timedOut = false;

  constructor(clock: Clock, ms: number, wholeMs = Number.POSITIVE_INFINITY) {
    this.#clock = clock;
    this.#ms = ms;
    this.#heardAt = clock.monotonic();
    this.#latest = this.#heardAt + wholeMs;
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
      left = Math.min(this.#heardAt + this.#ms, this.#latest) - this.#clock.monotonic();
    }
    this.timedOut = true;
    this.#abort.abort(new Error(`no answer for ${this.#ms} ms, or one without end`));
  }
}
