// SPDX-License-Identifier: GPL-3.0-or-later
/** Sets and maps written as lists (`x-kubernetes-list-type`): no item twice. */
import { duplicate } from '../causes.ts';
import type { Json, JsonObject } from '../object.ts';
import { isList, isObject } from '../object.ts';
import type { Cause } from '../status.ts';
import type { Schema } from './structural.ts';
import { childSchema, join } from './structural.ts';

/** The keys of one item of a list-map; a missing key takes its default. */
export function itemKeys(schema: Schema, item: Json): JsonObject {
  const keys: Record<string, Json> = {};
  for (const name of schema['x-kubernetes-list-map-keys'] ?? []) {
    const value = (isObject(item) ? item[name] : undefined) ?? schema.items?.properties?.[name]?.default;
    if (value !== undefined) keys[name] = value;
  }
  return keys;
}

export function identity(schema: Schema, item: Json): string {
  return schema['x-kubernetes-list-type'] === 'map' ? JSON.stringify(itemKeys(schema, item)) : JSON.stringify(item);
}

export function validateLists(schema: Schema, value: Json, path: string, causes: Cause[]): void {
  if (isList(value)) {
    validateUnique(schema, value, path, causes);
    const { items } = schema;
    if (items) for (const [index, item] of value.entries()) validateLists(items, item, `${path}[${index}]`, causes);
    return;
  }
  if (!isObject(value)) return;
  for (const [key, child] of Object.entries(value)) {
    const described = childSchema(schema, key);
    if (described && typeof child === 'object') validateLists(described, child, join(path, key), causes);
  }
}

function validateUnique(schema: Schema, value: readonly Json[], path: string, causes: Cause[]): void {
  const type = schema['x-kubernetes-list-type'];
  if (type !== 'set' && type !== 'map') return;
  const seen = new Set<string>();
  for (const [index, item] of value.entries()) {
    const id = identity(schema, item);
    if (seen.has(id)) causes.push(duplicate(`${path}[${index}]`, type === 'map' ? itemKeys(schema, item) : item));
    seen.add(id);
  }
}
