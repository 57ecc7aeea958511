// SPDX-License-Identifier: GPL-3.0-or-later
import { setTimeout as delay } from 'node:timers/promises';

/** Structurally equal to the operator's own clock. */
export interface SimClock {
  /** Wall time in milliseconds since the epoch. */
  now(): number;
  /** Milliseconds from an arbitrary start; never jumps back. */
  monotonic(): number;
  /** Resolves after `ms` milliseconds, or as soon as `signal` aborts; it never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** @param keepsAlive Whether somebody asleep keeps the process from ending; a served world is kept alive by its sockets, so false does there. */
export function realClock({ keepsAlive = true }: { keepsAlive?: boolean } = {}): SimClock {
  return {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    sleep: async (ms, signal) => {
      // `delay` rejects only when the signal aborts, which ends the sleep
      await delay(ms, undefined, { ref: keepsAlive, ...(signal ? { signal } : {}) }).catch(() => undefined);
    },
  };
}

interface Sleeper {
  readonly due: number;
  readonly order: number;
  readonly wake: () => void;
}

/** Time that passes only when told to. Sleepers wake in order of their due time, and in order of arrival within one instant. */
export class VirtualClock implements SimClock {
  #elapsed = 0;
  #wall: number;
  #order = 0;
  #sleepers: Sleeper[] = [];

  /** @param start Wall time in milliseconds since the epoch. */
  constructor(start: number = Date.UTC(2026, 0, 5, 9)) {
    this.#wall = start;
  }

  now(): number {
    return this.#wall + this.#elapsed;
  }

  monotonic(): number {
    return this.#elapsed;
  }

  /** How many are asleep; a harness advances when everybody is. */
  get sleeping(): number {
    return this.#sleepers.length;
  }

  /** Milliseconds until the next sleeper is due; undefined when nobody sleeps. */
  get nextDue(): number | undefined {
    const first = this.#sleepers[0];
    return first && Math.max(0, first.due - this.#elapsed);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms <= 0 || signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        signal?.removeEventListener('abort', abandon);
        resolve();
      };
      const sleeper: Sleeper = { due: this.#elapsed + ms, order: this.#order++, wake };
      const abandon = (): void => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        resolve();
      };
      signal?.addEventListener('abort', abandon, { once: true });
      this.#sleepers.push(sleeper);
      this.#sleepers.sort((a, b) => a.due - b.due || a.order - b.order);
    });
  }

  /** Lets `ms` milliseconds pass, waking whoever is due on the way; what they start in between runs before time goes on. */
  async advance(ms: number): Promise<void> {
    const end = this.#elapsed + ms;
    await settled();
    for (let next = this.#sleepers[0]; next && next.due <= end; next = this.#sleepers[0]) {
      this.#sleepers.shift();
      this.#elapsed = Math.max(this.#elapsed, next.due);
      next.wake();
      await settled();
    }
    // two may let time pass at once
    this.#elapsed = Math.max(this.#elapsed, end);
    await settled();
  }

  /** Moves the wall time alone, as an administrator or a time server does; `monotonic` and sleepers do not notice. */
  jumpWall(ms: number): void {
    this.#wall += ms;
  }
}

/** One turn of the event loop, so that promise chains started by a wake-up have run. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
