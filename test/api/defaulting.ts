// SPDX-License-Identifier: GPL-3.0-or-later
import type { Schema } from '../../src/api/structural.ts';

/** As an API server fills them in: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#defaulting */
export function withDefaults(part: Schema, value: unknown): unknown {
  if (Array.isArray(value))
    return value.map((item) => (part.items ? withDefaults(part.items, item) : (item as unknown)));
  if (typeof value !== 'object' || value === null) return value;
  const filled: Record<string, unknown> = { ...value };
  for (const [name, field] of Object.entries(part.properties ?? {})) {
    // not the schema's own objects: those of another realm are not taken by cel-js
    if (filled[name] === undefined && field.default !== undefined)
      filled[name] = JSON.parse(JSON.stringify(field.default));
    if (filled[name] !== undefined) filled[name] = withDefaults(field, filled[name]);
  }
  return filled;
}
