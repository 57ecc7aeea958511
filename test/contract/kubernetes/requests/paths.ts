// SPDX-License-Identifier: GPL-3.0-or-later
/** Where the contract works, and short words for its requests. */
import type { Asked, Json } from '../exchange.ts';

export const namespace = 'contract';
export const core = `/api/v1/namespaces/${namespace}`;
export const widgets = `/apis/sample.dev/v1/namespaces/${namespace}/widgets`;
export const secrets = `${core}/secrets`;
export const configMaps = `${core}/configmaps`;
export const leases = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`;
export const table = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
export const mergeType = 'application/merge-patch+json';
export const jsonType = 'application/json-patch+json';
export const applyType = 'application/apply-patch+yaml';

type More = Partial<Asked>;

export function get(title: string, path: Asked['path'], more: More = {}): Asked {
  return { title, method: 'GET', path, ...more };
}
export function post(title: string, path: string, body: Asked['body'], more: More = {}): Asked {
  return { title, method: 'POST', path, ...(body === undefined ? {} : { body }), ...more };
}
export function put(title: string, path: string, body: Asked['body'], more: More = {}): Asked {
  return { title, method: 'PUT', path, ...(body === undefined ? {} : { body }), ...more };
}
export function merge(title: string, path: string, body: Asked['body'], more: More = {}): Asked {
  return { title, method: 'PATCH', path, type: mergeType, ...(body === undefined ? {} : { body }), ...more };
}
export function patch(title: string, path: string, body: Json, more: More = {}): Asked {
  return { title, method: 'PATCH', path, body, type: jsonType, ...more };
}
export function apply(title: string, path: string, body: Asked['body']): Asked {
  return { title, method: 'PATCH', path, type: applyType, ...(body === undefined ? {} : { body }) };
}
export function remove(title: string, path: string, body?: Asked['body']): Asked {
  return { title, method: 'DELETE', path, ...(body === undefined ? {} : { body }) };
}
