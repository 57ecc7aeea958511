// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * A cache runs behind the API server. Who acts on a state from before its own last write acts twice (crossplane-runtime#283,
 * KEP-5647): so a key is held until the cache has seen that write. The same holds for what was read live: a look at that and then one
 * at the older cache again would go on in turns for as long as the watch stands.
 */
import type { Clock } from '../core/clock.ts';
import type { KubeObject } from '../core/objects.ts';
import { compareVersions } from './resource-version.ts';

export type Freshness =
  | { readonly is: 'fresh' }
  /** The cache will catch up, or in so many milliseconds it is not waited for any longer. */
  | { readonly is: 'behind'; readonly forMs: number }
  /** The cache did not catch up in time: ask the API server. */
  | { readonly is: 'lost' };

interface Written {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly at: number;
}

const defaultLimitMs = 10_000;

export class ReadYourWrites {
  readonly #clock: Clock;
  readonly #limitMs: number;
  readonly #written = new Map<string, Written>();

  constructor(clock: Clock, limitMs = defaultLimitMs) {
    this.#clock = clock;
    this.#limitMs = limitMs;
  }

  /** Our own write was answered with this object. */
  wrote(key: string, answer: KubeObject): void {
    this.#expect(key, answer, this.#clock.monotonic());
  }

  /**
   * The API server was asked and answered this; the cache itself may show it much later. A cache that is not waited for any longer is
   * passed by until it does; one that nothing was expected of is waited for from now on.
   */
  read(key: string, answer: KubeObject | undefined): void {
    if (answer) this.#expect(key, answer, this.#written.get(key)?.at ?? this.#clock.monotonic());
  }

  /** The cache changed for this key. Without it, opaque versions could pass between two looks at the cache. */
  saw(key: string, cached: KubeObject | undefined): void {
    const written = this.#written.get(key);
    if (written && hasSeen(written, cached)) this.#written.delete(key);
  }

  /** Whether what the cache holds for this key may be acted on. */
  check(key: string, cached: KubeObject | undefined): Freshness {
    this.saw(key, cached);
    const written = this.#written.get(key);
    if (!written) return { is: 'fresh' };
    const leftMs = written.at + this.#limitMs - this.#clock.monotonic();
    return leftMs > 0 ? { is: 'behind', forMs: leftMs } : { is: 'lost' };
  }

  #expect(key: string, { metadata: { uid, resourceVersion } }: KubeObject, at: number): void {
    const known = this.#written.get(key);
    if (known?.uid === uid && compareVersions(resourceVersion, known.resourceVersion) === 'older') return;
    this.#written.set(key, { uid, resourceVersion, at });
  }

  /** How many keys are waited for. */
  get size(): number {
    return this.#written.size;
  }
}

function hasSeen(written: Written, cached: KubeObject | undefined): boolean {
  // What we wrote to was in the cache; now it is not, so its deletion came after our write.
  if (!cached) return true;
  const order = compareVersions(cached.metadata.resourceVersion, written.resourceVersion);
  return order === 'newer' || order === 'same';
}
