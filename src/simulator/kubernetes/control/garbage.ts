// SPDX-License-Identifier: GPL-3.0-or-later
/** What the controller manager does with what is left behind: dependents of deleted owners, contents of deleted namespaces. */
import type { KubeObject } from '../object.ts';
import { isObject, timestamp, withMetadata } from '../object.ts';
import type { Change } from '../store.ts';
import { keyOf } from '../store.ts';
import type { World } from '../world.ts';
import { finished } from '../verbs/delete.ts';

/** Runs after each change, within the same request: the simulator's controllers are never behind. */
export function collect(world: World, change: Change): void {
  if (change.type === 'DELETED') {
    deleteDependents(world, change.object.metadata.uid);
    finishNamespace(world, change.object.metadata.namespace);
    finishOwners(world, change.object);
    return;
  }
  if (change.object.metadata.deletionTimestamp === undefined) return;
  if (change.shelf === '/namespaces') emptyNamespace(world, change.object.metadata.name);
  else finishForeground(world, change.shelf, change.object);
}

/** One removal leads to another: what was listed before may have changed since. */
function isPast(world: World, shelf: string, object: KubeObject): boolean {
  return world.store.get(shelf, keyOf(object)) !== object;
}

function remove(world: World, shelf: string, object: KubeObject): void {
  const { deletionTimestamp, generation } = object.metadata;
  if (deletionTimestamp !== undefined || isPast(world, shelf, object)) return;
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
  for (const [shelf, object] of all(world))
    if (owns(object, uid)) release(world, shelf, object, { uid, isForeground: true });
}

/** Foreground: dependents first; orphan: they lose the reference. Then the finalizer of the collector comes off. */
function finishForeground(world: World, shelf: string, object: KubeObject): void {
  const { finalizers = [], uid } = object.metadata;
  const ours = finalizers.find((one) => one === 'foregroundDeletion' || one === 'orphan');
  if (!ours) return;
  const isForeground = ours === 'foregroundDeletion';
  for (const [at, dependent] of all(world))
    if (owns(dependent, uid)) release(world, at, dependent, { uid, isForeground });
  if (isPast(world, shelf, object)) return;
  if (isForeground && all(world).some(([, dependent]) => blocks(dependent, uid))) return;
  const rest = finalizers.filter((one) => one !== ours);
  const released = withMetadata(object, { finalizers: rest.length > 0 ? rest : undefined });
  if (finished(released)) world.store.remove(shelf, object);
  else world.store.put(shelf, released);
}

/** From an owner that is on its way out: dependents go with their last one, or lose the reference. */
function release(
  world: World,
  shelf: string,
  dependent: KubeObject,
  owner: { uid: string; isForeground: boolean },
): void {
  if (isPast(world, shelf, dependent)) return;
  const left = (dependent.metadata.ownerReferences ?? []).filter(({ uid }) => uid !== owner.uid);
  if (owner.isForeground && left.length === 0) remove(world, shelf, dependent);
  else world.store.put(shelf, withMetadata(dependent, { ownerReferences: left.length > 0 ? left : undefined }));
}

function blocks(dependent: KubeObject, uid: string): boolean {
  return dependent.metadata.ownerReferences?.some((owner) => owner.uid === uid && owner.blockOwnerDeletion) ?? false;
}

/** Owners that waited in the foreground for this dependent. */
function finishOwners(world: World, { metadata }: KubeObject): void {
  const uids = new Set(metadata.ownerReferences?.map(({ uid }) => uid));
  if (uids.size === 0) return;
  for (const [shelf, owner] of all(world)) {
    const waiting = owner.metadata.deletionTimestamp !== undefined && uids.has(owner.metadata.uid);
    if (waiting) finishForeground(world, shelf, owner);
  }
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
