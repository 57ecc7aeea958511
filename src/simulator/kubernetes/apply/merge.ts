// SPDX-License-Identifier: GPL-3.0-or-later
/** Merging an applied configuration into the live object, and taking fields out of an object. */
import type { Json, JsonObject } from '../object.ts';
import { isList, isObject } from '../object.ts';
import type { Schema } from '../schema/structural.ts';
import { childSchema, nothing } from '../schema/structural.ts';
import type { FieldSet } from './field-set.ts';
import { partKey, partMap, partsOf } from './typed.ts';

export function merge(schema: Schema, live: Json | undefined, config: Json): Json {
  if (live === undefined || live === null || config === null) return config;
  if (!partsOf(schema, config) || !partsOf(schema, live)) return config;
  if (isList(config)) return isList(live) ? mergeLists(schema, live, config) : config;
  if (!isObject(config) || !isObject(live)) return config;
  const next: Record<string, Json> = { ...(live as Record<string, Json>) };
  for (const [key, value] of Object.entries(config) as [string, Json][])
    next[key] = merge(childSchema(schema, key) ?? nothing, live[key], value);
  return next;
}

/** Live items keep their place; the configuration's new items follow the item they follow there, or come last. */
function mergeLists(schema: Schema, live: readonly Json[], config: readonly Json[]): Json {
  const wanted = partMap(schema, config);
  const items = schema['x-kubernetes-list-type'] === 'map' ? (schema.items ?? nothing) : nothing;
  const known = new Set(live.map((item) => partKey(schema, item)));
  const next = live.map((item) => {
    const part = wanted.get(partKey(schema, item));
    return part ? merge(items, item, part.value) : item;
  });
  for (const [key, part] of wanted) if (!known.has(key)) next.push(part.value);
  return next;
}

/** `undefined` when nothing is left of it. */
export function removeFields(schema: Schema, value: Json, set: FieldSet): Json | undefined {
  if (set.below.size === 0) return value;
  const parts = partsOf(schema, value);
  if (!parts) return value;
  const kept = new Map<string, Json>();
  for (const part of parts) {
    const target = set.below.get(part.key);
    if (target?.member) continue;
    const left = target ? removeFields(part.schema, part.value, target) : part.value;
    if (left !== undefined) kept.set(part.key, left);
  }
  if (kept.size === 0 && parts.length > 0) return undefined;
  if (isList(value)) return [...kept.values()];
  return Object.fromEntries([...kept].map(([key, child]) => [key.slice(2), child])) as JsonObject;
}
