// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Requests as data, written with the typed paths of proxmox-api. Of that package we use the types and the paths: its engine repeats writes,
 * cannot be given a certificate to trust and puts errors into one text (docs/adr/0043).
 */
import { proxmoxApi } from 'proxmox-api';
import type { Parameter } from '../../wire/call.ts';
import type { HttpsRequest } from '../https/https-api.ts';

type Api = ReturnType<typeof proxmoxApi>;

type Value = string | number | boolean | readonly string[];

export interface Asked {
  /** Method and path, `{id}` for each id: `POST /nodes/{id}/qemu`. */
  readonly action: string;
  readonly method: HttpsRequest['method'];
  /** Below /api2/json. */
  readonly path: readonly string[];
  readonly values: Readonly<Record<string, Value>>;
}

const prefix = '/api2/json/';

/** The request that `write` would send; it is not sent. */
export function asked(write: (api: Api) => unknown): Asked {
  const found: Asked[] = [];
  const api = proxmoxApi({
    doRequest: (method, path, template, params = {}) => {
      found.push({
        action: `${method.toUpperCase()} /${template.slice(prefix.length).replaceAll('*', '{id}')}`,
        method: method.toUpperCase() as HttpsRequest['method'],
        // proxmox-api escapes the slash in an id and nothing else; each segment is encoded whole where it is sent
        path: path
          .slice(prefix.length)
          .split('/')
          .map((segment) => segment.replaceAll('%2F', '/')),
        values: Object.fromEntries(
          Object.entries(params).filter(([, value]) => value !== undefined),
        ) as Asked['values'],
      });
      return Promise.resolve();
    },
  });
  write(api);
  const [only] = found;
  if (!only || found.length > 1) throw new Error(`one request was to be written, not ${found.length}`);
  return only;
}

/** Perl knows 1 and 0; a list is its name again and again. */
function pairs(values: Asked['values']): readonly (readonly [string, string])[] {
  return Object.entries(values).flatMap(([name, value]): (readonly [string, string])[] => {
    if (typeof value === 'boolean') return [[name, value ? '1' : '0']];
    if (typeof value === 'object') return value.map((item) => [name, item] as const);
    return [[name, String(value)]];
  });
}

/** What is a secret has a name that says so; it is sent, and never shown. */
const secret = /password|encryption-key|secret/;

export function shown({ values }: Asked): readonly Parameter[] {
  return pairs(values).map(([name, value]) => ({ name, value: secret.test(name) ? '(not shown)' : value }));
}

/** GET and DELETE have their values in the address: a body would be refused (501). */
export function requestOf(one: Asked): HttpsRequest {
  const { action, method, path, values } = one;
  const form = pairs(values);
  const inAddress = method === 'GET' || method === 'DELETE';
  return {
    action,
    effect: method === 'GET' ? 'read' : 'write',
    method,
    path: ['api2', 'json', ...path],
    parameters: shown(one),
    ...(form.length === 0 ? {} : inAddress ? { query: Object.fromEntries(form) } : { content: { form } }),
  };
}
