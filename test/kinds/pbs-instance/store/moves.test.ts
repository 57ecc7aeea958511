// SPDX-License-Identifier: GPL-3.0-or-later
/** A datastore that shall be in another bucket: what leads to the old one goes last, and the BackupTarget that is not used any more is free. */
import { afterEach, expect, test } from '@jest/globals';
import type { KubeObject } from '../../../../src/core/objects.ts';
import { annotations } from '../../../../src/api/annotations.ts';
import { absentStore } from '../../../../src/kinds/pbs-instance/store/plan-absent.ts';
import { planStore } from '../../../../src/kinds/pbs-instance/store/plan.ts';
import type { StoreSeen } from '../../../../src/kinds/pbs-instance/store/seen.ts';
import type { StoreWish } from '../../../../src/kinds/pbs-instance/store/wish.ts';
import type { StoreWorld } from '../../../../src/kinds/pbs-instance/store/world.ts';
import { act, annotating, depot, region, storeName, verbs, walk, type Depot } from './depot.ts';
import { endpoint, foreseen, place, settled, wish } from './pieces.ts';

let at: Depot;
afterEach(() => at.close());

const other = 'vm-backups-later';

function keyFor(name: string): object[] {
  const resources = [`arn:aws:s3:::${name}`, `arn:aws:s3:::${name}/*`];
  return [{ Effect: 'Allow', Action: 's3:*', Resource: resources }];
}

const given: StoreWish['s3'] = {
  type: 'Given',
  id: 'aws-s3-storage',
  host: `s3.${region}.amazonaws.com`,
  region,
  bucket: other,
  pathStyle: false,
  quirks: [],
  secret: 'by-hand',
};

const claiming = { part: 'store', do: 'ClaimBackupTarget', effect: 'update' } as const;

interface Two {
  readonly store: StoreWorld;
  readonly wants: StoreWish;
  readonly later: { object: KubeObject };
}

/** A second BackupTarget, whose key opens its own bucket alone. */
async function second(): Promise<Two> {
  const { root } = at.aws;
  await root.bucket(other);
  const { credentials } = await root.user('pbs-later', keyFor(other));
  const { accessKeyID = '', secretAccessKey = '' } = credentials ?? {};
  const endpoint = `https://s3.${region}.amazonaws.com`;
  at.secrets.put('later-s3', { accessKeyID, secretAccessKey, bucket: other, region, endpoint });
  const { object } = at.target;
  const later = {
    object: {
      ...object,
      metadata: { ...object.metadata, name: 'later', uid: 'uid-later', annotations: {} },
      spec: {
        aws: { region },
        bucket: { name: other },
        user: { name: 'pbs-later', policyName: 'Later' },
        accessKey: { secretRef: { name: 'later-s3' } },
      },
    },
  };
  const [first, next] = [annotating(at.target), annotating(later)];
  const store: StoreWorld = {
    ...at.store,
    siblings: () => [at.target.object, later.object],
    objects: {
      annotate: (read, what) => (read.metadata.uid === 'uid-later' ? next : first).annotate(read, what),
    },
  };
  return { store, later, wants: { ...at.wants, s3: { type: 'BackupTarget', id: 'aws-s3-storage', name: 'later' } } };
}

const claimOf = ({ object }: { readonly object: KubeObject }) => object.metadata.annotations?.[annotations.claimedBy];

test('Another BackupTarget: the datastore leaves the old bucket with the old key, and the old BackupTarget is free once the new one serves.', async () => {
  at = await depot();
  await walk(at);
  const { store, wants, later } = await second();
  const { done, hold } = await walk(at, { store, wants });
  expect(hold).toBeUndefined();
  expect(verbs({ done })).toEqual([
    'ClaimBackupTarget',
    'DetachDatastore',
    'ChangeS3Endpoint',
    'CreateDatastore',
    'AddPruneJob',
    'AddVerifyJob',
    'NoteDatastore',
    'ReleaseBackupTarget',
  ]);
  expect(at.server.datastore(storeName)?.backend?.bucket).toBe(other);
  expect(at.keysIn(`${storeName}/.in-use`)).toEqual([]);
  expect(claimOf(later)).toContain('uid-main');
  expect(claimOf(at.target)).toBeUndefined();
});

