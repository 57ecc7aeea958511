// SPDX-License-Identifier: GPL-3.0-or-later
/** Drops what a schema does not know, telling each field it dropped; and nulls where null is not allowed. */
import type { Json, JsonObject } from '../object.ts';
import { isList, isObject } from '../object.ts';
import type { Schema } from './structural.ts';
import { childSchema, join, keepsUnknown } from './structural.ts';

/** Returns `value` itself when nothing was dropped. `unknown` collects the paths of dropped fields. */
export function prune(schema: Schema, value: Json, path: string, unknown: string[]): Json {
  if (isList(value)) {
    const items = schema.items;
    if (!items) return value;
    const next = value.map((item, index) => prune(items, item, `${path}[${index}]`, unknown));
    return next.some((item, index) => item !== value[index]) ? next : value;
  }
  return isObject(value) ? pruneObject(schema, value, path, unknown) : value;
}

function pruneObject(schema: Schema, value: JsonObject, path: string, unknown: string[]): JsonObject {
  let next: Record<string, Json> | undefined;
  for (const [key, child] of Object.entries(value) as [string, Json][]) {
    const described = childSchema(schema, key);
    const at = join(path, key);
    if (!described) {
      if (keepsUnknown(schema)) continue;
      unknown.push(at);
      next ??= { ...(value as Record<string, Json>) };
      delete next[key];
      continue;
    }
    if (child === null && dropsNull(described)) {
      next ??= { ...(value as Record<string, Json>) };
      delete next[key];
      continue;
    }
    const pruned = prune(described, child, at, unknown);
    if (pruned === child) continue;
    next ??= { ...(value as Record<string, Json>) };
    next[key] = pruned;
  }
  return next ?? value;
}

function dropsNull(schema: Schema): boolean {
  return schema.nullable !== true && (schema.type !== undefined || schema['x-kubernetes-int-or-string'] === true);
}
