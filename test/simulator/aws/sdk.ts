// SPDX-License-Identifier: GPL-3.0-or-later
/** Lets an SDK client speak to a world in-process: a request handler that calls the service. */
import { Readable } from 'node:stream';
import type { SimService } from '../../../src/simulator/kernel/service.ts';

interface SdkRequest {
  method: string;
  protocol: string;
  hostname: string;
  port?: number;
  path: string;
  query?: Record<string, string | string[] | null | undefined>;
  headers: Record<string, string>;
  body?: unknown;
}

function queryText(query: SdkRequest['query']): string {
  const pairs = Object.entries(query ?? {}).flatMap(([name, value]) => {
    const values = Array.isArray(value) ? value : [value];
    return values.map((one) =>
      one === null || one === undefined
        ? encodeURIComponent(name)
        : `${encodeURIComponent(name)}=${encodeURIComponent(one)}`,
    );
  });
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

async function bodyBytes(body: unknown): Promise<Uint8Array | string | undefined> {
  if (body === undefined || body === null || typeof body === 'string' || body instanceof Uint8Array)
    return body ?? undefined;
  const parts: Buffer[] = [];
  for await (const part of body as AsyncIterable<Uint8Array>) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
}

export function inProcess(service: SimService): {
  handle(request: SdkRequest, options?: { abortSignal?: AbortSignal }): Promise<unknown>;
} {
  return {
    async handle(request, options = {}) {
      const { protocol, hostname, port, path } = request;
      const url = new URL(`${protocol}//${hostname}${port ? `:${port}` : ''}${path}${queryText(request.query)}`);
      const body = await bodyBytes(request.body);
      const {
        status,
        headers,
        body: stream,
      } = await service({
        method: request.method,
        url,
        headers: request.headers,
        ...(body === undefined ? {} : { body }),
        ...(options.abortSignal ? { signal: options.abortSignal } : {}),
      });
      return { response: { statusCode: status, headers, body: Readable.from(stream) } };
    },
  };
}
