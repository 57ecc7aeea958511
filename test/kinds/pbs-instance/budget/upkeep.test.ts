// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { costOfRequests, requestPrices, shippedPrices } from '../../../../src/clouds/aws/s3/prices.ts';
import { stockOfOneTiB, stockSeen } from '../../../../src/kinds/pbs-instance/budget/stock.ts';
import { upkeepOf, type Care } from '../../../../src/kinds/pbs-instance/budget/upkeep.ts';
import { gib, seen } from '../worth/sight.ts';

const nightly = [{ id: 'nightly', schedule: '02:00' }];
const safe: Care = { gcSchedule: 'daily', verifySchedule: 'monthly', verifyNew: false };
const nights = 30.4375;

function of(care: Partial<Care>, name: string, stock = stockOfOneTiB(nightly)) {
  return upkeepOf({ ...safe, ...care }, stock).find((one) => one.name === name);
}

test('A garbage collection of 1 TiB lists 262,144 chunks a thousand a time, and deletes for nothing.', () => {
  expect(of({}, 'GarbageCollection')).toEqual({
    name: 'GarbageCollection',
    runs: nights,
    writes: nights * 263,
    reads: nights,
    bytes: 0,
  });
});

test('A verify job reads each chunk once in each run, and writes its result to each backup.', () => {
  const stock = { ...stockOfOneTiB(nightly), backups: 12 };
  expect(of({}, 'Verification', stock)).toMatchObject({ reads: 262_144, writes: 12, bytes: 1024 * gib });
  expect(of({ verifySchedule: 'weekly' }, 'Verification', stock)?.reads).toBeGreaterThan(4 * 262_144);
});

test('Who has each new backup verified reads all of it each night.', () => {
  expect(of({}, 'NewBackups')).toBeUndefined();
  const every = of({ verifyNew: true }, 'NewBackups');
  expect(every).toMatchObject({ reads: nights * 262_144, bytes: nights * 1024 * gib });
});

test('Monitoring asks S3 nothing.', () => {
  expect(of({}, 'Monitoring')).toEqual({ name: 'Monitoring', runs: 0, writes: 0, reads: 0, bytes: 0 });
});

test('A schedule that only the server understands is left out.', () => {
  expect(of({ gcSchedule: 'sat~1' }, 'GarbageCollection')).toBeUndefined();
});

test('What the server counted takes the place of a guess; before its first collection there is none.', () => {
  expect(stockSeen(nightly, seen({}))).toBeUndefined();
  const counted = seen({ store: { collections: { diskBytes: 6 * gib, chunks: 3000 } } });
  const [vm200, vm201] = [8 * gib, 8 * gib].map((size) => size / (4 * 1024 ** 2));
  expect(stockSeen(nightly, counted)).toEqual({
    chunks: 3000,
    bytes: 6 * gib,
    backups: 2,
    jobs: [{ schedule: '02:00', backups: 2, chunks: (vm200 ?? 0) + (vm201 ?? 0) }],
  });
});

test('Prices: of the regions that are known, and of no other.', () => {
  const prices = requestPrices(shippedPrices, 'us-east-1');
  expect(prices && costOfRequests(prices, { writes: 1000, reads: 1000, bytesOut: gib })).toBeCloseTo(0.0954, 6);
  expect(requestPrices(shippedPrices, 'mars-north-1')).toBeUndefined();
});
