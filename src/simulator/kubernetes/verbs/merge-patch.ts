// SPDX-License-Identifier: GPL-3.0-or-later
/** JSON merge patch (RFC 7386). */
import type { Json } from '../object.ts';
import { isObject } from '../object.ts';

export function mergePatch(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const next: Record<string, Json> = isObject(target) ? { ...(target as Record<string, Json>) } : {};
  for (const [key, value] of Object.entries(patch) as [string, Json][]) {
    if (value === null) delete next[key];
    else next[key] = mergePatch(next[key], value);
  }
  return next;
}
