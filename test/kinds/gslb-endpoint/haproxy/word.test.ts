// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { array, assert, property } from 'fast-check';
import { word } from '../../../../src/kinds/gslb-endpoint/haproxy/word.ts';
import { printable } from './arbitraries.ts';
import { wordsOf } from './reading.ts';

test('A word is read back as exactly the text that it was made of, whatever stands beside it.', () => {
  assert(
    property(array(printable, { minLength: 1, maxLength: 5 }), (texts) => {
      expect(wordsOf(`    ${texts.map(word).join(' ')}`)).toEqual(texts);
    }),
    { numRuns: 2000 },
  );
});

test.each(['a\nserver evil 192.0.2.66:80', 'a\rb', 'tab\there', 'nul\0', 'é', '\u2028', '\x7f'])(
  'What no quoting helps with is refused: %j',
  (text) => {
    expect(() => word(text)).toThrow('printable ASCII');
  },
);

test.each([
  ['$HOME', "'$HOME'"],
  ['a b', "'a b'"],
  ["it's", "'it'\\''s'"],
  ['#no comment', "'#no comment'"],
  ['\\', "'\\'"],
  ['3.36.122.217:80', '3.36.122.217:80'],
])('%s is written %s', (text, written) => {
  expect(word(text)).toBe(written);
});
