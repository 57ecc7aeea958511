// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { announce, graceMs, stillOpen, type Entry } from '../../src/core/journal.ts';
import type { Step } from '../../src/core/step.ts';
import { rfc3339 } from '../../src/core/time.ts';

const now = Date.UTC(2026, 0, 5);
const step: Step = { do: 'CreateBucket', effect: 'create', target: 'bucket x', once: 'bucket:x' };
const entryAt = (ms: number): Entry => ({ key: 'bucket:x', at: rfc3339(ms), step: JSON.stringify(step) });
const never = () => false;

test('only steps with a key are announced, and a second announcement replaces the first', () => {
  const again = announce(
    [entryAt(now - 5000)],
    [step, { ...step, do: 'TagBucket', once: undefined } as unknown as Step],
    rfc3339(now),
  );
  expect(again).toEqual([entryAt(now)]);
});

test('an entry stays open while its effect does not show, however long the step left the plan', () => {
  expect(stillOpen([entryAt(now - graceMs + 1000)], never, now)).toHaveLength(1);
});

test('an entry ends when its effect shows', () => {
  expect(stillOpen([entryAt(now)], (shown) => shown.do === 'CreateBucket', now)).toEqual([]);
});

test('an entry ends when its grace time is over', () => {
  expect(stillOpen([entryAt(now - graceMs - 1000)], never, now)).toEqual([]);
});

test.each([
  ['a time that is none', { ...entryAt(now), at: 'yesterday' }],
  ['a step that is no JSON', { ...entryAt(now), step: '{' }],
  ['a step without a name', { ...entryAt(now), step: '{}' }],
  ['a step that is null', { ...entryAt(now), step: 'null' }],
])('a forged entry with %s is forgotten, and nothing breaks', (_what, entry) => {
  expect(stillOpen([entry], never, now)).toEqual([]);
});
