// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { toSchema } from '../../src/api/crd.ts';
import { kinds } from '../../src/api/kinds.ts';

const length = 100_000;
/** Beginnings that get past the fixed parts of our patterns, and alphabets on which bad patterns back-track. */
const heads = [
  '',
  'arn:aws:iam::123456789012:role/',
  'arn:aws:kms:ap-northeast-2:123456789012:key/',
  'arn:aws-',
  'ap-northeast',
];
const units = ['a', 'A', '0', '-', '.', '/', 'a.', 'a-', 'a/', '-a', '0-', '..', 'aA0', 'a:', '팀', '\n', '_'];
const tails = ['', '!', '\n', '-', '.'];

function patterns(): string[] {
  const found = new Set<string>();
  for (const kind of kinds)
    JSON.stringify([toSchema(kind.specSchema), toSchema(kind.statusSchema)], (key, value) => {
      if (key === 'pattern') found.add(value);
      if (key === 'rule')
        for (const match of value.matchAll(/matches\('([^']*)'\)/g)) found.add(match[1].replaceAll('\\\\', '\\'));
      return value;
    });
  return [...found];
}

test('Patterns are found in the schemas.', () => {
  expect(patterns().length).toBeGreaterThanOrEqual(10);
});

test.each(patterns())('%s is anchored, and answers on 100,000 characters in under 50 ms.', (pattern) => {
  expect(pattern).toMatch(/^\^.*\$$/);
  const expression = new RegExp(pattern, 'u');
  let slowest = 0;
  for (const head of heads)
    for (const unit of units)
      for (const tail of tails) {
        const text = (head + unit.repeat(length)).slice(0, length - 1) + tail;
        const started = performance.now();
        expression.test(text);
        slowest = Math.max(slowest, performance.now() - started);
      }
  expect(slowest).toBeLessThan(50);
});
