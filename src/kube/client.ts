// SPDX-License-Identifier: GPL-3.0-or-later
import { Failure } from '../core/failure.ts';
import type { KubeObject } from '../core/objects.ts';
import type { HttpResponse, Wire } from '../wire/call.ts';
import { answerLimits, plainBody, readJson, type AnswerLimits } from './answer.ts';
import type { Connection } from './connection.ts';
import { objectIn, pageIn, typed, type Page } from './payload.ts';
import {
  actionOf,
  addressOf,
  bodyType,
  callOf,
  collection,
  packed,
  selectors,
  type Asked,
  type Sending,
} from './request.ts';
import { resourceName, type Place, type Resource } from './resource.ts';
import { failureOf } from './status-error.ts';

export interface ListOptions extends Sending {
  readonly limit?: number;
  readonly continue?: string;
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
}

export interface WatchOptions extends Sending {
  readonly resourceVersion: string;
  readonly timeoutSeconds: number;
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
}

export type Patch =
  | { readonly type: 'merge'; readonly body: object }
  | { readonly type: 'json'; readonly body: readonly object[] }
  /** Server-side apply; the body must hold apiVersion, kind and metadata.name. */
  | { readonly type: 'apply'; readonly body: object; readonly fieldManager: string; readonly force: boolean };

/** Objects go in as plain data: apiVersion and kind are added from the resource. */
export interface KubeClient {
  /** `undefined` when there is none. */
  get(resource: Resource, place: Place, sending?: Sending): Promise<KubeObject | undefined>;
  /** One page. */
  list(resource: Resource, place: Place, options?: ListOptions): Promise<Page>;
  create(resource: Resource, place: Place, object: object, sending?: Sending): Promise<KubeObject>;
  patch(resource: Resource, place: Place, patch: Patch, sending?: Sending): Promise<KubeObject>;
  replace(resource: Resource, place: Place, object: object, sending?: Sending): Promise<KubeObject>;
  /** Only that object, where uid or resourceVersion are given; `false` when it was gone already. */
  remove(
    resource: Resource,
    place: Place,
    only?: { uid?: string; resourceVersion?: string },
    sending?: Sending,
  ): Promise<boolean>;
  /** The bytes of a watch; leaving the loop closes it. The caller splits and judges them. */
  watch(resource: Resource, place: Place, options: WatchOptions): Promise<AsyncIterable<Uint8Array>>;
}

const patchTypes = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  apply: 'application/apply-patch+yaml',
};

export interface KubeClientOptions {
  readonly connection: Connection;
  readonly wire: Wire;
  readonly limits?: AnswerLimits;
}

export function createKubeClient({ connection, wire, limits = answerLimits }: KubeClientOptions): KubeClient {
  async function ask(asked: Asked): Promise<HttpResponse> {
    const { headers, dispatcher } = await connection.credentials();
    const url = addressOf(connection.server, asked);
    const call = callOf(asked);
    const response = await wire.send(call, {
      method: asked.method,
      url,
      headers: {
        accept: 'application/json',
        'user-agent': 'hybrid-cloud-operator',
        ...packed(asked),
        ...bodyType(asked),
        ...headers,
      },
      ...(asked.body === undefined ? {} : { body: JSON.stringify(asked.body) }),
      ...(asked.sending.signal ? { signal: asked.sending.signal } : {}),
      ...(dispatcher ? { dispatcher } : {}),
    });
    if (response.status < 300) return response;
    if (response.status === 401) connection.refused();
    throw await refusal(asked, response, headers);
  }

  async function object(asked: Asked): Promise<KubeObject> {
    return readJson(await ask(asked), actionOf(asked), limits).then((body) => objectIn(body, actionOf(asked)));
  }

  async function absentIsUndefined<T>(answer: Promise<T>): Promise<T | undefined> {
    return answer.catch((error: unknown) => {
      if (error instanceof Failure && error.reason === 'NotFound') return undefined;
      throw error;
    });
  }

  const short = (sending: Sending) => sending.timeoutMs ?? 30_000;
  return {
    get: (resource, place, sending = {}) =>
      absentIsUndefined(object({ verb: 'get', method: 'GET', resource, place, sending, timeoutMs: short(sending) })),
    async list(resource, place, options = {}) {
      const query = { limit: String(options.limit ?? 500), continue: options.continue, ...selectors(options) };
      const asked: Asked = {
        verb: 'list',
        method: 'GET',
        resource,
        place,
        query,
        sending: options,
        timeoutMs: options.timeoutMs ?? 60_000,
      };
      return pageIn(await readJson(await ask(asked), actionOf(asked), limits), resource, actionOf(asked));
    },
    create: (resource, place, body, sending = {}) =>
      object({
        verb: 'create',
        method: 'POST',
        resource,
        place: collection(place),
        body: typed(resource, body),
        sending,
        timeoutMs: short(sending),
      }),
    patch(resource, place, patch, sending = {}) {
      const query = patch.type === 'apply' ? { fieldManager: patch.fieldManager, force: String(patch.force) } : {};
      const body = patch.type === 'apply' ? typed(resource, patch.body) : patch.body;
      return object({
        verb: 'patch',
        method: 'PATCH',
        resource,
        place,
        query,
        body,
        type: patchTypes[patch.type],
        sending,
        timeoutMs: short(sending),
      });
    },
    replace: (resource, place, body, sending = {}) =>
      object({
        verb: 'update',
        method: 'PUT',
        resource,
        place,
        body: typed(resource, body),
        sending,
        timeoutMs: short(sending),
      }),
    async remove(resource, place, only, sending = {}) {
      const body = { apiVersion: 'v1', kind: 'DeleteOptions', ...(only ? { preconditions: only } : {}) };
      const answer = ask({
        verb: 'delete',
        method: 'DELETE',
        resource,
        place,
        body,
        sending,
        timeoutMs: short(sending),
      });
      const response = await absentIsUndefined(answer);
      if (response) await readJson(response, `delete ${resourceName(resource, place)}`, limits);
      return response !== undefined;
    },
    async watch(resource, place, options) {
      const query = {
        watch: '1',
        allowWatchBookmarks: 'true',
        resourceVersion: options.resourceVersion || undefined,
        ...selectors(options),
      };
      const timed = { ...query, timeoutSeconds: String(options.timeoutSeconds) };
      const response = await ask({
        verb: 'watch',
        method: 'GET',
        resource,
        place,
        query: timed,
        sending: options,
        timeoutMs: options.timeoutMs ?? 120_000,
      });
      return plainBody(response);
    },
  };

  async function refusal(
    asked: Asked,
    response: HttpResponse,
    headers: Readonly<Record<string, string>>,
  ): Promise<Failure> {
    const { namespace, name } = asked.place;
    const token = headers['authorization']?.replace(/^\S+\s+/, '');
    const body = await readJson(response, actionOf(asked), { ...limits, bytes: 1024 * 1024 }).catch(() => undefined);
    const words = {
      action: actionOf(asked),
      verb: asked.verb,
      resource: resourceName(asked.resource, asked.place),
      namespace,
      name,
    };
    const failure = failureOf(
      { ...words, secret: asked.resource.plural === 'secrets', hide: token ? [token] : [] },
      { code: response.status, body, retryAfter: response.headers['retry-after'] },
    );
    if (failure.reason === 'Throttled') wire.throttled(callOf(asked), failure);
    return failure;
  }
}
