// SPDX-License-Identifier: GPL-3.0-or-later
/** `change`: a user or the world changed something; `resync`: a look for its own sake, at start-up or after the drift interval. */
export type Priority = 'change' | 'resync';

interface Waiting {
  readonly priority: Priority;
  readonly ticket: number;
  readonly since: number;
}

interface Place {
  readonly key: string;
  readonly ticket: number;
}

/** First in, first out, without moving the rest at each removal. */
class Fifo {
  #places: Place[] = [];
  #head = 0;

  push(place: Place): void {
    this.#places.push(place);
  }

  shift(): Place | undefined {
    const place = this.#places[this.#head++];
    if (this.#head > 1024 && this.#head * 2 > this.#places.length) {
      this.#places = this.#places.slice(this.#head);
      this.#head = 0;
    }
    return place;
  }

  get empty(): boolean {
    return this.#head >= this.#places.length;
  }
}

/** After so many changes in a row a resync has its turn, so that it is late but never starved. */
const changesPerResync = 8;

/**
 * Keys that are ready for a worker, each at most once: changes before resyncs, and within each the namespaces in turn, so that one
 * namespace with thousands of objects delays another's by one object only.
 */
export class ReadyLine {
  readonly #namespaceOf: (key: string) => string;
  readonly #waiting = new Map<string, Waiting>();
  /** The first namespace of a map has the next turn; served, it goes to the end. */
  readonly #turns = { change: new Map<string, Fifo>(), resync: new Map<string, Fifo>() };
  readonly #counts = { change: 0, resync: 0 };
  #ticket = 0;
  #changesInARow = 0;

  constructor(namespaceOf: (key: string) => string) {
    this.#namespaceOf = namespaceOf;
  }

  count(priority: Priority): number {
    return this.#counts[priority];
  }

  has(key: string): boolean {
    return this.#waiting.has(key);
  }

  /** A key that waits as resync and changes now moves to the changes; its waiting time goes on. */
  push(key: string, priority: Priority, now: number): void {
    const known = this.#waiting.get(key);
    if (known && (known.priority === priority || priority === 'resync')) return;
    if (known) this.#counts[known.priority]--;
    const ticket = this.#ticket++;
    this.#waiting.set(key, { priority, ticket, since: known?.since ?? now });
    this.#counts[priority]++;
    const turns = this.#turns[priority];
    const namespace = this.#namespaceOf(key);
    const line = turns.get(namespace) ?? new Fifo();
    line.push({ key, ticket });
    turns.set(namespace, line);
  }

  /** The next key of a namespace that may have one more worker, and since when it waited. */
  pop(mayServe: (namespace: string) => boolean): { readonly key: string; readonly since: number } | undefined {
    const resyncFirst = this.#changesInARow >= changesPerResync;
    const order: readonly Priority[] = resyncFirst ? ['resync', 'change'] : ['change', 'resync'];
    for (const priority of order) {
      const next = this.#popFrom(priority, mayServe);
      if (!next) continue;
      this.#changesInARow = priority === 'change' ? this.#changesInARow + 1 : 0;
      return next;
    }
    return undefined;
  }

  #popFrom(priority: Priority, mayServe: (namespace: string) => boolean): { key: string; since: number } | undefined {
    const turns = this.#turns[priority];
    // Entries are put behind the walk while it goes on: it must see each namespace of now once.
    for (const [namespace, line] of turns) {
      if (!mayServe(namespace)) continue;
      turns.delete(namespace);
      const next = this.#firstValid(line);
      if (!line.empty) turns.set(namespace, line);
      if (next) return next;
    }
    return undefined;
  }

  /** Skips places that their key left for a better one. */
  #firstValid(line: Fifo): { key: string; since: number } | undefined {
    for (let place = line.shift(); place; place = line.shift()) {
      const waiting = this.#waiting.get(place.key);
      if (waiting?.ticket !== place.ticket) continue;
      this.#waiting.delete(place.key);
      this.#counts[waiting.priority]--;
      return { key: place.key, since: waiting.since };
    }
    return undefined;
  }
}
