// SPDX-License-Identifier: GPL-3.0-or-later
import type { Clock } from '../core/clock.ts';
import { Failure } from '../core/failure.ts';
import type { KubeObject, Note } from '../core/objects.ts';
import type { KubeClient } from './client.ts';
import { cleaned, eventName, eventOf, repetitionOf, seriesKey, type Series } from './event-series.ts';
import { scopeOf } from './own-object.ts';
import type { Sending } from './request.ts';
import { events as resource } from './resource.ts';

export interface EventsOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  /** The Pod or process, for `reportingInstance`. */
  readonly instance: string;
  /** Takes secrets out of a text; the last line of defence. */
  readonly scrub?: (text: string) => string;
  readonly onProblem?: (message: string, error: unknown) => void;
}

/** A repetition is written at most this often. */
const rewriteMs = 10 * 60_000;
/** After a write that failed for good: the next one is not before this. */
const failedMs = 60_000;
/**
 * Per object: so many different events at once, then one in five minutes. Of warnings as many as client-go lets through; of what was done
 * each is a write in a cloud, and a PbsInstance has thirty from nothing to its jobs and fifteen back, a GslbEndpoint with sites more.
 */
const bursts = { Warning: 25, Normal: 100 } as const;
const refillMs = 5 * 60_000;
const mostQueued = 1000;
const mostSeries = 5000;
const mostTries = 3;

interface Bucket {
  tokens: number;
  at: number;
}

/** Best effort: never blocks, never throws, never grows without bound. An event that is lost is no reason to stop. */
export class Events {
  readonly #options: EventsOptions;
  readonly #series = new Map<string, Series>();
  readonly #buckets = new Map<string, Bucket>();
  readonly #queue: Series[] = [];
  readonly #stopped = new AbortController();
  #sending: Promise<void> | undefined;
  #dropped = 0;
  #written = 0;

  constructor(options: EventsOptions) {
    this.#options = options;
  }

  /** For metrics. */
  numbers(): { readonly queued: number; readonly dropped: number; readonly written: number } {
    return { queued: this.#queue.length, dropped: this.#dropped, written: this.#written };
  }

  readonly note = (object: KubeObject, given: Note): void => {
    if (this.#stopped.signal.aborted) return;
    const { scrub = (text: string) => text } = this.#options;
    const note = cleaned({ ...given, message: scrub(given.message) });
    const series = this.#seriesOf(object, note);
    if (series) this.#enqueue(series);
    else this.#dropped++;
  };

  /** Waits for what is queued, but no longer than `ms`. */
  async stop(ms = 2000): Promise<void> {
    const enough = new AbortController();
    await Promise.race([this.#sending, this.#options.clock.sleep(ms, enough.signal)]);
    enough.abort();
    this.#stopped.abort();
    await this.#sending;
  }

  /** The series that this note continues or begins; `undefined` when its object has said too much already. */
  #seriesOf(object: KubeObject, note: Note): Series | undefined {
    const now = this.#options.clock.now();
    const key = seriesKey(object, note);
    const known = this.#series.get(key);
    this.#series.delete(key);
    if (!known && !this.#allows(object.metadata.uid, note.type)) return undefined;
    const fresh = {
      object,
      note,
      eventName: eventName(object, note, { key, at: now }),
      firstAt: now,
      lastAt: now,
      count: 0,
      exists: false,
      quietUntil: now,
      queued: false,
    };
    const series = known ?? fresh;
    series.count++;
    series.lastAt = now;
    this.#series.set(key, series);
    dropOldest(this.#series, mostSeries);
    return series;
  }

  /** What was done takes no room from what somebody has to mend, and the other way round. */
  #allows(uid: string, type: Note['type']): boolean {
    const now = this.#options.clock.monotonic();
    const key = `${type} ${uid}`;
    const burst = bursts[type];
    const bucket = this.#buckets.get(key) ?? { tokens: burst, at: now };
    bucket.tokens = Math.min(burst, bucket.tokens + (now - bucket.at) / refillMs);
    bucket.at = now;
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    dropOldest(this.#buckets, 2 * mostSeries);
    if (bucket.tokens < 1) return false;
    bucket.tokens--;
    return true;
  }

  #enqueue(series: Series): void {
    if (series.queued || series.lastAt < series.quietUntil) return;
    if (this.#queue.length >= mostQueued) {
      this.#dropped++;
      return;
    }
    series.queued = true;
    this.#queue.push(series);
    this.#sending ??= this.#send().finally(() => (this.#sending = undefined));
  }

  async #send(): Promise<void> {
    // A turn of the loop first: notes of the same moment become one write.
    await Promise.resolve();
    for (let series = this.#queue.shift(); series && !this.#stopped.signal.aborted; series = this.#queue.shift()) {
      series.queued = false;
      await this.#write(series, mostTries).catch((error: unknown) => {
        this.#dropped++;
        series.quietUntil = this.#options.clock.now() + failedMs;
        this.#options.onProblem?.('an event could not be written', error);
      });
    }
  }

  async #write(series: Series, tries: number): Promise<void> {
    const { clock } = this.#options;
    try {
      await (series.exists ? this.#repeat(series) : this.#create(series));
      series.exists = true;
      series.quietUntil = clock.now() + rewriteMs;
      this.#written++;
    } catch (error) {
      if (!(error instanceof Failure) || error.class !== 'Transient' || tries <= 1 || this.#stopped.signal.aborted)
        throw error;
      if (error.reason === 'NotFound') series.exists = false; // it expired: the API server keeps events for an hour
      await clock.sleep(error.retryAfterMs ?? 1000, this.#stopped.signal);
      await this.#write(series, tries - 1);
    }
  }

  #place(series: Series): { readonly namespace: string; readonly name: string } {
    return { namespace: series.object.metadata.namespace, name: series.eventName };
  }

  async #create(series: Series): Promise<void> {
    const { client, instance } = this.#options;
    const sending = this.#sendingFor(series);
    try {
      await client.create(resource, this.#place(series), eventOf(series, instance), sending);
    } catch (error) {
      if (!(error instanceof Failure) || error.reason !== 'AlreadyExists') throw error;
      // The operator before us said the same: its count goes on.
      const known = (await client.get(resource, this.#place(series))) as { count?: unknown } | undefined;
      if (typeof known?.count === 'number') series.count += known.count;
      await this.#repeat(series);
    }
  }

  async #repeat(series: Series): Promise<void> {
    const body = repetitionOf(series);
    await this.#options.client.patch(resource, this.#place(series), { type: 'merge', body }, this.#sendingFor(series));
  }

  #sendingFor(series: Series): Sending {
    return { scope: scopeOf(series.object), timeoutMs: 10_000, signal: this.#stopped.signal };
  }
}

/** Maps keep the order of insertion, and every use inserts again. */
function dropOldest(map: Map<string, unknown>, most: number): void {
  if (map.size <= most) return;
  const oldest = map.keys().next();
  if (!oldest.done) map.delete(oldest.value);
}
