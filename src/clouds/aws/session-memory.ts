// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * What adapters know of an account and region beside the shared answers: what they made themselves a moment ago, what is asked for
 * together. It goes with the session, and can be saved.
 */
export interface Remembering {
  /** Plain data, for whoever makes the next one. */
  save(): unknown;
}

export class SessionMemory {
  readonly #kept = new Map<string, Remembering>();
  readonly #saved: ReadonlyMap<string, unknown>;

  constructor(saved: ReadonlyMap<string, unknown> = new Map()) {
    this.#saved = saved;
  }

  /** The one of this name; made when it is first asked for, of what was saved under that name. */
  get<T extends Remembering>(name: string, make: (saved: unknown) => T): T {
    const kept = (this.#kept.get(name) as T | undefined) ?? make(this.#saved.get(name));
    this.#kept.set(name, kept);
    return kept;
  }

  save(): ReadonlyMap<string, unknown> {
    return new Map([...this.#saved, ...[...this.#kept].map(([name, kept]) => [name, kept.save()] as const)]);
  }
}
