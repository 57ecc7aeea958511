// SPDX-License-Identifier: GPL-3.0-or-later
/** What the backup server may ask of S3 in a second, and when it tells that it was much, against the simulated one. */
import { afterEach, expect, test } from '@jest/globals';
import { asked } from '../../../../src/clouds/pbs/asked.ts';
import { observeStore } from '../../../../src/kinds/pbs-instance/store/observe.ts';
import { storeDrift } from '../../../../src/kinds/pbs-instance/store/drift.ts';
import { depot, storeName, verbs, walk, type Depot } from './depot.ts';

let at: Depot;
afterEach(() => at.close());

const mi = 1024 ** 2;
const byHand = (values: Readonly<Record<string, string | number>>) =>
  at.store.pbs?.write(asked('PUT', '/config/s3/{id}', ['aws-s3-storage'], values));
const options = () => at.server.state.endpoints.get('aws-s3-storage')?.options;

test('Rates are set when the endpoint is made, put right, and left alone once they are not named; a new key keeps them.', async () => {
  at = await depot();
  const wants = { ...at.wants, rates: { in: 50 * mi, out: 20 * mi } };
  await walk(at, { wants });
  const asked = { 'rate-in': '50 MiB', 'rate-out': '20 MiB' };
  expect(options()).toMatchObject(asked);
  expect(await walk(at, { wants })).toEqual({ done: [] });
  await byHand({ 'rate-in': '1MiB', 'burst-in': '9MiB' });
  expect(storeDrift(wants, await observeStore(at.store, wants))).toEqual([
    { path: 's3.downloadRate', want: String(50 * mi), have: String(mi) },
  ]);
  expect(verbs(await walk(at, { wants }))).toEqual(['ChangeS3Endpoint']);
  expect(options()).toMatchObject({ ...asked, 'burst-in': '9 MiB' });
  expect(await walk(at)).toEqual({ done: [] });
  await at.rotate('pbs-next');
  expect(verbs(await walk(at))).toEqual(['ChangeS3Endpoint']);
  expect(options()).toMatchObject(asked);
  expect(verbs(await walk(at, { wants: { ...at.wants, rates: { out: 20 * mi } } }))).toEqual(['ChangeS3Endpoint']);
  expect(options()).not.toHaveProperty('rate-in');
  expect(options()).toMatchObject({ 'rate-out': '20 MiB' });
});

test('PUT requests in a second are taken only when an endpoint is made: it is made anew, between the datastore’s going out and in.', async () => {
  at = await depot();
  await walk(at, { wants: { ...at.wants, putRateLimit: 100 } });
  expect(options()).toMatchObject({ 'put-rate-limit': 100 });
  const keys = at.keysIn(`${storeName}/`).toSorted();
  // as the server says: taken, and forgotten
  await byHand({ 'put-rate-limit': 7 });
  expect(options()).toMatchObject({ 'put-rate-limit': 100 });
  const wants = { ...at.wants, putRateLimit: 50 };
  const { done, hold } = await walk(at, { wants });
  expect(hold).toBeUndefined();
  expect(verbs({ done })).toEqual([
    'DetachDatastore',
    'RemoveS3Endpoint',
    'AddS3Endpoint',
    'CreateDatastore',
    'AddPruneJob',
    'AddVerifyJob',
  ]);
  expect(done[0]).toMatchObject({ effect: 'replace' });
  expect(options()).toMatchObject({ 'put-rate-limit': 50 });
  expect(at.keysIn(`${storeName}/`).toSorted()).toEqual(keys);
  expect(await walk(at, { wants })).toEqual({ done: [] });
  expect(await walk(at)).toEqual({ done: [] });
});

test('When the server tells of much use of S3 is set with the datastore, put right, and left alone once it is not named.', async () => {
  at = await depot();
  const alerts = { thresholds: { 's3-put': 500_000, 's3-download': 100 * 1024 ** 3 }, resetSchedule: 'monthly' };
  const wants = { ...at.wants, alerts };
  await walk(at, { wants });
  const store = () => at.server.datastore(storeName)?.options;
  const wanted = {
    'notification-thresholds': 's3-put=500000,s3-download=100GiB',
    'counter-reset-schedule': 'monthly',
  };
  expect(store()).toMatchObject(wanted);
  expect(await walk(at, { wants })).toEqual({ done: [] });
  const values = { 'notification-thresholds': 's3-download=100 GiB,s3-get=1', delete: ['counter-reset-schedule'] };
  await at.store.pbs?.write(asked('PUT', '/config/datastore/{name}', [storeName], values));
  expect(verbs(await walk(at, { wants }))).toEqual(['ChangeDatastore']);
  expect(store()).toMatchObject(wanted);
  expect(await walk(at)).toEqual({ done: [] });
  const none = { ...at.wants, alerts: { thresholds: {}, resetSchedule: 'weekly' } };
  expect(verbs(await walk(at, { wants: none }))).toEqual(['ChangeDatastore']);
  expect(store()).toMatchObject({ 'counter-reset-schedule': 'weekly' });
  expect(store()).not.toHaveProperty('notification-thresholds');
});
