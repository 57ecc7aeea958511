// SPDX-License-Identifier: GPL-3.0-or-later
import { request as send } from 'undici';
import type { HttpRequest, HttpResponse, Transport } from './call.ts';

function flat(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) plain[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return plain;
}

/** The real network. Redirects are answers like any other: never followed, so that no credential reaches another host. */
export function undiciTransport(): Transport {
  return async (request: HttpRequest): Promise<HttpResponse> => {
    const answer = await send(request.url, {
      method: request.method,
      headers: request.headers,
      body: request.body ?? null,
      // the wire keeps the time; undici's own limits would cut long watches
      headersTimeout: 0,
      bodyTimeout: 0,
      ...(request.signal ? { signal: request.signal } : {}),
      ...(request.dispatcher ? { dispatcher: request.dispatcher } : {}),
    });
    const { statusCode, statusText, headers, body } = answer;
    return { status: statusCode, reason: statusText, headers: flat(headers), body };
  };
}
