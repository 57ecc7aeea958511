// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { sideBySide } from '../../../src/clouds/aws/side-by-side.ts';

test('Answers come in the order of the questions, whichever came first.', async () => {
  const late = Promise.resolve().then(() => Promise.resolve('late'));
  expect(await sideBySide([late, Promise.resolve(1)])).toEqual(['late', 1]);
});

test('Of several failures the first in the list is told, not the first in time.', async () => {
  let fail: (error: Error) => void = () => undefined;
  const late = new Promise<never>((_, reject) => (fail = reject));
  const both = sideBySide([Promise.resolve(1), late, Promise.reject(new Error('first in time'))]);
  await new Promise((resolve) => setImmediate(resolve));
  fail(new Error('first in the list'));
  await expect(both).rejects.toThrow('first in the list');
});
