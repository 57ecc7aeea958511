// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { allowance, brakeHold, isAllowed, isUnasked, MassChangeBrake } from '../../src/core/brake.ts';
import type { Step } from '../../src/core/step.ts';

const minute = 60_000;
const start = Date.UTC(2026, 0, 5, 9);
const create: Step = { do: 'CreateBucket', effect: 'create', target: 'bucket x' };
const lets = (brake: MassChangeBrake, uid: string, now = start, account = 'a') =>
  brakeHold(brake.would(uid, account, now), [create]) === undefined;

function known(count: number): MassChangeBrake {
  const brake = new MassChangeBrake();
  for (let n = 0; n < count; n++) brake.saw(`uid-${n}`, 'a');
  return brake;
}

test.each([
  [1, 1],
  [5, 5],
  [50, 5],
  [60, 6],
  [300, 30],
])('of %d objects that all would, %d may', (count, may) => {
  const brake = known(count);
  const passed = Array.from({ length: count }, (_, n) => lets(brake, `uid-${n}`)).filter(Boolean);
  expect(passed).toHaveLength(may);
});

test('what is held stays held for as long as so many would, and may once they would not any more', () => {
  const brake = known(50);
  for (let n = 0; n < 50; n++) lets(brake, `uid-${n}`);
  for (let round = 1; round <= 20; round++)
    for (let n = 5; n < 50; n++) expect(lets(brake, `uid-${n}`, start + round * 5 * minute)).toBe(false);
  expect(lets(brake, 'uid-7', start + 120 * minute)).toBe(true);
});

test('a process that begins lets nothing pass that another one held, before it knows for itself', () => {
  const brake = known(50);
  const still = (n: number, now: number) => brakeHold(brake.would(`uid-${n}`, 'a', now, true), [create]) !== undefined;
  for (let n = 0; n < 50; n++) expect(still(n, start)).toBe(true);
  expect(still(0, start + 9 * minute)).toBe(true);
  expect(still(0, start + 120 * minute)).toBe(false);
});

test('one object may as often as it likes, and accounts do not count together', () => {
  const brake = known(6);
  for (let n = 0; n < 100; n++) expect(lets(brake, 'uid-0', start + n)).toBe(true);
  for (let n = 0; n < 5; n++) expect(lets(brake, `other-${n}`, start, 'b')).toBe(true);
  expect(lets(brake, 'uid-1')).toBe(true);
});

test('a clock that is set back does not hold anything for longer', () => {
  const brake = known(50);
  for (let n = 0; n < 50; n++) lets(brake, `uid-${n}`);
  expect(lets(brake, 'uid-0', start - 60 * minute)).toBe(true);
});

test('whatever the order and the times, no ten minutes let more than the limit of objects pass', () => {
  const looks = fc.array(fc.tuple(fc.integer({ min: 0, max: 49 }), fc.integer({ min: 0, max: 5 * minute })), {
    maxLength: 200,
  });
  fc.assert(
    fc.property(looks, (all) => {
      const brake = known(50);
      const passed: { uid: number; at: number }[] = [];
      let now = start;
      for (const [uid, later] of all) {
        now += later;
        if (lets(brake, `uid-${uid}`, now)) passed.push({ uid, at: now });
      }
      for (const { at } of passed) {
        const within = passed.filter((one) => one.at <= at && at - one.at <= 10 * minute);
        expect(new Set(within.map(({ uid }) => uid)).size).toBeLessThanOrEqual(5);
      }
    }),
  );
});

test.each<[Partial<Step>, boolean]>([
  [{ effect: 'create' }, true],
  [{ effect: 'delete' }, true],
  [{ effect: 'replace' }, true],
  [{ effect: 'update' }, false],
  [{ effect: 'probe' }, false],
  [{ effect: 'create', routine: true }, false],
  [{ effect: 'delete', routine: true }, false],
])('%j counts: %s', (change, counts) => {
  expect(isUnasked([{ ...create, ...change }])).toBe(counts);
});

test.each([
  ['2026-01-05T09:00:01Z', true],
  ['2026-01-06T09:00:00Z', true],
  ['2026-01-06T09:00:01Z', false],
  ['2026-01-05T09:00:00Z', false],
  ['2026-01-05T08:59:59Z', false],
  ['9999-12-31T00:00:00Z', false],
  ['true', false],
  ['', false],
])('the allowance until %s counts now: %s', (until, counts) => {
  expect(isAllowed({ [allowance]: until }, start)).toBe(counts);
  expect(isAllowed({}, start)).toBe(false);
});
