// SPDX-License-Identifier: GPL-3.0-or-later
/** Strategic merge patch for built-in kinds: lists with keys merge by key, sets of finalizers merge, other lists are replaced. */
import type { Json, JsonObject } from '../object.ts';
import { equal, isList, isObject } from '../object.ts';
import type { Schema } from '../schema/structural.ts';
import { childSchema, nothing } from '../schema/structural.ts';

const deletes = '$deleteFromPrimitiveList/';
const orders = '$setElementOrder/';

export function strategicMerge(schema: Schema, target: Json | undefined, patch: Json): Json {
  if (isList(patch)) return mergeList(schema, isList(target) ? target : [], patch);
  if (!isObject(patch)) return patch;
  if (patch.$patch === 'replace') return plain(patch);
  const next: Record<string, Json> = isObject(target) ? { ...(target as Record<string, Json>) } : {};
  for (const [key, value] of Object.entries(patch) as [string, Json][]) {
    if (key.startsWith('$')) continue;
    if (value === null) delete next[key];
    else next[key] = strategicMerge(childSchema(schema, key) ?? nothing, next[key], value);
  }
  for (const [key, value] of Object.entries(patch) as [string, Json][]) direct(schema, next, key, value);
  return next;
}

/** Directives beside a list: what leaves it, and the order that the client wants for what it names. */
function direct(schema: Schema, next: Record<string, Json>, key: string, value: Json): void {
  if (!isList(value)) return;
  if (key.startsWith(deletes)) {
    const list = next[key.slice(deletes.length)];
    next[key.slice(deletes.length)] = isList(list) ? list.filter((item) => !has(value, item)) : [];
  } else if (key.startsWith(orders)) {
    const name = key.slice(orders.length);
    const list = next[name];
    const described = childSchema(schema, name) ?? nothing;
    if (isList(list)) next[name] = ordered(described, list, value);
  }
}

function has(list: readonly Json[], item: Json): boolean {
  return list.some((one) => equal(one, item));
}

function plain({ $patch, ...rest }: JsonObject & { $patch?: Json }): Json {
  return rest;
}

/** Whether two items are the same element: by the list's keys, or as a whole. */
function sameIn(schema: Schema): (a: Json, b: Json) => boolean {
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  if (schema['x-kubernetes-list-type'] !== 'map') return equal;
  return (a, b) => isObject(a) && isObject(b) && keys.every((key) => equal(a[key], b[key]));
}

/** The items that `order` names in that order; the others stay before those that they stood before. */
function ordered(schema: Schema, list: readonly Json[], order: readonly Json[]): Json[] {
  const same = sameIn(schema);
  const place = (item: Json): number => order.findIndex((one) => same(one, item));
  const named = list.filter((item) => place(item) >= 0).sort((a, b) => place(a) - place(b));
  return interleave(
    named,
    list.filter((item) => place(item) < 0),
    (item) => list.indexOf(item),
  );
}

function mergeList(schema: Schema, target: readonly Json[], patch: readonly Json[]): Json {
  const type = schema['x-kubernetes-list-type'];
  if (type !== 'set' && type !== 'map') return patch;
  const same = sameIn(schema);
  const isGone = (item: Json): boolean => isObject(item) && item.$patch === 'delete';
  const old = (item: Json): Json | undefined => target.find((one) => same(one, item));
  const written = patch
    .filter((item) => !isGone(item))
    .map((item) => (type === 'set' ? item : strategicMerge(schema.items ?? nothing, old(item), item)));
  const kept = target.filter((item) => !patch.some((one) => same(one, item)));
  return interleave(written, kept, (item) => target.findIndex((one) => same(one, item)));
}

/** Two lists into one, each in its order: what the server does not know comes first, the rest by its place there. */
function interleave(first: readonly Json[], second: readonly Json[], place: (item: Json) => number): Json[] {
  const left = [...first];
  const right = [...second];
  const next: Json[] = [];
  while (left[0] !== undefined && right[0] !== undefined)
    next.push(...(place(left[0]) < place(right[0]) ? left : right).splice(0, 1));
  return [...next, ...left, ...right];
}
