// SPDX-License-Identifier: GPL-3.0-or-later
/** What may be set by the spec, and by people: limits of the S3 endpoint, and maintenance of the datastore. */
import { expect, test } from '@jest/globals';
import type { S3Endpoint } from '../../../../src/clouds/pbs/s3-endpoints.ts';
import { storeDrift } from '../../../../src/kinds/pbs-instance/store/drift.ts';
import { planStore } from '../../../../src/kinds/pbs-instance/store/plan.ts';
import type { StoreSeen } from '../../../../src/kinds/pbs-instance/store/seen.ts';
import type { StoreWish } from '../../../../src/kinds/pbs-instance/store/wish.ts';
import { datastore, endpoint, foreseen, settled, wish } from './pieces.ts';

const mi = 1024 ** 2;
const limited = (rates: S3Endpoint['rates'], putRateLimit?: number): StoreSeen => ({
  ...settled,
  endpoint: { ...endpoint, ...(rates ? { rates } : {}), ...(putRateLimit === undefined ? {} : { putRateLimit }) },
});
const anew = ['DetachDatastore', 'RemoveS3Endpoint', 'AddS3Endpoint', 'CreateDatastore'];

const limits: readonly (readonly [
  is: string,
  wanted: Partial<StoreWish>,
  seen: StoreSeen,
  steps: readonly string[],
])[] = [
  ['not named, and set by somebody', {}, limited({ in: mi }, 5), []],
  ['named, and none', { rates: {} }, limited({}), []],
  ['named as none, and set by somebody', { rates: {} }, limited({ in: mi }), ['ChangeS3Endpoint']],
  ['as they shall be', { rates: { in: mi, out: 2 * mi } }, limited({ in: mi, out: 2 * mi }, 5), []],
  ['other than they shall be', { rates: { out: 2 * mi } }, limited({ out: mi }), ['ChangeS3Endpoint']],
  ['as many requests as shall be', { putRateLimit: 5 }, limited({}, 5), []],
  ['other requests than shall be', { putRateLimit: 5 }, limited({}, 6), anew],
  [
    'requests that were not limited',
    { putRateLimit: 5, rates: { in: mi } },
    limited({}),
    ['ChangeS3Endpoint', ...anew],
  ],
];

test.each(limits)('Limits that are %s.', (_is, wanted, seen, steps) => {
  const given = { ...wish, ...wanted };
  const { steps: done, end } = foreseen(seen, (at) => planStore(given, at));
  expect(done.map((step) => step.do).filter((name) => !name.endsWith('Job'))).toEqual(steps);
  expect(storeDrift(given, seen).length > 0).toBe(steps.length > 0);
  expect(storeDrift(given, end)).toEqual([]);
  const shared = planStore(given, { ...seen, endpointUsers: ['others'] });
  expect(shared.hold?.reason).toBe(steps.length > 0 ? 'NotOurs' : undefined);
});

const gi = 1024 ** 3;
const monthly = { thresholds: { 's3-get': 9, 's3-download': gi }, resetSchedule: 'monthly' };
const alerting = (alerts?: StoreWish['alerts']): StoreSeen => ({
  ...settled,
  datastore: { ...datastore, ...(alerts ? { alerts } : {}) },
});
type Alerts = StoreWish['alerts'];

const told: readonly (readonly [is: string, wanted: Alerts, have: Alerts, steps: readonly string[]])[] = [
  ['not named, and set by somebody', undefined, monthly, []],
  ['as they shall be', monthly, { ...monthly, thresholds: { 's3-download': gi, 's3-get': 9 } }, []],
  ['not there', monthly, undefined, ['ChangeDatastore']],
  ['at another number', monthly, { ...monthly, thresholds: { 's3-get': 8, 's3-download': gi } }, ['ChangeDatastore']],
  ['of more than shall be told', { thresholds: {}, resetSchedule: 'monthly' }, monthly, ['ChangeDatastore']],
  ['never counted anew', monthly, { thresholds: monthly.thresholds }, ['ChangeDatastore']],
];

