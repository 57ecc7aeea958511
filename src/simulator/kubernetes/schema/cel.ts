// SPDX-License-Identifier: GPL-3.0-or-later
/** Validation rules (`x-kubernetes-validations`): compiled once per schema, evaluated with `self` and, for transition rules, `oldSelf`. */
import type { ParseResult } from '@marcbachmann/cel-js';
import { Optional } from '@marcbachmann/cel-js';
import { invalidValue, invalidWithout, quote } from '../causes.ts';
import type { Json, JsonObject } from '../object.ts';
import { isList, isObject } from '../object.ts';
import type { Cause } from '../status.ts';
import { celEnvironment } from './cel-library.ts';
import { identity } from './lists.ts';
import type { CelRule, Schema } from './structural.ts';
import { childSchema, join, valueSchema } from './structural.ts';

interface Compiled {
  readonly rule: CelRule;
  readonly run: ParseResult;
  readonly message: ParseResult | undefined;
  readonly transition: boolean;
}

const parsed = new Map<string, ParseResult>();

/** @throws the library's ParseError or TypeError; the CRD is refused with its words. */
export function parseCel(expression: string): ParseResult {
  let result = parsed.get(expression);
  if (!result) {
    result = celEnvironment().parse(expression);
    const check = result.check();
    if (!check.valid) throw check.error ?? new Error('does not compile');
    parsed.set(expression, result);
  }
  return result;
}

const rules = new WeakMap<Schema, readonly Compiled[]>();

function compiled(schema: Schema): readonly Compiled[] {
  let known = rules.get(schema);
  if (!known) {
    known = (schema['x-kubernetes-validations'] ?? []).map((rule) => ({
      rule,
      run: parseCel(rule.rule),
      message: rule.messageExpression === undefined ? undefined : parseCel(rule.messageExpression),
      transition: /\boldSelf\b/.test(rule.rule),
    }));
    rules.set(schema, known);
  }
  return known;
}

const within = new WeakMap<Schema, boolean>();

function hasRules(schema: Schema): boolean {
  const known = within.get(schema);
  if (known !== undefined) return known;
  const children = [...Object.values(schema.properties ?? {}), schema.items, valueSchema(schema)];
  const answer =
    (schema['x-kubernetes-validations']?.length ?? 0) > 0 ||
    children.some((child) => child !== undefined && hasRules(child));
  within.set(schema, answer);
  return answer;
}

/**
 * JSON as CEL sees it: whole numbers of integer schemas are ints, date-times timestamps. What is a map by its schema is one here: its keys
 * are free, and `constructor` or `__proto__` as a field of an object mean something to JavaScript.
 */
function toCel(schema: Schema | undefined, value: Json): unknown {
  if (typeof value === 'number') return numberToCel(schema, value);
  if (typeof value === 'string') return schema?.format === 'date-time' ? new Date(value) : value;
  // an Array of our own: the library asks for instances, and a restored world may hold lists of another realm
  if (isList(value)) return Array.from(value, (item) => toCel(schema?.items, item));
  if (!isObject(value)) return value;
  const entries = (Object.entries(value) as [string, Json][]).map(
    ([key, child]) => [key, toCel(schema && childSchema(schema, key), child)] as const,
  );
  return schema && valueSchema(schema) ? new Map(entries) : Object.fromEntries(entries);
}

function numberToCel(schema: Schema | undefined, value: number): number | bigint {
  const isNumber = schema?.type === 'number' || !Number.isInteger(value);
  return isNumber ? value : BigInt(value);
}

interface Place {
  readonly path: string;
  readonly causes: Cause[];
}

/** `old` is `undefined` on create and for what has no counterpart in the old object. */
export function validateRules(schema: Schema, value: Json, old: Json | undefined, at: Place): void {
  if (!hasRules(schema) || (value === null && schema.nullable)) return;
  for (const rule of compiled(schema)) check(schema, rule, { value, old }, at);
  if (isList(value)) validateItems(schema, value, old, at);
  else if (isObject(value)) validateFields(schema, value, old, at);
}

function validateItems(schema: Schema, value: readonly Json[], old: Json | undefined, at: Place): void {
  const { items } = schema;
  if (!items) return;
  const before = correlate(schema, old);
  for (const [index, item] of value.entries())
    validateRules(items, item, before?.get(identity(schema, item)), { ...at, path: `${at.path}[${index}]` });
}

function validateFields(schema: Schema, value: JsonObject, old: Json | undefined, at: Place): void {
  for (const [key, child] of Object.entries(value) as [string, Json][]) {
    const described = childSchema(schema, key);
    const before = isObject(old) ? old[key] : undefined;
    if (described) validateRules(described, child, before, { ...at, path: join(at.path, key) });
  }
}

/** Only items of list-maps have an old self. */
function correlate(schema: Schema, old: Json | undefined): Map<string, Json> | undefined {
  if (schema['x-kubernetes-list-type'] !== 'map' || !isList(old)) return undefined;
  return new Map(old.map((item) => [identity(schema, item), item]));
}

interface Values {
  readonly value: Json;
  readonly old: Json | undefined;
}

function contextOf(schema: Schema, { rule, transition }: Compiled, { value, old }: Values): Record<string, unknown> {
  const self = toCel(schema, value);
  if (!transition) return { self };
  const before = old === undefined ? undefined : toCel(schema, old);
  return { self, oldSelf: rule.optionalOldSelf ? optional(before) : before };
}

function check(schema: Schema, compiled: Compiled, values: Values, at: Place): void {
  const { rule, run, transition } = compiled;
  // A transition rule has nothing to say on create.
  if (transition && values.old === undefined && !rule.optionalOldSelf) return;
  const context = contextOf(schema, compiled, values);
  let problem: string | undefined;
  try {
    if (run(context) === true) return;
  } catch (error) {
    problem = `${wordsOf(error)} evaluating rule: ${rule.message ?? rule.rule}`;
  }
  const path = (at.path + (rule.fieldPath ?? '')).replace(/^\./, '');
  at.causes.push(
    cause({ ...rule, message: problem ?? message(compiled, context) }, path === '' ? '<nil>' : path, values.value),
  );
}

function wordsOf(error: unknown): string {
  return (error as { summary?: string }).summary ?? String(error);
}

function optional(value: unknown): unknown {
  return value === undefined ? Optional.none() : Optional.of(value);
}

function message({ rule, message }: Compiled, context: Record<string, unknown>): string {
  try {
    const words: unknown = message?.(context);
    if (typeof words === 'string' && words.trim() !== '') return words;
  } catch {
    // A broken messageExpression falls back to the message, as the API server does.
  }
  return rule.message?.trim() ?? `failed rule: ${rule.rule.trim()}`;
}

function cause(rule: CelRule & { readonly message: string }, field: string, value: Json): Cause {
  const reason = rule.reason ?? 'FieldValueInvalid';
  if (reason === 'FieldValueForbidden') return { reason, message: `Forbidden: ${rule.message}`, field };
  if (reason === 'FieldValueRequired') return { reason, message: `Required value: ${rule.message}`, field };
  if (reason === 'FieldValueDuplicate') return { reason, message: `Duplicate value: ${quote(value)}`, field };
  return typeof value === 'object' ? invalidWithout(field, rule.message) : invalidValue(field, value, rule.message);
}
