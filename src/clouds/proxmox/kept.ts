// SPDX-License-Identifier: GPL-3.0-or-later
/** What never changes again: the log of a task that is over. Asked for once by whoever comes first; the least used go. */
const most = 1000;

export class Kept {
  readonly #values: Map<string, Promise<unknown>>;

  /** @param known What was asked for before; default: nothing yet. */
  constructor(known: Iterable<readonly [string, Promise<unknown>]> = []) {
    this.#values = new Map(known);
  }

  /** All of it, the least used first. */
  save(): readonly (readonly [string, Promise<unknown>])[] {
    return [...this.#values];
  }

  /** What failed is not kept. */
  get<T>(key: string, read: () => Promise<T>): Promise<T> {
    const known = this.#values.get(key);
    this.#values.delete(key);
    const value = known ?? read();
    this.#values.set(key, value);
    if (!known) value.catch(() => this.#values.delete(key));
    for (const oldest of this.#values.keys()) {
      if (this.#values.size <= most) break;
      this.#values.delete(oldest);
    }
    return value as Promise<T>;
  }
}
