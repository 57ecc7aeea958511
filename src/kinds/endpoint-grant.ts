// SPDX-License-Identifier: GPL-3.0-or-later
import type { Outside } from './outside.ts';

/** Whether the administrator let this namespace name that very endpoint, wherever it is; all others may be anywhere but in the forbidden places. */
export function isEndpointGranted(outside: Outside, namespace: string, url: string): boolean {
  return outside.permits(namespace, { use: 'endpoint', url }).allowed;
}
