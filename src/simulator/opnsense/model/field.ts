// SPDX-License-Identifier: GPL-3.0-or-later
/** The shapes of models/OPNsense/Base/FieldTypes, as far as they are used here. */
import type { Firewall, Values } from '../state.ts';

export type Field = {
  readonly required?: true;
  /** What a new record begins with. */
  readonly default?: string;
  /** In place of the type's own. */
  readonly message?: string;
} & (
  | { readonly type: 'boolean' }
  | { readonly type: 'integer'; readonly min?: number; readonly max?: number }
  /** A closed list; with `multiple`, comma separated. */
  | { readonly type: 'list'; readonly options: (firewall: Firewall) => readonly string[]; readonly multiple?: true }
  | { readonly type: 'text'; readonly mask?: RegExp }
  | { readonly type: 'description' }
  /** Addresses or networks. */
  | { readonly type: 'network'; readonly mask?: 'required' | 'forbidden'; readonly asList?: true }
  | { readonly type: 'ikeAddresses' }
);

export type Fields = Readonly<Record<string, Field>>;

export interface Unique {
  /** The field that the message is about; others are its `addFields`. */
  readonly fields: readonly [string, ...string[]];
  readonly message: string;
}

export interface Model {
  readonly fields: Fields;
  readonly unique?: readonly Unique[];
  /** The model class's own performValidation: messages by field. */
  validate?(
    values: Values,
    at: { readonly firewall: Firewall; readonly uuid: string },
  ): readonly (readonly [string, string])[];
}

export const yes: Field = { type: 'boolean', required: true, default: '1' };
export const no: Field = { type: 'boolean', required: true, default: '0' };
export const description: Field = { type: 'description' };

export function oneOf(...options: readonly string[]): Extract<Field, { type: 'list' }> {
  return { type: 'list', options: () => options };
}
