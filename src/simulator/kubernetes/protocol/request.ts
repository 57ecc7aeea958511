// SPDX-License-Identifier: GPL-3.0-or-later
/** What a URL asks for (apiserver, pkg/endpoints/request). */
export interface Target {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
}

/** `undefined` for paths that name no resource. */
export function targetOf(path: string): Target | undefined {
  const [root, ...parts] = path
    .split('/')
    .filter((part) => part !== '')
    .map(decodeURIComponent);
  if (root === 'api') return inGroup('', parts);
  return root === 'apis' ? inGroup(parts[0] ?? '', parts.slice(1)) : undefined;
}

function inGroup(
  group: string,
  [version = '', first, second = '', third, ...more]: readonly string[],
): Target | undefined {
  if (first === undefined) return undefined;
  const isNamespaced = first === 'namespaces' && third !== undefined && third !== 'status' && third !== 'finalize';
  if (!isNamespaced) return { group, version, plural: first, name: second, subresource: third ?? '', namespace: '' };
  const [name = '', subresource = ''] = more;
  return { group, version, plural: third, name, subresource, namespace: second };
}

const verbs: Readonly<Record<string, readonly [many: string, one: string]>> = {
  GET: ['list', 'get'],
  POST: ['create', 'create'],
  PUT: ['update', 'update'],
  PATCH: ['patch', 'patch'],
  DELETE: ['deletecollection', 'delete'],
};

export function isTrue(value: string | null): boolean {
  return value === 'true' || value === '1';
}

export function verbOf(method: string, target: Target, query: URLSearchParams): string {
  const [many, one] = verbs[method] ?? [method.toLowerCase(), method.toLowerCase()];
  if (method === 'GET' && target.name === '' && isTrue(query.get('watch'))) return 'watch';
  return target.name === '' ? many : one;
}
