// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { failureOf, isThrottle } from '../../../../src/clouds/aws/errors.ts';
import { changeRecords } from '../../../../src/clouds/aws/route53/requests.ts';
import type { Failure } from '../../../../src/core/failure.ts';
import { BareRefusal, scripted } from './script.ts';

function answered(name: string, message = 'as AWS says it', more: object = {}): Failure {
  const error = Object.assign(new Error(message), { name, $metadata: { httpStatusCode: 400 }, ...more });
  return failureOf(error, changeRecords('Z1', [])) as Failure;
}

test.each([
  ['Throttling', 'Transient', 'Throttled', 'no'],
  ['PriorRequestNotComplete', 'Transient', 'ZoneBusy', 'no'],
  ['NoSuchHostedZone', 'Denied', 'ZoneNotFound', 'no'],
  ['NoSuchHealthCheck', 'Transient', 'Conflict', 'no'],
  ['HealthCheckVersionMismatch', 'Transient', 'Conflict', 'no'],
  ['HealthCheckInUse', 'Transient', 'Conflict', 'no'],
  ['TooManyHealthChecks', 'Denied', 'QuotaReached', 'no'],
  ['LimitsExceeded', 'Denied', 'QuotaReached', 'no'],
  ['InvalidInput', 'Invalid', 'Refused', 'no'],
  ['InvalidChangeBatch', 'Invalid', 'Refused', 'no'],
  ['AccessDenied', 'Denied', 'AccessDenied', 'no'],
])('%s is %s, %s, applied: %s', (code, expectedClass, reason, applied) => {
  expect(answered(code)).toMatchObject({ class: expectedClass, reason, applied });
});

test.each([
  ["[Tried to create resource record set [name='a.x.', type='A'] but it already exists]", 'Transient', 'Conflict'],
  ["[Tried to delete resource record set [name='a.x.', type='A'] but it was not found]", 'Transient', 'Conflict'],
  [
    "[Tried to delete resource record set [name='a.x.', type='A'] but the values provided do not match the current values]",
    'Transient',
    'Conflict',
  ],
  [
    '[RRSet of type A with DNS name a.x. is not permitted because a conflicting RRSet of type CNAME with the same DNS name already exists in zone x.]',
    'Denied',
    'RecordConflict',
  ],
  ['[FATAL problem: DomainLabelTooLong]', 'Invalid', 'Refused'],
])('InvalidChangeBatch %s is %s, %s.', (said, expectedClass, reason) => {
  expect(answered('InvalidChangeBatch', said)).toMatchObject({ class: expectedClass, reason });
});

test('A refusal that comes without the envelope of all other errors is read as well, by the real SDK.', async () => {
  const already = "Tried to create resource record set [name='a.x.', type='A'] but it already exists";
  for (const [messages, reason] of [
    [[already], 'Conflict'],
    [['FATAL problem: DomainLabelTooLong', 'FATAL problem: InvalidCharacter'], 'Refused'],
  ] as const) {
    const { session } = scripted({
      ChangeResourceRecordSets: () => {
        throw new BareRefusal(...messages);
      },
    });
    const record = {
      name: 'a.x',
      type: 'A',
      policy: { type: 'Simple' },
      data: { ttl: 60, values: ['192.0.2.1'] },
    } as const;
    const failure = await session
      .send(changeRecords('Z1', [{ action: 'CREATE', record }]))
      .catch((error: unknown) => error as Failure);
    expect(failure).toMatchObject({ reason, applied: 'no' });
    for (const message of messages) expect((failure as Failure).message).toContain(message);
  }
});

test('Where the SDK knows the code and not the text, the messages tell it.', () => {
  const messages = ['[FATAL problem: DomainLabelTooLong]'];
  expect(answered('InvalidChangeBatch', 'UnknownError', { messages }).message).toContain('DomainLabelTooLong');
});

test('A busy zone is no throttling: the rate of the account stays.', () => {
  const error = (name: string) => Object.assign(new Error(name), { name, $metadata: { httpStatusCode: 400 } });
  expect([isThrottle(error('Throttling')), isThrottle(error('PriorRequestNotComplete'))]).toEqual([true, false]);
});
