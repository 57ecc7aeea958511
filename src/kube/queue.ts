// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Keys and the workers that serve them. A key is served by one worker at a time; asked for while it is served, it is served once
 * more. Nothing is ever dropped but by `stop`. Times are measured with the monotonic clock.
 */
import type { Clock } from '../core/clock.ts';
import { backOff } from './back-off.ts';
import { Delays } from './delays.ts';
import { ReadyLine, type Priority } from './ready-line.ts';

/** When a key wants to be served again. `backOff` counts as a failure; everything else forgets earlier failures. */
export type Again =
  | { readonly again: 'done' }
  | { readonly again: 'after'; readonly ms: number }
  | { readonly again: 'backOff'; readonly atLeastMs?: number | undefined; readonly atMostMs?: number | undefined };

export interface WorkQueueOptions {
  readonly clock: Clock;
  readonly random: () => number;
  /** Serves one key. What it throws is a failure with back-off, and is told to `onError`. */
  readonly work: (key: string) => Promise<Again>;
  /** Default 64. */
  readonly workers?: number;
  /** How many of them one namespace may hold, so that slow endpoints of one tenant leave some to the others. Default 7/8. */
  readonly workersPerNamespace?: number;
  /** Default: what stands before the first slash. */
  readonly namespaceOf?: (key: string) => string;
  readonly onError?: (key: string, error: unknown) => void;
  /** For metrics: how long a key waited for a worker, and how long it was served. */
  readonly onServed?: (key: string, times: { readonly waitedMs: number; readonly tookMs: number }) => void;
}

export interface QueueNumbers {
  readonly ready: Readonly<Record<Priority, number>>;
  readonly delayed: number;
  readonly running: number;
  readonly adds: number;
  readonly retries: number;
}

const retry = { firstMs: 1000, mostMs: 5 * 60_000 };
/** Timers of Node end at 2^31 ms; longer waits are walked in steps. */
const longestSleepMs = 3_600_000;

interface Running {
  dirty: Priority | undefined;
}

export class WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #workers: number;
  readonly #perNamespace: number;
  readonly #namespaceOf: (key: string) => string;
  readonly #ready: ReadyLine;
  readonly #delays = new Delays();
  readonly #running = new Map<string, Running>();
  readonly #inFlight = new Set<Promise<void>>();
  readonly #runningIn = new Map<string, number>();
  readonly #failures = new Map<string, number>();
  #timer: { readonly at: number; readonly abort: AbortController } | undefined;
  #state: 'new' | 'started' | 'stopped' = 'new';
  #adds = 0;
  #retries = 0;

  constructor(options: WorkQueueOptions) {
    this.#options = options;
    this.#workers = options.workers ?? 64;
    this.#perNamespace = options.workersPerNamespace ?? Math.max(1, this.#workers - Math.floor(this.#workers / 8));
    this.#namespaceOf = options.namespaceOf ?? ((key) => key.slice(0, Math.max(0, key.indexOf('/'))));
    this.#ready = new ReadyLine(this.#namespaceOf);
  }

  /** Serve this key as soon as a worker is free. */
  add(key: string, priority: Priority = 'change'): void {
    if (this.#state === 'stopped') return;
    this.#adds++;
    this.#enqueue(key, priority);
    this.#pump();
  }

  /** Serve this key after `ms` milliseconds at the latest; any run that starts before then takes its place. */
  addAfter(key: string, ms: number): void {
    if (this.#state === 'stopped') return;
    if (ms <= 0) return this.add(key, 'resync');
    this.#delays.put(key, this.#options.clock.monotonic() + ms);
    this.#arm();
  }

  /** Keys may be added before; they wait until now. */
  start(): void {
    if (this.#state !== 'new') return;
    this.#state = 'started';
    this.#pump();
    this.#arm();
  }

  /** Starts nothing more; resolves when the workers have finished what they had begun. */
  async stop(): Promise<void> {
    this.#state = 'stopped';
    this.#timer?.abort.abort();
    this.#timer = undefined;
    await Promise.all(this.#inFlight);
  }

  numbers(): QueueNumbers {
    return {
      ready: { change: this.#ready.count('change'), resync: this.#ready.count('resync') },
      delayed: this.#delays.size,
      running: this.#running.size,
      adds: this.#adds,
      retries: this.#retries,
    };
  }

  #enqueue(key: string, priority: Priority): void {
    const running = this.#running.get(key);
    if (running) running.dirty = running.dirty === 'change' ? 'change' : priority;
    else this.#ready.push(key, priority, this.#options.clock.monotonic());
  }

  #pump(): void {
    while (this.#state === 'started' && this.#running.size < this.#workers) {
      const next = this.#ready.pop((namespace) => (this.#runningIn.get(namespace) ?? 0) < this.#perNamespace);
      if (!next) return;
      const serving = this.#serve(next.key, next.since).finally(() => this.#inFlight.delete(serving));
      this.#inFlight.add(serving);
    }
  }

  async #serve(key: string, since: number): Promise<void> {
    const { clock, work, onError, onServed } = this.#options;
    const running: Running = { dirty: undefined };
    this.#running.set(key, running);
    this.#countIn(key, 1);
    this.#delays.remove(key);
    const began = clock.monotonic();
    const again = await call(() => work(key)).catch((error: unknown): Again => {
      quietly(() => onError?.(key, error));
      return { again: 'backOff' };
    });
    this.#running.delete(key);
    this.#countIn(key, -1);
    quietly(() => onServed?.(key, { waitedMs: began - since, tookMs: clock.monotonic() - began }));
    if (running.dirty && this.#state === 'started') this.#enqueue(key, running.dirty);
    this.#schedule(key, again);
    this.#pump();
  }

  #schedule(key: string, again: Again): void {
    if (again.again !== 'backOff') {
      this.#failures.delete(key);
      if (again.again === 'after') this.addAfter(key, again.ms);
      return;
    }
    const failures = (this.#failures.get(key) ?? 0) + 1;
    this.#failures.set(key, failures);
    this.#retries++;
    this.addAfter(
      key,
      backOff({ ...retry, mostMs: again.atMostMs ?? retry.mostMs }, failures, this.#options.random, again.atLeastMs),
    );
  }

  #countIn(key: string, change: 1 | -1): void {
    const namespace = this.#namespaceOf(key);
    const count = (this.#runningIn.get(namespace) ?? 0) + change;
    if (count === 0) this.#runningIn.delete(namespace);
    else this.#runningIn.set(namespace, count);
  }

  /** Keeps one timer, for the key that is due first. */
  #arm(): void {
    const at = this.#delays.next();
    if (this.#state !== 'started' || at === undefined || (this.#timer && this.#timer.at <= at)) return;
    this.#timer?.abort.abort();
    const timer = { at, abort: new AbortController() };
    this.#timer = timer;
    const ms = Math.min(longestSleepMs, Math.max(0, at - this.#options.clock.monotonic()));
    void this.#wait(timer, ms);
  }

  async #wait(timer: { readonly abort: AbortController }, ms: number): Promise<void> {
    await this.#options.clock.sleep(ms, timer.abort.signal);
    if (this.#timer !== timer) return;
    this.#timer = undefined;
    for (const key of this.#delays.take(this.#options.clock.monotonic())) this.#enqueue(key, 'resync');
    this.#pump();
    this.#arm();
  }
}

/** So that a function which throws at once rejects like one that throws later. */
async function call<T>(work: () => Promise<T>): Promise<T> {
  return work();
}

/** A log or a metric that fails must not take a worker with it. */
function quietly(tell: () => void): void {
  try {
    tell();
  } catch {
    // nobody is left to be told
  }
}
