// SPDX-License-Identifier: GPL-3.0-or-later
import type { Engine } from '../core/engine.ts';
import { Failure } from '../core/failure.ts';
import type { KubeObject } from '../core/objects.ts';
import type { Outcome } from '../core/outcome.ts';
import { readStatus } from '../core/status.ts';
import type { AnyKind } from '../kinds/index.ts';
import type { Outside } from '../kinds/outside.ts';
import type { ReadonlyCache } from '../kube/cache.ts';
import type { KubeClient } from '../kube/client.ts';
import { WorkQueue, type Again, type QueueNumbers } from '../kube/queue.ts';
import { ReadYourWrites } from '../kube/read-your-writes.ts';
import { Reflector, type ReflectorCounters } from '../kube/reflector.ts';
import type { Priority } from '../kube/ready-line.ts';
import type { Resource } from '../kube/resource.ts';
import { collectionSource } from '../kube/source.ts';
import { FirstStatuses, isUntold } from './first-statuses.ts';
import { Looks, type LooksOptions } from './looks.ts';
import { calls, wishOf, type Wish } from './wish.ts';

export interface ControllerOptions {
  readonly kind: AnyKind;
  readonly resource: Resource;
  readonly engine: Engine<Outside>;
  readonly client: KubeClient;
  readonly workers: number;
  readonly onSecrets?: LooksOptions['onSecrets'];
  readonly onLook?: (look: { readonly key: string; readonly outcome: Outcome }) => void;
  readonly onServed?: (times: { readonly waitedMs: number; readonly tookMs: number }) => void;
  readonly onProblem?: (message: string, error: unknown, about: string) => void;
}

/** So many looks begin and end within half a second on one core that others use, too. */
const crowd = 3;

/** Keeps the objects of one kind as they should be: its cache is fed by one watch, and its workers look at the keys that call for it. */
export class Controller {
  readonly #options: ControllerOptions;
  readonly #reflector: Reflector;
  readonly #queue: WorkQueue;
  readonly #looks: Looks;
  readonly #firsts: FirstStatuses;
  readonly #written: ReadYourWrites;
  readonly #wishes = new Map<string, Wish>();
  /** Keys that wait until the cache shows our last write. */
  readonly #held = new Set<string>();
  /** Objects whose last write met a newer version: the next look is at what the API server has. */
  readonly #outdated = new Set<string>();

