// SPDX-License-Identifier: GPL-3.0-or-later
/** Somebody needs quiet for a while, or an answer at once. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { backupTarget } from '../../../src/api/backup-target.ts';
import { annotate, target, worlds, type Running, type Worlds } from '../worlds.ts';
import { bucketOf, cloudCalls, glide, inS3, isReady, isSynced, remove } from './hands.ts';

let world: Worlds;
let running: Running;
const pause = (value: string | null) => annotate(world, { 'hybridcloud.dev/paused': value });
const suspend = () => inS3(world, 'PutBucketVersioning', { VersioningConfiguration: { Status: 'Suspended' } });

beforeEach(async () => {
  world = worlds();
  running = world.operator();
  world.kubernetes.install([target()]);
  await world.until(() => isReady(world) && isSynced(world));
});
afterEach(() => world.end());

test('Paused: not a single call for the object, not even for its deletion; kubectl get shows why; afterwards it goes on.', async () => {
  await pause('true');
  await world.until(() => world.condition('Ready')?.reason === 'Paused', 5);
  expect(world.condition('Ready')).toMatchObject({ status: 'True' });
  expect(world.condition('Synced')).toMatchObject({ status: 'Unknown', reason: 'Paused' });
  const { additionalPrinterColumns = [] } = backupTarget.crd().spec.versions[0] ?? {};
  const shown = additionalPrinterColumns.filter(({ priority }) => !priority).map(({ jsonPath }) => jsonPath);
  expect(shown).toContain('.status.conditions[?(@.type=="Ready")].reason');
  running.records.length = 0;
  await suspend();
  await annotate(world, { 'hybridcloud.dev/reconcile-at': new Date(world.clock.now()).toISOString() });
  await glide(world, 1300);
  await remove(world);
  await glide(world, 30);
  expect(cloudCalls(running)).toEqual([]);
  expect(bucketOf(world)?.versioning).toBe('Suspended');
  await pause(null);
  await world.until(() => world.get() === undefined, 900);
});

test('A paused plan keeps what it shows.', async () => {
  await world.admin.patch(
    { group: 'hybridcloud.dev', version: 'v1alpha1', kind: 'BackupTarget', plural: 'backuptargets', namespaced: true },
    { namespace: 'default', name: 'vm-backups' },
    { type: 'merge', body: { spec: { managementPolicy: 'Plan', bucket: { versioning: 'Suspended' } } } },
  );
  const plan = () => (world.get()?.status as { plan?: object } | undefined)?.plan;
  await world.until(() => world.condition('Synced')?.reason === 'ApprovalNeeded', 5);
  const before = plan();
  await pause('true');
  await world.until(() => world.condition('Ready')?.reason === 'Paused', 5);
  expect(before).toBeDefined();
  expect(plan()).toEqual(before);
});

test('Look now: drift is found at once, with answers of after the question, and not once more for the same time.', async () => {
  await glide(world, 60);
  await suspend();
  running.records.length = 0;
  await annotate(world, { 'hybridcloud.dev/reconcile-at': new Date(world.clock.now()).toISOString() });
  await world.until(() => bucketOf(world)?.versioning === 'Enabled', 5);
  await glide(world, 30);
  const calls = cloudCalls(running).length;
  await glide(world, 60);
  expect(cloudCalls(running)).toHaveLength(calls);
});
