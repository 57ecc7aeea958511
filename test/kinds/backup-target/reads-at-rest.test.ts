// SPDX-License-Identifier: GPL-3.0-or-later
/** What twenty objects of one account cost in one hour in which nothing changes. Counts, under a virtual clock: no measurement. */
import { beforeAll, expect, test } from '@jest/globals';
import { account } from '../stage.ts';
import { atRest, fewestReads, rareReads, type AtRest } from './at-rest.ts';

const objects = 20;
let hour: AtRest;

beforeAll(async () => {
  hour = await atRest(objects, 3600);
}, 120_000);

const of = (name: string) => hour.calls[name] ?? 0;

test.each(Object.entries(fewestReads({ objects, seconds: 3600, driftSeconds: 600 })))(
  '%s is called %d times, the fewest with which everything is seen once per ten minutes.',
  (name, fewest) => {
    expect(of(name)).toBe(fewest);
  },
);

test('Rarely changing settings are read once an hour each, and with them all reads are at most 1.2 times the fewest.', () => {
  for (const name of rareReads) expect(of(name)).toBeLessThanOrEqual(objects);
  expect(of('s3:GetObjectLockConfiguration')).toBeGreaterThan(0);
  const fewest = fewestReads(hour);
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
  const reads = sum([...Object.keys(fewest), ...rareReads].map(of));
  expect(reads / sum(Object.values(fewest))).toBeLessThanOrEqual(1.2);
});

test('Validation every five minutes is four calls, two reads of the Secret and one status each, and nothing else is written.', () => {
  const validations = objects * 12;
  const expected = {
    's3:PutObject': validations,
    's3:GetObject': validations,
    's3:ListObjectsV2': validations,
    's3:DeleteObject': validations,
    'kubernetes:patch backuptargets/status': validations,
    'kubernetes:get secrets': 2 * validations,
  };
  const reads = [...Object.keys(fewestReads(hour)), ...rareReads];
  const others = Object.fromEntries(Object.entries(hour.calls).filter(([name]) => !reads.includes(name)));
  expect(others).toEqual(expected);
  expect(hour.looks).toBe(validations);
});

test('Only the canary and its status write, and its old versions and delete markers are gone when their time is over.', async () => {
  const { outputs, aws, clock } = hour.stage;
  const writes = outputs.records.filter(({ call }) => call.effect === 'write').map(({ call }) => call.action);
  expect(new Set(writes)).toEqual(new Set(['PutObject', 'DeleteObject', 'patch backuptargets/status']));
  const kept = () =>
    aws
      .account(account)
      .buckets()
      .flatMap(({ objects: all }) => all.map(({ key }) => key));
  expect(new Set(kept())).toEqual(new Set(['.hybridcloud/canary']));
  // nobody looks any more; the lifecycle rules of the spec run
  for (let day = 0; day < 35; day++) {
    await clock.advance(86_400_000);
    kept();
  }
  expect(kept()).toEqual([]);
});
