// SPDX-License-Identifier: GPL-3.0-or-later
import { Failure } from '../core/failure.ts';
import type { KubeObject, Note, Objects } from '../core/objects.ts';
import type { KubeClient } from './client.ts';
import { fieldManager, scopeOf, toSame } from './own-object.ts';
import { apiVersionOf, type Place, type Resource } from './resource.ts';

export interface ObjectsOptions {
  readonly client: KubeClient;
  /** The kinds that may be written. */
  readonly resources: readonly Resource[];
  readonly note: (object: KubeObject, note: Note) => void;
  /** Told the answer of every write, so that a key can be held until the cache has seen it. */
  readonly onWrite?: (object: KubeObject) => void;
}

/** How often a status is tried again because something else of the object changed. */
const conflicts = 3;

/** See `Objects`. Finalizers are patched for exactly the version that was read; a status for exactly the status that was read. */
export function createObjects({ client, resources, note, onWrite }: ObjectsOptions): Objects {
  function resourceOf(object: KubeObject): Resource {
    const resource = resources.find((one) => one.kind === object.kind && apiVersionOf(one) === object.apiVersion);
    if (!resource) throw new Error(`no resource is known for ${object.apiVersion} ${object.kind}`);
    return resource;
  }

  async function write(
    object: KubeObject,
    place: Pick<Place, 'subresource'>,
    patch: Parameters<KubeClient['patch']>[2],
  ): Promise<KubeObject> {
    const { namespace, name, uid } = object.metadata;
    const target = { resource: resourceOf(object), place: { namespace, name, ...place }, uid };
    const written = await toSame(client, target, () =>
      client.patch(target.resource, target.place, patch, { scope: scopeOf(object) }),
    );
    onWrite?.(written);
    return written;
  }

  function setFinalizers(object: KubeObject, finalizers: readonly string[]): Promise<KubeObject> {
    const { uid, resourceVersion } = object.metadata;
    return write(object, {}, { type: 'merge', body: { metadata: { uid, resourceVersion, finalizers } } });
  }

  /**
   * The uid alone would not do: on /status the API server (1.36) ignores it, and a late answer would land on a successor of the same
   * name. The version refuses that, and a status written by an operator that has lost the lease.
   */
  function applyStatus(object: KubeObject, resourceVersion: string, status: object): Promise<KubeObject> {
    const { namespace, name, uid } = object.metadata;
    const body = { metadata: { namespace, name, uid, resourceVersion }, status };
    return write(object, { subresource: 'status' }, { type: 'apply', body, fieldManager, force: true });
  }

  /** Somebody changed spec or labels in between: no reason to refuse, as long as the status is the one that was built upon. */
  async function versionWithSameStatus(object: KubeObject, conflict: Failure): Promise<string> {
    const { namespace, name } = object.metadata;
    const now = await client.get(resourceOf(object), { namespace, name }, { scope: scopeOf(object) });
    if (JSON.stringify(now?.status) !== JSON.stringify(object.status)) throw conflict;
    return now?.metadata.resourceVersion ?? object.metadata.resourceVersion;
  }

  return {
    async read(object) {
      const { namespace, name, uid } = object.metadata;
      const now = await client.get(resourceOf(object), { namespace, name }, { scope: scopeOf(object) });
      return now?.metadata.uid === uid ? now : undefined;
    },
    annotate(object, annotations) {
      const { uid, resourceVersion } = object.metadata;
      return write(object, {}, { type: 'merge', body: { metadata: { uid, resourceVersion, annotations } } });
    },
    async exists({ kind, namespace, name, uid }) {
      const resource = resources.find((one) => one.kind === kind);
      if (!resource) return true;
      return (await client.get(resource, { namespace, name }))?.metadata.uid === uid;
    },
    async addFinalizer(object, finalizer) {
      const present = object.metadata.finalizers ?? [];
      return present.includes(finalizer) ? object : setFinalizers(object, [...present, finalizer]);
    },
    async removeFinalizer(object, finalizer) {
      const present = object.metadata.finalizers ?? [];
      return present.includes(finalizer)
        ? setFinalizers(
            object,
            present.filter((one) => one !== finalizer),
          )
        : object;
    },
    async writeStatus(object, status) {
      let version = object.metadata.resourceVersion;
      for (let left = conflicts; ; left--) {
        try {
          return await applyStatus(object, version, status);
        } catch (error) {
          if (left === 0 || !(error instanceof Failure) || error.reason !== 'Conflict') throw error;
          version = await versionWithSameStatus(object, error);
        }
      }
    },
    note,
  };
}
