// SPDX-License-Identifier: GPL-3.0-or-later
/** How a schema cuts a value into fields: structs and maps by name, list-maps by key, sets by value, everything else whole (KEP-555, "Merge strategy"). */
import type { Json, JsonObject } from '../object.ts';
import { isList, isObject } from '../object.ts';
import { itemKeys } from '../schema/lists.ts';
import type { Schema } from '../schema/structural.ts';
import { childSchema, nothing } from '../schema/structural.ts';

export interface Part {
  readonly key: string;
  readonly value: Json;
  readonly schema: Schema;
}

/** Sorted keys, compact: `{"name":"a"}`. */
function canonical(keys: JsonObject): string {
  return JSON.stringify(Object.fromEntries(Object.entries(keys).sort(([a], [b]) => (a < b ? -1 : 1))));
}

export function partKey(schema: Schema, item: Json): string {
  return schema['x-kubernetes-list-type'] === 'map'
    ? `k:${canonical(itemKeys(schema, item))}`
    : `v:${JSON.stringify(item)}`;
}

function listParts(schema: Schema, value: readonly Json[]): readonly Part[] | undefined {
  const type = schema['x-kubernetes-list-type'];
  if (type !== 'map' && type !== 'set') return undefined;
  const items = schema.items ?? nothing;
  return value.map((item) => ({ key: partKey(schema, item), value: item, schema: type === 'map' ? items : atom }));
}

const atom: Schema = { 'x-kubernetes-map-type': 'atomic' };

/** The parts of a granular value; `undefined` when it is a leaf. */
export function partsOf(schema: Schema, value: Json | undefined): readonly Part[] | undefined {
  if (isList(value)) return listParts(schema, value);
  if (!isObject(value) || schema['x-kubernetes-map-type'] === 'atomic') return undefined;
  const parts: Part[] = [];
  for (const key of Object.keys(value)) {
    const child = value[key];
    if (child !== undefined) parts.push({ key: `f:${key}`, value: child, schema: childSchema(schema, key) ?? nothing });
  }
  return parts;
}

export function isListKey(key: string): boolean {
  return !key.startsWith('f:');
}

export function partMap(schema: Schema, value: Json | undefined): Map<string, Part> {
  return new Map((partsOf(schema, value) ?? []).map((part) => [part.key, part]));
}
