// SPDX-License-Identifier: GPL-3.0-or-later
/** Objects behind the API's verbs, with its optimistic locking; no watches. */
import { answer } from './fake-api.ts';
import type { Clock } from '../../src/core/clock.ts';
import type { KubeClient } from '../../src/kube/client.ts';
import { createKubeClient } from '../../src/kube/client.ts';
import { plainConnection } from '../../src/kube/connection.ts';
import type { CallRecord, HttpRequest, HttpResponse, Transport } from '../../src/wire/call.ts';
import { unfenced, type Fence } from '../../src/wire/guard.ts';
import { createWire } from '../../src/wire/wire.ts';

type Stored = Record<string, unknown> & { metadata: Record<string, unknown> };

type Sent = Stored & { preconditions?: Record<string, unknown> };

const status = (code: number, reason: string) => answer(code, { kind: 'Status', code, reason, message: reason });

export class FakeStore {
  readonly objects = new Map<string, Stored>();
  readonly requests: HttpRequest[] = [];
  /** Decides about a request before it has an effect, or after: lose it, delay it. */
  before: (request: HttpRequest) => Promise<HttpResponse | undefined> = async () => undefined;
  after: (request: HttpRequest, response: HttpResponse) => Promise<HttpResponse> = async (_, response) => response;
  #version = 10;

  client(clock: Clock, options: { fence?: Fence; onCall?: (record: CallRecord) => void } = {}): KubeClient {
    const { fence = unfenced, onCall } = options;
    const wire = createWire({ transport: this.transport, clock, fence, ...(onCall ? { onCall } : {}) });
    return createKubeClient({ connection: plainConnection({ url: 'http://api.test' }), wire });
  }

  readonly transport: Transport = async (request) => {
    this.requests.push(request);
    // like a network: whoever aborts does not wait for the other side
    const aborted = new Promise<never>((_, reject) =>
      request.signal?.addEventListener('abort', () => reject(new Error('aborted')), { once: true }),
    );
    const served = this.before(request).then((instead) => instead ?? this.after(request, this.#serve(request)));
    served.catch(() => undefined);
    return Promise.race([served, aborted]);
  };

  #serve(request: HttpRequest): HttpResponse {
    const path = request.url.pathname.replace(/\/status$/, '');
    const body = (request.body === undefined ? {} : JSON.parse(String(request.body))) as Stored & {
      preconditions?: Record<string, unknown>;
    };
    if (request.method === 'POST') return this.#create(`${path}/${String(body.metadata['name'])}`, body);
    const known = this.objects.get(path);
    return known ? this.#change(request, path, body, known) : status(404, 'NotFound');
  }

  #change(request: HttpRequest, path: string, body: Sent, known: Stored): HttpResponse {
    if (request.method === 'GET') return answer(200, known);
    const only = request.method === 'DELETE' ? (body.preconditions ?? {}) : (body.metadata ?? {});
    for (const field of ['uid', 'resourceVersion']) {
      if (only[field] !== undefined && only[field] !== known.metadata[field]) return status(409, 'Conflict');
    }
    if (request.method === 'DELETE')
      return (this.objects.delete(path), answer(200, { kind: 'Status', status: 'Success' }));
    return this.#store(path, request.method === 'PUT' ? body : merged(known, body), known);
  }

  #create(path: string, body: Stored): HttpResponse {
    if (this.objects.has(path)) return status(409, 'AlreadyExists');
    return this.#store(path, body, { metadata: { uid: `uid-${++this.#version}` } });
  }

  #store(path: string, body: Stored, known: Stored): HttpResponse {
    const next = {
      ...body,
      metadata: { ...body.metadata, uid: known.metadata['uid'], resourceVersion: String(++this.#version) },
    };
    this.objects.set(path, next);
    return answer(200, next);
  }
}

/** RFC 7386. */
function merged<T extends Record<string, unknown>>(into: T, patch: Record<string, unknown>): T {
  const result: Record<string, unknown> = { ...into };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else if (typeof value === 'object' && !Array.isArray(value))
      result[key] = merged((result[key] ?? {}) as Record<string, unknown>, value as Record<string, unknown>);
    else result[key] = value;
  }
  return result as T;
}
