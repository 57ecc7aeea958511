// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * YAML and JSON, read as what the Kubernetes API can hold: JSON's types, no more. What kubectl (YAML 1.1, by way of sigs.k8s.io/yaml) and
 * a YAML 1.2 parser understand differently is refused with its line, so that a plan never shows something else than what gets applied.
 */
import { isAlias, isMap, isScalar, LineCounter, parseAllDocuments, visit, type Document, type Scalar } from 'yaml';
import { CommandError } from '../command/exit-status.ts';
import { printable } from '../command/printable.ts';
import type { Source } from './source.ts';

export interface YamlDocument {
  readonly file: string;
  /** Where it begins. */
  readonly line: number;
  readonly value: unknown;
  /** The line of a field such as `spec.bucket.name`, or of what of it is there. */
  readonly lineOf: (path: readonly (string | number)[]) => number;
}

/** More aliases than that in one document is no manifest, and may be a bomb. */
const mostAliases = 100;
const mostDocuments = 5000;
const poisonous = new Set(['__proto__', 'constructor', 'prototype']);

/** Plain words that YAML 1.1 takes for a boolean or a number, and YAML 1.2 for something else. */
const ambiguous: readonly (readonly [RegExp, string])[] = [
  [/^(y|yes|n|no|on|off)$/i, 'a boolean to kubectl: quote it, or write true or false'],
  [/^[-+]?0[0-7_]+$/, 'an octal number to kubectl: quote it, or write it without the leading 0'],
  [/^[-+]?0[bo][0-7_]+$/i, 'a number to some parsers and a word to others: quote it, or write it in digits'],
  [/^[-+]?[0-9][0-9_]*_[0-9_]*$/, 'a number to kubectl: quote it, or leave out the underscores'],
  [/^[-+]?\.(inf|nan)$/i, 'no value that JSON has: write a number'],
];

type Refuse = (offset: number | undefined, why: string) => never;

function refusing(file: string, lines: LineCounter): Refuse {
  return (offset, why) => {
    const { line } = lines.linePos(offset ?? 0);
    throw new CommandError(`${file}:${Math.max(1, line)}: ${why}`);
  };
}

function startOf(node: unknown): number | undefined {
  return (node as { range?: readonly number[] | null } | null | undefined)?.range?.[0];
}

function checkScalar(scalar: Scalar, key: boolean, refuse: Refuse): void {
  const { value, source = '', type } = scalar;
  const at = startOf(scalar);
  if (key && typeof value !== 'string') refuse(at, `the key ${printable(source)} is no text: quote it`);
  if (type !== 'PLAIN') return;
  const found = ambiguous.find(([pattern]) => pattern.test(source));
  if (found) refuse(at, `${printable(source)} is ${found[1]}`);
  if (typeof value === 'number' && !Number.isFinite(value)) refuse(at, 'a number is too large: write a smaller one');
}

function checkKeys(items: readonly { readonly key: unknown }[], refuse: Refuse): void {
  const seen = new Set<string>();
  for (const { key } of items) {
    const at = startOf(key);
    if (!isScalar(key)) return refuse(at, 'a key is no plain text: write a word before the colon');
    const name = String(key.value);
    if (name === '<<') refuse(at, 'merge keys (<<) are not read: write the fields out');
    if (poisonous.has(name)) refuse(at, `no Kubernetes object has a field ${name}: take it out`);
    if (seen.has(name)) refuse(at, `the key ${printable(name)} is there twice: keep one of them`);
    seen.add(name);
  }
}

/** Only the tags of JSON's types, written out or understood. */
const tags = /^tag:yaml\.org,2002:(map|seq|str|null|bool|int|float)$/;

function check(document: Document, refuse: Refuse): void {
  let aliases = 0;
  visit(document, (key, node) => {
    const { tag } = (node ?? {}) as { tag?: unknown };
    if (typeof tag === 'string' && !tags.test(tag))
      refuse(startOf(node), `the tag ${printable(tag)} is not read: remove it`);
    if (isAlias(node) && ++aliases > mostAliases)
      refuse(startOf(node), `more than ${mostAliases} aliases: write the fields out`);
    if (isMap(node)) checkKeys(node.items, refuse);
    if (isScalar(node)) checkScalar(node, key === 'key', refuse);
  });
}

function plain(document: Document, refuse: Refuse): unknown {
  try {
    return document.toJS({ maxAliasCount: mostAliases });
  } catch (error) {
    const why = (error as Error).message.split('\n')[0] ?? '';
    return refuse(
      startOf(document.contents),
      `its aliases cannot be resolved (${printable(why)}): write the fields out`,
    );
  }
}

/** The parser's words, as one short sentence. */
function sentence({ message, code }: { readonly message: string; readonly code: string }): string {
  if (message.includes('call stack')) return 'it is nested too deeply: no object of Kubernetes is';
  const [first = 'not understood'] = message.split(/ at line \d+|\n/);
  return `YAML is wrong here: ${printable(first, 160)}${code === 'TAB_AS_INDENT' ? '; indent with spaces' : ''}`;
}

function lineFinder(document: Document, lines: LineCounter, first: number): YamlDocument['lineOf'] {
  return (path) => {
    for (let length = path.length; length > 0; length--) {
      const parent = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
      const name = path[length - 1];
      const pair = isMap(parent) ? parent.items.find(({ key }) => isScalar(key) && key.value === name) : undefined;
      const offset = startOf(pair?.key) ?? startOf(document.getIn(path.slice(0, length), true));
      if (offset !== undefined) return lines.linePos(offset).line;
    }
    return first;
  };
}

/** JSON texts in a row, as `jq` prints them, with nothing between them but line ends: marked as documents, on the lines where they are. */
function separated(text: string): string {
  if (!/^\s*\{/.test(text)) return text;
  try {
    JSON.parse(text);
    return text;
  } catch {
    return text.replaceAll(/(?<=\n)\{/g, '--- {');
  }
}

/**
 * All documents of a file that hold something. Time and memory stay in proportion to the file's size, which `readSources` bounds.
 * @throws CommandError `FILE:LINE: what is wrong: what to do`.
 */
export function yamlDocuments({ name, text }: Source): YamlDocument[] {
  const lines = new LineCounter();
  const refuse = refusing(printable(name, 200), lines);
  // key uniqueness is looked at in `checkKeys`: the parser's own way takes time by the square of the number of keys
  const options = { lineCounter: lines, uniqueKeys: false, schema: 'core', merge: false, logLevel: 'silent' } as const;
  const documents = parseAllDocuments(separated(text.replace(/^\uFEFF/, '')), options) as Document[];
  if (documents.length > mostDocuments) refuse(0, `more than ${mostDocuments} documents: split the file`);
  return documents.flatMap((document) => {
    const [error] = document.errors;
    if (error) refuse(error.pos[0], sentence(error));
    const [warning] = document.warnings;
    if (warning) refuse(warning.pos[0], sentence(warning));
    if (document.contents === null) return [];
    check(document, refuse);
    const line = lines.linePos(startOf(document.contents) ?? 0).line;
    const value = plain(document, refuse);
    return value === null ? [] : [{ file: name, line, value, lineOf: lineFinder(document, lines, line) }];
  });
}
