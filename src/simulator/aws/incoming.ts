// SPDX-License-Identifier: GPL-3.0-or-later
import { bytesOf, type SimRequest } from '../kernel/service.ts';
import { AwsError } from './errors.ts';

/** A request taken apart once, before anybody judges it. */
export interface Incoming {
  readonly method: string;
  readonly host: string;
  /** As sent, still percent-encoded. */
  readonly path: string;
  readonly query: readonly (readonly [name: string, value: string])[];
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
  readonly https: boolean;
}

export function incomingOf(request: SimRequest): Incoming {
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(request.headers)) headers.set(name.toLowerCase(), value);
  const host = headers.get('host') ?? request.url.host;
  if (!headers.has('host')) headers.set('host', host);
  return {
    method: request.method.toUpperCase(),
    host: host.toLowerCase(),
    path: request.url.pathname,
    query: queryOf(request.url.search.slice(1)),
    headers,
    body: bytesOf(request.body),
    https: request.url.protocol === 'https:',
  };
}

export function queryOf(text: string): [string, string][] {
  if (text === '') return [];
  return text.split('&').map((pair) => {
    const equals = pair.indexOf('=');
    return equals < 0 ? [decode(pair), ''] : [decode(pair.slice(0, equals)), decode(pair.slice(equals + 1))];
  });
}

function decode(text: string): string {
  return decodePath(text.replaceAll('+', ' '));
}

export function decodePath(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AwsError('InvalidURI', "Couldn't parse the specified URI."); // S3 API reference, Error responses
  }
}

export function queryValue(incoming: Incoming, name: string): string | undefined {
  return incoming.query.find(([key]) => key === name)?.[1];
}
