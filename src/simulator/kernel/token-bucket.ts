// SPDX-License-Identifier: GPL-3.0-or-later
/** Capacity and refill of one limit, as AWS describes its request throttling (EC2 API throttling: "token bucket"). */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

export class TokenBuckets {
  readonly #levels = new Map<string, { tokens: number; at: number }>();

  /** Takes one token of `key`. @param at Milliseconds, monotonic. @returns false when there was none. */
  take(key: string, rate: Rate, at: number): boolean {
    const level = this.#levels.get(key) ?? { tokens: rate.burst, at };
    level.tokens = Math.min(rate.burst, level.tokens + ((at - level.at) / 1000) * rate.perSecond);
    level.at = at;
    this.#levels.set(key, level);
    if (level.tokens < 1) return false;
    level.tokens -= 1;
    return true;
  }
}
