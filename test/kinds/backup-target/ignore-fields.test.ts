// SPDX-License-Identifier: GPL-3.0-or-later
/** What `spec.ignoreFields` leaves to others. */
import { afterEach, expect, test } from '@jest/globals';
import { bucketOf, eventsOf, glide, inS3, isReady, isSynced } from '../../operator/bad-days/hands.ts';
import { backupTargets, place, target, worlds, type Worlds } from '../../operator/worlds.ts';

let world: Worlds;
afterEach(() => world.end());

const ignored = ['bucket.encryption', 'bucket.lifecycle', 'bucket.tags', 'bucket.versioning'];
const bucket = { name: 'iksan-vm-backups', tags: { team: 'storage' } };
const well = () => isReady(world) && isSynced(world);
const settings = () => {
  const { versioning, lifecycle, tags } = bucketOf(world) ?? {};
  return { versioning, lifecycle, team: tags?.find(([key]) => key === 'team')?.[1] };
};

test('An ignored field is never written nor told, from the making of the bucket on; the rest is repaired, and what is no longer ignored is set.', async () => {
  world = worlds();
  const { records } = world.operator();
  world.kubernetes.install([target({ bucket, ignoreFields: ignored })]);
  await world.until(well);
  expect(settings()).toMatchObject({ versioning: undefined, team: undefined });
  await inS3(world, 'PutBucketVersioning', { VersioningConfiguration: { Status: 'Suspended' } });
  await inS3(world, 'DeletePublicAccessBlock', {});
  await glide(world, 1300);
  expect(settings()).toMatchObject({ versioning: 'Suspended', team: undefined });
  expect(bucketOf(world)?.publicAccessBlock).toBeDefined();
  expect(world.get()?.status).not.toHaveProperty('drift');
  const told = eventsOf(world).map(({ message }) => message);
  expect(told.filter((message) => message.includes('bucket.versioning'))).toEqual([]);
  const writes = records.filter(({ call }) => call.effect === 'write').map(({ call }) => call.action);
  for (const action of ['PutBucketVersioning', 'PutBucketEncryption', 'PutBucketLifecycleConfiguration'])
    expect(writes).not.toContain(action);
  await world.admin.patch(backupTargets, place, { type: 'merge', body: { spec: { ignoreFields: null } } });
  await world.until(() => settings().team === 'storage' && settings().versioning === 'Enabled' && well(), 60);
});

test('Observe tells what is different, but for what is ignored.', async () => {
  world = worlds();
  world.operator();
  world.kubernetes.install([target({ bucket })]);
  await world.until(well);
  const spec = { managementPolicy: 'Observe', ignoreFields: ['bucket.versioning'] };
  await world.admin.patch(backupTargets, place, { type: 'merge', body: { spec } });
  await glide(world, 30);
  await inS3(world, 'PutBucketVersioning', { VersioningConfiguration: { Status: 'Suspended' } });
  await inS3(world, 'DeletePublicAccessBlock', {});
  await glide(world, 700);
  const status = world.get()?.status as { drift: readonly { path: string }[] } | undefined;
  expect(status?.drift.map(({ path }) => path)).toEqual(['bucket.publicAccess']);
});
