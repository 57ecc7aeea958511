// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Cuts a status down to what the API server takes: strings and lists to their limits, list-maps to one item a key, and the whole
 * to 32 KiB. A status that is refused would hide everything; one that is shortened says so.
 */
import type { Schema } from './structural.ts';

const limitBytes = 32 * 1024;

const whole = new Set(['begun', 'approved']);

type Data = Readonly<Record<string, unknown>>;

/** `schema` is that of the status: `toSchema(kind.statusSchema)`. Returns `status` itself when it fits. Keeps `begun` and `approved` whole: they are read back. */
export function boundStatus<S extends Data>(schema: Schema, status: S): S {
  const readBack = Object.fromEntries(Object.entries(status).filter(([field]) => whole.has(field)));
  const bounded = { ...(bound(schema, status) as Data), ...readBack };
  const fitting = shorten(countOmitted(status, bounded));
  const same = Object.keys(status).every((field) => fitting[field] === status[field]);
  return same ? status : (fitting as S);
}

/** Returns `value` itself where there is nothing to cut. */
function bound(schema: Schema, value: unknown): unknown {
  if (typeof value === 'string') return cut(value, schema.maxLength);
  if (Array.isArray(value)) {
    const items = unique(value, schema['x-kubernetes-list-map-keys'] ?? []).slice(0, schema.maxItems);
    const cutItems = items.map((item) => bound(schema.items ?? {}, item));
    return items.length === value.length && cutItems.every((item, index) => item === value[index]) ? value : cutItems;
  }
  if (!isData(value)) return value;
  const fields = Object.entries(value).map(
    ([field, part]) => [field, bound(schema.properties?.[field] ?? {}, part)] as const,
  );
  return fields.every(([field, part]) => part === value[field]) ? value : Object.fromEntries(fields);
}

function cut(text: string, maxLength = Number.POSITIVE_INFINITY): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength - 1)}…`.toWellFormed();
}

/** The API server refuses a list-map in which a key stands twice: the first one stays. */
function unique(items: readonly unknown[], keys: readonly string[]): readonly unknown[] {
  if (keys.length === 0) return items;
  const seen = new Set<string>();
  return items.filter((item) => {
    const key = JSON.stringify(keys.map((name) => (isData(item) ? item[name] : undefined)));
    return seen.size < seen.add(key).size;
  });
}

/** What is dropped first when the whole is too long: details before facts, far steps before near ones. */
function shorten(status: Data): Data {
  if (fits(status)) return status;
  const attempts: ((status: Data) => Data)[] = [
    (before) => withSteps(before, (steps) => steps.map((step) => (isData(step) ? without(step, 'calls') : step))),
    ...[50, 20, 5].map((count) => (before: Data) => withSteps(before, (steps) => steps.slice(0, count))),
    ...[50, 20, 5].flatMap((count) => [shortList('drift', count), shortList('blockedBy', count)]),
    (before) => without(without(before, 'drift'), 'plan'),
    ...[256, 64].map((length) => (before: Data) => shortTexts(before, length) as Data),
  ];
  let shorter = status;
  for (const attempt of attempts) {
    shorter = countOmitted(status, attempt(shorter));
    if (fits(shorter)) break;
  }
  return shorter;
}

function fits(status: Data): boolean {
  return new TextEncoder().encode(JSON.stringify(status)).length < limitBytes;
}

function withSteps(status: Data, change: (steps: readonly unknown[]) => readonly unknown[]): Data {
  const plan = status['plan'];
  if (!isData(plan)) return status;
  return { ...status, plan: { ...plan, steps: change(stepsOf(status)) } };
}

function shortList(field: string, count: number): (status: Data) => Data {
  return (status) => {
    const list = status[field];
    return Array.isArray(list) ? { ...status, [field]: list.slice(0, count) } : status;
  };
}

/** What people read, at any depth: three bytes a letter in most scripts, so that sixteen conditions alone could be too long. */
function shortTexts(value: unknown, length: number): unknown {
  if (Array.isArray(value)) return value.map((item) => shortTexts(item, length));
  if (!isData(value)) return value;
  const fields = Object.entries(value).map(([name, part]) => {
    const forPeople = typeof part === 'string' && (name === 'message' || name === 'why');
    return [name, forPeople ? cut(part, length) : shortTexts(part, length)];
  });
  return Object.fromEntries(fields);
}

function countOmitted(whole: Data, shown: Data): Data {
  const { plan } = shown;
  const before = isData(whole['plan']) ? Number(whole['plan']['omittedSteps'] ?? 0) : 0;
  const omittedSteps = before + stepsOf(whole).length - stepsOf(shown).length;
  return isData(plan) && omittedSteps > 0 ? { ...shown, plan: { ...plan, omittedSteps } } : shown;
}

function stepsOf(status: Data): readonly unknown[] {
  const { plan } = status;
  return isData(plan) && Array.isArray(plan['steps']) ? plan['steps'] : [];
}

function without(data: Data, field: string): Data {
  return Object.fromEntries(Object.entries(data).filter(([name]) => name !== field));
}

function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
