// SPDX-License-Identifier: GPL-3.0-or-later
/** When Route 53 follows what checkers see, told by looks from outside. */
import { expect, test } from '@jest/globals';
import { HealthVerdicts } from '../../../../src/clouds/aws/route53/health-verdicts.ts';

const settings = {
  type: 'TCP',
  ip: '192.0.2.1',
  port: 443,
  intervalSeconds: 30,
  failureThreshold: 3,
  measureLatency: false,
  sni: false,
  regions: [],
  inverted: false,
  disabled: false,
} as const;

test('The first word counts at once; another one when it has lasted for the looks that it takes.', () => {
  const verdicts = new HealthVerdicts();
  expect(verdicts.of('a', settings, undefined, 0)).toBeUndefined();
  expect(verdicts.of('a', settings, true, 0)).toBe(true);
  expect([verdicts.of('a', settings, false, 60_000), verdicts.turningSince('a')]).toEqual([true, 60_000]);
  expect(verdicts.of('a', settings, false, 119_999)).toBe(true);
  expect([verdicts.of('a', settings, false, 120_000), verdicts.turningSince('a')]).toEqual([false, undefined]);
  expect(verdicts.of('a', settings, true, 180_000)).toBe(false);
  expect(verdicts.of('a', settings, true, 240_000)).toBe(true);
});

test('An outage that is over before is none, and the next one counts from its own beginning.', () => {
  const verdicts = new HealthVerdicts();
  verdicts.of('a', settings, true, 0);
  expect(verdicts.of('a', settings, false, 60_000)).toBe(true);
  expect(verdicts.of('a', settings, true, 100_000)).toBe(true);
  expect(verdicts.of('a', settings, false, 130_000)).toBe(true);
  expect(verdicts.of('a', settings, false, 160_000)).toBe(true);
  expect(verdicts.of('a', settings, false, 190_000)).toBe(false);
});

test('With a threshold of one it follows at once, and each check has a verdict of its own.', () => {
  const verdicts = new HealthVerdicts();
  const quick = { ...settings, failureThreshold: 1 };
  verdicts.of('a', quick, true, 0);
  verdicts.of('b', settings, true, 0);
  expect(verdicts.of('a', quick, false, 1)).toBe(false);
  expect(verdicts.of('b', settings, false, 1)).toBe(true);
  const next = new HealthVerdicts(verdicts.save());
  expect(next.of('b', settings, false, 60_001)).toBe(false);
  next.forget('b');
  expect(next.of('b', settings, true, 60_002)).toBe(true);
});

test('What is remembered from before counts like a word of this time, and nothing that was heard since gives way to it.', () => {
  const verdicts = new HealthVerdicts();
  verdicts.recall('a', { healthy: true });
  expect(verdicts.of('a', settings, false, 10_000)).toBe(true);
  verdicts.recall('a', { healthy: false });
  expect(verdicts.of('a', settings, false, 69_999)).toBe(true);
  expect(verdicts.of('a', settings, false, 70_000)).toBe(false);
  verdicts.recall('b', { healthy: true, since: -50_000 });
  expect(verdicts.of('b', settings, false, 9_999)).toBe(true);
  expect(verdicts.of('b', settings, false, 10_000)).toBe(false);
});
