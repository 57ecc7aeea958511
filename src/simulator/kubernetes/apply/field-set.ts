// SPDX-License-Identifier: GPL-3.0-or-later
/** Sets of fields, as `managedFields` keeps them (structured-merge-diff, fieldpath). A set never changes once made. */
import type { Json, JsonObject } from '../object.ts';
import { isObject } from '../object.ts';

export interface FieldSet {
  /** Whether this very field belongs, apart from what lies below it. */
  readonly member: boolean;
  /** Keyed as in FieldsV1: `f:name`, `k:{"type":"Ready"}`, `v:"x"`. */
  readonly below: ReadonlyMap<string, FieldSet>;
}

const none: ReadonlyMap<string, FieldSet> = new Map();
export const empty: FieldSet = { member: false, below: none };
export const leaf: FieldSet = { member: true, below: none };

export function isEmpty(set: FieldSet): boolean {
  return !set.member && set.below.size === 0;
}

function node(member: boolean, below: Map<string, FieldSet>): FieldSet {
  for (const [key, child] of below) if (isEmpty(child)) below.delete(key);
  return { member, below };
}

function combine(a: FieldSet, b: FieldSet, keep: (inA: boolean, inB: boolean) => boolean): FieldSet {
  const below = new Map<string, FieldSet>();
  for (const key of new Set([...a.below.keys(), ...b.below.keys()]))
    below.set(key, combine(a.below.get(key) ?? empty, b.below.get(key) ?? empty, keep));
  return node(keep(a.member, b.member), below);
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmpty(a)) return b;
  return isEmpty(b) ? a : combine(a, b, (inA, inB) => inA || inB);
}

export function difference(a: FieldSet, b: FieldSet): FieldSet {
  return isEmpty(a) || isEmpty(b) ? a : combine(a, b, (inA, inB) => inA && !inB);
}

export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  return isEmpty(a) || isEmpty(b) ? empty : combine(a, b, (inA, inB) => inA && inB);
}

/** Takes away `b`'s members with everything below them. */
export function recursiveDifference(a: FieldSet, b: FieldSet): FieldSet {
  if (b.member) return empty;
  const below = new Map<string, FieldSet>();
  for (const [key, child] of a.below) below.set(key, recursiveDifference(child, b.below.get(key) ?? empty));
  return node(a.member, below);
}

/** Makes every named field (`f:`) on the way to a member a member too. */
export function withNamedFields(set: FieldSet): FieldSet {
  const below = new Map<string, FieldSet>();
  for (const [key, child] of set.below) {
    const next = withNamedFields(child);
    below.set(key, key.startsWith('f:') ? { ...next, member: true } : next);
  }
  return { member: set.member, below };
}

/** The paths of all members as SSA's messages print them: `.spec.parts[name="a"].value`. */
export function paths(set: FieldSet, prefix = ''): string[] {
  const own = set.member ? [prefix] : [];
  const children = [...set.below].filter(([, child]) => !isEmpty(child));
  const members = children.filter(([, child]) => child.member).flatMap(([key]) => prefix + step(key));
  const deeper = children.flatMap(([key, child]) => paths({ ...child, member: false }, prefix + step(key)));
  return [...own, ...members, ...deeper];
}

function step(key: string): string {
  const text = key.slice(2);
  if (key.startsWith('f:')) return `.${text}`;
  if (!key.startsWith('k:')) return `[=${text}]`;
  const keys = Object.entries(JSON.parse(text) as JsonObject).map(
    ([name, value]) => `${name}=${JSON.stringify(value)}`,
  );
  return `[${keys.join(',')}]`;
}

export function toFieldsV1(set: FieldSet): JsonObject {
  const object: Record<string, Json> = {};
  if (set.member && set.below.size > 0) object['.'] = {};
  for (const [key, child] of [...set.below].sort(([a], [b]) => (a < b ? -1 : 1))) object[key] = toFieldsV1(child);
  return object;
}

const read = new WeakMap<JsonObject, FieldSet>();

export function fromFieldsV1(fields: Json | undefined): FieldSet {
  if (!isObject(fields)) return empty;
  let set = read.get(fields);
  if (!set) {
    set = parse(fields, true);
    read.set(fields, set);
  }
  return set;
}

function parse(fields: JsonObject, root: boolean): FieldSet {
  const below = new Map<string, FieldSet>();
  for (const [key, child] of Object.entries(fields))
    if (key !== '.' && isObject(child)) below.set(key, parse(child, false));
  return { member: !root && (below.size === 0 || '.' in fields), below };
}
