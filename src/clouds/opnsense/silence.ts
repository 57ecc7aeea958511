// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Firewalls that do not answer. To find that out takes as long as a connection may take, and holds up whoever waits for it: so nobody asks
 * one again for a while, and other objects are not kept waiting for a firewall that is switched off.
 */
import type { Clock } from '../../core/clock.ts';
import { Failure } from '../../core/failure.ts';

const silentMs = 60_000;
const reasons: ReadonlySet<string> = new Set(['Unreachable', 'TimedOut']);

export interface Silence {
  readonly failure: Failure;
  /** By the clock that never jumps. */
  readonly until: number;
}

export class Silences {
  readonly #clock: Clock;
  readonly #known: Map<string, Silence>;

  constructor(clock: Clock, known = new Map<string, Silence>()) {
    this.#clock = clock;
    this.#known = known;
  }

  /** @param fresh Somebody asked for the answer of now. @throws Failure as it was, while it is remembered. */
  async guard<T>(key: string, fresh: boolean, ask: () => Promise<T>): Promise<T> {
    const known = this.#known.get(key);
    if (known && !fresh && this.#clock.monotonic() < known.until) throw known.failure;
    this.#known.delete(key);
    return ask().catch((error: unknown) => {
      if (error instanceof Failure && reasons.has(error.reason))
        this.#known.set(key, { failure: error, until: this.#clock.monotonic() + silentMs });
      throw error;
    });
  }
}
