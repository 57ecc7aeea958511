// SPDX-License-Identifier: GPL-3.0-or-later
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { serveHealth, type HealthServer } from '../../src/operator/health.ts';

let server: HealthServer;
let problem: string | undefined;
beforeEach(async () => {
  problem = undefined;
  server = await serveHealth({
    address: '127.0.0.1',
    port: 0,
    live: () => undefined,
    ready: () => problem,
    metrics: () => Promise.resolve({ type: 'text/plain; version=0.0.4', text: 'up 1\n' }),
  });
});
afterEach(() => server.close());

async function ask(path: string, method = 'GET') {
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`, { method });
  return { status: response.status, text: await response.text(), type: response.headers.get('content-type') };
}

test('It answers ok while all is well.', async () => {
  expect(await ask('/livez')).toMatchObject({ status: 200, text: 'ok\n' });
  expect(await ask('/readyz?verbose')).toMatchObject({ status: 200, text: 'ok\n' });
});

test('It answers 503 and the reason when something is not.', async () => {
  problem = 'the cache is not complete';
  expect(await ask('/readyz')).toMatchObject({ status: 503, text: 'the cache is not complete\n' });
  expect(await ask('/livez')).toMatchObject({ status: 200 });
});

test('It serves metrics with their content type.', async () => {
  expect(await ask('/metrics')).toEqual({ status: 200, text: 'up 1\n', type: 'text/plain; version=0.0.4' });
});

test('It refuses everything else, and shows nothing of the request.', async () => {
  expect(await ask('/<script>')).toMatchObject({ status: 404, text: 'only /livez, /readyz and /metrics\n' });
  expect(await ask('/metrics', 'POST')).toMatchObject({ status: 405 });
});

test('A port that is taken is an error, not a crash.', async () => {
  const again = { address: '127.0.0.1', port: server.port, live: () => undefined, ready: () => undefined };
  await expect(serveHealth({ ...again, metrics: () => Promise.reject(new Error()) })).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });
});