test.each(told)('Alerts that are %s.', (_is, alerts, have, steps) => {
  const given = { ...wish, ...(alerts ? { alerts } : {}) };
  const { steps: done, end } = foreseen(alerting(have), (at) => planStore(given, at));
  expect(done.map((step) => step.do)).toEqual(steps);
  expect(storeDrift(given, alerting(have)).map(({ path }) => path)).toEqual(steps.map(() => 'datastore.s3Alerts'));
  expect(storeDrift(given, end)).toEqual([]);
});

const ours = 'hybrid-cloud-operator:uid-main';
type Mode = NonNullable<StoreWish['maintenance']>;
const inMode = (maintenance: string, maintenanceMessage?: string): StoreSeen => ({
  ...settled,
  datastore: { ...datastore, maintenance, ...(maintenanceMessage === undefined ? {} : { maintenanceMessage }) },
});
const running = { is: 'Running', startedAt: 3_599_000, host: 'pbs' } as const;

const maintained: readonly (readonly [is: string, wanted: Mode | undefined, seen: StoreSeen, what: string])[] = [
  ['open, and shall be', undefined, settled, ''],
  ['open, and shall be closed', 'read-only', settled, 'BeginMaintenance read-only'],
  ['closed by us, as it shall be', 'read-only', inMode('read-only', ours), ''],
  ['closed by us, and shall be closed more', 'offline', inMode('read-only', ours), 'BeginMaintenance offline'],
  ['closed by us, and shall be open', undefined, inMode('offline', ours), 'EndMaintenance'],
  ['closed by a person, as it shall be', 'read-only', inMode('read-only', 'disk is swapped'), ''],
  [
    'closed by a person, and shall be open',
    undefined,
    inMode('read-only', 'disk is swapped'),
    'DatastoreInMaintenance',
  ],
  ['closed by a person otherwise than it shall be', 'read-only', inMode('offline'), 'DatastoreInMaintenance'],
  ['closed by another object', undefined, inMode('offline', 'hybrid-cloud-operator:x'), 'DatastoreInMaintenance'],
  ['being unmounted', 'read-only', inMode('unmount', ours), 'DatastoreInMaintenance'],
  ['being deleted', 'offline', inMode('delete'), 'DatastoreInMaintenance'],
  ['read anew, and shall be closed', 'offline', { ...inMode('s3-refresh'), refresh: running }, 'DatastoreBusy'],
];

test.each(maintained)('A datastore that is %s.', (_is, maintenance, seen, what) => {
  const { steps, hold } = planStore({ ...wish, ...(maintenance ? { maintenance } : {}) }, seen);
  const told = steps.map((step) => (step.do === 'BeginMaintenance' ? `${step.do} ${step.maintenance.mode}` : step.do));
  expect([...told, ...(hold ? [hold.reason] : [])].join(', ')).toBe(what);
});

test('Maintenance is foreseen from its beginning to its end, and is drift only where others opened what shall be closed.', () => {
  const closing: StoreWish = { ...wish, maintenance: 'read-only' };
  const { end } = foreseen(settled, (at) => planStore(closing, at));
  expect(end.datastore).toMatchObject({ maintenance: 'read-only', maintenanceMessage: ours });
  expect(foreseen(end).end.datastore).toEqual(datastore);
  expect(storeDrift(closing, settled)).toEqual([{ path: 'datastore.maintenance', want: 'read-only', have: '' }]);
  expect(storeDrift(closing, inMode('offline'))).toHaveLength(1);
  for (const seen of [end, inMode('s3-refresh'), inMode('delete')]) expect(storeDrift(closing, seen)).toEqual([]);
  expect(storeDrift(wish, inMode('offline', 'disk is swapped'))).toEqual([]);
});
