// SPDX-License-Identifier: GPL-3.0-or-later
import type { EndpointCheck } from './health-check.ts';

interface Verdict {
  readonly healthy: boolean;
  /** By the monotonic clock, since when checkers say otherwise, as far as was seen. */
  readonly since?: number;
}

export type SavedVerdicts = readonly (readonly [string, Verdict])[];

/**
 * What Route 53 answers by. GetHealthCheckStatus tells what each checker saw last, and a checker changes its mind only after `FailureThreshold`
 * looks in a row that say otherwise (API reference, HealthCheckConfig): an outage that is over before is none.
 */
export class HealthVerdicts {
  readonly #known: Map<string, Verdict>;

  constructor(saved?: SavedVerdicts) {
    this.#known = new Map(saved);
  }

  save(): SavedVerdicts {
    return [...this.#known];
  }

  /** How long checkers have to say otherwise, in milliseconds, until the verdict follows; the first one needs no others. */
  static patienceMs({ failureThreshold, intervalSeconds }: EndpointCheck): number {
    return (failureThreshold - 1) * intervalSeconds * 1000;
  }

  /** @param seen What most of them saw last; `undefined`: none has looked yet. */
  of(id: string, settings: EndpointCheck, seen: boolean | undefined, now: number): boolean | undefined {
    if (seen === undefined) return undefined;
    const { healthy = seen, since = now } = this.#known.get(id) ?? {};
    const follows = healthy === seen || now - since >= HealthVerdicts.patienceMs(settings);
    this.#known.set(id, follows ? { healthy: seen } : { healthy, since });
    return follows ? seen : healthy;
  }

  /** By the monotonic clock, since when checkers say otherwise. */
  turningSince(id: string): number | undefined {
    return this.#known.get(id)?.since;
  }

  /** What is known from before; what was seen since goes before it. */
  recall(id: string, verdict: Verdict): void {
    if (!this.#known.has(id)) this.#known.set(id, verdict);
  }

  forget(id: string): void {
    this.#known.delete(id);
  }
}
