// SPDX-License-Identifier: GPL-3.0-or-later
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { attacksDocument, documentFile } from './document.ts';
import { attacks, later } from './list.ts';

const root = resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

test('Every attack has its place: with tests and mutants, or waiting for what it attacks.', () => {
  const numbers = [...attacks, ...later].map(({ number }) => number);
  expect([...numbers].sort((a, b) => a - b)).toEqual(Array.from({ length: 35 }, (_, index) => index + 1));
});

test.each(attacks.map((attack) => [attack.number, attack] as const))(
  'The tests of attack %i are in their files.',
  (_, { tests }) => {
    const missing = tests.filter(({ file, title }) => {
      const text = read(`test/${file}`);
      return ![title, title.replaceAll("'", "\\'")].some((one) => text.includes(one));
    });
    expect(missing).toEqual([]);
  },
);

test('Every mutant changes exactly one place of a source, and a test of its attack is named for it.', () => {
  const lost = attacks.flatMap(({ number, mutants, tests }) =>
    mutants
      .filter(
        ({ file, from, to, test: index = 0 }) => read(file).split(from).length !== 2 || from === to || !tests[index],
      )
      .map(({ bug }) => `${number}: ${bug}`),
  );
  expect(lost).toEqual([]);
});

test('docs/attacks.md is made from the list ("npm run generate" writes it).', () => {
  expect(readFileSync(documentFile, 'utf8')).toBe(attacksDocument());
});
