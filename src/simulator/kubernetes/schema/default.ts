// SPDX-License-Identifier: GPL-3.0-or-later
/** Fills in a schema's defaults. */
import type { Json, JsonObject } from '../object.ts';
import { isList, isObject } from '../object.ts';
import type { Schema } from './structural.ts';
import { valueSchema } from './structural.ts';

const defaulting = new WeakMap<Schema, boolean>();

/** Whether a default lies anywhere inside; asked once per schema, so that plain subtrees cost nothing. */
function hasDefaults(schema: Schema): boolean {
  const known = defaulting.get(schema);
  if (known !== undefined) return known;
  const children = [...Object.values(schema.properties ?? {}), schema.items, valueSchema(schema)];
  const answer = children.some((child) => child !== undefined && (child.default !== undefined || hasDefaults(child)));
  defaulting.set(schema, answer);
  return answer;
}

/** Returns `value` itself when nothing was missing. */
export function fillDefaults(schema: Schema, value: Json): Json {
  if (!hasDefaults(schema)) return value;
  const { items } = schema;
  if (isList(value)) return items ? value.map((item) => fillDefaults(items, item)) : value;
  return isObject(value) ? fillObject(schema, value) : value;
}

function fillObject(schema: Schema, value: JsonObject): JsonObject {
  const next: Record<string, Json> = { ...(value as Record<string, Json>) };
  for (const [key, child] of Object.entries(schema.properties ?? {})) {
    const present = next[key] ?? child.default;
    if (present !== undefined && next[key] !== null) next[key] = fillDefaults(child, present);
  }
  const values = valueSchema(schema);
  if (!values) return next;
  for (const [key, child] of Object.entries(next))
    if (!schema.properties?.[key]) next[key] = fillDefaults(values, child);
  return next;
}
