// SPDX-License-Identifier: GPL-3.0-or-later
import { Failure } from '../core/failure.ts';
import type { KubeObject } from '../core/objects.ts';
import type { KubeClient } from './client.ts';
import type { Resource } from './resource.ts';

export interface Snapshot {
  readonly objects: readonly KubeObject[];
  /** Where the watch goes on; empty: at the most recent state, told again from the start. */
  readonly resourceVersion: string;
}

export interface Watching {
  readonly resourceVersion: string;
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
}

/** What a reflector mirrors. */
export interface Source {
  /** For messages and metrics: `backuptargets`, `secrets team-a/aws`. */
  readonly name: string;
  snapshot(signal: AbortSignal): Promise<Snapshot>;
  watch(watching: Watching): Promise<AsyncIterable<Uint8Array>>;
}

const pageSize = 500;

/** All objects of a resource, in one namespace or in all. */
export function collectionSource(client: KubeClient, resource: Resource, namespace?: string): Source {
  const place = namespace === undefined ? {} : { namespace };
  return {
    name: resource.plural,
    async snapshot(signal) {
      const objects: KubeObject[] = [];
      let next: string | undefined;
      do {
        const page = await client.list(resource, place, {
          limit: pageSize,
          signal,
          ...(next === undefined ? {} : { continue: next }),
        });
        // One by one: a spread of thousands of arguments overflows the stack.
        for (const object of page.items) objects.push(withoutManagedFields(object));
        next = page.continue;
        if (next === undefined) return { objects, resourceVersion: page.resourceVersion };
      } while (!signal.aborted);
      throw new Failure({ class: 'Transient', reason: 'Aborted', message: `list ${resource.plural}: stopped` });
    },
    watch: (watching) => client.watch(resource, place, { ...watching }),
  };
}

/**
 * One object by its name, with no right to list: it is got, then watched by a field selector (RBAC allows both by resourceNames).
 * A single object's own resource version may be long compacted, so the watch starts at the most recent state; it is open before
 * the object is got once more, so that a deletion in between is told as an event of ours.
 */
export function singleSource(
  client: KubeClient,
  resource: Resource,
  place: { readonly namespace: string; readonly name: string },
): Source {
  const fieldSelector = `metadata.name=${place.name}`;
  return {
    name: `${resource.plural} ${place.namespace}/${place.name}`,
    async snapshot(signal) {
      const object = await client.get(resource, place, { signal });
      return { objects: object ? [withoutManagedFields(object)] : [], resourceVersion: '' };
    },
    async watch(watching) {
      const stream = await client.watch(resource, { namespace: place.namespace }, { ...watching, fieldSelector });
      if (watching.resourceVersion !== '') return stream;
      return withDeletion(
        stream,
        await client.get(resource, place, { signal: watching.signal }).catch(closing(stream)),
        place,
      );
    },
  };
}

async function* withDeletion(
  stream: AsyncIterable<Uint8Array>,
  object: KubeObject | undefined,
  metadata: object,
): AsyncGenerator<Uint8Array> {
  if (!object) yield Buffer.from(`${JSON.stringify({ type: 'DELETED', object: { metadata } })}\n`);
  yield* stream;
}

/** Ends a stream that nobody is going to read, and passes the error on. */
function closing(stream: AsyncIterable<Uint8Array>): (error: unknown) => Promise<never> {
  return async (error) => {
    await stream[Symbol.asyncIterator]().return?.();
    throw error;
  };
}

/** A third of an object's size, and of no use here. */
export function withoutManagedFields(object: KubeObject): KubeObject {
  delete (object.metadata as { managedFields?: unknown }).managedFields;
  return object;
}
