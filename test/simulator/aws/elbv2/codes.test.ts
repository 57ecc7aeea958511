// SPDX-License-Identifier: GPL-3.0-or-later
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

function filesIn(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.ts'));
  return names.map((name) => readFileSync(join(folder, name), 'utf8'));
}

const root = join(import.meta.dirname, '../../../..');

test.each(['elbv2', 'acm'])('Every refusal of the simulated %s has a test that is named after its code.', (service) => {
  const sources = filesIn(join(root, 'src/simulator/aws', service));
  const codes = new Set(
    sources.flatMap((text) =>
      [...text.matchAll(/new AwsError\(\s*'([A-Za-z.]+)'|: \['([A-Za-z]+NotFound)'/g)].map(
        ([, made = '', listed = '']) => made || listed,
      ),
    ),
  );
  expect(codes.size).toBeGreaterThan(6);
  // some need both services
  const titles = ['elbv2', 'acm']
    .flatMap((folder) => filesIn(join(import.meta.dirname, '..', folder)))
    .flatMap((text) =>
      [...text.matchAll(/test\('([^']+)'/g)].flatMap(([, title = '']) => title.match(/[A-Z][A-Za-z]+/g) ?? []),
    );
  expect([...codes].filter((code) => !titles.includes(code)).toSorted()).toEqual([]);
});
