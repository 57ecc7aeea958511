// SPDX-License-Identifier: GPL-3.0-or-later
/** managementPolicy Observe and the end of an object. That it changes nothing over 1,000 looks is in test/kinds/backup-target/observe-only.test.ts. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { target, worlds, type Running, type Worlds } from '../worlds.ts';
import {
  cloudWrites,
  deleteSecret,
  editSpec,
  glide,
  inIAM,
  inS3,
  isReady,
  remove,
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

test('No finalizer from the start: deleted, it is gone at once, and nothing outside was ever touched.', async () => {
  world.kubernetes.install([target({ managementPolicy: 'Observe' })]);
  await world.until(() => world.condition('Synced') !== undefined, 5);
  expect(world.get()?.metadata.finalizers ?? []).toEqual([]);
  await remove(world);
  expect(world.get()).toBeUndefined();
  await glide(world, 30);
  expect(cloudWrites(running)).toEqual([]);
});

test('With a finalizer from before: held while something of ours is left, released once nothing is.', async () => {
  world.kubernetes.install([target()]);
  await world.until(() => isReady(world));
  await editSpec(world, { managementPolicy: 'Observe' });
  await glide(world, 10);
  running.records.length = 0;
  await remove(world);
  await world.until(() => stalledBy(world) === 'PolicyForbidsDeletion', 5);
  await glide(world, 400);
  expect(world.get()).toBeDefined();
  // somebody clears up by hand
  await inS3(world, 'DeleteBucketTagging', {});
  for (const { id } of userOf(world)?.keys ?? []) await inIAM(world, 'DeleteAccessKey', { AccessKeyId: id });
  await inIAM(world, 'DeleteUserPolicy', { PolicyName: 'Proxmox-S3-Backup-Policy' });
  await inIAM(world, 'DeleteUser', {});
  await deleteSecret(world);
  await world.until(() => world.get() === undefined, 700);
  expect(cloudWrites(running)).toEqual([]);
});

test('What is only observed is not said to work for ever: a validation older than two intervals proves nothing, and Apply tries again.', async () => {
  world.kubernetes.install([target()]);
  await world.until(() => isReady(world));
  await editSpec(world, { managementPolicy: 'Observe' });
  await glide(world, 600);
  expect(world.condition('Ready')).toMatchObject({ status: 'True' });
  await glide(world, 1200);
  expect(world.condition('Ready')).toMatchObject({ status: 'False', reason: 'ValidationOld' });
  await editSpec(world, { managementPolicy: 'Apply' });
  await world.until(() => isReady(world), 5);
});
