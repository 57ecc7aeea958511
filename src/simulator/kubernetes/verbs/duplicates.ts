// SPDX-License-Identifier: GPL-3.0-or-later
/** JSON.parse keeps the last of two equal keys; strict field validation must name them. */
export function duplicateFields(text: string): string[] {
  if (!/^\s*\{/.test(text)) return [];
  const found: string[] = [];
  const stack: { readonly path: string; readonly keys: Set<string> | undefined; index: number; key: string }[] = [];
  const token = /"((?:[^"\\]|\\.)*)"(\s*:)?|[{}[\],]/g;
  for (const match of text.matchAll(token)) {
    const top = stack.at(-1);
    switch (match[0][0]) {
      case '{':
      case '[':
        stack.push({ path: top ? place(top) : '', keys: match[0] === '{' ? new Set() : undefined, index: 0, key: '' });
        break;
      case '}':
      case ']':
        stack.pop();
        break;
      case ',':
        if (top) top.index++;
        break;
      default:
        if (top?.keys && match[2] !== undefined) note(top, JSON.parse(`"${match[1]}"`) as string, found);
    }
  }
  return found;
}

interface Level {
  readonly path: string;
  readonly keys: Set<string> | undefined;
  index: number;
  key: string;
}

function place(level: Level): string {
  if (!level.keys) return `${level.path}[${level.index}]`;
  return level.path === '' ? level.key : `${level.path}.${level.key}`;
}

function note(level: Level, key: string, found: string[]): void {
  level.key = key;
  if (level.keys?.has(key)) found.push(place(level));
  level.keys?.add(key);
}
