// SPDX-License-Identifier: GPL-3.0-or-later
/** docs/conditions.md is whole: every reason that the sources can give has its row, with cause and cure, and no row is made up. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const folders = ['core', 'kinds', 'clouds', 'kube', 'operator', 'wire'];
const sources = folders
  .flatMap((folder) =>
    readdirSync(join('src', folder), { recursive: true, encoding: 'utf8' }).map((file) => join('src', folder, file)),
  )
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(file, 'utf8'));

const word = "'([A-Z][A-Za-z]+)'";
/** The ways in which the sources give a reason. */
const ways = [
  new RegExp(`\\breason: ${word}`, 'g'),
  new RegExp(`\\breason = ${word}`, 'g'),
  new RegExp(`\\b(?:blocked|waiting|denied|failed)\\(\\s*${word}`, 'g'),
  // wire.ts: reasons of calls without an answer
  new RegExp(`(?:timeout|aborted|unreachable): ${word}`, 'g'),
];
const given = new Set(
  sources.flatMap((text) => ways.flatMap((way) => [...text.matchAll(way)].map(([, reason = '']) => reason))),
);

const rows = readFileSync('docs/conditions.md', 'utf8')
  .split('## Reasons')[1]
  ?.split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split('|').map((cell) => cell.trim()));
const named = (rows ?? []).map(([, reason = '']) => reason.replaceAll('`', ''));

test('Every reason in the sources has a row.', () => {
  expect(given.size).toBeGreaterThan(50);
  expect([...given].filter((reason) => !named.includes(reason)).sort()).toEqual([]);
});

test('Every row is of a reason that the sources know, once, in order, with cause and cure.', () => {
  const all = sources.join('\n');
  expect(named.filter((reason) => !all.includes(`'${reason}'`))).toEqual([]);
  expect(named).toEqual([...new Set(named)].sort());
  for (const [, , cause = '', cure = ''] of rows ?? []) {
    expect(cause.length).toBeGreaterThan(8);
    expect(cure.length).toBeGreaterThan(5);
  }
});
