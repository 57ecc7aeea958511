// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * The "query" protocol's parameters: `Tags.member.1.Key=…` (Smithy specification, "AWS query protocol"), and those of its relative, EC2's:
 * `Tag.1.Key=…` ("AWS EC2 query protocol").
 */
import { AwsError } from '../errors.ts';
import type { Fields, Members, Shape, Value } from './model.ts';

export interface InputDialect {
  /** What stands between a list's name and the numbers of its items. */
  readonly listPart?: string;
  readonly unknown: (name: string) => AwsError;
}

const query: InputDialect = { listPart: 'member', unknown };

/** Every parameter must belong to the model: what is unknown is refused, not ignored. */
export function readQuery(
  pairs: readonly (readonly [string, string])[],
  members: Members,
  dialect: InputDialect = query,
): Fields {
  const tree = new Map<string, Node>();
  for (const [name, value] of pairs) {
    if (name === 'Action' || name === 'Version' || name.startsWith('X-Amz-')) continue;
    if (!place(tree, name, value)) throw dialect.unknown(name);
  }
  return new Reader(dialect).structure(tree, members, '');
}

type Node = { value?: string; inner: Map<string, Node> };

/** @returns false for a parameter that was there already. */
function place(tree: Map<string, Node>, name: string, value: string): boolean {
  let level = tree;
  let node: Node | undefined;
  for (const part of name.split('.')) {
    node = level.get(part) ?? { inner: new Map() };
    level.set(part, node);
    level = node.inner;
  }
  if (!node) return true;
  if (node.value !== undefined) return false;
  node.value = value;
  return true;
}

class Reader {
  readonly #dialect: InputDialect;

  constructor(dialect: InputDialect) {
    this.#dialect = dialect;
  }

  structure(tree: Map<string, Node>, members: Members, at: string): Fields {
    const fields: Record<string, Value> = {};
    for (const [name, node] of tree) {
      const shape = Object.hasOwn(members, name) ? members[name] : undefined;
      if (!shape) throw this.#dialect.unknown(`${at}${name}`);
      fields[name] = this.#read(node, shape, `${at}${name}`);
    }
    return fields;
  }

  #read(node: Node, shape: Shape, at: string): Value {
    if (shape.is === 'structure') {
      if (node.value !== undefined) throw this.#dialect.unknown(at);
      return this.structure(node.inner, shape.members, `${at}.`);
    }
    if (shape.is === 'list') return this.#list(node, shape.of, at);
    if (node.inner.size > 0 || node.value === undefined) throw this.#dialect.unknown(at);
    return node.value;
  }

  #list(node: Node, of: Shape, at: string): Value[] {
    // an empty list is sent as `Tags=`
    if (node.inner.size === 0 && node.value === '') return [];
    const part = this.#dialect.listPart;
    const numbered = part === undefined ? node : node.inner.get(part);
    if (node.value !== undefined || !numbered || (part !== undefined && node.inner.size !== 1))
      throw this.#dialect.unknown(at);
    const place = part === undefined ? at : `${at}.${part}`;
    const items = [...numbered.inner].sort(([a], [b]) => Number(a) - Number(b));
    // EC2 takes any numbers and goes by their order: a client leaves out the number of an empty structure
    const wrong = ([index]: [string, Node], i: number): boolean =>
      part === undefined ? !/^[1-9]\d{0,3}$/.test(index) : index !== String(i + 1);
    if (items.some(wrong)) throw this.#dialect.unknown(place);
    return items.map(([index, item]) => this.#read(item, of, `${place}.${index}`));
  }
}

/** IAM API reference, "Common errors": InvalidQueryParameter, "The AWS query string is malformed or does not adhere to AWS standards". */
function unknown(name: string): AwsError {
  return new AwsError('InvalidQueryParameter', `The query parameter ${name} is not known or malformed.`);
}
