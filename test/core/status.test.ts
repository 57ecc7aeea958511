// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { same } from '../../src/core/status.ts';

const item = (id: number, name = 'a') => ({ id, name });

test.each([
  ['the same', { list: [item(1), item(2)] }, { list: [item(1), item(2)] }, true],
  ['another order of items with keys', { list: [item(1), item(2)] }, { list: [item(2), item(1)] }, true],
  ['another item', { list: [item(1), item(2)] }, { list: [item(1), item(3)] }, false],
  ['another field', { list: [item(1), item(2)] }, { list: [item(2), item(1, 'b')] }, false],
  ['one more', { list: [item(1)] }, { list: [item(1), item(2)] }, false],
  ['another order of texts, such as times', { list: ['a', 'b'] }, { list: ['b', 'a'] }, false],
])('A status is written when it differs: %s.', (_, a, b, expected) => {
  expect(same(a, b)).toBe(expected);
});
