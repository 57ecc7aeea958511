// SPDX-License-Identifier: GPL-3.0-or-later
/** The "query" protocol's parameters: `Tags.member.1.Key=…` (Smithy specification, "AWS query protocol"). */
import { AwsError } from '../errors.ts';
import type { Fields, Members, Shape, Value } from './model.ts';

/** Every parameter must belong to the model: what is unknown is refused, not ignored. */
export function readQuery(pairs: readonly (readonly [string, string])[], members: Members): Fields {
  const tree = new Map<string, Node>();
  for (const [name, value] of pairs) {
    if (name === 'Action' || name === 'Version' || name.startsWith('X-Amz-')) continue;
    place(tree, name, value);
  }
  return structure(tree, members, '');
}

type Node = { value?: string; inner: Map<string, Node> };

function place(tree: Map<string, Node>, name: string, value: string): void {
  let level = tree;
  let node: Node | undefined;
  for (const part of name.split('.')) {
    node = level.get(part) ?? { inner: new Map() };
    level.set(part, node);
    level = node.inner;
  }
  if (!node) return;
  if (node.value !== undefined) throw unknown(name);
  node.value = value;
}

function structure(tree: Map<string, Node>, members: Members, at: string): Fields {
  const fields: Record<string, Value> = {};
  for (const [name, node] of tree) {
    const shape = Object.hasOwn(members, name) ? members[name] : undefined;
    if (!shape) throw unknown(`${at}${name}`);
    fields[name] = read(node, shape, `${at}${name}`);
  }
  return fields;
}

function read(node: Node, shape: Shape, at: string): Value {
  if (shape.is === 'structure') {
    if (node.value !== undefined) throw unknown(at);
    return structure(node.inner, shape.members, `${at}.`);
  }
  if (shape.is === 'list') return list(node, shape.of, at);
  if (node.inner.size > 0 || node.value === undefined) throw unknown(at);
  return node.value;
}

function list(node: Node, of: Shape, at: string): Value[] {
  // an empty list is sent as `Tags=`
  if (node.inner.size === 0 && node.value === '') return [];
  const member = node.inner.get('member');
  if (node.value !== undefined || node.inner.size !== 1 || !member) throw unknown(at);
  const items = [...member.inner].sort(([a], [b]) => Number(a) - Number(b));
  if (items.some(([index], i) => index !== String(i + 1))) throw unknown(`${at}.member`);
  return items.map(([index, item]) => read(item, of, `${at}.member.${index}`));
}

/** IAM API reference, "Common errors": InvalidQueryParameter, "The AWS query string is malformed or does not adhere to AWS standards". */
function unknown(name: string): AwsError {
  return new AwsError('InvalidQueryParameter', `The query parameter ${name} is not known or malformed.`);
}
