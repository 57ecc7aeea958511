// SPDX-License-Identifier: GPL-3.0-or-later
/** Checks a value against its schema, in the words of kube-openapi (pkg/validation) as apiextensions-apiserver turns them into causes. */
import { invalidValue, notSupported, required, tooLong, tooMany, wrongType } from '../causes.ts';
import type { Json, JsonObject } from '../object.ts';
import { equal, isList, isObject } from '../object.ts';
import type { Cause } from '../status.ts';
import { hasFormat } from './formats.ts';
import type { Schema } from './structural.ts';
import { childSchema, join } from './structural.ts';

function typeOf(value: Json): string {
  if (value === null) return 'null';
  if (isList(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

/** kube-openapi checks numbers twice, and names no field the second time. */
function notWhole(path: string): Cause {
  const message = `Invalid value: "": Checked value must be of type integer (default format) in ${path}`;
  return { reason: 'FieldValueInvalid', message, field: '<nil>' };
}

function allowedTypes(schema: Schema): readonly string[] {
  if (schema['x-kubernetes-int-or-string']) return ['integer', 'string'];
  return schema.type === undefined ? [] : [schema.type];
}

function hasType(types: readonly string[], is: string): boolean {
  return types.length === 0 || types.includes(is) || (is === 'integer' && types.includes('number'));
}

export function validate(schema: Schema, value: Json, path: string, causes: Cause[]): void {
  if (value === null && schema.nullable === true) return;
  // Asked of values of the wrong type too.
  if (schema.enum && !schema.enum.some((one) => equal(one, value))) causes.push(notSupported(path, value, schema.enum));
  const types = allowedTypes(schema);
  const is = typeOf(value);
  if (!hasType(types, is)) {
    if (is === 'number' && schema.type === 'integer') causes.push(notWhole(path));
    causes.push(wrongType(path, is, types.join(','), path));
    return;
  }
  validateShape(schema, value, path, causes);
  if (schema.oneOf ?? schema.anyOf ?? schema.allOf ?? schema.not) validateLogic(schema, value, path, causes);
}

function validateShape(schema: Schema, value: Json, path: string, causes: Cause[]): void {
  if (typeof value === 'string') validateString(schema, value, path, causes);
  else if (typeof value === 'number') validateNumber(schema, value, path, causes);
  else if (isList(value)) validateList(schema, value, path, causes);
  else if (isObject(value)) validateObject(schema, value, path, causes);
}

const patterns = new Map<string, RegExp>();

/** RE2 and JavaScript agree on what CRDs use; `(?i)` at the front is the one difference met in practice. */
export function pattern(source: string): RegExp {
  let compiled = patterns.get(source);
  if (!compiled) {
    compiled = source.startsWith('(?i)') ? new RegExp(source.slice(4), 'iu') : new RegExp(source, 'u');
    patterns.set(source, compiled);
  }
  return compiled;
}

/** Only the first failing string rule is told, in this order. */
function validateString(schema: Schema, value: string, path: string, causes: Cause[]): void {
  // Characters, not UTF-16 units (utf8.RuneCountInString).
  const length = Array.from(value).length;
  if (schema.maxLength !== undefined && length > schema.maxLength) causes.push(tooLong(path, schema.maxLength));
  else if (schema.minLength !== undefined && length < schema.minLength)
    causes.push(invalidValue(path, value, `${path} in body should be at least ${schema.minLength} chars long`));
  else if (schema.pattern !== undefined && !pattern(schema.pattern).test(value))
    causes.push(invalidValue(path, value, `${path} in body should match '${schema.pattern}'`));
  if (schema.format === undefined || hasFormat(schema.format, value)) return;
  const message = `Invalid value: ${JSON.stringify(value)}: ${path} in body must be of type ${schema.format}: ${JSON.stringify(value)}`;
  causes.push({ reason: 'FieldValueTypeInvalid', message, field: path });
}

function validateNumber(schema: Schema, value: number, path: string, causes: Cause[]): void {
  const { multipleOf, maximum, minimum } = schema;
  if (multipleOf !== undefined && !Number.isInteger(value / multipleOf))
    causes.push(invalidValue(path, value, `${path} in body should be a multiple of ${multipleOf}`));
  if (maximum !== undefined && (schema.exclusiveMaximum ? value >= maximum : value > maximum)) {
    const words = schema.exclusiveMaximum ? 'less than' : 'less than or equal to';
    causes.push(invalidValue(path, value, `${path} in body should be ${words} ${maximum}`));
  }
  if (minimum !== undefined && (schema.exclusiveMinimum ? value <= minimum : value < minimum)) {
    const words = schema.exclusiveMinimum ? 'greater than' : 'greater than or equal to';
    causes.push(invalidValue(path, value, `${path} in body should be ${words} ${minimum}`));
  }
}

function validateList(schema: Schema, value: readonly Json[], path: string, causes: Cause[]): void {
  const { minItems, maxItems, items } = schema;
  if (items) for (const [index, item] of value.entries()) validate(items, item, `${path}[${index}]`, causes);
  if (maxItems !== undefined && value.length > maxItems) causes.push(tooMany(path, value.length, maxItems));
  if (minItems !== undefined && value.length < minItems)
    causes.push(invalidValue(path, value.length, `${path} in body should have at least ${minItems} items`));
}

function validateObject(schema: Schema, value: JsonObject, path: string, causes: Cause[]): void {
  const { minProperties, maxProperties } = schema;
  const keys = Object.keys(value);
  for (const name of schema.required ?? []) if (value[name] === undefined) causes.push(required(join(path, name)));
  if (maxProperties !== undefined && keys.length > maxProperties)
    causes.push(tooMany(path, keys.length, maxProperties));
  if (minProperties !== undefined && keys.length < minProperties)
    causes.push(invalidValue(path, keys.length, `${path} in body should have at least ${minProperties} properties`));
  for (const key of keys) {
    const child = childSchema(schema, key);
    if (child) validate(child, value[key] as Json, join(path, key), causes);
  }
}

function failures(schema: Schema, value: Json, path: string): Cause[] {
  const causes: Cause[] = [];
  validate(schema, value, path, causes);
  return causes;
}

function logic(path: string, words: string): Cause {
  return { reason: 'FieldValueInvalid', message: `Invalid value: "": "${path}" must ${words}`, field: '<nil>' };
}

function validateLogic(schema: Schema, value: Json, path: string, causes: Cause[]): void {
  const { oneOf, anyOf, allOf, not } = schema;
  const tries = (schemas: readonly Schema[]): Cause[][] => schemas.map((one) => failures(one, value, path));
  if (anyOf) validateAny(tries(anyOf), path, causes);
  if (oneOf) validateOne(tries(oneOf), path, causes);
  for (const found of tries(allOf ?? []))
    if (found.length > 0) causes.push(logic(path, 'validate all the schemas (allOf)'), ...found);
  if (not && failures(not, value, path).length === 0) causes.push(logic(path, 'not validate the schema (not)'));
}

function validateAny(tries: readonly Cause[][], path: string, causes: Cause[]): void {
  if (tries.some((one) => one.length === 0)) return;
  causes.push(logic(path, 'validate at least one schema (anyOf)'), ...(tries[0] ?? []));
}

function validateOne(tries: readonly Cause[][], path: string, causes: Cause[]): void {
  const valid = tries.filter((one) => one.length === 0).length;
  const words = 'validate one and only one schema (oneOf). Found';
  if (valid === 0) causes.push(logic(path, `${words} none valid`), ...(tries[0] ?? []));
  if (valid > 1) causes.push(logic(path, `${words} ${valid} valid alternatives`));
}
