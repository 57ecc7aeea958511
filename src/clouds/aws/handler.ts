// SPDX-License-Identifier: GPL-3.0-or-later
import { Readable } from 'node:stream';
import { Failure } from '../../core/failure.ts';
import type { Call, Wire } from '../../wire/call.ts';

/** What the SDK hands to its transport; the fields of Smithy's HttpRequest that are used. */
interface SdkRequest {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Options of one `client.send`; the SDK passes them on untouched. */
export interface SendOptions {
  readonly abortSignal?: AbortSignal;
  readonly wireCall?: Call;
}

/** No answer of these services' control planes, and no canary, comes near this. */
const largestAnswer = 32 * 1024 * 1024;

function urlOf(request: SdkRequest): URL {
  const pairs: string[] = [];
  for (const [name, value] of Object.entries(request.query ?? {})) {
    // RFC 3986 as the signature wants it: encodeURIComponent leaves !'()* alone
    const encoded = (text: string) =>
      encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
    for (const one of Array.isArray(value) ? value : [value])
      pairs.push(one === null ? encoded(name) : `${encoded(name)}=${encoded(String(one))}`);
  }
  const port = request.port === undefined ? '' : `:${request.port}`;
  return new URL(
    `${request.protocol}//${request.hostname}${port}${request.path}${pairs.length ? `?${pairs.join('&')}` : ''}`,
  );
}

function bytesOf(body: unknown): Uint8Array | string | undefined {
  if (body === undefined || body === null) return undefined;
  if (typeof body === 'string' || body instanceof Uint8Array) return body;
  throw new TypeError('only bodies that can be sent again as they are: strings and bytes');
}

async function* bounded(body: AsyncIterable<Uint8Array>, call: Call): AsyncGenerator<Uint8Array> {
  let size = 0;
  try {
    for await (const piece of body) {
      size += piece.length;
      if (size > largestAnswer) throw new Error(`more than ${largestAnswer} bytes`);
      yield piece;
    }
  } catch (cause) {
    throw new Failure({
      class: 'Transient',
      reason: 'Unreachable',
      message: `${call.action}: the answer broke off`,
      cause,
    });
  }
}

/** The SDK's transport: our wire. Each call says what it is through `wireCall`; a call without one is a bug, not a way around. */
export function wireHandler(wire: Wire): {
  handle(request: unknown, options?: SendOptions): Promise<{ response: unknown }>;
  destroy(): void;
  metadata: { handlerProtocol: string };
} {
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    destroy: () => undefined,
    async handle(given, options = {}) {
      const request = given as SdkRequest;
      const call = options.wireCall;
      if (!call) throw new Error('an AWS call that the wire knows nothing of');
      const body = bytesOf(request.body);
      const answer = await wire.send(call, {
        method: request.method,
        url: urlOf(request),
        headers: request.headers,
        ...(body === undefined ? {} : { body }),
        ...(options.abortSignal ? { signal: options.abortSignal } : {}),
      });
      return {
        response: {
          statusCode: answer.status,
          headers: answer.headers,
          body: Readable.from(bounded(answer.body, call)),
        },
      };
    },
  };
}
