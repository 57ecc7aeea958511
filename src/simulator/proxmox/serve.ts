// SPDX-License-Identifier: GPL-3.0-or-later
/** HTTPS as the products serve it: a certificate of their own, reason phrases that say what went wrong, HTTP/1.1 alone, 5 s of idleness. */
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Certificate } from '../kernel/certificate.ts';
import type { SimRequest } from '../kernel/service.ts';
import type { ProxmoxResponse } from './front.ts';

export interface ServedProduct {
  /** `https://127.0.0.1:40123` */
  readonly url: string;
  close(): Promise<void>;
}

export interface ServeAs {
  readonly certificate: Certificate;
  /** What it is called in the world: `192.168.0.10:8006`. */
  readonly host: string;
  readonly listen?: { readonly host: string; readonly port: number };
}

type Service = (request: SimRequest) => Promise<ProxmoxResponse>;

async function requestOf(incoming: IncomingMessage, host: string, signal: AbortSignal): Promise<SimRequest> {
  const headers: Record<string, string> = {};
  for (const [name, values] of Object.entries(incoming.headersDistinct)) headers[name] = (values ?? []).join(', ');
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  const body = Buffer.concat(parts);
  return {
    method: incoming.method ?? 'GET',
    url: new URL(`https://${host}${incoming.url ?? '/'}`),
    headers,
    body,
    signal,
  };
}

async function answer(
  service: Service,
  host: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  outgoing.on('close', () => {
    if (!outgoing.writableFinished) gone.abort();
  });
  try {
    const { status, reason: told, headers, body } = await service(await requestOf(incoming, host, gone.signal));
    // what a status line cannot hold would be a bug of the product's
    const reason = told.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '?');
    if (reason === '') outgoing.writeHead(status, headers);
    else outgoing.writeHead(status, reason, headers);
    for await (const part of body) outgoing.write(part);
    outgoing.end();
  } catch {
    outgoing.destroy();
  }
}

export async function serveAs(service: Service, { certificate, host, listen }: ServeAs): Promise<ServedProduct> {
  const server = createServer({ ...certificate, keepAliveTimeout: 5000 }, (incoming, outgoing) => {
    void answer(service, host, incoming, outgoing);
  });
  server.listen(listen?.port ?? 0, listen?.host ?? '127.0.0.1');
  await once(server, 'listening');
  const { address, port } = server.address() as AddressInfo;
  return {
    url: `https://${address}:${port}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
