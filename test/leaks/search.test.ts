// SPDX-License-Identifier: GPL-3.0-or-later
import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { createAws } from '../../src/simulator/aws/index.ts';
import { VirtualClock } from '../../src/simulator/kernel/clock.ts';
import { formsOf } from './forms.ts';
import { LeakSearch } from './search.ts';

const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';

function searched(...texts: readonly string[]) {
  const search = new LeakSearch();
  search.learn(secret);
  for (const text of texts) search.show('here', text);
  return search;
}

test.each(Object.entries(formsOf(secret)))('A secret is found %s, in the middle of a sentence.', (_, form) => {
  expect(searched(`it was "${form}", they said`).found()).not.toEqual([]);
  expect(searched(`key=${form}&next=1`).found()).not.toEqual([]);
});

test.each([0, 1, 2, 3, 7])('It is found in the base64 of a text that has it after %i other bytes.', (before) => {
  const whole = Buffer.from(`${'u'.repeat(before)}${secret} and so on`);
  expect(searched(whole.toString('base64')).found()).not.toEqual([]);
  expect(searched(whole.toString('base64url')).found()).not.toEqual([]);
});

test('A secret of other letters than these is found by its longest word.', () => {
  const search = new LeakSearch();
  search.learn('two words: "a-rather-long-one" and short');
  search.show('here', '{"message":"two words: \\"a-rather-long-one\\" and short"}');
  expect(search.found()).not.toEqual([]);
});

test('What is learnt after it was shown is found; what was planted on purpose, and what is no secret, is not.', () => {
  const search = new LeakSearch();
  search.show('here', secret);
  expect(search.found()).toEqual([]);
  search.learn(secret);
  expect(search.found()).toEqual([{ where: 'here', form: 'plain', secret }]);
  search.excuse(secret);
  expect(search.found()).toEqual([]);
  expect(searched('a text without, however long the-words-that-it-has-may-be').found()).toEqual([]);
});

test('A run in which a test shows a secret fails, and says which file, where and in which encoding, but not the secret.', () => {
  const { stdout, status } = spawnSync(process.execPath, ['test/run.ts', '--testMatch', '**/test/leaks/planting.ts'], {
    encoding: 'utf8',
  });
  const lines = stdout.trim().split('\n');
  const leak = (what: string) => `leaked: test/leaks/planting.ts: a secret (${what}`;
  expect(status).toBe(1);
  expect(lines.at(-1)).toBe('1 passed, 2 failed, 0 skipped');
  expect(lines.filter((line) => line.startsWith('leaked:'))).toEqual([
    `${leak('hex')}) in namespaces/noted`,
    `${leak('base64 at 2')}) in the output of the run`,
  ]);
  const { secretAccessKey } = createAws({ clock: new VirtualClock() }).account('123456789012').rootKey;
  expect(lines.filter((line) => line.startsWith('leaked:')).join()).not.toContain(secretAccessKey);
}, 60_000);
