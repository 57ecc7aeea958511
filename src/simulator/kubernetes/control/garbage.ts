// SPDX-License-Identifier: GPL-3.0-or-later
/** What the controller manager does with what is left behind: dependents of deleted owners, contents of deleted namespaces. */
import type { KubeObject } from '../object.ts';
import { isObject, timestamp, withMetadata } from '../object.ts';
import type { Change } from '../store.ts';
import type { World } from '../world.ts';
import { finished } from '../verbs/delete.ts';

/** Runs after each change, within the same request: the simulator's controllers are never behind. */
export function collect(world: World, change: Change): void {
  if (change.type === 'DELETED') deleteDependents(world, change.object.metadata.uid);
  if (change.object.metadata.deletionTimestamp === undefined) return;
  if (change.type === 'DELETED') {
    finishNamespace(world, change.object.metadata.namespace);
    return;
  }
  if (change.shelf === '/namespaces') emptyNamespace(world, change.object.metadata.name);
  else finishForeground(world, change.shelf, change.object);
}

function remove(world: World, shelf: string, object: KubeObject): void {
  const { deletionTimestamp, generation } = object.metadata;
  if (deletionTimestamp !== undefined) return;
  const marked = withMetadata(object, {
    deletionTimestamp: timestamp(world.clock.now()),
    deletionGracePeriodSeconds: 0,
    ...(generation === undefined ? {} : { generation: generation + 1 }),
  });
  if (finished(marked)) world.store.remove(shelf, object);
  else world.store.put(shelf, marked);
}

/** As of now: what is done to one of them does not change the list. */
function all(world: World): readonly (readonly [string, KubeObject])[] {
  return world.store.shelves().flatMap((shelf) => world.store.list(shelf).map((object) => [shelf, object] as const));
}

function owns(object: KubeObject, uid: string): boolean {
  return object.metadata.ownerReferences?.some((owner) => owner.uid === uid) ?? false;
}

/** A dependent goes with its last owner; with another one alive it only loses the reference. */
function deleteDependents(world: World, uid: string): void {
  for (const [shelf, object] of all(world)) {
    if (!owns(object, uid)) continue;
    const left = (object.metadata.ownerReferences ?? []).filter((owner) => owner.uid !== uid);
    if (left.length === 0) remove(world, shelf, object);
    else world.store.put(shelf, withMetadata(object, { ownerReferences: left }));
  }
}

/** Foreground: dependents first; orphan: they lose the reference. Then the finalizer of the collector comes off. */
function finishForeground(world: World, shelf: string, object: KubeObject): void {
  const { finalizers = [], uid } = object.metadata;
  const ours = finalizers.find((one) => one === 'foregroundDeletion' || one === 'orphan');
  if (!ours) return;
  for (const [at, dependent] of all(world)) {
    if (!owns(dependent, uid)) continue;
    const left = (dependent.metadata.ownerReferences ?? []).filter((owner) => owner.uid !== uid);
    if (ours === 'foregroundDeletion' && left.length === 0) remove(world, at, dependent);
    else world.store.put(at, withMetadata(dependent, { ownerReferences: left.length > 0 ? left : undefined }));
  }
  const rest = finalizers.filter((one) => one !== ours);
  const released = withMetadata(object, { finalizers: rest.length > 0 ? rest : undefined });
  if (finished(released)) world.store.remove(shelf, released);
  else world.store.put(shelf, released);
}

function emptyNamespace(world: World, name: string): void {
  for (const [shelf, object] of all(world)) if (object.metadata.namespace === name) remove(world, shelf, object);
  finishNamespace(world, name);
}

/** The namespace goes when nothing is in it any more. */
function finishNamespace(world: World, name: string | undefined): void {
  const namespace = name === undefined ? undefined : world.store.get('/namespaces', `/${name}`);
  if (!namespace || namespace.metadata.deletionTimestamp === undefined) return;
  for (const [, object] of all(world)) if (object.metadata.namespace === name) return;
  const spec = isObject(namespace.spec) ? namespace.spec : {};
  const emptied = { ...namespace, spec: { ...spec, finalizers: [] } };
  if (finished(emptied)) world.store.remove('/namespaces', namespace);
}
