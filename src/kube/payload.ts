// SPDX-License-Identifier: GPL-3.0-or-later
import { Failure } from '../core/failure.ts';
import type { KubeObject } from '../core/objects.ts';
import { apiVersionOf, type Resource } from './resource.ts';

export interface Page {
  readonly items: readonly KubeObject[];
  readonly resourceVersion: string;
  readonly continue: string | undefined;
}

export function typed(resource: Resource, body: object): object {
  return { apiVersion: apiVersionOf(resource), kind: resource.kind, ...body };
}

export function objectIn(body: unknown, action: string): KubeObject {
  const metadata = (body as { metadata?: { name?: unknown } } | null)?.metadata;
  if (typeof metadata?.name === 'string') return body as KubeObject;
  throw new Failure({
    class: 'Transient',
    reason: 'BadAnswer',
    message: `${action}: the Kubernetes API's answer is no object`,
  });
}

export function pageIn(body: unknown, resource: Resource, action: string): Page {
  const list = body as { metadata?: { resourceVersion?: unknown; continue?: unknown }; items?: unknown } | null;
  // An empty list may come as `null` (Go encodes a nil slice so); anything else is no list, and no evidence that nothing is there.
  const items = list?.items === null ? [] : list?.items;
  const version = list?.metadata?.resourceVersion;
  if (!Array.isArray(items) || typeof version !== 'string') {
    throw new Failure({
      class: 'Transient',
      reason: 'BadAnswer',
      message: `${action}: the Kubernetes API's answer is no list`,
    });
  }
  const more = list?.metadata?.continue;
  // Items of built-in types come without apiVersion and kind; those of others share two strings instead of having their own.
  const shared = { apiVersion: apiVersionOf(resource), kind: resource.kind };
  const objects = items.map((item: object) => ({ ...item, ...shared }) as KubeObject);
  return {
    items: objects,
    resourceVersion: version,
    continue: typeof more === 'string' && more !== '' ? more : undefined,
  };
}
