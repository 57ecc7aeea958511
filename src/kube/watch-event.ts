// SPDX-License-Identifier: GPL-3.0-or-later
import type { KubeObject } from '../core/objects.ts';

/** One line of a watch, understood. */
export type WatchEvent =
  | { readonly type: 'put' | 'drop'; readonly object: KubeObject }
  | { readonly type: 'bookmark'; readonly resourceVersion: string }
  | { readonly type: 'error'; readonly code: number; readonly retryAfterMs: number | undefined };

interface Line {
  readonly type?: unknown;
  readonly object?: {
    readonly metadata?: { readonly name?: unknown; readonly resourceVersion?: unknown };
    readonly code?: unknown;
    readonly details?: { readonly retryAfterSeconds?: unknown };
  } | null;
}

/** `undefined` for a line that is no event: the stream cannot be trusted any further. */
export function parseEvent(text: string): WatchEvent | undefined {
  const { type, object } = parse(text) ?? {};
  if (typeof object !== 'object' || object === null) return undefined;
  switch (type) {
    case 'ERROR':
      return errorIn(object);
    case 'BOOKMARK':
      return bookmarkIn(object);
    case 'ADDED':
    case 'MODIFIED':
      return changeIn('put', object);
    case 'DELETED':
      return changeIn('drop', object);
    default:
      return undefined;
  }
}

type Body = NonNullable<Line['object']>;

function errorIn({ code, details }: Body): WatchEvent {
  const seconds = details?.retryAfterSeconds;
  const retryAfterMs = typeof seconds === 'number' ? seconds * 1000 : undefined;
  return { type: 'error', code: typeof code === 'number' ? code : 500, retryAfterMs };
}

function bookmarkIn({ metadata }: Body): WatchEvent | undefined {
  const version = metadata?.resourceVersion;
  return typeof version === 'string' ? { type: 'bookmark', resourceVersion: version } : undefined;
}

function changeIn(type: 'put' | 'drop', object: Body): WatchEvent | undefined {
  return typeof object.metadata?.name === 'string' ? { type, object: object as KubeObject } : undefined;
}

function parse(text: string): Line | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
