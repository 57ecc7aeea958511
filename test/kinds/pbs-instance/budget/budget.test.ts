// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { pbsInstance as api, parsePbsInstance } from '../../../../src/api/pbs-instance.ts';
import { requestPrices, shippedPrices } from '../../../../src/clouds/aws/s3/prices.ts';
import { budgetFields, budgetNotes, budgetVerdict } from '../../../../src/kinds/pbs-instance/budget/budget.ts';
import type { Observed } from '../../../../src/kinds/pbs-instance/observed.ts';
import type { PbsDesired } from '../../../../src/kinds/pbs-instance/wish.ts';
import { goodPbsInstance } from '../../../api/good-pbs-instances.ts';
import { gib, seen, type Given } from '../worth/sight.ts';

function about(datastore: object, given?: Given): readonly [PbsDesired, Observed] {
  const jobs = [{ id: 'nightly', schedule: '02:00' }];
  const parsed = parsePbsInstance({ ...goodPbsInstance(), datastore: { name: 'vm-backup-s3', ...datastore }, jobs });
  if (!parsed.ok) throw new Error(parsed.message);
  const prices = requestPrices(shippedPrices, 'us-east-1');
  return [
    { spec: parsed.spec, absent: false } as unknown as PbsDesired,
    { prices, ...(given ? { worth: seen(given) } : {}) } as unknown as Observed,
  ];
}

test('Before anything was counted it is for each TiB, in the status and in a plan.', () => {
  const [desired, observed] = about({});
  const { s3Budget } = budgetFields(desired, observed);
  expect(s3Budget).toMatchObject({ basis: 'PerTiB', requestsPerMonth: 280_000, costPerMonth: '92.30 USD' });
  expect(api.statusSchema.parse({ s3Budget })).toEqual({ s3Budget });
  expect(budgetNotes(desired, observed)).toEqual([
    'estimate: care of the datastore makes at most 280,000 requests and 1.0 TiB read from S3 a month, 92.30 USD where the server is outside of AWS, for each TiB of guests',
  ]);
});

test('What the server counted is shown in two digits.', () => {
  const collections = { diskBytes: 100 * gib, chunks: 25_600 };
  const counted = { get: 12_345, put: 261_999, post: 1, head: 7, delete: 90, uploaded: gib, downloaded: 0 };
  const [desired, observed] = about({}, { store: { collections, cache: { total: 10, avail: 5, counted } } });
  const { s3Budget } = budgetFields(desired, observed);
  expect(s3Budget).toMatchObject({ basis: 'Counted', counted: { reads: 13_000, writes: 270_000, deletes: 90 } });
  expect(s3Budget.items.map(({ name }) => name)).toEqual(['GarbageCollection', 'Verification', 'Monitoring']);
});

test.each([
  ['no limit', {}, 'True NoBudgetSet', ''],
  [
    'limits that are kept',
    { s3Budget: { requestsPerMonth: 500_000, readPerMonth: '2048Gi' } },
    'True WithinBudget',
    '',
  ],
  [
    'too many requests',
    { s3Budget: { requestsPerMonth: 1000 } },
    'False S3BudgetExceeded',
    'datastore.verify.schedule',
  ],
  ['too much that is read', { s3Budget: { readPerMonth: '100Gi' } }, 'False S3BudgetExceeded', '100Gi of datastore'],
  [
    'each new backup verified',
    { verify: { newBackups: 'Enabled' }, s3Budget: { requestsPerMonth: 1_000_000 } },
    'False S3BudgetExceeded',
    'datastore.verify.newBackups to Disabled',
  ],
])('WithinS3Budget with %s.', (_title, datastore, expected, says) => {
  const { status, reason, message } = budgetVerdict(...about(datastore));
  expect(`${status} ${reason}`).toBe(expected);
  expect(message).toContain(says);
});

test('Schedules that are left to others count as they are there.', () => {
  const [{ spec, ...wish }, observed] = about({});
  const left = { ...wish, spec: { ...spec, ignoreFields: ['datastore.gcSchedule', 'datastore.verify.schedule'] } };
  const store = { datastore: { gcSchedule: 'yearly' }, verify: { schedule: 'yearly' } };
  const requests = (desired: unknown, world: object) =>
    budgetFields(desired as PbsDesired, world as Observed).s3Budget.requestsPerMonth;
  expect(requests(left, { ...observed, store })).toBeLessThan(requests(left, observed) / 5);
  expect(requests({ ...wish, spec }, { ...observed, store })).toBe(requests({ ...wish, spec }, observed));
});
