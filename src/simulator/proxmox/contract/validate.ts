// SPDX-License-Identifier: GPL-3.0-or-later
/** Parameters against a contract. The words are those of PVE::JSONSchema (check_prop, check_type) and of proxmox-schema for PBS. */
import type { Endpoint, Properties, Schema } from './endpoint.ts';
import { formatProblem, nestedFormat } from './formats.ts';
import { patternOf } from './pattern.ts';
import { parsePropertyString } from './property-string.ts';

export type Value = string | number | boolean | readonly string[];
export type Params = Readonly<Record<string, Value>>;
export type Dialect = 'pve' | 'pbs';

export interface Checked {
  readonly params: Params;
  /** By parameter; empty when all is well. */
  readonly errors: Readonly<Record<string, string>>;
}

const words = {
  pve: {
    missing: 'property is missing and it is not optional',
    unknown: 'property is not defined in schema and the schema does not allow additional properties',
    pattern: 'value does not match the regex pattern',
    enumeration: (value: string, all: string) => `value '${value}' does not have a value in the enumeration '${all}'`,
    minimum: (value: number, limit: number) => `value must have a minimum value of ${limit}`,
    maximum: (value: number, limit: number) => `value must have a maximum value of ${limit}`,
    type: (type: string, value: string) => `type check ('${type}') failed - got '${value}'`,
    longest: (length: number) => `value may only be ${length} characters long`,
    shortest: (length: number) => `value must be at least ${length} characters long`,
  },
  pbs: {
    missing: 'parameter is missing and it is not optional.',
    unknown: 'schema does not allow additional properties.',
    pattern: 'value does not match the regex pattern',
    enumeration: (value: string) => `value '${value}' is not defined in the enumeration.`,
    minimum: (value: number, limit: number) => `value must have a minimum value of ${limit} (got ${value})`,
    maximum: (value: number, limit: number) => `value must have a maximum value of ${limit} (got ${value})`,
    type: (type: string, value: string) => `unable to parse ${type} '${value}'`,
    longest: (length: number) => `value may only be ${length} characters long`,
    shortest: (length: number) => `value must be at least ${length} characters long`,
  },
} as const;

class Wrong extends Error {}

/** `scsi0` is `scsi[n]`. */
export function propertyOf(properties: Properties, name: string): Schema | undefined {
  if (Object.hasOwn(properties, name)) return properties[name];
  const numbered = name.replace(/\d+$/, '[n]');
  return numbered !== name && Object.hasOwn(properties, numbered) ? properties[numbered] : undefined;
}

function numberOf(given: unknown, schema: Schema, dialect: Dialect): number {
  const { type, minimum, maximum } = schema;
  const text = plainText(given);
  // 1e+06 is no integer to either of them
  const form = type === 'number' ? /^[+-]?\d+(\.\d+)?$/ : /^[+-]?\d+$/;
  if (!form.test(text)) throw new Wrong(words[dialect].type(type ?? 'integer', text));
  const value = Number(text);
  if (minimum !== undefined && value < Number(minimum)) throw new Wrong(words[dialect].minimum(value, Number(minimum)));
  if (maximum !== undefined && value > Number(maximum)) throw new Wrong(words[dialect].maximum(value, Number(maximum)));
  return value;
}

function booleanOf(given: unknown, dialect: Dialect): boolean {
  const text = plainText(given).toLowerCase();
  if (/^(1|on|yes|true)$/.test(text)) return true;
  if (/^(0|off|no|false)$/.test(text)) return false;
  throw new Wrong(words[dialect].type('boolean', plainText(given)));
}

function checkNested(text: string, properties: Properties, dialect: Dialect, defaultKey?: string): void {
  const parsed = parsePropertyString(text, properties, defaultKey);
  if ('wrong' in parsed) throw new Wrong(`invalid format - ${parsed.wrong}`);
  const { errors } = check(parsed.values, properties, dialect);
  const [first] = Object.entries(errors);
  if (first) throw new Wrong(`invalid format - format error\n${first[0]}: ${first[1]}`);
}

