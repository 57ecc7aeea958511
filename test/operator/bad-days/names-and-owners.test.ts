// SPDX-License-Identifier: GPL-3.0-or-later
/** What is wanted is there already, or is somebody else's. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { backupTargets, target, worlds, type Running, type Worlds } from '../worlds.ts';
import { write } from '../../../src/clouds/aws/request.ts';
import {
  account,
  bucketOf,
  cloudWrites,
  deliveredKey,
  isReady,
  remove,
  rootOf,
  secretOf,
  stalledBy,
  userOf,
} from './hands.ts';

let world: Worlds;
let running: Running;

beforeEach(() => {
  world = worlds();
  running = world.operator();
});
afterEach(() => world.end());

const createBucket = (where: string, id?: string) =>
  rootOf(world, id, where).send(
    write('s3', 'CreateBucket', {
      Bucket: 'iksan-vm-backups',
      CreateBucketConfiguration: { LocationConstraint: where },
    }),
  );

describe('The bucket', () => {
  test('exists in another region than the spec says: Stalled with both regions, and no write at all.', async () => {
    await createBucket('eu-central-1');
    world.kubernetes.install([target()]);
    await world.until(() => stalledBy(world) === 'WrongRegion', 5);
    const { message = '' } = world.condition('Ready') ?? {};
    expect(world.condition('Ready')).toMatchObject({ status: 'False', reason: 'WrongRegion' });
    expect(message).toContain('exists in eu-central-1, and aws.region says ap-northeast-2');
    expect(message).toMatch(/Make a new BackupTarget with that region, or with another bucket name\.$/);
    expect(cloudWrites(running)).toEqual([]);
  });

  test.each(['ap-northeast-2', 'eu-central-1'])(
    'is taken by another account in %s: HeadBucket tells, nothing is written.',
    async (where) => {
      await createBucket(where, '210987654321');
      world.kubernetes.install([target()]);
      await world.until(() => stalledBy(world) === 'BucketNameTaken', 5);
      expect(world.condition('Ready')?.message).toContain('make a new BackupTarget with another bucket name');
      expect(cloudWrites(running)).toEqual([]);
      await remove(world);
      await world.until(() => world.get() === undefined, 10);
      expect(cloudWrites(running)).toEqual([]);
    },
  );

  test('is taken by another account between the look and CreateBucket: the same condition, and the other bucket is untouched.', async () => {
    await world.end();
    world = worlds();
    let raced = false;
    running = world.operator({
      transport: async (request) => {
        if (!raced && request.method === 'PUT' && request.url.host.startsWith('iksan-vm-backups')) raced = true;
        else if (!raced && request.method === 'PUT' && request.url.pathname.startsWith('/iksan-vm-backups'))
          raced = true;
        else return world.transport(request);
        await createBucket('ap-northeast-2', '210987654321');
        return world.transport(request);
      },
    });
    world.kubernetes.install([target()]);
    await world.until(() => stalledBy(world) === 'BucketNameTaken', 10);
    expect(raced).toBe(true);
    expect(world.condition('Ready')?.message).toMatch(/new BackupTarget/);
    const [theirs] = world.aws.account('210987654321').buckets();
    expect(theirs?.tags).toEqual([]);
    await remove(world);
    await world.until(() => world.get() === undefined, 900);
    expect(account(world).buckets()).toEqual([]);
    expect(account(world).users()).toEqual([]);
  });
});

describe('Of two BackupTargets with the same', () => {
  const clashes = [
    ['bucket', { bucket: { name: 'iksan-vm-backups' } }, 'OwnedByOther'],
    ['user', { user: { name: 'user-vm-backups', policyName: 'P' } }, 'OwnedByOther'],
    ['Secret', { accessKey: { secretRef: { name: 'vm-backups-s3' } } }, 'SecretNotOurs'],
  ] as const;

  test.each(clashes)(
    '%s the first keeps it, the second says so, and deleting the second leaves the first as it is.',
    async (_, same, reason) => {
      world.kubernetes.install([target()]);
      await world.until(() => isReady(world));
      const first = () => {
        const { objects: _objects, ...bucket } = bucketOf(world) ?? { objects: [] };
        return { bucket, user: userOf(world), secret: secretOf(world) };
      };
      const before = first();
      world.kubernetes.install([target(same, 'second')]);
      await world.until(() => stalledBy(world, 'second') === reason, 10);
      expect(world.condition('Ready', 'second')).toMatchObject({ status: 'False', reason });
      if (reason === 'OwnedByOther')
        expect(world.condition('Ready', 'second')?.message).toContain('BackupTarget/default/vm-backups');
      expect(first()).toEqual(before);
      await remove(world, 'second');
      await world.until(() => world.get('second') === undefined, 900);
      expect(first()).toEqual(before);
      await world.pass(320);
      expect(isReady(world)).toBe(true);
      // what the second made for itself before it met the first is gone, but for a bucket that is kept
      expect(account(world).users()).toHaveLength(1);
    },
  );

  test('names, made at the same time: one gets all of it, the other has nothing of it, and neither gets two keys.', async () => {
    const same = { bucket: { name: 'iksan-vm-backups' }, user: { name: 'user-vm-backups', policyName: 'P' } };
    world.kubernetes.install([target(same), target(same, 'second')]);
    const names = ['vm-backups', 'second'];
    await world.until(() => names.some((name) => isReady(world, name)), 60);
    await world.until(() => names.some((name) => stalledBy(world, name) === 'OwnedByOther'), 700);
    expect(userOf(world)?.keys).toHaveLength(1);
    const winner = isReady(world) ? 'vm-backups' : 'second';
    expect(deliveredKey(world, winner)).toBe(userOf(world)?.keys[0]?.id);
  });
});

test('An object is forced away and made again with the same name: what its predecessor made is not its own, and is not touched.', async () => {
  world.kubernetes.install([target()]);
  await world.until(() => isReady(world));
  const before = { bucket: bucketOf(world)?.tags, user: userOf(world) };
  const { uid } = world.get()?.metadata ?? {};
  // between two looks of the operator: its watch stands still
  world.kubernetes.faults.silence();
  await world.admin.patch(
    backupTargets,
    { namespace: 'default', name: 'vm-backups' },
    {
      type: 'merge',
      body: { metadata: { finalizers: null } },
    },
  );
  await remove(world);
  expect(world.get()).toBeUndefined();
  world.kubernetes.install([target()]);
  world.kubernetes.faults.cut();
  await world.until(() => world.get() !== undefined && stalledBy(world) === 'OwnedByOther', 30);
  expect(world.get()?.metadata.uid).not.toBe(uid);
  expect({ bucket: bucketOf(world)?.tags, user: userOf(world) }).toEqual(before);
  expect(world.condition('Ready')?.message).toContain('if it is gone already');
  await remove(world);
  await world.until(() => world.get() === undefined, 30);
  expect({ bucket: bucketOf(world)?.tags, user: userOf(world) }).toEqual(before);
});
