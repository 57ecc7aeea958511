// SPDX-License-Identifier: GPL-3.0-or-later
/** The way of every write: identity, the server's own fields, validation, ownership of fields, the shelf. */
import { randomText, randomUuid } from '../../kernel/random.ts';
import type { Manager } from '../apply/managed-fields.ts';
import { ownUpdate, type Write } from '../apply/update.ts';
import { invalidValue } from '../causes.ts';
import type { KubeObject } from '../object.ts';
import { equal, withMetadata, without } from '../object.ts';
import { apiVersionOf } from '../resources/definition.ts';
import { alreadyExists, badRequest, conflict, failure, invalid, notFound } from '../status.ts';
import { keyOf } from '../store.ts';
import { now } from '../world.ts';
import type { Context } from './context.ts';
import { dryRun, fieldManager } from './context.ts';
import { finished } from './delete.ts';
import { validateObject } from './validate.ts';

export function key({ target }: Context, name: string = target.name): string {
  return `${target.namespace}/${name}`;
}

export function stored(context: Context): KubeObject {
  const { world, definition, target } = context;
  const object = world.store.get(definition.shelf, key(context));
  if (!object) throw notFound(definition, target.name);
  return object;
}

export function manager(context: Context, operation: Manager['operation']): Manager {
  const { definition, target } = context;
  return {
    name: fieldManager(context),
    operation,
    subresource: target.subresource,
    apiVersion: apiVersionOf(definition),
  };
}

export function writeOf(context: Context, live: KubeObject | undefined, operation: Manager['operation']): Write {
  const { schema, hooks } = context.definition;
  return { schema, live, always: hooks.always ?? {}, manager: manager(context, operation), now: now(context.world) };
}

