// SPDX-License-Identifier: GPL-3.0-or-later
import type { Remembering } from '../session-memory.ts';

/** Of so many roles; who is forgotten asks for its first references again, and is refused. */
const most = 1000;

export type SavedReferences = readonly (readonly [reference: string, burnt: number])[];

/** How many references of a role AWS has refused: they were those of checks that are gone, and are not asked for again. */
export class BurntReferences implements Remembering {
  readonly #burnt: Map<string, number>;

  constructor(saved?: SavedReferences) {
    this.#burnt = new Map(saved);
  }

  save(): SavedReferences {
    return [...this.#burnt];
  }

  of(reference: string): number {
    return this.#burnt.get(reference) ?? 0;
  }

  note(reference: string, burnt: number): void {
    // the newest last
    this.#burnt.delete(reference);
    this.#burnt.set(reference, burnt);
    const [oldest] = this.#burnt.keys();
    if (this.#burnt.size > most && oldest !== undefined) this.#burnt.delete(oldest);
  }
}
