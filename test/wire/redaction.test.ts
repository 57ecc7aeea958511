// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, test } from '@jest/globals';
import { assert, property, string } from 'fast-check';
import { Redactor } from '../../src/wire/redaction.ts';
import { search } from '../canaries/search.ts';
import { formsOf } from '../leaks/forms.ts';

/** Characters that change under every encoding, and none that an AWS secret cannot have beside them. */
const hard = 'wJalr/XU+tn"FE\\MI&K7<MDENG %bPxRfi=é';
const aws = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';

function knowing(...secrets: string[]): Redactor {
  const redactor = new Redactor();
  for (const secret of secrets) redactor.learn(secret);
  return redactor;
}

describe.each([
  ['with every awkward character', hard],
  ['as AWS makes them', aws],
])('A secret %s', (_title, secret) => {
  test.each(Object.entries(formsOf(secret)))('is taken out in the form %s.', (_form, text) => {
    const clean = knowing(secret).scrub(`before ${text} after ${text}`);
    expect(search([['text', clean]], { secret })).toEqual([]);
    expect(clean).toMatch(/^before .*after /);
  });

  test('is taken out with its padding, in upper-case hex and in lower-case URL encoding.', () => {
    const redactor = knowing(secret);
    const bytes = Buffer.from(secret);
    const url = encodeURIComponent(secret).replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
    expect(redactor.scrub(bytes.toString('base64'))).toBe('[redacted]');
    expect(redactor.scrub(bytes.toString('hex').toUpperCase())).toBe('[redacted]');
    expect(redactor.scrub(url)).toBe('[redacted]');
  });

  test('is taken out of a JSON line that quotes JSON that quotes it.', () => {
    const inner = JSON.stringify({ message: secret });
    const line = JSON.stringify({ body: inner });
    const clean = knowing(secret).scrub(line);
    const parsed = JSON.parse(clean) as { body: string };
    expect(
      search(
        [
          ['line', clean],
          ['body', parsed.body],
          ['message', (JSON.parse(parsed.body) as { message: string }).message],
        ],
        { secret },
      ),
    ).toEqual([]);
  });

  test('is taken out of an XML document that escapes it.', () => {
    const escaped = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
    expect(knowing(secret).scrub(`<Message>${escaped}</Message>`)).toBe('<Message>[redacted]</Message>');
  });

  test('is taken out of the Authorization header of HTTP Basic, whatever stands before it.', () => {
    for (const user of ['a', 'ab', 'abc', 'abcd']) {
      const header = Buffer.from(`${user}:${secret}`).toString('base64');
      const clean = knowing(secret).scrub(`Basic ${header}`);
      expect(Buffer.from(clean.replace('Basic ', ''), 'base64').toString('latin1')).not.toContain(secret.slice(4, -4));
    }
  });
});

test('Two secrets of which one is the beginning of the other are both taken out, whichever was learnt first.', () => {
  const [short, long] = ['0123456789abcdef', '0123456789abcdefABCDEF'];
  for (const redactor of [knowing(short, long), knowing(long, short)]) {
    expect(redactor.scrub(`x ${long} y ${short} z`)).toBe('x [redacted] y [redacted] z');
  }
});

test('A text without secrets stays as it is, and short words are no secrets.', () => {
  const redactor = knowing('bucket', aws);
  const text = 'bucket iksan-cloud-backup-20251129: AccessDenied (403)';
  expect(redactor.scrub(text)).toBe(text);
});

test('No random secret of 8 characters or more shows in any form, within any text.', () => {
  const secret = string({ minLength: 8, maxLength: 60, unit: 'grapheme' }).filter((one) => one.isWellFormed());
  assert(
    property(secret, string(), string(), (one, before, after) => {
      const clean = knowing(one).scrub(
        Object.values(formsOf(one))
          .map((form) => before + form + after)
          .join('\n'),
      );
      const around = search([['around', [before, after, '[redacted]'].join('\n')]], { one });
      if (around.length === 0) expect(search([['text', clean]], { one })).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

test('The ten thousand newest secrets are known; the oldest beyond them are forgotten, so that memory stays bounded.', () => {
  const redactor = new Redactor();
  for (let n = 0; n <= 10_000; n++) redactor.learn(`secret-number-${n}-`);
  expect(redactor.scrub('secret-number-0-')).toBe('secret-number-0-');
  expect(redactor.scrub('secret-number-10000-')).toBe('[redacted]');
});