function checkNamespace({ target, definition }: Context, next: KubeObject): KubeObject {
  if (!definition.namespaced) return withMetadata(next, { namespace: undefined });
  const { namespace } = next.metadata;
  if (namespace !== undefined && namespace !== target.namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  return withMetadata(next, { namespace: target.namespace });
}

/** Nothing is made in a namespace that is not there or on its way out. */
function checkHome(context: Context, name: string): void {
  const { world, definition, target } = context;
  if (!definition.namespaced) return;
  const namespace = world.store.get('/namespaces', `/${target.namespace}`);
  if (!namespace) throw notFound({ group: '', plural: 'namespaces', kind: 'Namespace' }, target.namespace);
  if (namespace.metadata.deletionTimestamp === undefined) return;
  const message = `unable to create new content in namespace ${target.namespace} because it is being terminated`;
  const cause = {
    reason: 'NamespaceTerminating',
    message: `namespace ${target.namespace} is being terminated`,
    field: 'metadata.namespace',
  };
  const { plural, group } = definition;
  const what = group === '' ? plural : `${plural}.${group}`;
  throw failure(403, 'Forbidden', `${what} "${name}" is forbidden: ${message}`, {
    name,
    ...(group === '' ? {} : { group }),
    kind: plural,
    causes: [cause],
  });
}

function withName({ world }: Context, next: KubeObject): KubeObject {
  const { name, generateName } = next.metadata;
  if (name || !generateName) return next;
  return withMetadata(next, { name: `${generateName}${randomText(world.random, 5, 'bcdfghjklmnpqrstvwxz2456789')}` });
}

/** The object as it starts its life: the server's own fields, none of the client's in their place. */
function newborn({ world, definition }: Context, received: KubeObject): KubeObject {
  const { hooks } = definition;
  const plain = definition.hasStatus && definition.custom ? (without(received, 'status') as KubeObject) : received;
  const written = hooks.write?.(plain) ?? plain;
  return withMetadata(hooks.prepare?.(written, undefined) ?? written, {
    uid: randomUuid(world.random),
    creationTimestamp: now(world),
    deletionTimestamp: undefined,
    deletionGracePeriodSeconds: undefined,
    resourceVersion: undefined,
    selfLink: undefined,
    generation: definition.counted ? 1 : undefined,
  });
}

/** After an Apply, managedFields are already written. */
export function createObject(
  context: Context,
  received: KubeObject,
  operation: Manager['operation'] = 'Update',
): KubeObject {
  const { world, definition } = context;
  const named = withName(context, checkNamespace(context, received));
  const name = named.metadata.name ?? '';
  checkHome(context, name);
  let next = newborn(context, named);
  validateObject(definition, next, undefined);
  const there = world.store.get(definition.shelf, keyOf(next));
  if (there) throw alreadyExists(definition, name, there.metadata.deletionTimestamp !== undefined);
  if (operation === 'Update')
    next = ownUpdate(writeOf(context, undefined, 'Update'), withMetadata(next, { managedFields: undefined }));
  next = definition.hooks.finish?.(next) ?? next;
  return dryRun(context) ? next : world.store.put(definition.shelf, next);
}

/** What the server keeps, whatever the client sent; and, for custom resources, the half that this endpoint does not write. */
function keepOwn(context: Context, received: KubeObject, old: KubeObject): KubeObject {
  const { definition, target } = context;
  const { uid, creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds, generation, selfLink, generateName } =
    old.metadata;
  const kept = { uid, creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds, generation, selfLink };
  if (target.subresource === 'status') {
    const { managedFields } = received.metadata;
    const next = {
      ...without(old, 'status'),
      ...(received.status === undefined ? {} : { status: received.status }),
    } as KubeObject;
    return withMetadata(next, { managedFields });
  }
  const next = withMetadata(received, {
    ...kept,
    ...(received.metadata.generateName === undefined ? { generateName } : {}),
  });
  if (!definition.hasStatus) return next;
  return { ...without(next, 'status'), ...(old.status === undefined ? {} : { status: old.status }) } as KubeObject;
}

/** Everything but metadata and status counts as a change of intent. */
function counted(next: KubeObject, old: KubeObject): KubeObject {
  if (equal(without(next, 'metadata', 'status'), without(old, 'metadata', 'status'))) return next;
  return withMetadata(next, { generation: (old.metadata.generation ?? 0) + 1 });
}

function checkPreconditions(context: Context, { metadata }: KubeObject, old: KubeObject): void {
  const { uid, resourceVersion } = metadata;
  if (uid && uid !== old.metadata.uid) throw otherUid(context, uid, old);
  if (resourceVersion && resourceVersion !== old.metadata.resourceVersion)
    throw conflict(context.definition, old.metadata.name);
}

export function updateObject(
  context: Context,
  received: KubeObject,
  old: KubeObject,
  operation: Manager['operation'] = 'Update',
): KubeObject {
  const { world, definition } = context;
  const { hooks, shelf } = definition;
  checkPreconditions(context, received, old);
  const kept = keepOwn(context, checkNamespace(context, hooks.write?.(received) ?? received), old);
  let next = withMetadata(hooks.prepare?.(kept, old) ?? kept, { resourceVersion: old.metadata.resourceVersion });
  if (definition.counted) next = counted(next, old);
  validateObject(definition, next, old);
  if (operation === 'Update') next = ownUpdate(writeOf(context, old, 'Update'), next);
  if (equal(next, old) || dryRun(context)) return next;
  if (!finished(next)) return world.store.put(shelf, next);
  world.store.remove(shelf, old);
  return next;
}

function otherUid({ definition }: Context, uid: string, old: KubeObject): Error {
  const { name, namespace } = old.metadata;
  const path = ['', 'registry', definition.group, definition.plural, namespace, name]
    .filter((part, i) => i === 0 || part)
    .join('/');
  const words = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid}`;
  return conflict(
    definition,
    name,
    `StorageError: invalid object, Code: 4, Key: ${path}, ResourceVersion: 0, AdditionalErrorMsg: ${words}`,
  );
}

/** PUT without a resourceVersion is refused for custom resources, and overwrites for most built-in kinds. */
export function requireVersion({ definition }: Context, received: KubeObject): void {
  if (!definition.custom || received.metadata.resourceVersion) return;
  const cause = invalidValue('metadata.resourceVersion', 0, 'must be specified for an update');
  throw invalid(definition, received.metadata.name, [cause], definition.plural);
}
