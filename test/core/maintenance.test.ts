// SPDX-License-Identifier: GPL-3.0-or-later
/** When the windows of spec.maintenance are open, by the clocks of their places. */
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { weekdays, type Maintenance } from '../../src/api/maintenance.ts';
import { instantOf, wallAt } from '../../src/core/local-time.ts';
import { mayDisrupt, windowAt } from '../../src/core/maintenance.ts';

type Window = Maintenance['windows'][number];

const nights: Window = { name: 'nights', start: '02:00', durationMinutes: 60, timeZone: 'UTC' };
const only = (window: Partial<Window>, freeze = false): Maintenance => ({
  windows: [{ ...nights, ...window }],
  freeze,
});
const at = (time: string) => Date.parse(time);
const isOpen = (maintenance: Maintenance | undefined, time: string) => windowAt(maintenance, at(time)).is === 'Open';
/** Of what is closed: when it opens. */
function opens(maintenance: Maintenance, time: string): string {
  const state = windowAt(maintenance, at(time));
  return state.is === 'Closed' ? new Date(state.opens).toISOString() : state.is;
}

test('Without spec.maintenance it is always open; from the opening on, and not at the end any more.', () => {
  expect(isOpen(undefined, '2026-01-05T12:00:00Z')).toBe(true);
  const daily = only({});
  expect(isOpen(daily, '2026-01-05T01:59:59.999Z')).toBe(false);
  expect(isOpen(daily, '2026-01-05T02:00:00Z')).toBe(true);
  expect(isOpen(daily, '2026-01-05T02:59:59.999Z')).toBe(true);
  expect(isOpen(daily, '2026-01-05T03:00:00Z')).toBe(false);
  expect(opens(daily, '2026-01-05T03:00:00Z')).toBe('2026-01-06T02:00:00.000Z');
});

test('A freeze is stronger than any window, and opens at no time.', () => {
  expect(windowAt(only({}, true), at('2026-01-05T02:30:00Z'))).toEqual({ is: 'Frozen' });
  expect(windowAt({ windows: [], freeze: true }, at('2026-01-05T02:30:00Z'))).toEqual({ is: 'Frozen' });
});

test('Days are those of the place, and a window that lasts over midnight belongs to the day on which it opened.', () => {
  const seoul = only({ days: ['Sunday'], start: '23:30', durationMinutes: 120, timeZone: 'Asia/Seoul' });
  // Sunday, 2026-01-04 in Seoul, nine hours ahead
  expect(isOpen(seoul, '2026-01-04T14:29:00Z')).toBe(false);
  expect(isOpen(seoul, '2026-01-04T14:30:00Z')).toBe(true);
  expect(isOpen(seoul, '2026-01-04T16:29:00Z')).toBe(true);
  expect(isOpen(seoul, '2026-01-04T16:30:00Z')).toBe(false);
  expect(opens(seoul, '2026-01-04T16:30:00Z')).toBe('2026-01-11T14:30:00.000Z');
  // Monday in Seoul is still Sunday in UTC
  const monday = only({ days: ['Monday'], start: '03:00', timeZone: 'Asia/Seoul' });
  expect(isOpen(monday, '2026-01-04T18:30:00Z')).toBe(true);
});

test('Of several windows the next one opens first.', () => {
  const both: Maintenance = {
    windows: [
      { ...nights, name: 'sunday', days: ['Sunday'], durationMinutes: 240 },
      { ...nights, name: 'wednesday', days: ['Wednesday'], start: '22:00' },
    ],
    freeze: false,
  };
  expect(windowAt(both, at('2026-01-05T12:00:00Z'))).toMatchObject({ is: 'Closed', window: { name: 'wednesday' } });
  expect(windowAt(both, at('2026-01-08T12:00:00Z'))).toMatchObject({ is: 'Closed', window: { name: 'sunday' } });
});

