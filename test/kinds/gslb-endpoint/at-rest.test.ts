// SPDX-License-Identifier: GPL-3.0-or-later
/** 500 endpoints over 50 names. Route 53 takes five requests a second of an account, from everybody who uses it. */
import { beforeAll, expect, test } from '@jest/globals';
import { callsPerEndpoint, fewestAtRest, fewestSeconds, many, readsAtRest, statusesAtRest, type Many } from './many.ts';

let it: Many;
beforeAll(async () => {
  it = await many(50, 10, 1200);
}, 600_000);

test('They are made in hardly more time than five requests a second allow, in a handful of batches, and none is refused.', () => {
  expect(it.seconds).toBeLessThanOrEqual(1.1 * fewestSeconds(it));
  expect(callsPerEndpoint(it)).toBeLessThanOrEqual(3.3);
  expect(it.making['CreateHealthCheck']).toBe(500);
  expect(it.making['ChangeTagsForResource']).toBe(500);
  expect(it.making['ChangeResourceRecordSets']).toBeLessThanOrEqual(5);
  expect(it.refused).toBe(0);
});

test('At rest nothing is written, and the lists are asked once a drift interval for all of them.', () => {
  for (const action of ['CreateHealthCheck', 'UpdateHealthCheck', 'ChangeTagsForResource', 'ChangeResourceRecordSets'])
    expect(it.resting[action] ?? 0).toBe(0);
  expect(readsAtRest(it)).toBeLessThanOrEqual(1.2 * fewestAtRest(it));
});

test('How the endpoints are takes a tenth of what the account may ask, and each is asked for.', () => {
  const asked = it.resting['GetHealthCheckStatus'] ?? 0;
  expect(asked).toBeLessThanOrEqual(1.2 * statusesAtRest(it));
  expect(asked).toBeGreaterThanOrEqual(it.endpoints);
});
