// SPDX-License-Identifier: GPL-3.0-or-later
import { annotations as names } from '../api/annotations.ts';
import type { KubeObject } from '../core/objects.ts';

/** What people can want of an object, in short: two equal ones differ in nothing that a look would mind. */
export interface Wish {
  readonly text: string;
  readonly approved: string | undefined;
  readonly guarded: boolean;
}

export function wishOf(object: KubeObject, finalizer: string): Wish {
  const { uid, generation, annotations = {}, deletionTimestamp = '', finalizers = [] } = object.metadata;
  const { [names.approve]: approved, ...others } = annotations;
  const notes = Object.entries(others).sort(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify([uid, generation, deletionTimestamp, notes]);
  return { text, approved, guarded: finalizers.includes(finalizer) };
}

/**
 * Our own writes (status, finalizer put on, an approval that is used up taken off) are no wish: looking again because of them would
 * never end, or find nothing.
 */
export function calls(before: Wish | undefined, now: Wish): boolean {
  const approves = now.approved !== undefined && now.approved !== before?.approved;
  return before?.text !== now.text || approves || (before.guarded && !now.guarded);
}
