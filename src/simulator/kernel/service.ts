// SPDX-License-Identifier: GPL-3.0-or-later
/** One request as a simulated service sees it. Structurally the request of the wire, redefined here because the simulator imports nothing. */
export interface SimRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  readonly signal?: AbortSignal;
}

export interface SimResponse {
  readonly status: number;
  /** The reason phrase (RFC 9112, 4); absent: the usual one. */
  readonly reason?: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Read once. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** In-process service. Throws an Error with a `code` such as ECONNRESET where a network would break. */
export type SimService = (request: SimRequest) => Promise<SimResponse>;

/** What the network throws, told apart by `code` as Node does. */
export class NetworkError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.name = 'NetworkError';
    this.code = code;
  }
}

const encoder = new TextEncoder();

export function bytesOf(body: Uint8Array | string | undefined): Uint8Array {
  if (body === undefined) return new Uint8Array(0);
  return typeof body === 'string' ? encoder.encode(body) : body;
}

export async function* bodyOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.byteLength > 0) yield bytes;
}

export function respond(status: number, headers: Record<string, string>, body: Uint8Array | string): SimResponse {
  return { status, headers, body: bodyOf(bytesOf(body)) };
}

/** Collects a response's body; for tests and for callers that need it whole. */
export async function readAll(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of body) parts.push(part);
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
}
