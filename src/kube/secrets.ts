// SPDX-License-Identifier: GPL-3.0-or-later
import { Failure } from '../core/failure.ts';
import type { KubeObject, Secret, Secrets } from '../core/objects.ts';
import type { KubeClient } from './client.ts';
import { fieldManager, scopeOf, toSame } from './own-object.ts';
import { secrets as resource } from './resource.ts';

export interface SecretsOptions {
  readonly client: KubeClient;
  /** Told each value that passes, so that the redactor knows it. */
  readonly learn?: (value: string) => void;
}

/** The Secret as the API writes it. */
interface Body extends KubeObject {
  readonly type?: string;
  readonly data?: Readonly<Record<string, string>> | null;
  readonly metadata: KubeObject['metadata'] & {
    readonly ownerReferences?: readonly { uid: string; kind: string; name: string }[];
  };
}

/** See `Secrets`: every read is live. */
export function createSecrets({ client, learn }: SecretsOptions): Secrets {
  function decoded(object: KubeObject): Secret {
    const { metadata, type = 'Opaque', data } = object as Body;
    const values = new Map<string, string>();
    for (const [key, value] of Object.entries(data ?? {}))
      values.set(key, Buffer.from(value, 'base64').toString('utf8'));
    for (const value of values.values()) learn?.(value);
    const owners = (metadata.ownerReferences ?? []).map(({ uid, kind, name }) => ({ uid, kind, name }));
    const { name, namespace, uid, resourceVersion, annotations = {} } = metadata;
    return { name, namespace, uid, resourceVersion, type, annotations, owners, data: values };
  }

  function encoded(data: ReadonlyMap<string, string>): Record<string, string> {
    for (const value of data.values()) learn?.(value);
    return Object.fromEntries([...data].map(([key, value]) => [key, Buffer.from(value, 'utf8').toString('base64')]));
  }

  const targetOf = ({ namespace, name, uid }: Secret) => ({ resource, place: { namespace, name }, uid });

  return {
    async read(namespace, name) {
      const object = await client.get(resource, { namespace, name });
      return object && decoded(object);
    },

    async create(owner, secret) {
      const { namespace } = owner.metadata;
      const { kind, apiVersion, metadata } = owner;
      const metadataOfSecret = {
        name: secret.name,
        namespace,
        annotations: secret.annotations,
        labels: { 'app.kubernetes.io/managed-by': fieldManager },
        // Without blockOwnerDeletion: it needs rights on the owner's finalizers where OwnerReferencesPermissionEnforcement is on.
        ownerReferences: [{ apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true }],
      };
      const body = { metadata: metadataOfSecret, type: secret.type, data: encoded(secret.data) };
      return decoded(
        await client
          .create(resource, { namespace, name: secret.name }, body, { scope: scopeOf(owner) })
          .catch(takenIsConflict),
      );
    },

    async replace(read, change) {
      const { uid, resourceVersion } = read;
      const annotations = withRemovals(Object.keys(read.annotations), change.annotations);
      const data = withRemovals([...read.data.keys()], encoded(change.data));
      const body = { metadata: { uid, resourceVersion, annotations }, data };
      const target = targetOf(read);
      return decoded(await toSame(client, target, () => client.patch(resource, target.place, { type: 'merge', body })));
    },

    async remove(read) {
      const target = targetOf(read);
      const { uid, resourceVersion } = read;
      await toSame(client, target, () => client.remove(resource, target.place, { uid, resourceVersion })).catch(
        (error: unknown) => {
          if (!(error instanceof Failure && error.reason === 'ObjectGone')) throw error;
        },
      );
    },
  };
}

/** A merge patch that leaves exactly `wanted`: what was there and is not wanted any more becomes null (RFC 7386). */
function withRemovals(
  before: readonly string[],
  wanted: Readonly<Record<string, string>>,
): Record<string, string | null> {
  const gone = before.filter((key) => !Object.hasOwn(wanted, key)).map((key) => [key, null] as const);
  return Object.fromEntries<string | null>([...Object.entries(wanted), ...gone]);
}

function takenIsConflict(error: unknown): never {
  if (error instanceof Failure && error.reason === 'AlreadyExists') {
    throw new Failure({ class: 'Transient', reason: 'Conflict', message: error.message, cause: error });
  }
  throw error;
}
