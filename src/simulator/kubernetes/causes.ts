// SPDX-License-Identifier: GPL-3.0-or-later
/** Causes of a 422, worded as apimachinery's field errors are (pkg/util/validation/field). */
import type { Json } from './object.ts';
import type { Cause } from './status.ts';

export function quote(value: Json | undefined): string {
  const text = JSON.stringify(value ?? null);
  // Go escapes these inside printed structs, not in plain strings.
  return typeof value === 'string'
    ? text
    : text.replaceAll('<', '\\u003c').replaceAll('>', '\\u003e').replaceAll('&', '\\u0026');
}

export function invalidValue(field: string, value: Json | undefined, detail: string): Cause {
  return { reason: 'FieldValueInvalid', message: `Invalid value: ${quote(value)}: ${detail}`, field };
}

/** For objects and lists, whose value would be too long to print. */
export function invalidWithout(field: string, detail: string): Cause {
  return { reason: 'FieldValueInvalid', message: `Invalid value: ${detail}`, field };
}

export function wrongType(field: string, is: string, must: string, where: string): Cause {
  const message = `Invalid value: "${is}": ${where} in body must be of type ${must}: "${is}"`;
  return { reason: 'FieldValueTypeInvalid', message, field };
}

export function required(field: string, detail = ''): Cause {
  return {
    reason: 'FieldValueRequired',
    message: detail === '' ? 'Required value' : `Required value: ${detail}`,
    field,
  };
}

export function forbidden(field: string, detail: string): Cause {
  return { reason: 'FieldValueForbidden', message: `Forbidden: ${detail}`, field };
}

export function duplicate(field: string, value: Json | undefined): Cause {
  return { reason: 'FieldValueDuplicate', message: `Duplicate value: ${quote(value)}`, field };
}

export function notSupported(field: string, value: Json | undefined, supported: readonly Json[]): Cause {
  const values = supported.map((one) => quote(typeof one === 'string' ? one : JSON.stringify(one))).join(', ');
  return {
    reason: 'FieldValueNotSupported',
    message: `Unsupported value: ${quote(value)}: supported values: ${values}`,
    field,
  };
}

export function tooLong(field: string, max: number): Cause {
  const bytes = max === 1 ? 'byte' : 'bytes';
  return { reason: 'FieldValueTooLong', message: `Too long: may not be more than ${max} ${bytes}`, field };
}

export function tooMany(field: string, is: number, max: number): Cause {
  const items = max === 1 ? 'item' : 'items';
  return { reason: 'FieldValueTooMany', message: `Too many: ${is}: must have at most ${max} ${items}`, field };
}