test.each([
  // 2026-03-29, 02:00 to 03:00 do not come in Berlin: 02:30 counts as if the clock had not been set forward
  ['in the hour that is skipped', '02:30', '2026-03-29T00:00:00Z', '2026-03-29T01:30:00.000Z'],
  ['the day before', '02:30', '2026-03-28T00:00:00Z', '2026-03-28T01:30:00.000Z'],
  ['the day after, an hour earlier in UTC', '02:30', '2026-03-29T12:00:00Z', '2026-03-30T00:30:00.000Z'],
  ['on that day, after the gap', '04:00', '2026-03-29T00:00:00Z', '2026-03-29T02:00:00.000Z'],
  // 2026-10-25, 02:00 to 03:00 come twice
  ['in the hour that comes twice', '02:30', '2026-10-24T12:00:00Z', '2026-10-25T00:30:00.000Z'],
  ['on that day, after it', '04:00', '2026-10-24T12:00:00Z', '2026-10-25T03:00:00.000Z'],
  ['on that day, after the first of the two', '02:30', '2026-10-25T02:00:00Z', '2026-10-26T01:30:00.000Z'],
])('Where clocks are set forward or back: %s.', (_, start, now, expected) => {
  expect(opens(only({ start, durationMinutes: 30, timeZone: 'Europe/Berlin' }), now)).toBe(expected);
});

test('How long it is open is of real minutes, also while the clock is set back.', () => {
  const berlin = only({ start: '02:30', durationMinutes: 60, timeZone: 'Europe/Berlin' });
  expect(isOpen(berlin, '2026-10-25T01:29:00Z')).toBe(true);
  expect(isOpen(berlin, '2026-10-25T01:30:00Z')).toBe(false);
});

const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Seoul', 'Asia/Kolkata', 'Australia/Lord_Howe'];
const two = (n: number) => String(n).padStart(2, '0');
const windows: fc.Arbitrary<Window> = fc.record({
  name: fc.constantFrom('a', 'b'),
  days: fc.subarray([...weekdays], { minLength: 1 }),
  start: fc.tuple(fc.nat(23), fc.nat(59)).map(([hour, minute]) => `${two(hour)}:${two(minute)}`),
  durationMinutes: fc.integer({ min: 15, max: 1440 }),
  timeZone: fc.constantFrom(...zones, 'Pacific/Apia', 'Pacific/Chatham'),
});
const times = fc.integer({ min: at('2025-01-01T00:00:00Z'), max: at('2028-01-01T00:00:00Z') });

test('Whatever the windows: one that is closed says when it opens, it is open then, not before, and within eight days.', () => {
  fc.assert(
    fc.property(fc.array(windows, { minLength: 1, maxLength: 3 }), times, fc.nat(1000), (all, now, share) => {
      const maintenance = { windows: all, freeze: false };
      const state = windowAt(maintenance, now);
      if (state.is !== 'Closed') return expect(state.is).toBe('Open');
      expect(state.opens).toBeGreaterThan(now);
      expect(state.opens - now).toBeLessThan(8 * 24 * 3600_000);
      expect(windowAt(maintenance, state.opens).is).toBe('Open');
      const between = now + Math.floor(((state.opens - now - 1) * share) / 1000);
      expect(windowAt(maintenance, between)).toEqual(state);
    }),
    { numRuns: 500 },
  );
});

test('What a clock shows at some instant it shows at the instant of that wall time, the first of them.', () => {
  fc.assert(
    fc.property(fc.constantFrom(...zones), times, (zone, time) => {
      const wall = wallAt(time, zone);
      const instant = instantOf(wall, zone);
      expect(wallAt(instant, zone)).toBe(wall);
      expect(instant).toBeLessThanOrEqual(time);
    }),
    { numRuns: 500 },
  );
});

test('An override is a time within the next 24 hours, and nothing else.', () => {
  const now = at('2026-01-05T12:00:00Z');
  const given = (value: string) => mayDisrupt({ 'hybridcloud.dev/allow-disruption-until': value }, now);
  expect(given('2026-01-05T12:00:01Z')).toBe(true);
  expect(given('2026-01-06T12:00:00Z')).toBe(true);
  for (const wrong of ['2026-01-05T12:00:00Z', '2026-01-06T12:00:01Z', 'true', '']) expect(given(wrong)).toBe(false);
  expect(mayDisrupt({}, now)).toBe(false);
});
