// SPDX-License-Identifier: GPL-3.0-or-later
interface Due {
  readonly at: number;
  readonly key: string;
}

/** Keys that become due later, each at most once: of two times the earlier wins. A binary heap; replaced entries die when they surface. */
export class Delays {
  readonly #heap: Due[] = [];
  readonly #due = new Map<string, Due>();

  get size(): number {
    return this.#due.size;
  }

  put(key: string, at: number): void {
    const known = this.#due.get(key);
    if (known && known.at <= at) return;
    const due = { at, key };
    this.#due.set(key, due);
    this.#heap.push(due);
    this.#rise(this.#heap.length - 1);
  }

  remove(key: string): void {
    this.#due.delete(key);
  }

  /** When the next key is due; `undefined` when none is. */
  next(): number | undefined {
    let top = this.#heap[0];
    while (top && this.#due.get(top.key) !== top) {
      this.#dropTop();
      top = this.#heap[0];
    }
    return top?.at;
  }

  /** Takes out every key that is due at `now`. */
  take(now: number): readonly string[] {
    const keys: string[] = [];
    for (let at = this.next(); at !== undefined && at <= now; at = this.next()) {
      const top = this.#heap[0];
      if (!top) break;
      this.#due.delete(top.key);
      this.#dropTop();
      keys.push(top.key);
    }
    return keys;
  }

  #dropTop(): void {
    const last = this.#heap.pop();
    if (!last || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#sink(0);
  }

  #rise(index: number): void {
    for (let child = index; child > 0; ) {
      const parent = (child - 1) >> 1;
      if (!this.#swapIfEarlier(child, parent)) return;
      child = parent;
    }
  }

  #sink(index: number): void {
    for (let parent = index; ; ) {
      const left = 2 * parent + 1;
      const child = this.#at(left + 1) < this.#at(left) ? left + 1 : left;
      if (!this.#swapIfEarlier(child, parent)) return;
      parent = child;
    }
  }

  #at(index: number): number {
    return this.#heap[index]?.at ?? Number.POSITIVE_INFINITY;
  }

  #swapIfEarlier(child: number, parent: number): boolean {
    const lower = this.#heap[child];
    const upper = this.#heap[parent];
    if (!lower || !upper || lower.at >= upper.at) return false;
    this.#heap[child] = upper;
    this.#heap[parent] = lower;
    return true;
  }
}
