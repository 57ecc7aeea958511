// SPDX-License-Identifier: GPL-3.0-or-later
/** Attack 23: texts on which an expression of ours takes time by the square of their length, or worse. */
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseSync } from '@swc/core';
import { expect, test } from '@jest/globals';
import { failureOf } from '../../src/clouds/aws/errors.ts';
import { likeInPolicy } from '../../src/kinds/backup-target/fit-statement.ts';

const root = resolve(import.meta.dirname, '../..');
const length = 20_000;
const mostMs = 20;

/** Their texts are ours, or bounded before: by what each is given. */
const bounded = new Map([
  ['clouds/aws/errors.ts', 'cut to 2,048 characters first, see below'],
  ['wire/redaction.ts', 'the base64 of a secret, which Node made'],
  ['kube/event-series.ts', 'the name of an object, cut to 230 characters'],
]);

interface Literal {
  readonly file: string;
  readonly pattern: string;
  readonly flags: string;
}

function literals(): Literal[] {
  const found: Literal[] = [];
  const files = globSync('**/*.ts', { cwd: join(root, 'src'), exclude: (name) => name === 'simulator' });
  for (const file of files)
    JSON.stringify(
      parseSync(readFileSync(join(root, 'src', file), 'utf8'), { syntax: 'typescript', target: 'es2024' }),
      (_, node) => {
        if (node?.type === 'RegExpLiteral') found.push({ file, pattern: node.pattern, flags: node.flags });
        return node;
      },
    );
  return found;
}

/** Beginnings taken from the expression itself, so that its fixed parts are got past. */
function textsFor(pattern: string): string[] {
  const words = pattern.match(/[A-Za-z0-9:/.,= -]{2,}/g) ?? [];
  const units = [...words, ' ', 'a', '0', '=', '-', '.', '/', ':', '\n', ' \n', '[', '%', 'a.', '0.', '"', '$', '_'];
  return units.flatMap((unit) => ['!', '\n'].map((tail) => unit.repeat(Math.ceil(length / unit.length)) + tail));
}

function milliseconds(work: () => unknown): number {
  let least = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < 3 && least >= mostMs; tries++) {
    const before = process.cpuUsage();
    work();
    least = Math.min(least, process.cpuUsage(before).user / 1000);
  }
  return least;
}

test('every expression in the sources answers on 20,000 characters with 20 ms of computing.', () => {
  const all = literals().filter(({ file }) => !bounded.has(file));
  expect(all.length).toBeGreaterThan(40);
  const slow = all.filter(({ pattern, flags }) =>
    textsFor(pattern).some((text) => milliseconds(() => text.replace(new RegExp(pattern, flags), '')) >= mostMs),
  );
  expect(slow.map(({ file, pattern }) => `${file}: ${pattern}`)).toEqual([]);
});

const request = { service: 's3', action: 'PutObject', effect: 'write', input: {} } as const;

test.each([' ', '(', 'Request ID: ', 'because no identity-based policy allows', 'User: '])(
  "AWS's words, 30,000 characters of %j, are understood with 200 ms of computing, and cut.",
  (unit) => {
    const said = unit.repeat(30_000 / unit.length);
    const error = Object.assign(new Error(said), { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });
    let message = '';
    const cost = milliseconds(() => (message = (failureOf(error, request) as Error).message));
    expect(cost).toBeLessThan(200);
    expect(message.length).toBeLessThan(5000);
  },
);

test('a bucket policy full of stars is compared with 50 ms of computing, and rightly.', () => {
  const stars = `arn:aws:s3:::${'*a'.repeat(40)}*b`;
  expect(milliseconds(() => likeInPolicy(stars, `arn:aws:s3:::${'a'.repeat(20_000)}`))).toBeLessThan(50);
  const rows: [string, string, boolean][] = [
    ['*', '', true],
    ['a*', 'abc', true],
    ['*c', 'abc', true],
    ['a*c', 'ac', true],
    ['a*c', 'acb', false],
    ['a**c', 'abc', true],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['*ab*ab*', 'xabyab', true],
    ['*ab*ab*', 'xab', false],
    ['ab*ba', 'aba', false],
    ['s3:Get?bject', 's3:GetObject', true],
    ['a.c', 'abc', false],
    ['', '', true],
  ];
  for (const [pattern, text, is] of rows)
    expect([pattern, text, likeInPolicy(pattern, text)]).toEqual([pattern, text, is]);
});
