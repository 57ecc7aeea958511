// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { parseCalendarEvent, runsAfter, runsPerMonth } from '../../../src/clouds/proxmox/calendar.ts';

const after = Date.UTC(2026, 10, 22, 21); // a Sunday

function next(text: string, zone = 'UTC', count = 3): readonly string[] {
  const event = parseCalendarEvent(text);
  if (!event) throw new Error(`not understood: ${text}`);
  return runsAfter(event, { after, zone, count }).map((at) => new Date(at).toISOString().slice(0, 16));
}

test.each([
  ['daily', ['2026-11-23T00:00', '2026-11-24T00:00', '2026-11-25T00:00']],
  ['02:00', ['2026-11-23T02:00', '2026-11-24T02:00', '2026-11-25T02:00']],
  ['mon..fri 22:30', ['2026-11-23T22:30', '2026-11-24T22:30', '2026-11-25T22:30']],
  ['sat,sun 4:05', ['2026-11-28T04:05', '2026-11-29T04:05', '2026-12-05T04:05']],
  ['fri..mon 21', ['2026-11-22T21:21', '2026-11-22T22:21', '2026-11-22T23:21']],
  ['*/6:00', ['2026-11-23T00:00', '2026-11-23T06:00', '2026-11-23T12:00']],
  ['8..17/3:30', ['2026-11-23T08:30', '2026-11-23T11:30', '2026-11-23T14:30']],
  ['monthly', ['2026-12-01T00:00', '2027-01-01T00:00', '2027-02-01T00:00']],
  ['*-1,15 02:00', ['2026-12-01T02:00', '2026-12-15T02:00', '2027-01-01T02:00']],
  ['2028-2-29 3:00', ['2028-02-29T03:00']],
])('%s comes at %j.', (text, times) => {
  expect(next(text)).toEqual(times);
});

test('Times are by the clock of the place, across its changes of the clock, too.', () => {
  expect(next('02:00', 'Asia/Seoul', 1)).toEqual(['2026-11-23T17:00']);
  expect(next('mon 02:30', 'Europe/Berlin', 1)).toEqual(['2026-11-23T01:30']);
  const event = parseCalendarEvent('*-4-1 02:00');
  expect(event && runsAfter(event, { after, zone: 'Europe/Berlin', count: 1 })).toEqual([Date.UTC(2027, 3, 1)]);
});

test('Of a zone that nobody knows there are no times.', () => {
  expect(next('daily', 'Mars/Olympus')).toEqual([]);
});

test.each(['', 'noon', '25:00', '5 4 * * *', 'mon..xyz 02:00', '1..0:00', '*/0:00', '02:00 UTC'])(
  '%j is none.',
  (text) => {
    expect(parseCalendarEvent(text)).toBeUndefined();
  },
);

test.each([
  ['daily', 30.4375],
  ['monthly', 1],
  ['hourly', 730.5],
  ['*:0/15', 2922],
  ['yearly', 1 / 12],
])('%s runs %d times a month.', (text, times) => {
  const event = parseCalendarEvent(text);
  expect(event && runsPerMonth(event)).toBeCloseTo(times, 5);
});

test('A weekly one runs about 4.3 times a month.', () => {
  const event = parseCalendarEvent('sun 05:00');
  expect(event && runsPerMonth(event)).toBeCloseTo(4.35, 1);
});
