// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { monthlyEstimate, parsePrices, shippedPrices } from '../../../../src/clouds/aws/s3/prices.ts';

const GB = 2 ** 30;

test.each([
  ['ap-northeast-2', { StandardStorage: 1000 * GB }, '25.00'],
  ['us-east-1', { StandardStorage: 1000 * GB, GlacierInstantRetrievalStorage: 1000 * GB }, '27.00'],
  // 50 TB, 450 TB and the rest have prices of their own
  ['us-east-1', { StandardStorage: 600_000 * GB }, (51_200 * 0.023 + 460_800 * 0.022 + 88_000 * 0.021).toFixed(2)],
  ['us-east-1', { StandardStorage: 0, DeepArchiveStorage: 0 }, '0.00'],
  ['us-east-1', {}, '0.00'],
])('In %s %j is %s a month.', (region, bytes, amount) => {
  expect(monthlyEstimate(shippedPrices, region, bytes as Record<string, number>)).toEqual({
    amount,
    currency: 'USD',
    pricesAsOf: '2026-07-04',
  });
});

test.each([
  ['an unknown region', 'mars-north-1', { StandardStorage: GB }],
  ['a storage type without a price', 'ap-northeast-2', { StandardStorage: GB, StandardIAStorage: 1 }],
  ['more than the ranges of a region reach', 'ap-northeast-2', { StandardStorage: 60_000 * GB }],
])('No estimate for %s: half a sum would mislead.', (_title, region, bytes) => {
  expect(monthlyEstimate(shippedPrices, region, bytes)).toBeUndefined();
});

const list = (regions: object) => JSON.stringify({ asOf: '2026-11-01', currency: 'EUR', regions });

test('Another list takes the place of the shipped one, in its own currency and with its own date.', () => {
  const prices = parsePrices(list({ 'mars-north-1': { StandardStorage: [{ perGBMonth: 2 }] } }));
  expect(monthlyEstimate(prices, 'mars-north-1', { StandardStorage: 3 * GB })).toEqual({
    amount: '6.00',
    currency: 'EUR',
    pricesAsOf: '2026-11-01',
  });
});

test.each([
  ['no JSON', '{', 'it is no JSON'],
  ['no object', '[]', 'it:'],
  ['no date', JSON.stringify({ currency: 'EUR', regions: {} }), 'asOf:'],
  ['no such day', JSON.stringify({ asOf: '2026-02-30', currency: 'EUR', regions: {} }), 'asOf:'],
  ['a currency that is none', JSON.stringify({ asOf: '2026-02-03', currency: '€', regions: {} }), 'currency:'],
  ['a price that is text', list({ r: { S: [{ perGBMonth: '2' }] } }), 'regions.r.S.0.perGBMonth:'],
  ['a negative price', list({ r: { S: [{ perGBMonth: -1 }] } }), 'regions.r.S.0.perGBMonth:'],
  [
    'ranges that fall',
    list({
      r: {
        S: [
          { upToGB: 5, perGBMonth: 1 },
          { upToGB: 4, perGBMonth: 1 },
        ],
      },
    }),
    'must rise',
  ],
  ['a range without an end before another', list({ r: { S: [{ perGBMonth: 1 }, { perGBMonth: 1 }] } }), 'last range'],
  ['a word that nobody knows', list({ r: { S: [{ perGBMonth: 1, perMonth: 1 }] } }), 'perMonth'],
])('A list with %s is refused in one line.', (_title, text, says) => {
  expect(() => parsePrices(text)).toThrow(says);
  try {
    parsePrices(text);
  } catch (error) {
    expect((error as Error).message).not.toContain('\n');
  }
});
