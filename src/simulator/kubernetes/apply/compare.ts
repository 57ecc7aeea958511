// SPDX-License-Identifier: GPL-3.0-or-later
/** What two values differ in, as sets of fields; and the fields that an applied configuration names. */
import type { Json } from '../object.ts';
import { equal, isList } from '../object.ts';
import type { Schema } from '../schema/structural.ts';
import type { FieldSet } from './field-set.ts';
import { empty, isEmpty, leaf } from './field-set.ts';
import type { Part } from './typed.ts';
import { isListKey, partsOf } from './typed.ts';

export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

const same: Comparison = { added: empty, modified: empty, removed: empty };

export function isSame({ added, modified, removed }: Comparison): boolean {
  return isEmpty(added) && isEmpty(modified) && isEmpty(removed);
}

export function compare(schema: Schema, before: Json | undefined, after: Json | undefined): Comparison {
  if (before === after || (before === undefined && after === undefined)) return same;
  if (before === undefined) return { ...same, added: everything(schema, after as Json) };
  if (after === undefined) return { ...same, removed: everything(schema, before) };
  const old = partsOf(schema, before);
  const now = partsOf(schema, after);
  if (!old || !now) return equal(before, after) ? same : { ...same, modified: leaf };
  return compareParts(new Map(old.map((part) => [part.key, part])), new Map(now.map((part) => [part.key, part])));
}

function compareParts(old: ReadonlyMap<string, Part>, now: ReadonlyMap<string, Part>): Comparison {
  const below = {
    added: new Map<string, FieldSet>(),
    modified: new Map<string, FieldSet>(),
    removed: new Map<string, FieldSet>(),
  };
  for (const key of new Set([...old.keys(), ...now.keys()])) {
    const a = old.get(key);
    const b = now.get(key);
    const part = b ?? a;
    if (!part || a?.value === b?.value) continue;
    const inner = compare(part.schema, a?.value, b?.value);
    for (const how of ['added', 'modified', 'removed'] as const)
      if (!isEmpty(inner[how])) below[how].set(key, inner[how]);
  }
  const set = (children: ReadonlyMap<string, FieldSet>): FieldSet => ({ member: false, below: children });
  return { added: set(below.added), modified: set(below.modified), removed: set(below.removed) };
}

/** The value with each field in it, structs and lists included: what a plain write of it owns. */
function everything(schema: Schema, value: Json): FieldSet {
  const parts = partsOf(schema, value);
  if (!parts || parts.length === 0) return leaf;
  return { member: true, below: new Map(parts.map((part) => [part.key, everything(part.schema, part.value)])) };
}

/** Leaves, and items of lists and maps: what an apply of this configuration owns. An empty list names nothing. */
export function fieldsOf(schema: Schema, value: Json): FieldSet {
  const parts = partsOf(schema, value);
  if (!parts || (parts.length === 0 && !isList(value))) return leaf;
  const below = new Map<string, FieldSet>();
  for (const part of parts) {
    const inner = fieldsOf(part.schema, part.value);
    if (isListKey(part.key) || !isDeclared(schema, part.key)) below.set(part.key, { ...inner, member: true });
    else if (!isEmpty(inner)) below.set(part.key, inner);
  }
  return { member: false, below };
}

/** A field of a struct, as opposed to a key of a map. */
function isDeclared(schema: Schema, key: string): boolean {
  return schema.properties !== undefined && Object.hasOwn(schema.properties, key.slice(2));
}
