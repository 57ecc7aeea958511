// SPDX-License-Identifier: GPL-3.0-or-later
/** As much of an API server as reconcilers need, as lean as can be, so that what is measured is the client. */

export interface Stored {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Record<string, unknown> & { name: string; namespace: string; resourceVersion: string };
  readonly spec?: unknown;
  readonly status?: { conditions?: { type: string; status: string }[] };
}

export interface Collection {
  readonly objects: Map<string, Stored>;
  readonly watchers: Set<(line: string) => void>;
}

/** Of one run: how often what was written, and when an object became Ready, by name, in nanoseconds of the monotonic clock. */
export interface Seen {
  writes: Record<string, number>;
  readonly readyAt: Map<string, bigint>;
}

export class Store {
  readonly seen: Seen = { writes: {}, readyAt: new Map() };
  readonly #collections = new Map<string, Collection>();
  #version = 1;

  get version(): number {
    return this.#version;
  }

  collection(path: string): Collection {
    const known = this.#collections.get(path);
    if (known) return known;
    const made: Collection = { objects: new Map(), watchers: new Set() };
    this.#collections.set(path, made);
    return made;
  }

  put(path: string, object: Omit<Stored, 'metadata'> & { metadata: Record<string, unknown> }): Stored {
    const { objects, watchers } = this.collection(path);
    const { name = '', namespace = '' } = object.metadata as { name?: string; namespace?: string };
    const key = `${namespace}/${name}`;
    const type = objects.has(key) ? 'MODIFIED' : 'ADDED';
    const stored = {
      ...object,
      metadata: { ...object.metadata, name, namespace, resourceVersion: `${++this.#version}` },
    };
    objects.set(key, stored);
    if (this.#isReady(stored) && !this.seen.readyAt.has(name)) this.seen.readyAt.set(name, process.hrtime.bigint());
    if (watchers.size > 0) {
      const line = `{"type":"${type}","object":${JSON.stringify(stored)}}\n`;
      for (const tell of watchers) tell(line);
    }
    return stored;
  }

  wrote(what: string): void {
    this.seen.writes[what] = (this.seen.writes[what] ?? 0) + 1;
  }

  #isReady({ status }: Stored): boolean {
    return status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True') ?? false;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** RFC 7386. */
export function merged(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const into = new Map(Object.entries(isRecord(target) ? target : {}));
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) into.delete(name);
    else into.set(name, merged(into.get(name), value));
  }
  return Object.fromEntries(into);
}
