// SPDX-License-Identifier: GPL-3.0-or-later
/** Takes out of answers what may differ between two runs against one and the same server. */
import type { Answered, Json, JsonMap, Recorded } from './exchange.ts';

const uid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const instants = new Set(['creationTimestamp', 'deletionTimestamp', 'time', 'lastTransitionTime']);

const unordered = new Set(['causes', 'managedFields', 'resourceRules', 'nonResourceRules']);

/** A later server's answers carry this much more in `managedFields` and metadata; neither is compared by order. */
function normaliseValue(value: Json, key: string): Json {
  if (Array.isArray(value)) {
    const items = value.map((item) => normaliseValue(item, ''));
    // The API server walks Go maps: causes come in any order. Managers are ordered by the second of their writes.
    return unordered.has(key) ? items.sort(byText) : items;
  }
  if (typeof value === 'string') return normaliseText(value, key);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, child]) => [name, normaliseValue(child, name)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function byText(a: Json, b: Json): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}

function normaliseText(text: string, key: string): string {
  if (key === 'uid') return '<uid>';
  if (key === 'resourceVersion') return text === '' ? '' : '<version>';
  if (key === 'continue') return text === '' ? '' : '<continue>';
  if (instants.has(key)) return '<time>';
  if (key === 'serverAddress') return '<address>';
  if (key !== 'message')
    return text.replace(
      /^(?:(generated-).{5}|(gen)-.{5}|generated-\d+)$/,
      (_, long?: string) => `${long ?? 'gen-'}<random>`,
    );
  return sortedList(text)
    .replaceAll(uid, '<uid>')
    .replaceAll(/(resource version: )\d+ \(\d+\)/g, '$1<version>')
    .replaceAll(/(in record \()\d+/g, '$1<version>')
    .replaceAll(/(current: )\d+/g, '$1<version>');
}

/** `is invalid: [b, a]` → `is invalid: [a, b]` */
function sortedList(message: string): string {
  const match = /^(.* is invalid: )\[(.*)\]$/s.exec(message);
  return match ? `${match[1]}[${(match[2] ?? '').split(', ').sort().join(', ')}]` : message;
}

/** Ages pass, and descriptions of columns are prose. */
function tables(value: Json): Json {
  if (Array.isArray(value)) return value.map(tables);
  if (typeof value !== 'object' || value === null) return value;
  if (value.kind !== 'Table')
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, tables(child)]));
  const rows = ((value.rows ?? []) as JsonMap[]).map((row) => ({
    ...row,
    cells: (row.cells as Json[]).map((cell) =>
      /^((\d+[smhdy])+|\d{4}-\d\d-.*Z)$/.test(JSON.stringify(cell).replaceAll('"', '')) ? '<age>' : cell,
    ),
  }));
  const columns = value.columnDefinitions as JsonMap[] | null;
  return { ...value, rows, columnDefinitions: columns?.map(({ description: _, ...column }) => column) ?? null };
}

export function normalise({ title, request, answer }: Recorded): Recorded {
  const body = tables(normaliseValue(answer.body, ''));
  const path = request
    .replaceAll(/(resourceVersion=)\d+/g, '$1<version>')
    .replaceAll(/(continue=)[^&]+/g, '$1<continue>');
  return { title, request: path, answer: { ...answer, body } satisfies Answered };
}
