// SPDX-License-Identifier: GPL-3.0-or-later
/** Deletion: at once, or marked and waiting until the last finalizer is gone (Kubernetes: "Finalizers"). */
import type { JsonObject, KubeObject } from '../object.ts';
import { isList, isObject, textOf as scalar, withMetadata } from '../object.ts';
import { bodyText, readBody } from '../protocol/body.ts';
import { conflict, failure } from '../status.ts';
import { now } from '../world.ts';
import type { Answer, Context } from './context.ts';
import { answer, shown } from './context.ts';

/** Marked for deletion, and nothing holds it any more. */
export function finished(object: KubeObject): boolean {
  const { deletionTimestamp, finalizers } = object.metadata;
  const held =
    isObject(object.spec) &&
    object.kind === 'Namespace' &&
    Array.isArray(object.spec.finalizers) &&
    object.spec.finalizers.length > 0;
  return deletionTimestamp !== undefined && (finalizers ?? []).length === 0 && !held;
}

interface Options {
  readonly preconditions: JsonObject;
  readonly propagation: string;
  readonly dry: boolean;
}

export function deleteOptions({ request, query }: Context): Options {
  const body = bodyText(request).trim() === '' ? {} : readBody(request);
  const options = isObject(body) ? body : {};
  const preconditions = isObject(options.preconditions) ? options.preconditions : {};
  const propagation = scalar(options.propagationPolicy) || (query.get('propagationPolicy') ?? '');
  const dryRuns = [...query.getAll('dryRun'), ...(isList(options.dryRun) ? options.dryRun : [])];
  return { preconditions, propagation, dry: dryRuns.includes('All') };
}

function checkPreconditions(context: Context, object: KubeObject, { uid, resourceVersion }: JsonObject): void {
  const { definition } = context;
  const of = { ...definition, plural: definition.kind };
  const { name } = object.metadata;
  const refuse = (why: string): Error => {
    const error = conflict(of, name, why);
    return error;
  };
  if (uid !== undefined && uid !== object.metadata.uid)
    throw refuse(
      `the UID in the precondition (${scalar(uid)}) does not match the UID in record (${object.metadata.uid}). The object might have been deleted and then recreated`,
    );
  if (resourceVersion !== undefined && resourceVersion !== object.metadata.resourceVersion)
    throw refuse(
      `the ResourceVersion in the precondition (${scalar(resourceVersion)}) does not match the ResourceVersion in record (${object.metadata.resourceVersion}). The object might have been modified`,
    );
}

/** Foreground and Orphan put a finalizer of the garbage collector on the object. */
function withPropagation(object: KubeObject, propagation: string): KubeObject {
  const finalizer = { Foreground: 'foregroundDeletion', Orphan: 'orphan' }[propagation];
  const { finalizers = [] } = object.metadata;
  if (!finalizer || finalizers.includes(finalizer)) return object;
  return withMetadata(object, { finalizers: [...finalizers, finalizer] });
}

/** The last state when it is gone, or the marked object when something still holds it. */
export function deleteObject(
  context: Context,
  object: KubeObject,
  options: Options,
): { gone: boolean; object: KubeObject } {
  const { world, definition } = context;
  checkPreconditions(context, object, options.preconditions);
  const marked = mark(withPropagation(object, options.propagation), now(world));
  if (finished(marked)) {
    if (!options.dry) world.store.remove(definition.shelf, object);
    return { gone: true, object };
  }
  if (marked === object || options.dry) return { gone: false, object: marked };
  return { gone: false, object: world.store.put(definition.shelf, marked) };
}

function mark(object: KubeObject, time: string): KubeObject {
  const { deletionTimestamp, generation } = object.metadata;
  if (deletionTimestamp !== undefined) return object;
  const counted = generation === undefined ? {} : { generation: generation + 1 };
  const marked = withMetadata(object, {
    deletionTimestamp: time,
    deletionGracePeriodSeconds: object.kind === 'Namespace' ? undefined : 0,
    ...counted,
  });
  return object.kind === 'Namespace'
    ? { ...marked, status: { ...(isObject(object.status) ? object.status : {}), phase: 'Terminating' } }
    : marked;
}

/** Without these there is no cluster (apiserver, admission plugin NamespaceLifecycle). */
const immortal = new Set(['default', 'kube-system', 'kube-public']);

function checkImmortal({ definition }: Context, name: string): void {
  if (definition.kind !== 'Namespace' || !immortal.has(name)) return;
  const message = `namespaces "${name}" is forbidden: this namespace may not be deleted`;
  throw failure(403, 'Forbidden', message, { name, kind: 'namespaces' });
}

export function deleted(context: Context, object: KubeObject): Answer {
  const { definition } = context;
  checkImmortal(context, object.metadata.name);
  const { gone, object: last } = deleteObject(context, object, deleteOptions(context));
  if (!gone || definition.kind === 'Namespace') return answer(200, shown(definition, last));
  const { name, uid } = object.metadata;
  const details = {
    name,
    ...(definition.group === '' ? {} : { group: definition.group }),
    kind: definition.plural,
    uid,
  };
  return { status: 200, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details } };
}
