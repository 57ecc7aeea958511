// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { domainName, isWithin } from '../../src/core/domain-name.ts';

/** Any byte of a label as Route 53 may write it, and as a person may. */
const byte = fc.integer({ min: 0, max: 255 });
const octal = (code: number) => `\\${code.toString(8).padStart(3, '0')}`;

test.each([
  ['GSLB.Seojun.Shop.', 'gslb.seojun.shop', 'in lower case, without the closing dot'],
  ['\\052.seojun.shop.', '*.seojun.shop', 'with the wildcard as people write it'],
  ['\\107slb.seojun.shop', 'gslb.seojun.shop', 'with letters that were written as codes'],
  ['a\\056b.seojun.shop', 'a\\056b.seojun.shop', 'with a dot inside a label still inside it'],
  ['1/26.2.0.192.in-addr.arpa', '1\\05726.2.0.192.in-addr.arpa', 'with a slash as its code'],
  ['bücher.example', 'b\\303\\274cher.example', 'with other alphabets as the bytes of UTF-8'],
  ['_acme-challenge.x_y.example', '_acme-challenge.x_y.example', 'with underscores as they are'],
  ['a\\9b.example', 'a\\1349b.example', 'with a backslash that is no code as a backslash'],
  ['.', '', 'with the root as nothing'],
])('%s is %s: %s.', (given, name) => {
  expect(domainName(given)).toBe(name);
});

test('A name in its one spelling stays as it is.', () => {
  fc.assert(fc.property(fc.string(), (text) => expect(domainName(domainName(text))).toBe(domainName(text))));
});

test('However the bytes of a name are written, its spelling is one, but for case.', () => {
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 63 }), (bytes) => {
      const codes = bytes.map(octal).join('');
      const written = bytes
        .map((code) =>
          code > 0x20 && code < 0x7f && code !== 0x2e && code !== 0x5c ? String.fromCharCode(code) : octal(code),
        )
        .join('');
      expect(domainName(`${written.toUpperCase()}.Example.`)).toBe(domainName(`${codes}.example`));
    }),
  );
});

test('Different names stay different.', () => {
  const spelled = (bytes: readonly number[]) => bytes.map((code) => String.fromCharCode(code).toLowerCase()).join('');
  const ascii = fc.array(fc.integer({ min: 0, max: 127 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(ascii, ascii, (a, b) => {
      const same = domainName(`${a.map(octal).join('')}.x`) === domainName(`${b.map(octal).join('')}.x`);
      expect(same).toBe(spelled(a) === spelled(b));
    }),
  );
});

test('A sibling by its ending is not within a zone, the zone itself and what is below it are.', () => {
  expect(isWithin('evilexample.com', 'example.com')).toBe(false);
  expect(isWithin('example.com', 'example.com')).toBe(true);
  expect(isWithin('a.b.example.com', 'example.com')).toBe(true);
  expect(isWithin('com', 'example.com')).toBe(false);
});
