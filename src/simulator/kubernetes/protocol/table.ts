// SPDX-License-Identifier: GPL-3.0-or-later
/** Answers as `meta.k8s.io/v1` Table, which is how `kubectl get` prints. */
import type { Json, JsonObject, KubeObject } from '../object.ts';
import { textOf } from '../object.ts';
import { since } from '../resources/builtin.ts';
import type { Column, Definition } from '../resources/definition.ts';
import { jsonPath } from './json-path.ts';

export function wantsTable(accept: string | undefined): boolean {
  return accept !== undefined && /;as=Table;v=v1;g=meta\.k8s\.io|as=Table/.test(accept);
}

function columnDefinition({ name, type, format, description, priority }: Column): JsonObject {
  return { name, type, format: format ?? '', description: description ?? '', priority: priority ?? 0 };
}

/** Cells of the wrong type are left empty, as the API server does for custom columns. */
function cell(column: Column, object: KubeObject, now: number): Json {
  if (typeof column.cell === 'function') return column.cell(object, now);
  const found = jsonPath(column.cell, object);
  const [value] = found;
  if (value === undefined) return null;
  switch (column.type) {
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : null;
    case 'number':
      return typeof value === 'number' ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'date':
      return since(textOf(value), now);
    default:
      return typeof value === 'object' || found.length > 1
        ? JSON.stringify(found.length > 1 ? found : value)
        : String(value);
  }
}

export interface TableOptions {
  readonly now: number;
  /** `includeObject`: None, Metadata (default) or Object. */
  readonly include: string;
  /** Watches send the columns only once. */
  readonly columns?: boolean;
}

export function table(
  definition: Definition,
  objects: readonly KubeObject[],
  metadata: JsonObject,
  options: TableOptions,
): JsonObject {
  const rows = objects.map((object) => ({
    cells: definition.columns.map((column) => cell(column, object, options.now)),
    ...(options.include === 'None' ? {} : { object: options.include === 'Object' ? object : partial(object) }),
  }));
  const columnDefinitions = options.columns === false ? null : definition.columns.map(columnDefinition);
  return { kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata, columnDefinitions, rows };
}

export function partial(object: KubeObject): JsonObject {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata };
}
