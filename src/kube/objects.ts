// SPDX-License-Identifier: GPL-3.0-or-later
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

/** See `Objects`. Finalizers are patched for exactly the version that was read; the status is applied, and never makes an object. */
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

  return {
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
    writeStatus(object, status) {
      const { namespace, name, uid } = object.metadata;
      // With the uid, an apply that comes late can neither make the object again nor reach its successor.
      const body = { metadata: { namespace, name, uid }, status };
      return write(object, { subresource: 'status' }, { type: 'apply', body, fieldManager, force: true });
    },
    note,
  };
}
