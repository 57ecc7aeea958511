// SPDX-License-Identifier: GPL-3.0-or-later
/** A service's model as data: what an operation takes. Constraints are those of the API references. */

export interface Text {
  readonly is: 'text';
  readonly required?: boolean;
  readonly min?: number;
  readonly max?: number;
  /** Anchored at both ends. */
  readonly pattern?: RegExp;
  readonly oneOf?: readonly string[];
}

export interface Whole {
  readonly is: 'whole';
  readonly required?: boolean;
  readonly min?: number;
  readonly max?: number;
}

export interface Flag {
  readonly is: 'flag';
  readonly required?: boolean;
}

export interface List {
  readonly is: 'list';
  readonly required?: boolean;
  readonly max?: number;
  readonly of: Shape;
}

export interface Structure {
  readonly is: 'structure';
  readonly required?: boolean;
  readonly members: Members;
}

export type Shape = Text | Whole | Flag | List | Structure;
export type Members = Readonly<Record<string, Shape>>;

/** A decoded request: text stays text, whatever its shape; lists and structures nest. */
export type Value = string | readonly Value[] | Fields;
export interface Fields {
  readonly [name: string]: Value | undefined;
}

export function text(constraints: Omit<Text, 'is'> = {}): Text {
  return { is: 'text', ...constraints };
}

export function whole(min: number, max: number): Whole {
  return { is: 'whole', min, max };
}

export function required<S extends Shape>(shape: S): S {
  return { ...shape, required: true };
}

/** The text of a member that the model requires. */
export function must(fields: Fields, name: string): string {
  const value = fields[name];
  return typeof value === 'string' ? value : '';
}

export function may(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  return typeof value === 'string' ? value : undefined;
}

export function texts(fields: Fields, name: string): string[] {
  const value = fields[name];
  return Array.isArray(value) ? value.filter((item: Value): item is string => typeof item === 'string') : [];
}

export function records(fields: Fields, name: string): Fields[] {
  const value = fields[name];
  return Array.isArray(value)
    ? value.filter((item: Value): item is Fields => typeof item === 'object' && !Array.isArray(item))
    : [];
}
