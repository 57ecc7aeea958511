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
  const parts = path
    .split('/')
    .filter((part) => part !== '')
    .map(decodeURIComponent);
  const isCore = parts[0] === 'api';
  if (!isCore && parts[0] !== 'apis') return undefined;
  const [group = '', version = '', ...rest] = isCore ? ['', ...parts.slice(1)] : parts.slice(1);
  if (rest.length === 0) return undefined;
  const [first = '', second = '', third = '', ...more] = rest;
  const inNamespace = first === 'namespaces' && third !== '' && !['status', 'finalize'].includes(third);
  const [plural, name = '', subresource = ''] = inNamespace ? [third, ...more] : [first, second, third];
  return { group, version, plural, name, subresource, namespace: inNamespace ? second : '' };
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
