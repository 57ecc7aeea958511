// SPDX-License-Identifier: GPL-3.0-or-later
/** Attack 5: the tags with which the operator marks what is its own, copied onto something of somebody else. */
import { afterEach, expect, test } from '@jest/globals';
import { read, write } from '../../src/clouds/aws/request.ts';
import { account, bucketOf, glide, isReady, remove, rootOf, stalledBy } from '../operator/bad-days/hands.ts';
import { target, worlds, type Worlds } from '../operator/worlds.ts';

let world: Worlds;
afterEach(() => world.end());

async function foreignBucket(Bucket: string, TagSet: readonly object[]): Promise<void> {
  const root = rootOf(world);
  await root.send(
    write('s3', 'CreateBucket', { Bucket, CreateBucketConfiguration: { LocationConstraint: 'ap-northeast-2' } }),
  );
  await root.send(write('s3', 'PutBucketTagging', { Bucket, Tagging: { TagSet } }));
}

const stateOf = (name: string) =>
  JSON.stringify(
    account(world)
      .buckets()
      .find((one) => one.name === name),
  );

test('a bucket and a user that carry a copy of the mark under other names are not touched, not even by a deletion of everything.', async () => {
  world = worlds();
  world.operator();
  world.kubernetes.install([target({ deletionPolicy: 'Delete' })]);
  await world.until(() => isReady(world));
  const ofBucket = read('s3', 'GetBucketTagging', { Bucket: 'iksan-vm-backups' });
  const { TagSet: Tags } = await rootOf(world).send<{ TagSet: readonly object[] }>(ofBucket);
  expect(JSON.stringify(Tags)).toContain('hybridcloud.dev/owner');
  await foreignBucket('somebody-elses', Tags);
  await rootOf(world).send(write('iam', 'CreateUser', { UserName: 'somebody-else', Tags }));
  const before = stateOf('somebody-elses');
  await world.admin.patch(
    { group: 'hybridcloud.dev', version: 'v1alpha1', kind: 'BackupTarget', plural: 'backuptargets', namespaced: true },
    { namespace: 'default', name: 'vm-backups' },
    { type: 'merge', body: { metadata: { annotations: { 'hybridcloud.dev/confirm-data-loss': 'iksan-vm-backups' } } } },
  );
  await remove(world);
  for (let tries = 0; tries < 60 && world.get() !== undefined; tries++) await glide(world, 15);
  expect(bucketOf(world)).toBeUndefined();
  expect(stateOf('somebody-elses')).toBe(before);
  expect(
    account(world)
      .users()
      .map(({ name }) => name),
  ).toEqual(['somebody-else']);
});

test('a mark with the right uid but of another cluster is not ours: nothing is written.', async () => {
  world = worlds();
  world.kubernetes.install([target()]);
  const uid = String(world.get()?.metadata.uid);
  await foreignBucket('iksan-vm-backups', [
    { Key: 'hybridcloud.dev/owner', Value: uid },
    { Key: 'hybridcloud.dev/cluster', Value: 'another-cluster' },
    { Key: 'hybridcloud.dev/object', Value: 'BackupTarget/default/vm-backups' },
  ]);
  const before = stateOf('iksan-vm-backups');
  const running = world.operator();
  await world.until(() => stalledBy(world) === 'OwnedByOther', 20);
  expect(stateOf('iksan-vm-backups')).toBe(before);
  const written = running.records.filter(({ call }) => call.effect === 'write' && call.service === 's3');
  expect(written).toEqual([]);
});
