// SPDX-License-Identifier: GPL-3.0-or-later
import { MassChangeBrake } from '../core/brake.ts';
import type { Engine } from '../core/engine.ts';
import { newMemory, type Memory } from '../core/memory.ts';
import type { KubeObject } from '../core/objects.ts';
import type { Outcome } from '../core/outcome.ts';
import { reconcile } from '../core/reconcile.ts';
import type { AnyKind } from '../kinds/index.ts';
import type { Outside } from '../kinds/outside.ts';
import { isPaused, tellPaused } from './paused.ts';

export interface LooksOptions {
  readonly kind: AnyKind;
  readonly engine: Engine<Outside>;
  /** From now on a change of exactly these Secrets, in the object's namespace, must wake the key; none once it is gone. */
  readonly onSecrets?: (key: string, namespace: string, names: readonly string[]) => void;
  /** What is remembered, by key, to begin with; it is changed in place. Only who saves a process and goes on from there gives it. */
  readonly known?: Map<string, Known>;
}

/** What is remembered of one object. */
export interface Known {
  readonly uid: string;
  readonly memory: Memory;
  failures: number;
}

/**
 * Looks at the objects of one kind, and what is remembered of each between two looks. Knows no timers, no watches and no queue: who calls
 * `process` brings the object and minds the outcome. A key must not be processed twice at the same time.
 */
export class Looks {
  readonly #options: LooksOptions;
  readonly #brake = new MassChangeBrake();
  readonly #known: Map<string, Known>;

  constructor(options: LooksOptions) {
    this.#options = options;
    this.#known = options.known ?? new Map();
  }

  /** How many objects are remembered. */
  get size(): number {
    return this.#known.size;
  }

  /** One look. `undefined` for an object that is not there any more. */
  async process(key: string, object: KubeObject | undefined): Promise<Outcome> {
    if (!object) {
      this.#forget(key);
      return { next: 'gone' };
    }
    const known = this.#of(key, object);
    const outcome = isPaused(object) ? await this.#pause(known, object) : await this.#look(key, known, object);
    known.failures = outcome.next === 'retry' ? known.failures + 1 : 0;
    if (outcome.next === 'gone') this.#forget(key);
    return outcome;
  }

  async #look(key: string, known: Known, object: KubeObject): Promise<Outcome> {
    const { kind, engine } = this.#options;
    // before the look, so that no change falls between it and the watch
    const parsed = kind.parse(object.spec);
    if (parsed.ok) this.#options.onSecrets?.(key, object.metadata.namespace, kind.secrets(parsed.spec));
    return reconcile({ kind, engine, memory: known.memory, attempt: known.failures, brake: this.#brake }, object);
  }

  async #pause(known: Known, object: KubeObject): Promise<Outcome> {
    try {
      const { kind, engine } = this.#options;
      return { next: 'change', ...(await tellPaused({ kind, engine, memory: known.memory }, object)) };
    } catch (error) {
      return { next: 'retry', error };
    }
  }

  /** Another object of the same name is another object: nothing of its predecessor is remembered for it. */
  #of(key: string, { metadata: { uid } }: KubeObject): Known {
    const before = this.#known.get(key);
    if (before?.uid === uid) return before;
    if (before) this.#brake.forget(before.uid);
    const known = { uid, memory: newMemory(), failures: 0 };
    this.#known.set(key, known);
    return known;
  }

  #forget(key: string): void {
    const known = this.#known.get(key);
    if (known) this.#brake.forget(known.uid);
    this.#known.delete(key);
    this.#options.onSecrets?.(key, '', []);
  }
}
