// SPDX-License-Identifier: GPL-3.0-or-later
/** Base/FieldTypes and Base/Constraints: what a record may hold. */
import { isIP, isIPv6 } from 'node:net';
import type { Firewall, Values } from '../state.ts';
import type { Field, Model, Unique } from './field.ts';

export interface Saving {
  readonly firewall: Firewall;
  readonly model: Model;
  readonly uuid: string;
  readonly values: Values;
  /** All of its kind, this one with its new values among them. */
  readonly all: ReadonlyMap<string, Values>;
}

function isNetwork(value: string, mask: 'required' | 'forbidden' | undefined): boolean {
  const [address = '', prefix, more] = value.split('/');
  if (isIP(address) === 0 || more !== undefined) return false;
  if (prefix === undefined) return mask !== 'required';
  const longest = isIPv6(address) ? 128 : 32;
  return mask !== 'forbidden' && /^\d{1,3}$/.test(prefix) && Number(prefix) <= longest;
}

/** Firewall/Util.php, isDomain. */
const domain = /^(?=.{1,253}$)([a-z0-9_]([-a-z0-9_]{0,61}[a-z0-9_])?\.)*[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/i;

type Check = (value: string, field: never, firewall: Firewall) => string | undefined;

const checks: Readonly<Record<Field['type'], Check>> = {
  boolean: (value) => (/^[01]$/.test(value) ? undefined : 'Value should be a boolean (0,1).'),
  integer: (value, { min = -Infinity, max = Infinity }: Extract<Field, { type: 'integer' }>) =>
    /^-?\d+$/.test(value) && Number(value) >= min && Number(value) <= max ? undefined : 'Invalid integer value.',
  list(value, { options, multiple }: Extract<Field, { type: 'list' }>, firewall) {
    const chosen = multiple ? value.split(',') : [value];
    const known = new Set(options(firewall));
    const strange = chosen.find((one) => !known.has(one));
    return strange === undefined ? undefined : `Option [${strange}] not in list.`;
  },
  text: (value, { mask }: Extract<Field, { type: 'text' }>) =>
    mask === undefined || mask.test(value) ? undefined : 'Text does not validate.',
  description: (value) =>
    /^.{1,255}$/.test(value) ? undefined : 'Description should be a string between 1 and 255 characters.',
  network(value, { mask, asList }: Extract<Field, { type: 'network' }>) {
    const all = asList ? value.split(',') : [value];
    return all.every((one) => isNetwork(one, mask))
      ? undefined
      : 'Please specify a valid network segment or IP address.';
  },
  ikeAddresses(value) {
    const strange = value.split(',').find((one) => !isNetwork(one, undefined) && !domain.test(one));
    return strange === undefined ? undefined : `Entry "${strange}" is not a valid hostname, IP address or range.`;
  },
};

function fieldTrouble(field: Field, value: string, firewall: Firewall): string | undefined {
  if (value === '') return field.required ? 'A value is required.' : undefined;
  const trouble = checks[field.type](value, field as never, firewall);
  return trouble === undefined ? undefined : (field.message ?? trouble);
}

/** UniqueConstraint.php: an empty field that is not required is never a duplicate. */
function isTaken({ values, all, uuid, model }: Saving, { fields }: Unique): boolean {
  const [first] = fields;
  if (values[first] === '' && !model.fields[first]?.required) return false;
  return [...all].some(([other, its]) => other !== uuid && fields.every((name) => its[name] === values[name]));
}

/** Messages by field; none: it may be saved. */
export function troublesOf(saving: Saving): ReadonlyMap<string, string> {
  const { model, values, firewall, uuid } = saving;
  const troubles = new Map<string, string>();
  const add = (field: string, text: string) => troubles.set(field, troubles.get(field) ?? text);
  for (const [name, field] of Object.entries(model.fields)) {
    const trouble = fieldTrouble(field, values[name] ?? '', firewall);
    if (trouble !== undefined) add(name, trouble);
  }
  for (const unique of model.unique ?? []) if (isTaken(saving, unique)) add(unique.fields[0], unique.message);
  for (const [field, text] of model.validate?.(values, { firewall, uuid }) ?? []) add(field, text);
  return troubles;
}
