// SPDX-License-Identifier: GPL-3.0-or-later
/** What a status means that is no success. */
import { expect, test } from '@jest/globals';
import { jsonOf } from '../../../src/clouds/https/answer.ts';
import { failureOf } from '../../../src/clouds/https/failures.ts';

const explained = {
  who: 'OPNsense https://192.0.2.1',
  action: 'add',
  cures: { unauthorized: 'Make a key.', forbidden: 'Allow it.' },
};

test.each([
  [401, 'Denied', 'CredentialsRejected'],
  [403, 'Denied', 'AccessDenied'],
  [404, 'Invalid', 'Refused'],
  [307, 'Denied', 'Redirected'],
  [409, 'Transient', 'Conflict'],
  [429, 'Transient', 'Throttled'],
  [503, 'Transient', 'ServiceError'],
])('%i means %s, %s.', (status, kind, reason) => {
  const failure = failureOf(
    { status, reason: '', headers: { 'retry-after': '7' }, text: '' },
    { ...explained, said: 'a\nb' },
  );
  expect(failure).toMatchObject({ class: kind, reason, retryAfterMs: 7000 });
  expect(failure.message).not.toContain('\n');
});

test('A login page is no answer.', () => {
  expect(() => jsonOf({ status: 200, reason: 'OK', headers: {}, text: '<html>' }, 'get')).toThrow(
    expect.objectContaining({ reason: 'BadAnswer' }),
  );
});
