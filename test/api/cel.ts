// SPDX-License-Identifier: GPL-3.0-or-later
/** Every rule of a schema, evaluated on a value by a CEL engine that is not the API server's: a second reading of the same text. */
import { Environment } from '@marcbachmann/cel-js';
import type { Schema } from '../../src/api/structural.ts';

const environment = new Environment({ unlistedVariablesAreDyn: true });

/** The messages of the rules that `value` breaks. Rules about updates (`oldSelf`) are left out. */
export function brokenRules(schema: Schema, value: unknown): string[] {
  if (value === undefined) return [];
  const own = (schema['x-kubernetes-validations'] ?? [])
    .filter(({ rule }) => !rule.includes('oldSelf'))
    .filter(({ rule }) => environment.evaluate(rule, { self: value }) !== true)
    .map(({ message }) => message);
  const fields = value as Readonly<Record<string, unknown>>;
  return [
    ...own,
    ...Object.entries(schema.properties ?? {}).flatMap(([name, part]) => brokenRules(part, fields[name])),
    ...(Array.isArray(value) ? value.flatMap((item) => brokenRules(schema.items ?? {}, item)) : []),
  ];
}

/** Whether the old value may become the new one, by the rules on that very field. */
export function mayBecome(schema: Schema, before: unknown, after: unknown): boolean {
  return (schema['x-kubernetes-validations'] ?? []).every(
    ({ rule }) => environment.evaluate(rule, { self: after, oldSelf: before }) === true,
  );
}

/** All rules of a schema, those further in included. */
export function rulesIn(part: Schema): readonly { readonly rule: string; readonly message: string }[] {
  const below = [...Object.values(part.properties ?? {}), ...(part.items ? [part.items] : [])];
  return [...(part['x-kubernetes-validations'] ?? []), ...below.flatMap(rulesIn)];
}
