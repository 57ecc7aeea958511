// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { failureOf, isThrottle } from '../../../src/clouds/aws/errors.ts';
import { changeRecords } from '../../../src/clouds/aws/route53-requests.ts';
import type { Failure } from '../../../src/core/failure.ts';

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

test('Messages that come as a list are told as well.', () => {
  expect(answered('InvalidChangeBatch', '', { messages: ['[FATAL problem: DomainLabelTooLong]'] }).message).toContain(
    'DomainLabelTooLong',
  );
});

test('A busy zone is no throttling: the rate of the account stays.', () => {
  const error = (name: string) => Object.assign(new Error(name), { name, $metadata: { httpStatusCode: 400 } });
  expect([isThrottle(error('Throttling')), isThrottle(error('PriorRequestNotComplete'))]).toEqual([true, false]);
});
