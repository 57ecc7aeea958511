// SPDX-License-Identifier: GPL-3.0-or-later

/** Where two pictures differ, in a line that fits a report. */
export function difference(expected: unknown, found: unknown, path = ''): string {
  const lines: string[] = [];
  compare(expected, found, path, lines);
  return lines.slice(0, 4).join('; ') || 'no difference';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function compare(expected: unknown, found: unknown, path: string, lines: string[]): void {
  if (isRecord(expected) && isRecord(found)) {
    for (const name of new Set([...Object.keys(expected), ...Object.keys(found)]))
      compare(expected[name], found[name], `${path}.${name}`, lines);
    return;
  }
  if (expected === found) return;
  const short = (value: unknown) => (JSON.stringify(value) ?? 'nothing').slice(0, 160);
  lines.push(`${path}: expected ${short(expected)}, found ${short(found)}`);
}
