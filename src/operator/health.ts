// SPDX-License-Identifier: GPL-3.0-or-later
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** `undefined` when all is well; otherwise what is not, in one line. */
export type Check = () => string | undefined;

export interface HealthOptions {
  readonly address: string;
  /** 0 takes any free one. */
  readonly port: number;
  readonly live: Check;
  readonly ready: Check;
  readonly metrics: () => Promise<{ readonly type: string; readonly text: string }>;
}

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/** /livez, /readyz and /metrics: plain HTTP, GET only, nothing of a request is ever shown back. @throws when the port is taken. */
export async function serveHealth(options: HealthOptions): Promise<HealthServer> {
  const server = createServer((request, response) => {
    answer(options, request, response).catch(() => response.destroy());
  });
  server.headersTimeout = 5000;
  server.requestTimeout = 5000;
  server.listen(options.port, options.address);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(options: HealthOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  request.resume();
  const path = (request.url ?? '').split('?')[0];
  if (request.method !== 'GET' && request.method !== 'HEAD') return end(response, 405, 'only GET');
  if (path === '/livez') return judge(response, options.live);
  if (path === '/readyz') return judge(response, options.ready);
  if (path !== '/metrics') return end(response, 404, 'only /livez, /readyz and /metrics');
  const { type, text } = await options.metrics();
  response.writeHead(200, { 'content-type': type }).end(text);
}

function judge(response: ServerResponse, check: Check): void {
  const problem = check();
  end(response, problem === undefined ? 200 : 503, problem ?? 'ok');
}

function end(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}
