// SPDX-License-Identifier: GPL-3.0-or-later
/** S3 endpoints, datastores and their care: what is sent, and what is read back. */
import { expect, test } from '@jest/globals';
import {
  addPruneRequest,
  addVerifyRequest,
  changePruneRequest,
  pruneJobs,
  verifyJobs,
} from '../../../src/clouds/pbs/care.ts';
import {
  addDatastoreRequest,
  beginMaintenanceRequest,
  datastores,
  destroyDatastoreRequest,
  detachDatastoreRequest,
  endMaintenanceRequest,
  type NewDatastore,
} from '../../../src/clouds/pbs/datastores.ts';
import { addS3Request, changeS3Request, s3Endpoints, type S3Endpoint } from '../../../src/clouds/pbs/s3-endpoints.ts';
import { shown } from '../../../src/clouds/proxmox/asked.ts';
import { scripted } from '../proxmox/scripted.ts';

const s3: S3Endpoint = {
  id: 'aws-s3',
  endpoint: '{{bucket}}.s3.{{region}}.amazonaws.com',
  accessKeyID: 'AKIAEXAMPLE',
  region: 'ap-northeast-2',
  pathStyle: false,
  quirks: [],
};

test('An endpoint is written and read back the same; its secret is sent and never shown.', async () => {
  const request = addS3Request(s3, 'canary-secret');
  expect(JSON.stringify(shown(request))).not.toContain('canary');
  expect(request.values).toMatchObject({ 'secret-key': 'canary-secret' });
  const { 'secret-key': _, ...rest } = request.values;
  const { pbs } = scripted({ body: { data: [{ ...rest, 'path-style': 0 }] } });
  expect(await s3Endpoints(pbs)).toEqual([s3]);
});

test('Rates are written in MiB and read in whatever unit; how many PUT requests there may be is sent only with a new endpoint.', async () => {
  const limited = { ...s3, rates: { in: 50 * 1024 ** 2 }, putRateLimit: 100 };
  expect(addS3Request(limited, 'k').values).toMatchObject({ 'rate-in': '50MiB', 'put-rate-limit': 100 });
  const { values } = changeS3Request(limited);
  expect(values).toMatchObject({ 'rate-in': '50MiB', delete: expect.arrayContaining(['rate-out']) });
  expect(values).not.toHaveProperty('put-rate-limit');
  expect(changeS3Request(s3).values['delete']).not.toContain('rate-out');
  const body = {
    id: 'x',
    endpoint: 'x',
    'access-key': 'a',
    'rate-in': '50 MiB',
    'rate-out': '1 MB',
    'put-rate-limit': 9,
  };
  const { pbs } = scripted({ body: { data: [body] } });
  expect(await s3Endpoints(pbs)).toMatchObject([{ rates: { in: 50 * 1024 ** 2, out: 1e6 }, putRateLimit: 9 }]);
});

test('Both halves of a key change in one request, or neither; what is no longer wanted is taken away.', () => {
  expect(changeS3Request(s3, 'new').values).toMatchObject({ 'access-key': 'AKIAEXAMPLE', 'secret-key': 'new' });
  expect(changeS3Request(s3).values).not.toHaveProperty('access-key');
  expect(changeS3Request(s3).values).toMatchObject({ delete: ['port', 'fingerprint', 'provider-quirks'] });
  const whole = { ...s3, port: 443, fingerprint: 'AB:CD', quirks: ['skip-if-none-match-header'] };
  expect(changeS3Request(whole).values).not.toHaveProperty('delete');
});

const store: NewDatastore = {
  name: 'vm-backup-s3',
  path: '/mnt/datastore/cache/vm-backup-s3',
  s3: { client: 'aws-s3', bucket: 'vm-backups' },
  comment: 'ours',
  gcSchedule: 'daily',
  verifyNew: true,
};

test('A datastore is made plain where the bucket is empty, reused after a try of ours, and taken over only when told so.', () => {
  expect(addDatastoreRequest(store).values).toMatchObject({ backend: 'type=s3,client=aws-s3,bucket=vm-backups' });
  expect(addDatastoreRequest(store).values).not.toHaveProperty('reuse-datastore');
  const mine = addDatastoreRequest({ ...store, reuse: 'Mine' }).values;
  expect([mine['reuse-datastore'], mine['overwrite-in-use']]).toEqual([true, undefined]);
  expect(addDatastoreRequest({ ...store, reuse: 'Taken' }).values).toMatchObject({
    'reuse-datastore': true,
    'overwrite-in-use': true,
  });
});

