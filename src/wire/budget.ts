// SPDX-License-Identifier: GPL-3.0-or-later
import type { Clock } from '../core/clock.ts';
import { Breaker, type Held } from './breaker.ts';
import type { Call, Throttling } from './call.ts';

/** A token bucket: `burst` calls at once, `perSecond` after that. */
export interface Limit {
  readonly perSecond: number;
  readonly burst: number;
  /** All actions of the service draw from one bucket. */
  readonly together?: true;
}

interface Bucket {
  tokens: number;
  at: number;
  rate: number;
  /** The end of the line: each waiter chains itself behind the one before, so the order is first come, first served. */
  line: Promise<void>;
}

/** The slowest a bucket is made by throttling: one call every ten seconds. */
const slowest = 0.1;

/**
 * Shared budgets per account, region and API. A throttle answer halves the rate; every second without one gives back a tenth of the
 * full rate. (AWS's own adaptive mode assumes one client per throttled scope; here all objects share the bucket.)
 */
export class Budgets {
  readonly #clock: Clock;
  readonly #limitOf: (call: Call) => Limit | undefined;
  readonly #buckets = new Map<string, Bucket>();
  readonly #breaker: Breaker;

  constructor(clock: Clock, limitOf: (call: Call) => Limit | undefined) {
    this.#clock = clock;
    this.#limitOf = limitOf;
    this.#breaker = new Breaker(clock);
  }

  /** Where the service has said "slow down", and nobody needs to find out whether it is over: such a call is not to be made. */
  held(call: Call): Held | undefined {
    const key = this.#keyOf(call);
    return key === undefined ? undefined : this.#breaker.check(key);
  }

  /** An answer came that was no throttling, or none came. */
  passed(call: Call): void {
    const key = this.#keyOf(call);
    if (key !== undefined) this.#breaker.passed(key);
  }

  /** Resolves when the call may be made. Calls without a budget or a limit pass at once. */
  async take(call: Call, signal?: AbortSignal): Promise<void> {
    const limit = this.#limitOf(call);
    const bucket = limit && this.#bucket(call, limit);
    if (!limit || !bucket) return;
    if (bucket.tokens >= 1 && this.#refill(bucket, limit) >= 1) {
      bucket.tokens -= 1;
      return;
    }
    bucket.line = bucket.line.then(() => this.#wait(bucket, limit, signal));
    await bucket.line;
  }

  /** The service said "slow down": half the rate from now on, and nothing at all for a moment. */
  throttled(call: Call, { message, retryAfterMs }: Throttling): void {
    const limit = this.#limitOf(call);
    const bucket = limit && this.#bucket(call, limit);
    if (!limit || !bucket) return;
    this.#refill(bucket, limit);
    bucket.rate = Math.max(slowest, bucket.rate / 2);
    bucket.tokens = Math.min(bucket.tokens, 1);
    const key = this.#keyOf(call);
    if (key !== undefined) this.#breaker.throttled(key, message, retryAfterMs);
  }

  async #wait(bucket: Bucket, limit: Limit, signal?: AbortSignal): Promise<void> {
    while (this.#refill(bucket, limit) < 1) {
      await this.#clock.sleep(Math.ceil(((1 - bucket.tokens) / bucket.rate) * 1000), signal);
      if (signal?.aborted) return;
    }
    bucket.tokens -= 1;
  }

  #refill(bucket: Bucket, limit: Limit): number {
    const now = this.#clock.monotonic();
    const seconds = Math.max(0, (now - bucket.at) / 1000);
    bucket.at = now;
    bucket.rate = Math.min(limit.perSecond, bucket.rate + (limit.perSecond / 10) * seconds);
    bucket.tokens = Math.min(limit.burst, bucket.tokens + seconds * bucket.rate);
    return bucket.tokens;
  }

  #keyOf(call: Call): string | undefined {
    const { budget, service, action } = call;
    if (budget === undefined) return undefined;
    return this.#limitOf(call)?.together ? `${budget}/${service}` : `${budget}/${service}:${action}`;
  }

  #bucket(call: Call, limit: Limit): Bucket | undefined {
    const key = this.#keyOf(call);
    if (key === undefined) return undefined;
    let bucket = this.#buckets.get(key);
    if (!bucket) {
      bucket = { tokens: limit.burst, at: this.#clock.monotonic(), rate: limit.perSecond, line: Promise.resolve() };
      this.#buckets.set(key, bucket);
    }
    return bucket;
  }
}

/**
 * Start values, per account, region and action. EC2 publishes 100/20 for reads and 50/5 for writes
 * (EC2 Developer Guide, "Request throttling"); S3's and IAM's control planes publish none, so they get the same and adapt. Route 53 takes
 * five requests a second of an account, whatever they ask and whoever sends them (Developer Guide, "Quotas": API requests).
 */
export function awsLimits(call: Call): Limit | undefined {
  if (call.service === 'kubernetes') return undefined;
  // one less at once than AWS lets pass: what waited here may come there a moment closer together
  if (call.service === 'route53') return { burst: 4, perSecond: 5, together: true };
  return call.effect === 'read' ? { burst: 100, perSecond: 20 } : { burst: 50, perSecond: 5 };
}
