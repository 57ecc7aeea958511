// SPDX-License-Identifier: GPL-3.0-or-later
/** All objects, with one counter of revisions and a history that watches resume from, as etcd has. */
import { discloseObject } from '../kernel/disclosure.ts';
import type { KubeObject } from './object.ts';
import { withMetadata } from './object.ts';

export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly revision: number;
  readonly shelf: string;
  readonly key: string;
  /** As it is now; for DELETED as it last was, with the revision of its end. */
  readonly object: KubeObject;
  readonly previous: KubeObject | undefined;
}

export function keyOf(object: { readonly metadata: { readonly name: string; readonly namespace?: string } }): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}

/** How many changes are kept; older ones are compacted away, as etcd does every five minutes. */
const kept = 50_000;

export class Store {
  revision = 1;
  /** Nothing at or before this revision can be resumed from. */
  compacted = 0;
  #shelves = new Map<string, Map<string, KubeObject>>();
  #sorted = new Map<string, readonly KubeObject[]>();
  #history: Change[] = [];
  readonly #listen: (change: Change) => void;

  constructor(listen: (change: Change) => void) {
    this.#listen = listen;
  }

  get(shelf: string, key: string): KubeObject | undefined {
    return this.#shelves.get(shelf)?.get(key);
  }

  /** Sorted by namespace and name, as etcd's keys are. */
  list(shelf: string): readonly KubeObject[] {
    let sorted = this.#sorted.get(shelf);
    if (!sorted) {
      sorted = [...(this.#shelves.get(shelf) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
      this.#sorted.set(shelf, sorted);
    }
    return sorted;
  }

  shelves(): readonly string[] {
    return [...this.#shelves.keys()];
  }

  put(shelf: string, object: KubeObject): KubeObject {
    const key = keyOf(object);
    const previous = this.get(shelf, key);
    const revision = ++this.revision;
    const stored = withMetadata(object, { resourceVersion: String(revision) });
    this.#shelf(shelf).set(key, stored);
    discloseObject(shelf, stored);
    this.#record({ type: previous ? 'MODIFIED' : 'ADDED', revision, shelf, key, object: stored, previous });
    return stored;
  }

  remove(shelf: string, object: KubeObject): KubeObject {
    const key = keyOf(object);
    const revision = ++this.revision;
    const last = withMetadata(object, { resourceVersion: String(revision) });
    const previous = this.get(shelf, key);
    this.#shelf(shelf).delete(key);
    this.#record({ type: 'DELETED', revision, shelf, key, object: last, previous });
    return last;
  }

  /** Changes after a revision, oldest first. */
  since(shelf: string, revision: number): readonly Change[] {
    // Newest last: what resumes is almost always near the end.
    let first = this.#history.length;
    while (first > 0 && (this.#history[first - 1]?.revision ?? 0) > revision) first--;
    return this.#history.slice(first).filter((change) => change.shelf === shelf);
  }

  /** The list as it was: the present with the changes since undone. */
  listAt(shelf: string, revision: number): readonly KubeObject[] {
    const past = this.since(shelf, revision);
    if (past.length === 0) return this.list(shelf);
    const objects = new Map(this.#shelves.get(shelf));
    for (const { key, previous } of past.toReversed()) {
      if (previous) objects.set(key, previous);
      else objects.delete(key);
    }
    return [...objects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
  }

  compact(): void {
    this.compacted = this.revision;
    this.#history = [];
  }

  snapshot(): object {
    return {
      revision: this.revision,
      shelves: Object.fromEntries([...this.#shelves].map(([shelf, objects]) => [shelf, [...objects.values()]])),
    };
  }

  /** @param lost Revisions that may have been told to clients after the state was taken: they are never given out again. */
  restore(state: { revision: number; shelves: Record<string, KubeObject[]> }, lost = 0): void {
    this.revision = state.revision + lost;
    this.#sorted.clear();
    this.#shelves = new Map(
      Object.entries(state.shelves).map(([shelf, objects]) => [
        shelf,
        new Map(objects.map((object) => [keyOf(object), object])),
      ]),
    );
    this.compact();
  }

  #shelf(shelf: string): Map<string, KubeObject> {
    let objects = this.#shelves.get(shelf);
    if (!objects) {
      objects = new Map();
      this.#shelves.set(shelf, objects);
    }
    return objects;
  }

  #record(change: Change): void {
    this.#sorted.delete(change.shelf);
    this.#history.push(change);
    if (this.#history.length > kept * 2) {
      this.#history = this.#history.slice(-kept);
      this.compacted = (this.#history[0]?.revision ?? 1) - 1;
    }
    this.#listen(change);
  }
}
