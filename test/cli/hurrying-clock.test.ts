// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { HurryingClock } from '../../src/cli/demo/hurrying-clock.ts';
import { VirtualClock } from '../../src/simulator/kernel/clock.ts';

const minute = 60_000;
const request = (path: string) => ({ method: 'GET', url: new URL(path, 'http://demo.test'), headers: {} });

test('It begins in the past, wakes who sleeps long before their time, and is the machine’s own once it has caught up.', async () => {
  const machine = new VirtualClock();
  const clock = new HurryingClock(machine, 4 * minute);
  expect(machine.now() - clock.now()).toBe(4 * minute);
  let woken = false;
  void clock.sleep(3 * minute).then(() => (woken = true));
  await machine.advance(3000);
  expect(woken).toBe(true);
  await machine.advance(3000);
  expect(clock.now()).toBe(machine.now());
  expect(clock.monotonic() - machine.monotonic()).toBe(4 * minute);
});

test('While somebody waits for an answer it does not hurry; a watch, which never ends, holds up nothing.', async () => {
  const machine = new VirtualClock();
  const clock = new HurryingClock(machine, 4 * minute);
  const silent = clock.carrying(() => new Promise(() => undefined));
  void silent(request('/objects?watch=true'));
  await machine.advance(150);
  const before = machine.now() - clock.now();
  expect(before).toBeLessThan(4 * minute);
  void silent(request('/objects'));
  await machine.advance(3000);
  expect(machine.now() - clock.now()).toBe(before);
  clock.stop();
});