function checkFormat(text: string, format: NonNullable<Schema['format']>, dialect: Dialect): void {
  if (typeof format !== 'string') {
    const wrapped = format as { readonly properties?: Properties; readonly default_key?: string };
    const isWrapped = dialect === 'pbs' && wrapped.properties !== undefined;
    if (isWrapped) checkNested(text, wrapped.properties ?? {}, dialect, wrapped.default_key);
    else checkNested(text, format as Properties, dialect);
    return;
  }
  const properties = nestedFormat(format);
  if (properties) return checkNested(text, properties, dialect);
  const problem = formatProblem(format, text);
  if (problem !== undefined) throw new Wrong(`invalid format - ${problem}`);
}

/** Of what is no object. */
export function plainText(given: unknown): string {
  return typeof given === 'string' ? given : JSON.stringify(given);
}

function textOf(given: unknown, schema: Schema, dialect: Dialect): string {
  if (typeof given === 'object') throw new Wrong(words[dialect].type('string', 'a reference'));
  const text = typeof given === 'boolean' ? (given ? '1' : '0') : plainText(given);
  const { maxLength, minLength, pattern, format } = schema;
  if (maxLength !== undefined && text.length > maxLength) throw new Wrong(words[dialect].longest(maxLength));
  if (minLength !== undefined && text.length < minLength) throw new Wrong(words[dialect].shortest(minLength));
  if (pattern !== undefined && !patternOf(pattern).test(text)) throw new Wrong(words[dialect].pattern);
  if (format !== undefined) checkFormat(text, format, dialect);
  return text;
}

function listOf(given: unknown, items: Schema, dialect: Dialect): readonly string[] {
  const parts = Array.isArray(given) ? (given as readonly unknown[]) : plainText(given).split('\0');
  return parts.map((part) => String(valueOf(part, items, dialect)));
}

function valueOf(given: unknown, schema: Schema, dialect: Dialect): Value {
  const { enum: allowed } = schema;
  if (allowed && !allowed.map(String).includes(plainText(given)))
    throw new Wrong(words[dialect].enumeration(plainText(given), allowed.join(', ')));
  if (schema.type === 'integer' || schema.type === 'number') return numberOf(given, schema, dialect);
  if (schema.type === 'boolean') return booleanOf(given, dialect);
  if (schema.type === 'array') return listOf(given, schema.items ?? {}, dialect);
  return textOf(given, schema, dialect);
}

function attempt(
  name: string,
  run: () => Value,
  into: { params: Record<string, Value>; errors: Record<string, string> },
): void {
  try {
    into.params[name] = run();
  } catch (error) {
    if (!(error instanceof Wrong)) throw error;
    into.errors[name] = error.message;
  }
}

function missing(
  given: Readonly<Record<string, unknown>>,
  properties: Properties,
  dialect: Dialect,
): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const [name, { optional, alias, requires }] of Object.entries(properties)) {
    const needed = !optional && alias === undefined && !name.endsWith('[n]');
    if (needed && given[name] === undefined) errors[name] = words[dialect].missing;
    if (requires !== undefined && given[name] !== undefined && given[requires] === undefined)
      errors[requires] = `missing property - '${name}' requires this property`;
  }
  return errors;
}

function check(given: Readonly<Record<string, unknown>>, properties: Properties, dialect: Dialect): Checked {
  const found = { params: {}, errors: missing(given, properties, dialect) };
  for (const [name, value] of Object.entries(given)) {
    const schema = propertyOf(properties, name);
    if (schema) attempt(name, () => valueOf(value, schema, dialect), found);
    else found.errors[name] = words[dialect].unknown;
  }
  return found;
}

export function validate(given: Readonly<Record<string, unknown>>, endpoint: Endpoint, dialect: Dialect): Checked {
  return check(given, endpoint.parameters.properties ?? {}, dialect);
}
