// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Mirrors the objects of one source into a cache: a list, then one watch, for ever. Callers learn keys, never events: what an
 * object is now stands in the cache. Each rule below answers a fault seen in other clients (docs/adr/0002):
 * resets and 5xx are tried again, 410 lists again, silence is a fault, a broken line ends the stream, a handler that throws is counted.
 */
import type { Clock } from '../core/clock.ts';
import { Failure } from '../core/failure.ts';
import type { KubeObject } from '../core/objects.ts';
import { backOff } from './back-off.ts';
import { Cache, type ReadonlyCache } from './cache.ts';
import { compareVersions } from './resource-version.ts';
import { withoutManagedFields, type Source } from './source.ts';
import { expired, readWatch, type Change, type WatchEnd } from './watch-stream.ts';

export type ReconnectReason = Exclude<WatchEnd['why'], 'stopped'> | 'failed';

export interface ReflectorCounters {
  readonly reconnects: ReadonlyMap<ReconnectReason, number>;
  readonly brokenLines: number;
  readonly relists: number;
  readonly handlerErrors: number;
  readonly events: number;
}

export interface ReflectorOptions {
  readonly source: Source;
  readonly clock: Clock;
  /** Between 0 and 1. */
  readonly random: () => number;
  /** Told each key that was added, changed or removed. */
  readonly onChange: (key: string) => void;
  /** Told of everything that went wrong, with a constant message; for logs. */
  readonly onProblem?: (message: string, error: unknown, source: string) => void;
  /** What of an object is kept; the default drops managedFields only. */
  readonly keep?: (object: KubeObject) => KubeObject;
}

/**
 * Two tries in 1.2 s: the first may meet another connection of the pool that died in the same reset. From there on 1.6 s and more,
 * as client-go waits.
 */
const retry = { firstMs: 400, mostMs: 30_000 };
/** A safety net under lost events: after this long the next reconnect lists again. */
const relistAfterMs = 30 * 60_000;
/** A watch that brought something new, or lasted so long, was good: waiting starts from its first limit again. */
const goodWatchMs = 2000;

export class Reflector {
  /** True once the cache is complete; false when it was stopped before. */
  readonly synced: Promise<boolean>;
  readonly #options: ReflectorOptions;
  readonly #cache = new Cache();
  readonly #stopped = new AbortController();
  readonly #reconnects = new Map<ReconnectReason, number>();
  #isSynced: (complete: boolean) => void = () => undefined;
  #running: Promise<void> | undefined;
  #brokenLines = 0;
  #relists = 0;
  #handlerErrors = 0;
  #events = 0;
  #version = '';
  #listedAt = 0;
  #mustList = true;
  #failures = 0;
  #expiredInARow = 0;
  #progress = false;

  constructor(options: ReflectorOptions) {
    this.#options = options;
    this.synced = new Promise((resolve) => (this.#isSynced = resolve));
  }

  get cache(): ReadonlyCache {
    return this.#cache;
  }

  counters(): ReflectorCounters {
    return {
      reconnects: this.#reconnects,
      brokenLines: this.#brokenLines,
      relists: this.#relists,
      handlerErrors: this.#handlerErrors,
      events: this.#events,
    };
  }

  /** Starting twice is one start: there is never more than one watch. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Resolves when the watch is closed and no handler will be called any more. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#isSynced(false);
    await this.#running;
  }

  async #run(): Promise<void> {
    const { clock, random } = this.#options;
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      const retryAfterMs = await this.#round().catch((error: unknown) => this.#failed(error));
      if (this.#failures > 0 && !signal.aborted)
        await clock.sleep(backOff(retry, this.#failures, random, retryAfterMs), signal);
    }
  }

  /** One list if it is due, then one watch until it ends. Returns what the server asked to wait. */
  async #round(): Promise<number | undefined> {
    const { clock, source, random } = this.#options;
    if (this.#mustList || clock.monotonic() - this.#listedAt > relistAfterMs) await this.#list();
    if (this.#stopped.signal.aborted) return undefined;
    const began = clock.monotonic();
    this.#progress = false;
    const watching = { resourceVersion: this.#version, timeoutSeconds: 270 + Math.floor(random() * 61) };
    const take = (change: Change) => this.#take(change);
    const end = await readWatch({ source, clock, stop: this.#stopped.signal, watching, take }).catch(
      (error: unknown): WatchEnd => {
        if (expired(error)) return { why: 'expired' };
        throw error;
      },
    );
    if (end.why === 'stopped') return undefined;
    this.#count(end.why);
    if (end.why === 'brokenLine') this.#brokenLines++;
    this.#judge(end.why, clock.monotonic() - began);
    return end.retryAfterMs;
  }

  /** What the end of a watch means for the next one: go on at once, list again, or wait. */
  #judge(why: WatchEnd['why'], lastedMs: number): void {
    if (this.#progress || lastedMs >= goodWatchMs) {
      this.#failures = 0;
      this.#expiredInARow = 0;
    }
    if (why === 'expired' || why === 'wentBack') this.#mustList = true;
    // The first 410 lists at once; a server that always answers 410 must not be listed in a tight loop.
    if (why === 'expired' && ++this.#expiredInARow === 1) return;
    // An end that comes soon and with nothing new is a fault: going on at once would spin.
    if (why === 'ended' && (this.#progress || lastedMs >= goodWatchMs)) return;
    this.#failures++;
  }

  #failed(error: unknown): number | undefined {
    if (this.#stopped.signal.aborted) return undefined;
    const { source, onProblem } = this.#options;
    this.#count(expired(error) ? 'expired' : 'failed');
    if (expired(error)) this.#mustList = true;
    this.#failures++;
    onProblem?.('a watch failed and is tried again', error, source.name);
    return error instanceof Failure ? error.retryAfterMs : undefined;
  }

  async #list(): Promise<void> {
    const { clock, source, keep = withoutManagedFields } = this.#options;
    const { objects, resourceVersion } = await source.snapshot(this.#stopped.signal);
    if (this.#stopped.signal.aborted) return;
    this.#relists++;
    this.#version = resourceVersion;
    this.#listedAt = clock.monotonic();
    this.#mustList = false;
    const changed = this.#cache.replaceAll(objects.map(keep));
    this.#isSynced(true);
    this.#tell(changed);
  }

  #take(change: Change): 'wentBack' | undefined {
    if (change.type === 'bookmark') return this.#advance(change.resourceVersion);
    this.#events++;
    const { keep = withoutManagedFields } = this.#options;
    const changed = change.type === 'put' ? this.#cache.put(keep(change.object)) : this.#cache.drop(change.object);
    // An event from before (replayed) does not move the place from which the watch goes on.
    this.#advance(change.object.metadata.resourceVersion ?? '');
    this.#tell(changed);
    return undefined;
  }

  /** A bookmark that lies before what was seen: the server was restored from a backup, and would be silent for a long time. */
  #advance(version: string): 'wentBack' | undefined {
    if (version === '') return undefined;
    const order = compareVersions(version, this.#version);
    if (order === 'older') return 'wentBack';
    if (order !== 'same') this.#progress = true;
    this.#version = version;
    return undefined;
  }

  #tell(keys: readonly string[]): void {
    for (const key of keys) {
      if (this.#stopped.signal.aborted) return;
      try {
        this.#options.onChange(key);
      } catch (error) {
        this.#handlerErrors++;
        this.#options.onProblem?.('a handler of changes threw', error, this.#options.source.name);
      }
    }
  }

  #count(why: ReconnectReason): void {
    this.#reconnects.set(why, (this.#reconnects.get(why) ?? 0) + 1);
  }
}
