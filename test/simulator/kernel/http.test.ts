// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { serve } from '../../../src/simulator/kernel/http.ts';
import { bodyOf, NetworkError, respond, type SimService } from '../../../src/simulator/kernel/service.ts';

async function served<T>(service: SimService, use: (url: string) => Promise<T>): Promise<T> {
  const server = await serve(service);
  try {
    return await use(server.url);
  } finally {
    await server.close();
  }
}

test('A request arrives whole, and its answer goes back whole.', async () => {
  const echo: SimService = async ({ method, url, headers, body }) =>
    respond(
      201,
      { 'x-a': headers['x-b'] ?? '' },
      `${method} ${url.pathname}${url.search} ${Buffer.from(body ?? '').toString()}`,
    );
  await served(echo, async (url) => {
    const answer = await fetch(`${url}/p/%20?q=1`, { method: 'PUT', body: 'content', headers: { 'x-b': 'c' } });
    expect([answer.status, answer.headers.get('x-a'), await answer.text()]).toEqual([
      201,
      'c',
      'PUT /p/%20?q=1 content',
    ]);
  });
});

test('A body streams: its first part is there before its last one is made.', async () => {
  let finish = (): void => undefined;
  const last = new Promise<void>((resolve) => (finish = resolve));
  const stream: SimService = async () => {
    async function* body(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('first');
      await last;
      yield Buffer.from('last');
    }
    return { status: 200, headers: {}, body: body() };
  };
  await served(stream, async (url) => {
    const reader = (await fetch(url)).body?.getReader();
    expect(Buffer.from((await reader?.read())?.value ?? '').toString()).toBe('first');
    finish();
    expect(Buffer.from((await reader?.read())?.value ?? '').toString()).toBe('last');
  });
});

test('A service that throws drops the connection, before the answer or within it.', async () => {
  const broken: SimService = async ({ url }) => {
    if (url.pathname === '/before') throw new NetworkError('ECONNRESET', 'gone');
    async function* body(): AsyncGenerator<Uint8Array> {
      yield* bodyOf(Buffer.from('half'));
      throw new NetworkError('ECONNRESET', 'gone');
    }
    return { status: 200, headers: { 'content-length': '8' }, body: body() };
  };
  await served(broken, async (url) => {
    await expect(fetch(`${url}/before`)).rejects.toThrow('fetch failed');
    const half = await fetch(`${url}/within`);
    await expect(half.text()).rejects.toThrow();
  });
});

test('A client that goes away aborts the request.', async () => {
  const stop = new AbortController();
  let aborted = (): void => undefined;
  const seen = new Promise<void>((resolve) => (aborted = resolve));
  const waiting: SimService = async ({ signal }) => {
    signal?.addEventListener('abort', () => aborted(), { once: true });
    stop.abort();
    await seen;
    throw new NetworkError('ABORT_ERR', 'gone');
  };
  await served(waiting, async (url) => {
    await expect(fetch(url, { signal: stop.signal })).rejects.toThrow();
    await seen;
  });
});
