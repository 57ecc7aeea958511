// SPDX-License-Identifier: GPL-3.0-or-later
import type { Clock } from '../core/clock.ts';

/** Aborts when nothing was heard for `ms`; `heard()` starts the time again, `stop()` ends the watch. */
export class Silence {
  readonly #clock: Clock;
  readonly #ms: number;
  readonly #abort = new AbortController();
  #timer = new AbortController();
  timedOut = false;

  constructor(clock: Clock, ms: number) {
    this.#clock = clock;
    this.#ms = ms;
    this.#start();
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  heard(): void {
    this.stop();
    this.#timer = new AbortController();
    this.#start();
  }

  stop(): void {
    this.#timer.abort();
  }

  #start(): void {
    const timer = this.#timer;
    void this.#clock.sleep(this.#ms, timer.signal).then(() => {
      if (timer.signal.aborted) return;
      this.timedOut = true;
      this.#abort.abort(new Error(`no answer for ${this.#ms} ms`));
    });
  }
}
