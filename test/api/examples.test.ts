// SPDX-License-Identifier: GPL-3.0-or-later
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { kinds } from '../../src/api/kinds.ts';
import { parseSpec } from '../../src/api/parse.ts';

interface Example {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: Record<string, unknown>;
}

const files = readdirSync('examples').filter((name) => name.endsWith('.yaml'));

describe.each(files)('examples/%s', (file) => {
  const text = readFileSync(`examples/${file}`, 'utf8');
  const objects = parseAllDocuments(text).map((document) => document.toJS() as Example);

  test.each(objects)('is of a kind of ours and has no mistake ($metadata.name).', (object) => {
    const kind = kinds.find((each) => each.kind === object.kind);
    if (!kind) throw new Error(`unknown kind ${object.kind}`);
    expect(object.apiVersion).toBe(`${kind.group}/${kind.version}`);
    expect(parseSpec(kind.specSchema, object.spec)).toMatchObject({ ok: true, spec: object.spec });
  });

  test('says in its first line what it makes, and is in the list of the folder.', () => {
    expect(text).toMatch(/^# \w.{40,}/);
    expect(readFileSync('examples/README.md', 'utf8')).toContain(`| ${file} |`);
  });
});

test('The examples are numbered without a gap.', () => {
  expect(files.map((name) => Number(name.slice(0, 2)))).toEqual(files.map((_, index) => index + 1));
});
