// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { RecentlyMade } from '../../../../src/clouds/aws/ec2/recently-made.ts';
import type { Clock } from '../../../../src/core/clock.ts';

function clockAt(time: { now: number }): Clock {
  return { now: () => time.now, monotonic: () => time.now, sleep: () => Promise.resolve() };
}

test('what was made a moment ago stands beside what is shown, until it is shown itself or five minutes are over', () => {
  const time = { now: 0 };
  const made = new RecentlyMade<{ id: string; state: string }>(clockAt(time));
  made.remember({ id: 'vpn-1', state: 'pending' });
  const other = { id: 'vpn-0', state: 'available' };
  expect(made.besides([other])).toEqual([other, { id: 'vpn-1', state: 'pending', hidden: true }]);
  expect(made.besides([{ id: 'vpn-1', state: 'available' }])).toEqual([{ id: 'vpn-1', state: 'available' }]);
  // shown once and not the next time: EC2 does that
  time.now = 5 * 60_000;
  expect(made.besides([])).toEqual([{ id: 'vpn-1', state: 'pending', hidden: true }]);
  expect(made.expire()).toBe(false);
  time.now += 1;
  expect(made.besides([])).toEqual([]);
  // an answer from before it was made may still be kept
  expect(made.expire()).toBe(true);
  expect(made.expire()).toBe(false);
});

test('what was deleted does not stand in for anything', () => {
  const made = new RecentlyMade<{ id: string }>(clockAt({ now: 0 }));
  made.remember({ id: 'vpn-1' });
  made.forget('vpn-1');
  expect(made.besides([])).toEqual([]);
});

test('what was changed meanwhile stands in as it is now, and not for longer', () => {
  const time = { now: 0 };
  const made = new RecentlyMade<{ id: string; state: string }>(clockAt(time));
  made.remember({ id: 'vpn-1', state: 'pending' });
  time.now = 60_000;
  made.update({ id: 'vpn-1', state: 'modifying' });
  made.update({ id: 'vpn-2', state: 'modifying' });
  expect(made.besides([])).toEqual([{ id: 'vpn-1', state: 'modifying', hidden: true }]);
  time.now = 5 * 60_000 + 1;
  expect(made.besides([])).toEqual([]);
});
