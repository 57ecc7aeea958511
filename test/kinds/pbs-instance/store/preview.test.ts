// SPDX-License-Identifier: GPL-3.0-or-later
/** What is told of a store before there is one is what is done to it later; and what each hold says. */
import { expect, test } from '@jest/globals';
import { absentStore } from '../../../../src/kinds/pbs-instance/store/plan-absent.ts';
import { planStore } from '../../../../src/kinds/pbs-instance/store/plan.ts';
import { storeRequests } from '../../../../src/kinds/pbs-instance/store/requests.ts';
import type { StoreSeen } from '../../../../src/kinds/pbs-instance/store/seen.ts';
import { wantedVerify } from '../../../../src/kinds/pbs-instance/store/wanted.ts';
import { datastore, endpoint, foreseen, fresh, name, place, settled, wish } from './pieces.ts';

test('The whole way is foreseen from nothing, also where there is no key yet, and all of it can be taken back.', () => {
  const { steps, end } = foreseen(fresh);
  expect(steps.map((one) => one.do)).toEqual([
    'ClaimBackupTarget',
    'AddS3Endpoint',
    'CreateDatastore',
    'AddPruneJob',
    'AddVerifyJob',
    'NoteDatastore',
  ]);
  expect(foreseen(end, (at) => absentStore(wish, at, 'Delete')).steps.map((one) => one.do)).toEqual([
    'DestroyDatastore',
    'RemoveS3Endpoint',
    'ReleaseBackupTarget',
  ]);
  expect(steps.flatMap((one) => storeRequests(one)).map(({ action }) => action)).toEqual([
    'POST /config/s3',
    'PUT /admin/s3/{s3-endpoint-id}/check',
    'POST /config/datastore',
    'POST /config/prune',
    'POST /config/verify',
  ]);
});

test('At rest nothing is left to do.', () => {
  expect(planStore(wish, settled)).toEqual({ steps: [] });
});

test('A cache that a user sized is made so, and later takes the datastore out and in again; one by default stays as it was made.', () => {
  const bytes = 48 * 1024 ** 3;
  const { datastore: _gone, prune: _p, verify: _v, ...empty } = settled;
  const made = planStore({ ...wish, cache: { bytes, fixed: false } }, empty).steps[0];
  expect(made).toMatchObject({ do: 'CreateDatastore', datastore: { s3: { maxCacheBytes: bytes } } });
  expect(planStore({ ...wish, cache: { bytes, fixed: false } }, settled)).toEqual({ steps: [] });
  const fixed = planStore({ ...wish, cache: { bytes, fixed: true } }, settled).steps[0];
  expect(fixed).toMatchObject({ do: 'DetachDatastore', effect: 'replace', risk: 'disrupts' });
  const same = { ...settled, datastore: { ...datastore, s3: { ...datastore.s3, maxCacheBytes: bytes } } };
  expect(planStore({ ...wish, cache: { bytes, fixed: true } }, same)).toEqual({ steps: [] });
});

const failed = (message: string, startedAt = 3_599_000) => ({ is: 'Failed', message, startedAt, host: 'pbs' }) as const;
const inUse = (host: string) => failed(`Bucket already contains datastore in use by host ${host}`);
const { datastore: _none, noted: _note, ...without } = settled;

const holds: readonly (readonly [what: string, seen: StoreSeen, reason: string])[] = [
  ['a BackupTarget that is not there', { ...settled, claim: { is: 'Missing' } }, 'BackupTargetNotFound'],
  ['a BackupTarget that goes', { ...settled, claim: { is: 'Leaving' } }, 'BackupTargetNotFound'],
  ['a key for another prefix', { ...settled, claim: { is: 'Mine', prefix: 'other/' } }, 'PrefixDiffers'],
  [
    'a key for another prefix that begins like ours',
    { ...settled, claim: { is: 'Mine', prefix: `${name}-2/` } },
    'PrefixDiffers',
  ],
  [
    'an endpoint that others use',
    { ...settled, endpoint: { ...endpoint, region: 'eu-west-1' }, endpointUsers: ['others'] },
    'NotOurs',
  ],
  [
    'a datastore being made',
    { ...without, attempts: [{ is: 'Running', startedAt: 0, host: 'pbs' }] },
    'DatastoreBeingMade',
  ],
  ['a try that failed just now', { ...without, attempts: [failed('No space left on device')] }, 'DatastoreFailed'],
  [
    'a mark of another host',
    { ...without, noted: `${place.bucket}/${name}`, attempts: [inUse('other')] },
    'BucketInUse',
  ],
  ['a mark of our own name, of which we know nothing', { ...without, attempts: [inUse('pbs')] }, 'BucketInUse'],
  [
    'a mark of our own name, and a note of another bucket',
    { ...without, noted: `older/${name}`, attempts: [inUse('pbs')] },
    'BucketInUse',
  ],
  [
    'maintenance by a person',
    { ...settled, datastore: { ...datastore, maintenance: 'read-only' } },
    'DatastoreInMaintenance',
  ],
  [
    'a refresh',
    {
      ...settled,
      datastore: { ...datastore, maintenance: 's3-refresh' },
      refresh: { is: 'Running', startedAt: 3_599_000, host: 'pbs' },
    },
    'DatastoreBusy',
  ],
  ['a datastore that leaves', { ...settled, leaving: true }, 'DatastoreBusy'],
];

