// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Nobody waits longer than a second to see that the operator has seen an object. A look says so itself, half a second after it began;
 * where many objects come at once, a look begins too late for that, and each look slows the others. So the newcomers of a crowd are told
 * first, without a look at any cloud, by workers of their own; their looks begin when no newcomer of their namespace is left to be told.
 */
import type { Engine } from '../core/engine.ts';
import { ManagedObject } from '../core/managed-object.ts';
import { newMemory } from '../core/memory.ts';
import type { KubeObject } from '../core/objects.ts';
import { readStatus } from '../core/status.ts';
import { verdictsOf } from '../core/verdicts.ts';
import type { AnyKind } from '../kinds/index.ts';
import type { Outside } from '../kinds/outside.ts';
import { WorkQueue, type Again } from '../kube/queue.ts';
import { isPaused } from './paused.ts';

export interface FirstStatusesOptions {
  readonly kind: AnyKind;
  readonly engine: Engine<Outside>;
  readonly get: (key: string) => KubeObject | undefined;
  readonly onWritten: (key: string, object: KubeObject) => void;
  /** The key may be looked at now: it was told, or could not be. */
  readonly onDone: (key: string) => void;
  readonly onError: (key: string, error: unknown) => void;
}

/** Status writes at the same time; one takes the API server some milliseconds. */
const workers = 16;
/** So many of a namespace that never stops making objects wait for the rest of them, and not more. */
const mostHeld = 200;

interface Crowd {
  untold: number;
  told: string[];
}

export class FirstStatuses {
  readonly #options: FirstStatusesOptions;
  readonly #queue: WorkQueue;
  readonly #keys = new Set<string>();
  readonly #crowds = new Map<string, Crowd>();

  constructor(options: FirstStatusesOptions) {
    const { clock } = options.engine;
    this.#options = options;
    this.#queue = new WorkQueue({
      clock,
      random: () => options.engine.random(),
      workers,
      work: (key) => this.#tell(key),
    });
  }

  /** Keys that wait to be told, are being told, or wait until the others are. */
  get size(): number {
    return this.#keys.size;
  }

  has(key: string): boolean {
    return this.#keys.has(key);
  }

  start(): void {
    this.#queue.start();
  }

  /** Those that it had not told yet are not told. */
  stop(): Promise<void> {
    return this.#queue.stop();
  }

  add(key: string): void {
    if (this.#keys.has(key)) return;
    this.#keys.add(key);
    this.#crowdOf(key).untold++;
    this.#queue.add(key);
  }

  async #tell(key: string): Promise<Again> {
    const { get, engine, kind, onWritten, onError } = this.#options;
    const object = get(key);
    try {
      if (object && isUntold(object)) {
        const managed = new ManagedObject({ engine, kind, memory: newMemory() }, object);
        await managed.tell({ verdicts: seen });
        if (managed.written.written) onWritten(key, managed.written.written);
      }
    } catch (error) {
      // the look that follows tells, and tries again, by itself
      onError(key, error);
    }
    this.#told(key);
    return { again: 'done' };
  }

  #told(key: string): void {
    const crowd = this.#crowdOf(key);
    crowd.untold--;
    crowd.told.push(key);
    if (crowd.untold > 0 && crowd.told.length < mostHeld) return;
    if (crowd.untold === 0) this.#crowds.delete(namespaceOf(key));
    for (const one of crowd.told.splice(0)) {
      this.#keys.delete(one);
      this.#options.onDone(one);
    }
  }

  #crowdOf(key: string): Crowd {
    const namespace = namespaceOf(key);
    const crowd = this.#crowds.get(namespace) ?? { untold: 0, told: [] };
    this.#crowds.set(namespace, crowd);
    return crowd;
  }
}

/** Nobody told anything of it yet, and the first thing to tell is that it is looked at. */
export function isUntold(object: KubeObject): boolean {
  const { deletionTimestamp } = object.metadata;
  return readStatus(object).conditions.length === 0 && deletionTimestamp === undefined && !isPaused(object);
}

const looking = { why: 'Waiting', reason: 'Looking', message: 'Seen; many came at once, its turn comes soon' } as const;
const seen = verdictsOf({ serving: looking, hold: looking, pending: [], applying: true, absent: false });

function namespaceOf(key: string): string {
  return key.slice(0, Math.max(0, key.indexOf('/')));
}
