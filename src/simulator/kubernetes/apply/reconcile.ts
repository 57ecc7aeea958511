// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Who owns a map as a whole, and nothing in it, is taken for somebody from a time when the map was atomic: now that it is granular, all that
 * is in it is theirs (structured-merge-diff, reconciling field sets with schema changes). Seen for maps with free keys; a CRD server leaves
 * owners of structs as they are.
 */
import type { Json } from '../object.ts';
import { isObject } from '../object.ts';
import { type Schema, valueSchema } from '../schema/structural.ts';
import { fieldsOf } from './compare.ts';
import { type FieldSet, union } from './field-set.ts';
import { type Part, partMap, partsOf } from './typed.ts';

function reconciledPart(part: Part | undefined, key: string, set: FieldSet): FieldSet {
  if (!part) return set;
  if (set.below.size > 0) return reconciled(part.schema, part.value, set);
  const granular = valueSchema(part.schema) !== undefined && isObject(part.value);
  const isMap = key.startsWith('f:') && granular && (partsOf(part.schema, part.value)?.length ?? 0) > 0;
  return isMap ? union(set, fieldsOf(part.schema, part.value)) : set;
}

/** Gives the same set back when there is nothing to reconcile. */
export function reconciled(schema: Schema, value: Json | undefined, set: FieldSet): FieldSet {
  if (value === undefined || set.below.size === 0) return set;
  const parts = partMap(schema, value);
  let changed = false;
  const below = new Map<string, FieldSet>();
  for (const [key, child] of set.below) {
    const next = reconciledPart(parts.get(key), key, child);
    if (next !== child) changed = true;
    below.set(key, next);
  }
  return changed ? { ...set, below } : set;
}
