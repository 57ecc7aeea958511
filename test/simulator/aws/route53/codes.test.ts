// SPDX-License-Identifier: GPL-3.0-or-later
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

function filesIn(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  return names.map((name) => readFileSync(join(folder, name), 'utf8'));
}

test('Every refusal of the simulated Route 53 has a test that is named after its code.', () => {
  const sources = filesIn(join(import.meta.dirname, '../../../../src/simulator/aws/route53'));
  const written = /new AwsError\(\s*'([A-Za-z]+)'/g;
  const codes = new Set(sources.flatMap((text) => [...text.matchAll(written)].map(([, code = '']) => code)));
  expect(codes.size).toBeGreaterThan(12);
  const title = /(?:test\(|test\.each\(.*\)\()\s*['"]([A-Z][A-Za-z]+(?:, [A-Z][A-Za-z]+)*)[:,]/g;
  const titles = filesIn(import.meta.dirname).flatMap((text) =>
    [...text.matchAll(title)].flatMap(([, names = '']) => names.split(', ')),
  );
  expect([...codes].filter((code) => !titles.includes(code)).toSorted()).toEqual([]);
});
