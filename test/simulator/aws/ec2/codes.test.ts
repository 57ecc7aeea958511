// SPDX-License-Identifier: GPL-3.0-or-later
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

function filesIn(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.ts'));
  return names.map((name) => readFileSync(join(folder, name), 'utf8'));
}

const root = join(import.meta.dirname, '../../../..');
const written = [
  /new AwsError\(\s*'([A-Za-z.]+)'/g,
  /(?:code|malformed)(?: =|:) '([A-Za-z.]+)'/g,
  /refuseTooManyChanging\(call, '([A-Za-z.]+)'/g,
  /block\(input, '([A-Za-z.]+)'/g,
];

test('Every refusal of the simulated EC2 has a test that is named after its code.', () => {
  const sources = filesIn(join(root, 'src/simulator/aws/ec2'));
  const codes = new Set(
    sources.flatMap((text) => written.flatMap((pattern) => [...text.matchAll(pattern)].map(([, code = '']) => code))),
  );
  expect(codes.size).toBeGreaterThan(50);
  // the first words of a title, or of a row of a table
  const titles = filesIn(import.meta.dirname).flatMap((text) =>
    [
      ...text.matchAll(
        /(?:test\(|test\.each\(.*|^\s*\[?|^\s+)'([A-Z][A-Za-z.]+(?:, [A-Z][A-Za-z.]+)*)(?:[:'.]| names)/gm,
      ),
    ].flatMap(([, names = '']) => names.split(', ')),
  );
  expect([...codes].filter((code) => !titles.includes(code)).sort()).toEqual([]);
});