test('Datastores are read with their bucket and why they are out of use; one on disks has no bucket.', async () => {
  const { pbs } = scripted({
    body: {
      data: [
        { ...addDatastoreRequest(store).values, 'verify-new': 1, 'maintenance-mode': 'type=s3-refresh' },
        { name: 'local', path: '/x', 'maintenance-mode': 'offline,message=x' },
        { name: 'disk', path: '/y', backend: 'type=filesystem' },
      ],
    },
  });
  const [first, ...others] = await datastores(pbs);
  expect(first).toEqual({ ...store, maintenance: 's3-refresh' });
  expect(others).toEqual([
    {
      name: 'local',
      path: '/x',
      comment: '',
      gcSchedule: '',
      verifyNew: false,
      maintenance: 'offline',
      maintenanceMessage: 'x',
    },
    { name: 'disk', path: '/y', comment: '', gcSchedule: '', verifyNew: false },
  ]);
});

test('Maintenance is begun with who began it, in one text, and ended by taking it away.', () => {
  const { values } = beginMaintenanceRequest('x', { mode: 'read-only', message: 'ours:1' });
  expect(values).toEqual({ 'maintenance-mode': 'type=read-only,message=ours:1' });
  expect(endMaintenanceRequest('x').values).toEqual({ delete: ['maintenance-mode'] });
  expect(() => beginMaintenanceRequest('x', { mode: 'offline', message: 'a,type=delete' })).toThrow(RangeError);
});

test('Taking a datastore out leaves every object; only destroying says so.', () => {
  expect(detachDatastoreRequest('x').values['destroy-data']).toBe(false);
  expect(destroyDatastoreRequest('x').values['destroy-data']).toBe(true);
});

test('Prune and verify jobs are written and read back the same; what is no longer kept is taken away.', async () => {
  const prune = {
    id: 'vm-prune',
    store: 'vm',
    schedule: 'daily',
    keep: { keepLast: 3, keepMonthly: 6 },
    comment: 'ours',
  };
  const verify = { id: 'vm-verify', store: 'vm', schedule: 'monthly', outdatedAfterDays: 60, comment: 'ours' };
  const { pbs } = scripted(
    { body: { data: [addPruneRequest(prune).values] } },
    { body: { data: [addVerifyRequest(verify).values, { id: 'all', store: 'vm', 'ignore-verified': 0 }] } },
  );
  expect(await pruneJobs(pbs)).toEqual([prune]);
  expect(await verifyJobs(pbs)).toEqual([
    verify,
    { id: 'all', store: 'vm', schedule: '', comment: '', outdatedAfterDays: 0 },
  ]);
  expect(changePruneRequest({ ...prune, keep: { keepLast: 5 } }, prune).values).toMatchObject({
    'keep-last': 5,
    delete: ['keep-monthly'],
  });
  expect(changePruneRequest(prune, prune).values).not.toHaveProperty('delete');
});

test.each([
  ['48GiB', 48 * 1024 ** 3],
  ['1.5 TiB', 1.5 * 1024 ** 4],
  ['500MB', 500_000_000],
  ['1024', 1024],
  ['much', undefined],
])('A cache of %s is %d bytes.', async (text, bytes) => {
  const backend = `bucket=b,client=c,max-cache-size=${text},type=s3`;
  const { pbs } = scripted({ body: { data: [{ name: 'one', path: '/x', backend }] } });
  expect((await datastores(pbs))[0]?.s3?.maxCacheBytes).toBe(bytes);
});

test('The size of the cache is written with the backend.', () => {
  const s3 = { ...store.s3, maxCacheBytes: 48 * 1024 ** 3 };
  expect(addDatastoreRequest({ ...store, s3 }).values).toMatchObject({
    backend: 'type=s3,client=aws-s3,bucket=vm-backups,max-cache-size=48GiB',
  });
});
