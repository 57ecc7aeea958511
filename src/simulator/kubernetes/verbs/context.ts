// SPDX-License-Identifier: GPL-3.0-or-later
/** One request on its way through the API server. */
import type { SimRequest } from '../../kernel/service.ts';
import type { JsonObject, KubeObject } from '../object.ts';
import type { Target } from '../protocol/request.ts';
import type { Definition } from '../resources/definition.ts';
import type { User, World } from '../world.ts';

export interface Context {
  readonly world: World;
  readonly request: SimRequest;
  readonly query: URLSearchParams;
  readonly target: Target;
  readonly definition: Definition;
  readonly user: User;
  /** For the answer's `Warning` headers. */
  readonly warnings: string[];
}

export interface Answer {
  readonly status: number;
  readonly body: JsonObject;
  /** Tells that `body` is an object of the definition, so that it may be shown as a table. */
  readonly object?: KubeObject;
}

/** In the form of the version that was asked for. */
export function shown(definition: Definition, stored: KubeObject): KubeObject {
  return definition.hooks.read ? definition.hooks.read(stored) : stored;
}

/** The manager of fields: the parameter, else the first word of the user agent. */
export function fieldManager({ query, request }: Context): string {
  return query.get('fieldManager') ?? (request.headers['user-agent'] ?? '').split('/')[0] ?? '';
}

export function dryRun({ query }: Context): boolean {
  return query.getAll('dryRun').includes('All');
}

export function answer(status: number, object: KubeObject): Answer {
  return { status, body: object, object };
}
