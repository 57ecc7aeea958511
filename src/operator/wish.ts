// SPDX-License-Identifier: GPL-3.0-or-later
import type { KubeObject } from '../core/objects.ts';

/** What people can want of an object, in short: two equal ones differ in nothing that a look would mind. */
export interface Wish {
  readonly text: string;
  readonly guarded: boolean;
}

export function wishOf(object: KubeObject, finalizer: string): Wish {
  const { uid, generation, annotations = {}, deletionTimestamp = '', finalizers = [] } = object.metadata;
  const notes = Object.entries(annotations).sort(([a], [b]) => (a < b ? -1 : 1));
  return { text: JSON.stringify([uid, generation, deletionTimestamp, notes]), guarded: finalizers.includes(finalizer) };
}

/** Our own writes (status, finalizer put on) are no wish: looking again because of them would never end. */
export function calls(before: Wish | undefined, now: Wish): boolean {
  return before?.text !== now.text || (before.guarded && !now.guarded);
}
