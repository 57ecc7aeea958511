// SPDX-License-Identifier: GPL-3.0-or-later
import type { Clock } from '../core/clock.ts';

interface Kept {
  readonly at: number;
  readonly value: Promise<unknown>;
}

/**
 * Looks that serve many objects: whoever asks while one is under way, or shortly after, gets the same answer. A write drops what it
 * may have changed, and a look that began before that write is not kept.
 */
export class SharedLooks {
  readonly #clock: Clock;
  readonly #kept = new Map<string, Kept>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async get<T>(key: string, maxAgeMs: number, look: () => Promise<T>): Promise<T> {
    const now = this.#clock.monotonic();
    const kept = this.#kept.get(key);
    if (kept && now - kept.at <= maxAgeMs) return kept.value as Promise<T>;
    const value = look();
    const entry = { at: now, value };
    this.#kept.set(key, entry);
    value.catch(() => {
      if (this.#kept.get(key) === entry) this.#kept.delete(key);
    });
    return value;
  }

  drop(key: string): void {
    this.#kept.delete(key);
  }
  /** Every look whose key begins with this. */
  dropAll(beginning: string): void {
    for (const key of this.#kept.keys()) if (key.startsWith(beginning)) this.#kept.delete(key);
  }
}
