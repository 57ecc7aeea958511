// SPDX-License-Identifier: GPL-3.0-or-later
/** What the writers of objects share: on whose behalf, of which resource, and what a refusal means for an object that may be gone. */
import { Failure } from '../core/failure.ts';
import type { KubeObject } from '../core/objects.ts';
import type { ManagementPolicy, Scope } from '../core/scope.ts';
import type { KubeClient } from './client.ts';
import type { Place, Resource } from './resource.ts';

/** The name under which the operator writes fields, Events and labels. */
export const fieldManager = 'hybrid-cloud-operator';

const policies: readonly unknown[] = ['Apply', 'Plan', 'Observe'] satisfies ManagementPolicy[];

/** `spec.managementPolicy` is common to all kinds; a spec that does not say (or is broken) has the default of the schema. */
export function scopeOf(object: KubeObject): Scope {
  const wanted = (object.spec as { managementPolicy?: unknown } | null | undefined)?.managementPolicy;
  const policy = policies.includes(wanted) ? (wanted as ManagementPolicy) : 'Apply';
  const { namespace, name, uid } = object.metadata;
  return { kind: object.kind, namespace, name, uid, policy };
}

/** A write to exactly one object (by uid): where it failed because that object is gone, or another has its name, the Failure says so. */
export async function toSame<T>(
  client: KubeClient,
  target: { resource: Resource; place: Place; uid: string },
  write: () => Promise<T>,
): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (
      error instanceof Failure &&
      (error.reason === 'NotFound' || (error.reason === 'Conflict' && !(await isStillThere(client, target))))
    ) {
      const { namespace, name } = target.place;
      throw new Failure({
        class: 'Transient',
        reason: 'ObjectGone',
        message: `${target.resource.kind} ${namespace}/${name} is gone`,
        cause: error,
      });
    }
    throw error;
  }
}

/** Every conflict looks alike, of version and of uid; a fresh look tells them apart. */
async function isStillThere(
  client: KubeClient,
  { resource, place, uid }: { resource: Resource; place: Place; uid: string },
): Promise<boolean> {
  const { subresource: _, ...whole } = place;
  const now = await client.get(resource, whole);
  return now?.metadata.uid === uid;
}
