// SPDX-License-Identifier: GPL-3.0-or-later
/** JSON patch (RFC 6902) without changing the document; a patch that does not fit is refused whole. */
import type { Json, JsonObject } from '../object.ts';
import { equal, isList, isObject } from '../object.ts';
import { badRequest, failure } from '../status.ts';

function refused(): Error {
  return failure(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
}

function pointer(path: Json | undefined): string[] {
  if (typeof path !== 'string' || (path !== '' && !path.startsWith('/'))) throw refused();
  return path
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function read(document: Json, path: readonly string[]): Json {
  let at: Json | undefined = document;
  for (const part of path) at = isList(at) ? at[index(part, at.length - 1)] : isObject(at) ? at[part] : undefined;
  if (at === undefined) throw refused();
  return at;
}

function index(part: string, last: number): number {
  const number = /^(0|[1-9]\d*)$/.test(part) ? Number(part) : -1;
  if (number < 0 || number > last) throw refused();
  return number;
}

type Edit = 'add' | 'replace' | 'remove';

function edit(document: Json | undefined, path: readonly string[], how: Edit, value: Json | undefined): Json {
  const [part, ...rest] = path;
  if (part === undefined) return value ?? null;
  if (isList(document)) return editList(document, [part, ...rest], how, value);
  if (!isObject(document)) throw refused();
  if (rest.length > 0) return { ...document, [part]: edit(document[part], rest, how, value) };
  if (how !== 'add' && document[part] === undefined) throw refused();
  const { [part]: old, ...others } = document as Record<string, Json>;
  return how === 'remove' ? others : { ...document, [part]: value };
}

function editList(
  list: readonly Json[],
  [part = '', ...rest]: readonly string[],
  how: Edit,
  value: Json | undefined,
): Json {
  const end = how === 'add' && rest.length === 0;
  const at = part === '-' && end ? list.length : index(part, end ? list.length : list.length - 1);
  if (rest.length > 0) return list.with(at, edit(list[at], rest, how, value));
  return list.toSpliced(at, how === 'add' ? 0 : 1, ...(how === 'remove' ? [] : [value ?? null]));
}

function step(document: Json, operation: JsonObject): Json {
  const path = pointer(operation.path);
  switch (operation.op) {
    case 'add':
    case 'replace':
    case 'remove':
      return edit(document, path, operation.op, operation.value);
    case 'copy':
      return edit(document, path, 'add', read(document, pointer(operation.from)));
    case 'move': {
      const from = pointer(operation.from);
      return edit(edit(document, from, 'remove', undefined), path, 'add', read(document, from));
    }
    case 'test':
      if (!equal(read(document, path), operation.value ?? null)) throw refused();
      return document;
    default:
      throw refused();
  }
}

export function jsonPatch(document: Json, patch: Json): Json {
  if (!isList(patch)) throw badRequest('json: cannot unmarshal object into Go value of type jsonpatch.Patch');
  return patch.reduce((at, operation) => step(at, isObject(operation) ? operation : {}), document);
}
