// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * What one account, region and API does after "slow down": nothing for a moment, then one call that finds out, then everything again. Who
 * asks meanwhile is told when to come back, and no call is made: a service that throttles is not asked by everybody who waits for it.
 */
import type { Clock } from '../core/clock.ts';

/** Why a call is not to be made now. */
export interface Held {
  readonly retryAfterMs: number;
  /** What the service said last. */
  readonly message: string;
}

interface Trouble {
  readonly message: string;
  readonly since: number;
  openUntil: number;
  /** A call is on its way that finds out whether it is over. */
  probing: boolean;
}

const shortestMs = 1000;
const longestMs = 60_000;
/** Pauses grow with what has passed: a short trouble is found to be over within seconds, a long one is not asked often. */
const shareOfPassed = 1 / 10;
/** While somebody finds out. */
const soonMs = 500;

export class Breaker {
  readonly #clock: Clock;
  readonly #troubles = new Map<string, Trouble>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `undefined`: the call may go. */
  check(key: string): Held | undefined {
    const trouble = this.#troubles.get(key);
    if (!trouble) return undefined;
    const left = trouble.openUntil - this.#clock.monotonic();
    if (left > 0) return { retryAfterMs: trouble.probing ? Math.min(left, soonMs) : left, message: trouble.message };
    // should this call never be answered, the next one may find out
    trouble.openUntil += shortestMs + longestMs;
    trouble.probing = true;
    return undefined;
  }

  throttled(key: string, message: string, retryAfterMs = 0): void {
    const now = this.#clock.monotonic();
    const known = this.#troubles.get(key);
    // answers to calls that had gone out together say one thing
    if (known && !known.probing && known.openUntil > now) return;
    const since = known?.since ?? now;
    const pause = Math.min(longestMs, Math.max(shortestMs, retryAfterMs, (now - since) * shareOfPassed));
    this.#troubles.set(key, { message, since, openUntil: now + pause, probing: false });
  }

  /** An answer that was no throttling, or none at all: it is over, as far as one can know. */
  passed(key: string): void {
    if (this.#troubles.get(key)?.probing) this.#troubles.delete(key);
  }
}
