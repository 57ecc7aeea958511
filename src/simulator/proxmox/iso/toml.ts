// SPDX-License-Identifier: GPL-3.0-or-later
/** TOML 1.0 (https://toml.io/en/v1.0.0) as far as answer files use it: tables, dotted keys, strings, numbers, booleans, arrays of these. */

export type TomlValue = string | number | boolean | TomlValue[] | TomlTable;
export interface TomlTable {
  [key: string]: TomlValue;
}

export class TomlError extends Error {}

const escapes: Readonly<Record<string, string>> = { b: '\b', t: '\t', n: '\n', f: '\f', r: '\r', '"': '"', '\\': '\\' };

class Reader {
  readonly #text: string;
  #at = 0;
  constructor(text: string) {
    this.#text = text;
  }
  get done(): boolean {
    return this.#at >= this.#text.length;
  }
  take(pattern: RegExp): string | undefined {
    const sticky = new RegExp(pattern.source, `y${pattern.flags}`);
    sticky.lastIndex = this.#at;
    const matched = sticky.exec(this.#text);
    if (!matched) return undefined;
    this.#at = sticky.lastIndex;
    return matched[0];
  }
  fail(what: string): never {
    const line = this.#text.slice(0, this.#at).split('\n').length;
    throw new TomlError(`TOML parse error at line ${line}: ${what}`);
  }
  expect(pattern: RegExp, what: string): string {
    return this.take(pattern) ?? this.fail(`expected ${what}`);
  }
}

const space = /[ \t]*/;
const blank = /(?:[ \t\r\n]|#[^\n]*)*/;

function unescape(reader: Reader, body: string): string {
  return body.replace(/\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)/gs, (_, code: string) => {
    if (/^[uU]/.test(code)) return String.fromCodePoint(Number.parseInt(code.slice(1), 16));
    return escapes[code] ?? reader.fail('invalid escape sequence');
  });
}

function string(reader: Reader): string | undefined {
  const basic = reader.take(/"(?:[^"\\\p{Cc}]|\t|\\.)*"/u);
  if (basic !== undefined) return unescape(reader, basic.slice(1, -1));
  return reader.take(/'(?:[^'\p{Cc}]|\t)*'/u)?.slice(1, -1);
}

function array(reader: Reader): TomlValue[] {
  const items: TomlValue[] = [];
  reader.take(blank);
  while (reader.take(/\]/) === undefined) {
    items.push(value(reader));
    reader.take(blank);
    if (reader.take(/,/) === undefined) {
      reader.expect(/\]/, '`]`');
      break;
    }
    reader.take(blank);
  }
  return items;
}

function inlineTable(reader: Reader): TomlTable {
  const table: TomlTable = Object.create(null) as TomlTable;
  reader.take(space);
  while (reader.take(/\}/) === undefined) {
    assignment(reader, table);
    reader.take(space);
    if (reader.take(/,/) === undefined) {
      reader.expect(/\}/, '`}`');
      break;
    }
    reader.take(space);
  }
  return table;
}

function value(reader: Reader): TomlValue {
  const text = string(reader);
  if (text !== undefined) return text;
  const word = reader.take(/true\b|false\b/);
  if (word !== undefined) return word === 'true';
  if (reader.take(/\[/) !== undefined) return array(reader);
  if (reader.take(/\{/) !== undefined) return inlineTable(reader);
  const number = reader.take(/[+-]?\d[\d_]*(?:\.\d+)?/);
  return number === undefined ? reader.fail('expected a value') : Number(number.replaceAll('_', ''));
}

function keys(reader: Reader): string[] {
  const path: string[] = [];
  do {
    reader.take(space);
    path.push(string(reader) ?? reader.expect(/[A-Za-z0-9_-]+/, 'a key'));
    reader.take(space);
  } while (reader.take(/\./) !== undefined);
  return path;
}

function tableAt(reader: Reader, root: TomlTable, path: readonly string[]): TomlTable {
  let table = root;
  for (const key of path) {
    const next = (table[key] ??= Object.create(null) as TomlTable);
    if (typeof next !== 'object' || Array.isArray(next)) reader.fail(`\`${key}\` is no table`);
    else table = next;
  }
  return table;
}

function assignment(reader: Reader, table: TomlTable): void {
  const path = keys(reader);
  reader.expect(/=/, '`=`');
  reader.take(space);
  const last = path.pop() ?? '';
  const owner = tableAt(reader, table, path);
  if (owner[last] !== undefined) reader.fail(`duplicate key \`${last}\``);
  owner[last] = value(reader);
}

/** @throws {TomlError} with the line */
export function parseToml(text: string): TomlTable {
  const reader = new Reader(text);
  const root: TomlTable = Object.create(null) as TomlTable;
  const headers = new Set<string>();
  let current = root;
  reader.take(blank);
  while (!reader.done) {
    if (reader.take(/\[/) !== undefined) {
      const path = keys(reader);
      reader.expect(/\]/, '`]`');
      if (headers.has(path.join('\0'))) reader.fail(`duplicate table \`${path.join('.')}\``);
      headers.add(path.join('\0'));
      current = tableAt(reader, root, path);
    } else assignment(reader, current);
    reader.take(space);
    if (!reader.done) reader.expect(/#[^\n]*(?:\n|$)|\r?\n/, 'a new line');
    reader.take(blank);
  }
  return root;
}
