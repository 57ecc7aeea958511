// SPDX-License-Identifier: GPL-3.0-or-later
/** A request as data: shown by a plan, compared by a test, sent by the client. */
import type { Parameter } from '../../wire/call.ts';
import type { HttpsRequest } from '../https/https-api.ts';

type Value = string | number | boolean | readonly string[];

export interface Asked {
  /** Method and path, `{id}` for each id: `POST /nodes/{id}/qemu`. */
  readonly action: string;
  readonly method: HttpsRequest['method'];
  /** Below /api2/json. */
  readonly path: readonly string[];
  readonly values: Readonly<Record<string, Value>>;
  /** A change of nothing, that a look needs, too: a login. Otherwise GET reads, and all else writes. */
  readonly effect?: 'read';
}

/** Both know 1 and 0; a list is its name again and again. */
function pairs(values: Asked['values']): readonly (readonly [string, string])[] {
  return Object.entries(values).flatMap(([name, value]): (readonly [string, string])[] => {
    if (typeof value === 'boolean') return [[name, value ? '1' : '0']];
    if (typeof value === 'object') return value.map((item) => [name, item] as const);
    return [[name, String(value)]];
  });
}

/** What is a secret has a name that says so; it is sent, and never shown. */
const secret = /password|encryption-key|secret|ticket/;

export function shown({ values }: Asked): readonly Parameter[] {
  return pairs(values).map(([name, value]) => ({ name, value: secret.test(name) ? '(not shown)' : value }));
}

/** GET and DELETE have their values in the address: Proxmox VE refuses a body there (501). */
export function requestOf(one: Asked): HttpsRequest {
  const { action, method, path, values, effect } = one;
  const form = pairs(values);
  const inAddress = method === 'GET' || method === 'DELETE';
  return {
    action,
    effect: effect ?? (method === 'GET' ? 'read' : 'write'),
    method,
    path: ['api2', 'json', ...path],
    parameters: shown(one),
    ...(form.length === 0 ? {} : inAddress ? { query: form } : { content: { form } }),
  };
}
