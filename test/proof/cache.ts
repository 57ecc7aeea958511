// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * What a process sees of its object: the events of one watch. One object's events keep their order, as a watch promises; they may come
 * late, twice, or (until the next event or a relist) not at all, and the list of a process that has just begun may be old.
 */
import type { KubeObject } from '../../src/core/objects.ts';
import type { FaultKind } from './faults.ts';

/** A watch that stands still is found out and begun again after this long (reflector: 5 minutes at most). */
const relistMs = 5 * 60_000;

export interface Seen {
  readonly versions: readonly (KubeObject | undefined)[];
  readonly shown: number;
  readonly blindUntil: number;
}

export class View {
  readonly #versions: (KubeObject | undefined)[] = [];
  #shown = -1;
  /** Until then nothing is delivered. */
  #blindUntil = 0;

  constructor(saved?: Seen) {
    if (!saved) return;
    this.#versions.push(...saved.versions);
    this.#shown = saved.shown;
    this.#blindUntil = saved.blindUntil;
  }

  save(): Seen {
    return { versions: [...this.#versions], shown: this.#shown, blindUntil: this.#blindUntil };
  }

  /** The API server has a new version. */
  happened(object: KubeObject | undefined, now: number): void {
    this.#versions.push(object);
    if (now >= this.#blindUntil) this.#shown = this.#versions.length - 1;
  }

  /** The same newest version as another object: a restored world's copy of it. */
  replaceNewest(object: KubeObject | undefined): void {
    if (this.#versions.length > 0) this.#versions[this.#versions.length - 1] = object;
  }

  /** How many versions there were. */
  get length(): number {
    return this.#versions.length;
  }

  get newest(): KubeObject | undefined {
    return this.#versions.at(-1);
  }

  /** What the process sees now. */
  at(now: number): KubeObject | undefined {
    if (now >= this.#blindUntil) this.#shown = this.#versions.length - 1;
    return this.#versions[this.#shown];
  }

  get blind(): boolean {
    return this.#shown !== this.#versions.length - 1;
  }

  /** When it will see again. */
  get seesAgainAt(): number {
    return this.#blindUntil;
  }

  strike(kind: FaultKind, now: number): void {
    const back = Number(/\d+$/.exec(kind)?.[0] ?? 0);
    if (kind === 'eventDropped') {
      this.#shown = Math.max(0, this.#versions.length - 2);
      this.#blindUntil = now + relistMs;
    } else if (back > 0) {
      this.#shown = Math.max(0, this.#versions.length - 1 - back);
      // an API server behind its fellows catches up within seconds
      this.#blindUntil = now + (kind.startsWith('restart') ? 3000 : 15_000);
    }
  }

  /** A dropped event is made good by the object's next one. */
  recovered(): void {
    this.#blindUntil = 0;
    this.#shown = this.#versions.length - 1;
  }
}
