// SPDX-License-Identifier: GPL-3.0-or-later
import type { Asked } from '../proxmox/asked.ts';

/**
 * A request by its path as the API viewer writes it, `/config/s3/{id}`, and what stands for each brace, in order. A parameter that is
 * `undefined` is not sent.
 */
export function asked(
  method: Asked['method'],
  path: string,
  ids: readonly string[] = [],
  values: Readonly<Record<string, Asked['values'][string] | undefined>> = {},
): Asked {
  const left = [...ids];
  const segments = path
    .slice(1)
    .split('/')
    .map((segment) => (/^\{[\w-]+\}$/.test(segment) ? left.shift() : segment));
  if (left.length > 0 || segments.includes(undefined)) throw new Error(`${path} has another number of ids`);
  const set = Object.entries(values).filter((pair): pair is [string, Asked['values'][string]] => pair[1] !== undefined);
  return { action: `${method} ${path}`, method, path: segments as string[], values: Object.fromEntries(set) };
}
