// SPDX-License-Identifier: GPL-3.0-or-later
import type { KubeObject } from '../core/objects.ts';
import { compareVersions } from './resource-version.ts';

/** `namespace/name`, as everywhere in Kubernetes; only the name for what has no namespace. */
export function keyOf(object: { readonly metadata: { readonly namespace?: string; readonly name: string } }): string {
  const { namespace, name } = object.metadata;
  return namespace ? `${namespace}/${name}` : name;
}

export interface ReadonlyCache {
  get(key: string): KubeObject | undefined;
  keys(): IterableIterator<string>;
  values(): IterableIterator<KubeObject>;
  readonly size: number;
}

/** The last known state of all objects of one kind. Every method that changes it returns the keys that changed. */
export class Cache implements ReadonlyCache {
  #objects = new Map<string, KubeObject>();

  get size(): number {
    return this.#objects.size;
  }

  get(key: string): KubeObject | undefined {
    return this.#objects.get(key);
  }

  keys(): IterableIterator<string> {
    return this.#objects.keys();
  }

  values(): IterableIterator<KubeObject> {
    return this.#objects.values();
  }

  /** A complete list: what is missing in it is gone. */
  replaceAll(objects: Iterable<KubeObject>): readonly string[] {
    const before = this.#objects;
    const next = new Map<string, KubeObject>();
    for (const object of objects) next.set(keyOf(object), object);
    this.#objects = next;
    const gone = [...before.keys()].filter((key) => !next.has(key));
    const changed = [...next].filter(([key, object]) => differs(before.get(key), object)).map(([key]) => key);
    return [...changed, ...gone];
  }

  /** An ADDED or MODIFIED event. One that is older than what is known (replayed, out of order) changes nothing. */
  put(object: KubeObject): readonly string[] {
    const key = keyOf(object);
    const known = this.#objects.get(key);
    if (known && !differs(known, object)) return [];
    if (known && isOlder(object, known)) return [];
    this.#objects.set(key, object);
    return [key];
  }

  /** A DELETED event. One that belongs to an earlier object of that name changes nothing. */
  drop(object: KubeObject): readonly string[] {
    const key = keyOf(object);
    const known = this.#objects.get(key);
    if (!known || isOlder(object, known)) return [];
    this.#objects.delete(key);
    return [key];
  }
}

function differs(before: KubeObject | undefined, after: KubeObject): boolean {
  return (
    before?.metadata.uid !== after.metadata.uid || before.metadata.resourceVersion !== after.metadata.resourceVersion
  );
}

function isOlder(event: KubeObject, known: KubeObject): boolean {
  return compareVersions(event.metadata.resourceVersion, known.metadata.resourceVersion) === 'older';
}
