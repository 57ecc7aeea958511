// SPDX-License-Identifier: GPL-3.0-or-later
/** Objects of names and values that the operator keeps for objects of its kinds: what Secrets and ConfigMaps have in common. */
import { Failure } from '../core/failure.ts';
import type { ConfigMap, KubeObject } from '../core/objects.ts';
import type { KubeClient } from './client.ts';
import { fieldManager, scopeOf, toSame } from './own-object.ts';
import type { Resource } from './resource.ts';

/** As the API writes it. */
interface Body extends KubeObject {
  readonly type?: string;
  readonly data?: Readonly<Record<string, string>> | null;
  readonly metadata: KubeObject['metadata'] & {
    readonly ownerReferences?: readonly { uid: string; kind: string; name: string }[];
  };
}

interface Keeping<Found extends ConfigMap> {
  readonly client: KubeClient;
  readonly resource: Resource;
  /** From what all have in common to what is handed out. */
  readonly found: (common: ConfigMap, body: Body) => Found;
  readonly decode: (stored: string) => string;
  readonly encode: (value: string) => string;
}

interface Wanted {
  readonly name: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly data: ReadonlyMap<string, string>;
  /** Of a Secret. */
  readonly type?: string;
  readonly outlives?: true;
}

/** See `ConfigMaps` and `Secrets`: every read is live. */
export function keeping<Found extends ConfigMap>({ client, resource, found, decode, encode }: Keeping<Found>) {
  function decoded(object: KubeObject): Found {
    const body = object as Body;
    const { name, namespace, uid, resourceVersion, annotations = {}, ownerReferences = [] } = body.metadata;
    const owners = ownerReferences.map((owner) => ({ uid: owner.uid, kind: owner.kind, name: owner.name }));
    const data = new Map(Object.entries(body.data ?? {}).map(([key, value]) => [key, decode(value)] as const));
    return found({ name, namespace, uid, resourceVersion, annotations, owners, data }, body);
  }

  function encoded(data: ReadonlyMap<string, string>): Record<string, string> {
    return Object.fromEntries([...data].map(([key, value]) => [key, encode(value)]));
  }

  const targetOf = ({ namespace, name, uid }: Found) => ({ resource, place: { namespace, name }, uid });

  return {
    async read(namespace: string, name: string): Promise<Found | undefined> {
      const object = await client.get(resource, { namespace, name });
      return object && decoded(object);
    },

    async create(owner: KubeObject, { name, annotations, data, outlives, ...more }: Wanted): Promise<Found> {
      const { namespace } = owner.metadata;
      const metadata = {
        name,
        namespace,
        annotations,
        labels: { 'app.kubernetes.io/managed-by': fieldManager },
        ...(outlives ? {} : { ownerReferences: [referenceTo(owner)] }),
      };
      const body = { ...more, metadata, data: encoded(data) };
      return decoded(
        await client.create(resource, { namespace, name }, body, { scope: scopeOf(owner) }).catch(takenIsConflict),
      );
    },

    async replace(read: Found, change: Pick<Wanted, 'annotations' | 'data'>): Promise<Found> {
      const { uid, resourceVersion } = read;
      const annotations = withRemovals(Object.keys(read.annotations), change.annotations);
      const data = withRemovals([...read.data.keys()], encoded(change.data));
      const body = { metadata: { uid, resourceVersion, annotations }, data };
      const target = targetOf(read);
      return decoded(await toSame(client, target, () => client.patch(resource, target.place, { type: 'merge', body })));
    },

    async remove(read: Found): Promise<void> {
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

/** Without blockOwnerDeletion: it needs rights on the owner's finalizers where OwnerReferencesPermissionEnforcement is on. */
function referenceTo({ apiVersion, kind, metadata }: KubeObject): object {
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true };
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
