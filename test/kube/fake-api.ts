// SPDX-License-Identifier: GPL-3.0-or-later
/** The smallest API server that can list and watch one collection, and misbehave on order. Bigger questions go to src/simulator/kubernetes. */
import type { KubeObject } from '../../src/core/objects.ts';
import { unfenced } from '../../src/wire/guard.ts';
import { createWire } from '../../src/wire/wire.ts';
import { createKubeClient, type KubeClient } from '../../src/kube/client.ts';
import { plainConnection } from '../../src/kube/connection.ts';
import type { Clock } from '../../src/core/clock.ts';
import type { Call, HttpRequest, HttpResponse, Transport } from '../../src/wire/call.ts';
import type { Resource } from '../../src/kube/resource.ts';

export const widgets: Resource = {
  group: 'test.dev',
  version: 'v1',
  kind: 'Widget',
  plural: 'widgets',
  namespaced: true,
};

interface Live {
  readonly push: (text: string) => void;
  readonly end: () => void;
  readonly fail: (error: Error) => void;
  mute: boolean;
}

export function answer(status: number, body: unknown, headers: Record<string, string> = {}): HttpResponse {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: pieces([bytes]) };
}

export async function* pieces(all: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* all;
}

export class FakeApi {
  readonly objects = new Map<string, KubeObject>();
  readonly requests: HttpRequest[] = [];
  readonly live = new Set<Live>();
  mostWatches = 0;
  /** Taken first: an answer, or what the network throws. */
  readonly next: (HttpResponse | Error | 'hang')[] = [];
  #version = 100;
  #oldest = 0;
  #history: { version: number; line: string }[] = [];

  put(name: string, spec: object = {}, namespace = 'a'): KubeObject {
    const key = `${namespace}/${name}`;
    const known = this.objects.get(key);
    const metadata = {
      name,
      namespace,
      uid: known?.metadata.uid ?? `uid-${this.#version}`,
      resourceVersion: String(++this.#version),
      generation: 1,
      creationTimestamp: '2026-01-01T00:00:00Z',
      managedFields: [{ manager: 'x' }],
    };
    const object: KubeObject = { apiVersion: 'test.dev/v1', kind: 'Widget', metadata, spec };
    this.objects.set(key, object);
    this.#tell(known ? 'MODIFIED' : 'ADDED', object);
    return object;
  }

  remove(name: string, namespace = 'a'): void {
    const known = this.objects.get(`${namespace}/${name}`);
    if (!known) return;
    this.objects.delete(`${namespace}/${name}`);
    this.#tell('DELETED', { ...known, metadata: { ...known.metadata, resourceVersion: String(++this.#version) } });
  }

  bookmark(version = this.#version): void {
    this.send(
      `${JSON.stringify({ type: 'BOOKMARK', object: { kind: 'Widget', metadata: { resourceVersion: String(version) } } })}\n`,
    );
  }

  /** Raw text into every open watch. */
  send(text: string): void {
    for (const live of this.live) if (!live.mute) live.push(text);
  }

  /** Forgets history: watches from before now get 410. */
  compact(): void {
    this.#oldest = this.#version;
    this.#history = [];
  }

  endWatches(): void {
    for (const live of this.live) live.end();
  }

  resetWatches(): void {
    for (const live of this.live) live.fail(Object.assign(new Error('terminated'), { code: 'ECONNRESET' }));
  }

  /** Half-open: the connections stay, and nothing comes any more. */
  muteWatches(): void {
    for (const live of this.live) live.mute = true;
  }

  client(clock: Clock, onCall?: (call: Call, result: unknown) => void): KubeClient {
    const wire = createWire({
      transport: this.transport,
      clock,
      fence: unfenced,
      onCall: (record) => onCall?.(record.call, record.result),
    });
    return createKubeClient({
      connection: plainConnection({ url: 'http://api.test', token: 'canary-token-1234' }),
      wire,
    });
  }

  readonly transport: Transport = async (request) => {
    if (request.signal?.aborted) throw new Error('aborted');
    this.requests.push(request);
    const scripted = this.next.shift();
    if (scripted === 'hang')
      return new Promise((_, reject) => request.signal?.addEventListener('abort', () => reject(new Error('aborted'))));
    if (scripted instanceof Error) throw scripted;
    if (scripted) return scripted;
    return request.url.searchParams.has('watch') ? this.#watch(request) : this.#list(request);
  };

  #list({ url }: HttpRequest): HttpResponse {
    const limit = Number(url.searchParams.get('limit') ?? 500);
    const from = Number(url.searchParams.get('continue') ?? 0);
    const all = [...this.objects.values()];
    const more = from + limit < all.length ? String(from + limit) : '';
    const metadata = { resourceVersion: String(this.#version), continue: more };
    return answer(200, {
      kind: 'WidgetList',
      apiVersion: 'test.dev/v1',
      metadata,
      items: all.slice(from, from + limit),
    });
  }

  #watch({ url, signal }: HttpRequest): HttpResponse {
    const from = Number(url.searchParams.get('resourceVersion') ?? 0);
    if (from < this.#oldest)
      return answer(410, { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' });
    const queue: string[] = this.#history.filter((event) => event.version > from).map((event) => event.line);
    let wake = () => {};
    const over: { how?: 'ended' | Error } = {};
    const stop = (how: 'ended' | Error) => {
      over.how = how;
      this.live.delete(live);
      wake();
    };
    const live: Live = {
      push: (text) => (queue.push(text), wake()),
      end: () => stop('ended'),
      fail: stop,
      mute: false,
    };
    this.live.add(live);
    this.mostWatches = Math.max(this.mostWatches, this.live.size);
    signal?.addEventListener('abort', () => stop(new Error('aborted')));
    const gone = () => this.live.delete(live);
    async function* body(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          while (queue.length > 0) yield Buffer.from(queue.shift()!);
          if (over.how === 'ended') return;
          if (over.how) throw over.how;
          await new Promise<void>((resolve) => (wake = resolve));
        }
      } finally {
        gone();
      }
    }
    return { status: 200, headers: {}, body: body() };
  }

  #tell(type: string, object: KubeObject): void {
    const line = `${JSON.stringify({ type, object })}\n`;
    this.#history.push({ version: this.#version, line });
    this.send(line);
  }
}
