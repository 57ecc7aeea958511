// SPDX-License-Identifier: GPL-3.0-or-later
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Certificate } from './certificate.ts';
import type { SimResponse, SimService } from './service.ts';

export interface Served {
  /** For example `http://127.0.0.1:40123`. */
  readonly url: string;
  /** Ends open connections too. */
  close(): Promise<void>;
}

export interface ServeOptions {
  readonly port?: number;
  /** HTTPS with this certificate, see `loopbackCertificate`. */
  readonly certificate?: Certificate;
}

/** A loopback HTTP server around a service. Bodies stream out; a client that goes away aborts `request.signal`. */
export async function serve(service: SimService, { port = 0, certificate }: ServeOptions = {}): Promise<Served> {
  const listener = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    void answer(service, incoming, outgoing);
  };
  const server = certificate ? createSecureServer({ ...certificate }, listener) : createServer(listener);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  return { url: `${certificate ? 'https' : 'http'}://127.0.0.1:${address.port}`, close: () => close(server) };
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

async function answer(service: SimService, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const gone = new AbortController();
  outgoing.on('close', () => {
    if (!outgoing.writableFinished) gone.abort();
  });
  try {
    const headers = flat(incoming);
    // joined as text: a path that begins with two slashes is no host
    const url = new URL(`http://${headers['host'] ?? '127.0.0.1'}${incoming.url ?? '/'}`);
    const body = await bodyOfMessage(incoming);
    await send(outgoing, await service({ method: incoming.method ?? 'GET', url, headers, body, signal: gone.signal }));
  } catch {
    // a service throws where a network would break: the client sees the connection drop
    outgoing.destroy();
  }
}

function flat(incoming: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, values] of Object.entries(incoming.headersDistinct)) headers[name] = (values ?? []).join(', ');
  return headers;
}

async function bodyOfMessage(incoming: IncomingMessage): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

async function send(outgoing: ServerResponse, response: SimResponse): Promise<void> {
  if (response.reason === undefined) outgoing.writeHead(response.status, response.headers);
  else outgoing.writeHead(response.status, response.reason, response.headers);
  outgoing.flushHeaders();
  for await (const part of response.body) {
    if (outgoing.destroyed) return;
    if (!outgoing.write(part)) await Promise.race([once(outgoing, 'drain'), once(outgoing, 'close')]);
  }
  outgoing.end();
}
