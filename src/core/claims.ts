// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * One consumer at a time: an object that others use (a BackupTarget's bucket and prefix) is claimed by the one that does, with an
 * annotation on the used object. It is written for exactly the version that was read, so of two claimants one gets a conflict, reads again
 * and finds the other; it is metadata, so it outlives a status that is lost; and whoever may not edit the object cannot claim it.
 */
import { annotations } from '../api/annotations.ts';
import type { KubeObject, Objects } from './objects.ts';
import type { Hold } from './plan.ts';

export const claimedBy = annotations.claimedBy;

export interface Claimant {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** Who has claimed this object. An annotation that is no claim is none. */
export function claimOn(object: KubeObject): Claimant | undefined {
  const text = object.metadata.annotations?.[claimedBy];
  if (text === undefined) return undefined;
  const [kind, namespace, name, uid, more] = text.split('/');
  return kind && namespace && name && uid && more === undefined ? { kind, namespace, name, uid } : undefined;
}

export function claimText({ kind, namespace, name, uid }: Claimant): string {
  return [kind, namespace, name, uid].join('/');
}

export type Claiming =
  | { readonly held: true; readonly target: KubeObject }
  | { readonly held: false; readonly hold: Hold };

/**
 * Claims `target` for `by`. Repeating it changes nothing.
 * @param takeOver The annotation `hybridcloud.dev/take-over` of the claimant: the uid of the claimant whose claim it shall replace.
 * @throws Failure `Transient` (`Conflict`) when the object changed meanwhile: read it again, and claim again.
 */
export async function claim(
  objects: Pick<Objects, 'annotate'>,
  target: KubeObject,
  by: Claimant,
  takeOver?: string,
): Promise<Claiming> {
  const has = claimOn(target);
  if (has?.uid === by.uid) return { held: true, target };
  if (target.metadata.deletionTimestamp !== undefined) return { held: false, hold: leaving(target) };
  if (has && has.uid !== takeOver) return { held: false, hold: inUse(target, has) };
  return { held: true, target: await objects.annotate(target, { [claimedBy]: claimText(by) }) };
}

/** Gives the claim back; one that is somebody else's by now stays. */
export async function release(
  objects: Pick<Objects, 'annotate'>,
  target: KubeObject,
  by: Pick<Claimant, 'uid'>,
): Promise<void> {
  if (claimOn(target)?.uid === by.uid) await objects.annotate(target, { [claimedBy]: null });
}

/** What an object that is being deleted waits for: nobody takes away what somebody else works with. */
export async function heldByClaimant(objects: Pick<Objects, 'exists'>, object: KubeObject): Promise<Hold | undefined> {
  const has = claimOn(object);
  if (!has || !(await objects.exists(has))) return undefined;
  const id = `${has.namespace}/${has.name}`;
  return {
    why: 'Blocked',
    reason: 'InUse',
    message: `${has.kind} ${id} uses this object, so nothing is taken away. Delete that one first; if it is gone for good, remove the annotation ${claimedBy}.`,
    blockedBy: [{ kind: has.kind, id, why: 'uses this object' }],
  };
}

function inUse(target: KubeObject, has: Claimant): Hold {
  const id = `${target.metadata.namespace}/${target.metadata.name}`;
  const other = `${has.namespace}/${has.name}`;
  return {
    why: 'Blocked',
    reason: 'InUse',
    message: `${target.kind} ${id} is used by ${has.kind} ${other}, and only one may use it. Choose another one, or delete ${other}; to take its place, annotate this object with hybridcloud.dev/take-over: ${has.uid}.`,
    blockedBy: [{ kind: has.kind, id: other, why: `uses ${target.kind} ${id}` }],
  };
}

function leaving(target: KubeObject): Hold {
  const id = `${target.metadata.namespace}/${target.metadata.name}`;
  return {
    why: 'Blocked',
    reason: 'InUse',
    message: `${target.kind} ${id} is being deleted. Choose another one.`,
    blockedBy: [{ kind: target.kind, id, why: 'is being deleted' }],
  };
}
