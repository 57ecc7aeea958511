// SPDX-License-Identifier: GPL-3.0-or-later
/** Strategic merge patch for built-in kinds: lists with keys merge by key, sets of finalizers merge, other lists are replaced. */
import type { Json, JsonObject } from '../object.ts';
import { equal, isList, isObject } from '../object.ts';
import type { Schema } from '../schema/structural.ts';
import { childSchema, nothing } from '../schema/structural.ts';

export function strategicMerge(schema: Schema, target: Json | undefined, patch: Json): Json {
  if (isList(patch)) return mergeList(schema, isList(target) ? target : [], patch);
  if (!isObject(patch)) return patch;
  if (patch.$patch === 'replace') return plain(patch);
  const next: Record<string, Json> = isObject(target) ? { ...(target as Record<string, Json>) } : {};
  for (const [key, value] of Object.entries(patch) as [string, Json][]) {
    if (key.startsWith('$')) direct(next, key, value);
    else if (value === null) delete next[key];
    else next[key] = strategicMerge(childSchema(schema, key) ?? nothing, next[key], value);
  }
  return next;
}

const deletes = '$deleteFromPrimitiveList/';

/** Directives; the order of elements is not kept. */
function direct(next: Record<string, Json>, key: string, value: Json): void {
  if (!key.startsWith(deletes) || !isList(value)) return;
  const name = key.slice(deletes.length);
  const list = next[name];
  next[name] = isList(list) ? list.filter((item) => !value.some((one) => equal(one, item))) : [];
}

function plain({ $patch, ...rest }: JsonObject & { $patch?: Json }): Json {
  return rest;
}

function mergeList(schema: Schema, target: readonly Json[], patch: readonly Json[]): Json {
  const type = schema['x-kubernetes-list-type'];
  if (type === 'set') return [...patch.filter((item) => !target.some((one) => equal(one, item))), ...target];
  if (type !== 'map') return patch;
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const same = (a: Json, b: Json): boolean => isObject(a) && isObject(b) && keys.every((key) => equal(a[key], b[key]));
  let next = [...target];
  for (const item of patch) {
    const index = next.findIndex((one) => same(one, item));
    if (isObject(item) && item.$patch === 'delete') next = next.filter((one) => !same(one, item));
    else if (index < 0) next.push(item);
    else next[index] = strategicMerge(schema.items ?? nothing, next[index], item);
  }
  return next;
}