  constructor(options: ControllerOptions) {
    const { engine, client, resource, kind, workers, onProblem, onServed } = options;
    const { clock } = engine;
    const random = () => engine.random();
    this.#options = options;
    this.#written = new ReadYourWrites(clock);
    this.#looks = new Looks({ kind, engine, ...(options.onSecrets ? { onSecrets: options.onSecrets } : {}) });
    this.#reflector = new Reflector({
      source: collectionSource(client, resource),
      clock,
      random,
      onChange: (key) => this.#changed(key),
      ...(onProblem ? { onProblem } : {}),
    });
    this.#queue = new WorkQueue({
      clock,
      random,
      workers,
      work: (key) => this.#serve(key),
      onError: (key, error) => onProblem?.('a worker failed', error, key),
      onServed: (_, times) => onServed?.(times),
    });
    this.#firsts = new FirstStatuses({
      kind,
      engine,
      get: (key) => this.cache.get(key),
      onWritten: (key, object) => this.#written.wrote(key, object),
      onDone: (key) => this.#queue.add(key),
      onError: (key, error) => onProblem?.('a first status could not be written; the look follows', error, key),
    });
  }

  get kind(): string {
    return this.#options.kind.kind;
  }

  get cache(): ReadonlyCache {
    return this.#reflector.cache;
  }

  /** True once the cache is complete; false when it was stopped before. */
  get synced(): Promise<boolean> {
    return this.#reflector.synced;
  }

  /** Looks begin once the cache is complete: then it is known which of its objects were never told anything, and these come first. */
  start(): void {
    this.#reflector.start();
    void this.synced.then((complete) => complete && this.#begin());
  }

  /** Takes no more keys and resolves when the looks that had begun are over. */
  async stop(): Promise<void> {
    await Promise.all([this.#firsts.stop(), this.#queue.stop(), this.#reflector.stop()]);
  }

  /** Something that this object refers to has changed: look at it now, whatever it waits for. */
  wake(key: string): void {
    this.#add(key, 'change');
  }

  numbers(): {
    readonly queue: QueueNumbers;
    readonly watch: ReflectorCounters;
    readonly held: number;
    /** Newcomers of a crowd that are told first. */
    readonly first: number;
  } {
    return {
      queue: this.#queue.numbers(),
      watch: this.#reflector.counters(),
      held: this.#held.size,
      first: this.#firsts.size,
    };
  }

  #begin(): void {
    this.#firsts.start();
    this.#queue.start();
    // should it fail, so will the first look, and say why
    void this.#options.kind.load?.().catch(() => undefined);
  }

  /** What is told first is looked at afterwards, whatever calls for it meanwhile. */
  #add(key: string, priority: Priority): void {
    if (!this.#firsts.has(key)) this.#queue.add(key, priority);
  }

  /** Whether a look at a newcomer would begin too late to tell it anything in time. */
  #crowded(): boolean {
    const { ready, running } = this.#queue.numbers();
    const { workers } = this.#options;
    // one namespace does not get all workers
    const most = Math.min(crowd, workers - Math.floor(workers / 8));
    return ready.change + running + this.#firsts.size >= most;
  }

  #changed(key: string): void {
    const object = this.cache.get(key);
    this.#written.saw(key, object);
    const released = this.#held.delete(key);
    if (!object) {
      this.#wishes.delete(key);
      this.#outdated.delete(key);
      this.#add(key, 'change');
      return;
    }
    const before = this.#wishes.get(key);
    const wish = wishOf(object, this.#options.kind.finalizer);
    this.#wishes.set(key, wish);
    if (!released && !calls(before, wish)) return;
    if (!before && isUntold(object) && this.#crowded()) return this.#firsts.add(key);
    // after a start: those that were never told anything come first
    const seen = !before && readStatus(object).conditions.length > 0;
    this.#add(key, seen ? 'resync' : 'change');
  }

  async #serve(key: string): Promise<Again> {
    const cached = this.cache.get(key);
    const freshness = this.#written.check(key, cached);
    if (freshness.is === 'behind') {
      this.#held.add(key);
      return { again: 'after', ms: freshness.forMs };
    }
    this.#held.delete(key);
    // a write was refused because the object is another one by now: looking at the cache again would only be refused again
    const outdated = this.#outdated.delete(key);
    const object = freshness.is === 'lost' || outdated ? await this.#live(key) : cached;
    const outcome = await this.#looks.process(key, object);
    if (outcome.next === 'retry' && isConflict(outcome.error)) this.#outdated.add(key);
    if (outcome.written) this.#written.wrote(key, outcome.written);
    this.#options.onLook?.({ key, outcome });
    // asked for while it is served: once more, and before mere resyncs
    if (outcome.next === 'now') this.#queue.add(key);
    return againOf(outcome);
  }

  /** The cache did not show our write in time (its watch may stand): the API server knows, and what it says is no news to the cache. */
  async #live(key: string): Promise<KubeObject | undefined> {
    const { client, resource } = this.#options;
    const [namespace = '', name = ''] = key.split('/');
    const object = await client.get(resource, { namespace, name });
    this.#written.read(key, object);
    return object;
  }
}

function isConflict(error: unknown): boolean {
  return error instanceof Failure && ['Conflict', 'ObjectGone'].includes(error.reason);
}

function againOf(outcome: Outcome): Again {
  switch (outcome.next) {
    case 'later':
      return { again: 'after', ms: outcome.ms };
    case 'retry':
      return { again: 'backOff', atLeastMs: outcome.atLeastMs, atMostMs: outcome.atMostMs };
    case 'now':
    case 'change':
    case 'gone':
      return { again: 'done' };
  }
}
