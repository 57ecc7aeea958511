// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { realClock, VirtualClock } from '../../../src/simulator/kernel/clock.ts';

test('Sleepers wake in order of their due time, at that time, and what they start is awaited too.', async () => {
  const clock = new VirtualClock(0);
  const log: [string, number][] = [];
  const nap = async (name: string, ...waits: number[]): Promise<void> => {
    for (const ms of waits) await clock.sleep(ms);
    log.push([name, clock.now()]);
  };
  void nap('late', 300);
  void nap('twice', 100, 100);
  void nap('first', 100);
  await clock.advance(1000);
  expect(log).toEqual([
    ['first', 100],
    ['twice', 200],
    ['late', 300],
  ]);
  expect([clock.now(), clock.monotonic(), clock.sleeping]).toEqual([1000, 1000, 0]);
});

test('Nobody wakes before time, and an aborted sleep ends at once without an error.', async () => {
  const clock = new VirtualClock(0);
  const stop = new AbortController();
  const ended: string[] = [];
  void clock.sleep(50, stop.signal).then(() => ended.push('aborted'));
  void clock.sleep(50).then(() => ended.push('slept'));
  await clock.advance(49);
  expect([ended, clock.nextDue]).toEqual([[], 1]);
  stop.abort();
  await clock.advance(0);
  expect(ended).toEqual(['aborted']);
  await clock.advance(1);
  expect(ended).toEqual(['aborted', 'slept']);
  await clock.sleep(1, stop.signal);
});

test('A jump of the wall clock moves neither sleepers nor the monotonic clock.', async () => {
  const clock = new VirtualClock(0);
  let awake = false;
  void clock.sleep(10).then(() => (awake = true));
  clock.jumpWall(3_600_000);
  await clock.advance(9);
  expect([awake, clock.now(), clock.monotonic()]).toEqual([false, 3_600_009, 9]);
});

test('The real clock sleeps, and an abort ends the sleep without an error.', async () => {
  const clock = realClock();
  const stop = new AbortController();
  stop.abort();
  await clock.sleep(60_000, stop.signal);
  const before = clock.monotonic();
  await clock.sleep(5);
  expect(clock.monotonic()).toBeGreaterThan(before);
});
