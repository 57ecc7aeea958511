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

/** Milliseconds of computing, not of waiting for a processor that others use: the least of three where the first is long. */
function cost(expression: RegExp, text: string): number {
  let least = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < 3 && least >= 50; tries++) {
    const before = process.cpuUsage();
    expression.test(text);
    least = Math.min(least, process.cpuUsage(before).user / 1000);
  }
  return least;
}

test('A pattern that tracks back is found out by this measure.', () => {
  expect(cost(/^(a+)+$/u, `${'a'.repeat(26)}!`)).toBeGreaterThan(50);
});

test.each(patterns())('%s is anchored, and answers on 100,000 characters with 50 ms of computing.', (pattern) => {
  expect(pattern).toMatch(/^\^.*\$$/);
  const expression = new RegExp(pattern, 'u');
  let slowest = 0;
  for (const head of heads)
    for (const unit of units)
      for (const tail of tails) {
        const text = (head + unit.repeat(length)).slice(0, length - 1) + tail;
        slowest = Math.max(slowest, cost(expression, text));
      }
  expect(slowest).toBeLessThan(50);
});
