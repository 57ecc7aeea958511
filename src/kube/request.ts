// SPDX-License-Identifier: GPL-3.0-or-later
/** What the client asks of the API server, as a call for the wire and as an HTTP request. */
import type { Scope } from '../core/scope.ts';
import type { Call } from '../wire/call.ts';
import { pathOf, resourceName, type Place, type Resource } from './resource.ts';

/** How one call is made. */
export interface Sending {
  readonly scope?: Scope;
  readonly signal?: AbortSignal;
  /** Default: 30 s, for lists 60 s. */
  readonly timeoutMs?: number;
  /** The leader lease's own write. */
  readonly lease?: true;
}

export interface Asked {
  readonly verb: string;
  readonly method: string;
  readonly resource: Resource;
  readonly place: Place;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: object;
  readonly type?: string;
  readonly sending: Sending;
  readonly timeoutMs: number;
}

/** Collections are watched and listed; only these answers are worth packing. */
export function packed(asked: Asked): Record<string, string> {
  return asked.verb === 'list' ? { 'accept-encoding': 'gzip' } : {};
}

export function bodyType(asked: Asked): Record<string, string> {
  return asked.body === undefined ? {} : { 'content-type': asked.type ?? 'application/json' };
}

export function selectors(options: {
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
}): Record<string, string | undefined> {
  return { fieldSelector: options.fieldSelector, labelSelector: options.labelSelector };
}

export function collection(place: Place): Place {
  return place.namespace === undefined ? {} : { namespace: place.namespace };
}

export function actionOf(asked: Asked): string {
  return `${asked.verb} ${resourceName(asked.resource, asked.place)}`;
}

export function callOf(asked: Asked): Call {
  const { namespace, name } = asked.place;
  const parameters = [
    ...(namespace === undefined ? [] : [{ name: 'namespace', value: namespace }]),
    ...(name === undefined ? [] : [{ name: 'name', value: name }]),
  ];
  const effect = asked.method === 'GET' ? 'read' : 'write';
  const { scope, lease } = asked.sending;
  const endless = asked.verb === 'watch' ? { endless: true as const } : {};
  const extra = { ...(scope ? { scope } : {}), ...(lease ? { lease } : {}), ...endless };
  return { service: 'kubernetes', action: actionOf(asked), effect, parameters, timeoutMs: asked.timeoutMs, ...extra };
}

export function addressOf(server: URL, asked: Asked): URL {
  const url = new URL(`.${pathOf(asked.resource, asked.place)}`, server);
  for (const [name, value] of Object.entries(asked.query ?? {}))
    if (value !== undefined) url.searchParams.set(name, value);
  return url;
}
