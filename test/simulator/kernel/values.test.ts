// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { FaultRules } from '../../../src/simulator/kernel/faults.ts';
import { randomUuid } from '../../../src/simulator/kernel/random.ts';
import { fromJson, toJson } from '../../../src/simulator/kernel/snapshot.ts';
import { TokenBuckets } from '../../../src/simulator/kernel/token-bucket.ts';
import { forgotten, truth, versioned, visible, write } from '../../../src/simulator/kernel/versioned.ts';

test('A change is true at once and visible after its lag, in the order it was made.', () => {
  const value = versioned('a', 0);
  write(value, 'b', { now: 100, lag: 50 });
  write(value, 'c', { now: 110, lag: 0 });
  expect([truth(value), visible(value, 120), visible(value, 150)]).toEqual(['c', 'a', 'c']);
  write(value, undefined, { now: 200, lag: 10 });
  expect([truth(value), visible(value, 205), visible(value, 210)]).toEqual([undefined, 'c', undefined]);
  expect([forgotten(value, 205), forgotten(value, 210)]).toEqual([false, true]);
});

test('History that nobody can see any more is dropped.', () => {
  const value = versioned(0, 0);
  for (let i = 1; i < 100; i++) write(value, i, { now: i * 10, lag: 20 });
  expect(value.versions.length).toBeLessThan(5);
});

test('A snapshot holds maps, sets and bytes, and refuses what it cannot hold.', () => {
  const state = {
    map: new Map([['__proto__', new Uint8Array([1, 2])]]),
    set: new Set(['x']),
    list: [1, null],
    none: undefined,
  };
  const { none, ...kept } = state;
  expect(none).toBeUndefined();
  expect(fromJson(JSON.parse(JSON.stringify(toJson(state))))).toEqual(kept);
  expect(() => toJson({ f: () => 1 })).toThrow(TypeError);
});

test('A token bucket lets its burst through and then its rate.', () => {
  const buckets = new TokenBuckets();
  const rate = { burst: 2, perSecond: 1 };
  const take = (at: number): boolean => buckets.take('k', rate, at);
  expect([take(0), take(0), take(0), take(500), take(1000), take(1000)]).toEqual([
    true,
    true,
    false,
    false,
    true,
    false,
  ]);
  expect(buckets.take('other', rate, 0)).toBe(true);
});

test('The same seed gives the same identifiers.', () => {
  expect(randomUuid({ seed: 5 })).toBe(randomUuid({ seed: 5 }));
  expect(randomUuid({ seed: 5 })).not.toBe(randomUuid({ seed: 6 }));
});

test('A fault rule strikes the calls it names, from the nth on, so many times, or by chance.', () => {
  const rules = new FaultRules();
  const random = { seed: 1 };
  const calls = (n: number, action = 'A'): boolean[] =>
    Array.from({ length: n }, () => rules.strike({ service: 's', action, effect: 'write' }, random) !== undefined);
  rules.add({ kind: 'error', service: 's', action: 'A', nth: 2 });
  expect([calls(1, 'B'), calls(4)]).toEqual([[false], [false, true, false, false]]);
  rules.clear();
  rules.add({ kind: 'error', effect: 'read' }, { kind: 'throttle', count: 2 });
  expect(calls(3)).toEqual([true, true, false]);
  rules.clear();
  rules.add({ kind: 'error', probability: 0.5 });
  const struck = calls(1000).filter(Boolean).length;
  expect(struck).toBeGreaterThan(400);
  expect(struck).toBeLessThan(600);
});