test('Who names a bucket instead gives the BackupTarget back, and whoever goes in the middle gives both back.', async () => {
  at = await depot();
  await walk(at);
  const { store, wants, later } = await second();
  const { credentials } = await at.aws.root.user('pbs-by-hand', keyFor(other));
  const { accessKeyID = '', secretAccessKey = '' } = credentials ?? {};
  at.secrets.put('by-hand', { accessKeyID, secretAccessKey });
  await act({ world: store, wish: wants }, { ...claiming, name: 'later', target: 'BackupTarget later' });
  expect([claimOf(at.target), claimOf(later)]).toEqual([expect.anything(), expect.anything()]);
  const leaving = await walk(at, { store, wants, plan: (one, seen) => absentStore(one, seen, 'Retain') });
  expect(verbs(leaving)).toEqual(['ReleaseBackupTarget', 'ReleaseBackupTarget']);
  expect([claimOf(at.target), claimOf(later)]).toEqual([undefined, undefined]);
  await walk(at);
  const byHand: StoreWish = { ...at.wants, s3: given };
  expect(verbs(await walk(at, { store, wants: byHand })).at(-1)).toBe('ReleaseBackupTarget');
  expect(claimOf(at.target)).toBeUndefined();
  expect(at.server.datastore(storeName)?.backend?.bucket).toBe(other);
});

test('A claim that is given back after the move is foreseen, once.', () => {
  const { steps, end } = foreseen({ ...settled, former: ['before', 'first'] });
  expect(steps).toMatchObject([
    { do: 'ReleaseBackupTarget', name: 'before' },
    { do: 'ReleaseBackupTarget', name: 'first' },
  ]);
  expect(end.former).toBeUndefined();
});

test('Where others use the endpoint, too, nothing leaves the old bucket.', () => {
  const moved = { ...settled, place: { ...place, bucket: other, accessKeyID: 'AKIALATER' }, endpointUsers: ['theirs'] };
  expect(planStore(wish, moved)).toMatchObject({ steps: [], hold: { reason: 'NotOurs' } });
});

test('An endpoint that several use is set by a person: the new key is taken for known once it is there.', () => {
  const rotated = {
    ...settled,
    place: { ...place, accessKeyID: 'AKIANEXT', seal: 'abcdef02' },
    endpointUsers: ['theirs'],
  };
  const { steps, hold } = planStore(wish, rotated);
  expect(steps).toEqual([]);
  expect(hold?.message).toContain('Configuration > S3 Endpoints');
  const set = { ...rotated, endpoint: { ...endpoint, accessKeyID: 'AKIANEXT' } };
  expect(foreseen(set).steps).toMatchObject([{ do: 'ChangeDatastore' }]);
});

test.each<readonly [string, Partial<StoreSeen>, readonly string[]]>([
  ['with our key', {}, ['RemoveS3Endpoint']],
  [
    'that our datastore had, after a rotation',
    { endpoint: { ...endpoint, accessKeyID: 'AKIAOLD' }, freed: true },
    ['RemoveS3Endpoint'],
  ],
  ['with a key that is none of ours', { endpoint: { ...endpoint, accessKeyID: 'AKIATHEIRS' } }, []],
  ['that others use', { endpointUsers: ['theirs'] }, []],
])('Deletion and an endpoint of the same name, %s, where there is no datastore: %j go.', (_what, more, expected) => {
  const { datastore: _none, ...without } = settled;
  const { steps } = absentStore({ ...wish, s3: given }, { ...without, ...more, claim: { is: 'NotNeeded' } }, 'Delete');
  expect(steps.map((step) => step.do)).toEqual(expected);
});
