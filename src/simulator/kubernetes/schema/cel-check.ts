// SPDX-License-Identifier: GPL-3.0-or-later
/** Refuses rules that name fields a schema does not have, as the API server's typed CEL does; the library itself sees `self` untyped. */
import type { ASTNode } from '@marcbachmann/cel-js';
import type { Schema } from './structural.ts';
import { childSchema, keepsUnknown, valueSchema } from './structural.ts';

type Variables = ReadonlyMap<string, Schema | undefined>;

const macros = new Set(['all', 'exists', 'exists_one', 'filter', 'map']);

function undefinedField(name: string): Error {
  return new Error(`undefined field '${name}'`);
}

/** @throws Error `undefined field 'x'` */
export function checkFields(ast: ASTNode, self: Schema, root: boolean): void {
  const shape = root ? withIdentity(self) : self;
  typeOf(
    ast,
    new Map([
      ['self', shape],
      ['oldSelf', shape],
    ]),
  );
}

/** At the root a rule also sees apiVersion, kind, metadata.name and metadata.generateName. */
function withIdentity(schema: Schema): Schema {
  const text: Schema = { type: 'string' };
  const metadata: Schema = { type: 'object', properties: { name: text, generateName: text } };
  return { ...schema, properties: { ...schema.properties, apiVersion: text, kind: text, metadata } };
}

/** The schema of an expression where it is known; walks all of it. */
function typeOf(node: ASTNode, variables: Variables): Schema | undefined {
  switch (node.op) {
    case 'id':
      return variables.get(node.args);
    case '.':
    case '.?':
      return member(node.args, variables);
    case '[]':
    case '[?]': {
      const [of] = node.args.map((child) => typeOf(child, variables));
      return of?.items ?? (of && valueSchema(of));
    }
    case 'rcall':
      return call(node.args, variables);
    default:
      for (const child of children(node.args)) typeOf(child, variables);
      return undefined;
  }
}

function member([of, name]: [ASTNode, unknown], variables: Variables): Schema | undefined {
  const schema = typeOf(of, variables);
  if (typeof name !== 'string' || !schema?.type || schema.type !== 'object') return undefined;
  const child = childSchema(schema, name.replace(/^__(\w+)__$/, '$1'));
  if (!child && !keepsUnknown(schema)) throw undefinedField(name);
  return child;
}

function call([method, of, values]: [string, ASTNode, ASTNode[]], variables: Variables): Schema | undefined {
  const schema = typeOf(of, variables);
  const [variable] = values;
  if (!macros.has(method) || variable?.op !== 'id' || values.length < 2) {
    for (const value of values) typeOf(value, variables);
    return undefined;
  }
  // Over a list the variable is an item, over a map it is a key.
  const inner = new Map(variables).set(variable.args, schema?.items);
  for (const value of values.slice(1)) typeOf(value, inner);
  return method === 'filter' ? schema : undefined;
}

function children(args: unknown): ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(children);
  return typeof args === 'object' && args !== null && 'op' in args ? [args as ASTNode] : [];
}