test.each(holds)('%s is a hold, and nothing is done.', (_what, seen, reason) => {
  expect(planStore(wish, seen)).toMatchObject({ steps: [], hold: { reason } });
});

test('A mark of our own name that an earlier try wrote is ours; so is one of a datastore that we had.', () => {
  const taken = { steps: [{ do: 'CreateDatastore', datastore: { reuse: 'Taken' } }] };
  expect(planStore(wish, { ...without, attempts: [inUse('pbs'), failed('upload failed')] })).toMatchObject(taken);
  expect(planStore(wish, { ...without, noted: `${place.bucket}/${name}`, attempts: [inUse('pbs')] })).toMatchObject(
    taken,
  );
});

test('Of a server that is lost the mark in the bucket is foreseen: the datastore is tried, and then made over the mark.', () => {
  const lost: StoreSeen = { ...fresh, claim: settled.claim, place, noted: `${place.bucket}/${name}` };
  const reuses = (seen: StoreSeen) =>
    foreseen(seen).steps.flatMap((step) => (step.do === 'CreateDatastore' ? [step.datastore.reuse] : []));
  expect(reuses(lost)).toEqual(['Mine', 'Taken']);
  // its own server has taken it out, and nobody has ever had it
  expect(reuses({ ...lost, freed: true })).toEqual(['Mine']);
  expect(reuses({ ...lost, noted: `older/${name}` })).toEqual(['Mine']);
});

test('A refresh that failed is begun again after a while: until then the datastore is closed.', () => {
  const closed = { ...settled, datastore: { ...datastore, maintenance: 's3-refresh' } };
  expect(planStore(wish, { ...closed, refresh: failed('timeout') })).toMatchObject({
    hold: { reason: 'DatastoreFailed' },
  });
  const { steps } = planStore(wish, { ...closed, refresh: failed('timeout', 0) });
  expect(steps).toMatchObject([{ do: 'RefreshDatastore' }]);
});

test('A refresh that nobody knows of any more is begun: the datastore would stay closed for ever.', () => {
  const closed = { ...settled, datastore: { ...datastore, maintenance: 's3-refresh' } };
  expect(planStore(wish, closed).steps).toMatchObject([{ do: 'RefreshDatastore' }]);
});

test('What takes hours is asked after ever more rarely.', () => {
  const after = (ms: number) =>
    planStore(wish, { ...without, attempts: [{ is: 'Running', startedAt: without.now - ms, host: 'pbs' }] }).hold
      ?.lookAgainAfterMs;
  expect([0, 60_000, 120_000, 3_600_000].map(after)).toEqual([5000, 6000, 12_000, 60_000]);
});

test('A deletion that failed is begun again after a while, and not at once over the same trouble.', () => {
  const stays = (startedAt: number) => ({
    ...settled,
    datastore: { ...datastore, maintenance: 'delete' },
    removal: failed('client error (Connect)', startedAt),
  });
  const soon = absentStore(wish, stays(3_599_000), 'Delete');
  expect(soon).toMatchObject({ steps: [], hold: { why: 'Blocked', reason: 'DatastoreFailed' } });
  expect(soon.hold?.message).toMatch(/client error \(Connect\).*way to S3/);
  expect(absentStore(wish, stays(0), 'Delete').steps).toMatchObject([{ do: 'DestroyDatastore' }]);
  // the same where another bucket is wanted
  const moved = { ...place, bucket: 'another-bucket' };
  const detaching = { ...settled, place: moved, removal: failed('client error (Connect)') };
  expect(planStore(wish, detaching)).toMatchObject({ steps: [], hold: { reason: 'DatastoreFailed' } });
});

test('Ids of jobs fit into 32 characters, however long the name of the datastore is, and differ by it.', () => {
  const named = (store: string) => wantedVerify({ ...wish, datastore: { ...wish.datastore, name: store } }).id;
  expect(named('short')).toBe('short-verify');
  const [a, b] = ['a'.repeat(32), `${'a'.repeat(31)}b`].map(named);
  expect(a).not.toBe(b);
  expect([a?.length, b?.length].every((length) => (length ?? 99) <= 32)).toBe(true);
});
