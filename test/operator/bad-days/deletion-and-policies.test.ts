// SPDX-License-Identifier: GPL-3.0-or-later
/** What may be destroyed, and what an operator that may only look does. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { write } from '../../../src/clouds/aws/request.ts';
import { annotate, target, worlds, type Running, type Worlds } from '../worlds.ts';
import {
  account,
  bucketOf,
  cloudWrites,
  editSpec,
  glide,
  inS3,
  isReady,
  isSynced,
  remove,
  rootOf,
  secretOf,
  stalledBy,
  userOf,
} from './hands.ts';

let world: Worlds;
let running: Running;
const wellAgain = () => isReady(world) && isSynced(world);

beforeEach(() => {
  world = worlds();
  running = world.operator();
});
afterEach(() => world.end());

const all = () => ({ bucket: bucketOf(world), user: userOf(world), secret: secretOf(world) });
interface PlanShown {
  readonly plan?: {
    readonly hash: string;
    readonly steps: readonly { do: string; calls?: readonly { action: string }[] }[];
  };
}
const planShown = () => (world.get()?.status as PlanShown | undefined)?.plan;

describe('deletionPolicy: Delete', () => {
  beforeEach(async () => {
    world.kubernetes.install([target({ deletionPolicy: 'Delete' })]);
    await world.until(wellAgain);
    await glide(world, 20);
  });

  test('without confirm-data-loss, or with a wrong name: nothing at all is taken away, the key works on, and it is said how.', async () => {
    const before = all();
    await remove(world);
    await world.until(() => stalledBy(world) === 'DataLossNotConfirmed', 5);
    expect(world.condition('Ready')).toMatchObject({ status: 'False', reason: 'Deleting' });
    expect(world.condition('Stalled')?.message).toContain('hybridcloud.dev/confirm-data-loss: iksan-vm-backups');
    for (const wrong of ['yes', 'true', 'iksan-vm-backup', 'vm-backups', 'IKSAN-VM-BACKUPS', '*']) {
      await annotate(world, { 'hybridcloud.dev/confirm-data-loss': wrong });
      await world.pass(3);
    }
    await glide(world, 700);
    expect(all()).toEqual(before);
    expect(
      cloudWrites(running).filter(({ call }) => call.action.startsWith('Delete') && call.action !== 'DeleteObject'),
    ).toEqual([]);
    await annotate(world, { 'hybridcloud.dev/confirm-data-loss': 'iksan-vm-backups' });
    await world.until(() => world.get() === undefined, 900);
    expect(account(world).buckets()).toEqual([]);
    expect(account(world).users()).toEqual([]);
  });

  test('set back to Retain in the middle of the refusal: access goes, the bucket and its data stay.', async () => {
    await inS3(world, 'PutObject', { Key: 'vm/100', Body: 'backup' });
    await remove(world);
    await world.until(() => stalledBy(world) === 'DataLossNotConfirmed', 5);
    await editSpec(world, { deletionPolicy: 'Retain' });
    await world.until(() => world.get() === undefined, 900);
    expect(bucketOf(world)?.objects.map(({ key }) => key)).toContain('vm/100');
    expect(account(world).users()).toEqual([]);
  });

  test('with 2,500 versions: emptied page by page, then deleted.', async () => {
    const root = rootOf(world);
    for (let n = 0; n < 2500; n += 50)
      await Promise.all(
        Array.from({ length: 50 }, (_, i) =>
          root.send(write('s3', 'PutObject', { Bucket: 'iksan-vm-backups', Key: `vm/${(n + i) % 900}`, Body: 'b' })),
        ),
      );
    expect(bucketOf(world)?.objects.length).toBeGreaterThanOrEqual(2500);
    await annotate(world, { 'hybridcloud.dev/confirm-data-loss': 'iksan-vm-backups' });
    await remove(world);
    await world.until(() => world.get() === undefined, 900);
    expect(account(world).buckets()).toEqual([]);
    expect(running.records.filter(({ call }) => call.action === 'DeleteObjects')).toHaveLength(3);
  });
});

describe.each([
  ['Plan', 'ApprovalNeeded', 'ApprovalNeeded', /hybridcloud\.dev\/approve=[0-9a-f]{16}$/],
  ['Observe', 'ChangesPending', 'PolicyForbidsDeletion', /Set managementPolicy: Apply to make these changes$/],
])('managementPolicy: %s', (managementPolicy, pending, forbidden, cure) => {
  test('from the start, over 200 looks: no cloud write, no finalizer; switched to Apply it is done.', async () => {
    world.kubernetes.install([target({ managementPolicy })]);
    await world.until(() => world.condition('Synced')?.reason === pending, 5);
    expect(world.condition('Synced')?.message).toMatch(cure);
    expect(world.condition('Stalled')).toMatchObject({ status: 'False' });
    const shown = planShown();
    expect(shown?.steps.map((step) => step.do)).toEqual(
      expect.arrayContaining(['CreateBucket', 'SetVersioning', 'CreateUser', 'ReserveSecret', 'CreateAccessKey']),
    );
    for (let look = 0; look < 100; look++) {
      await annotate(world, { 'hybridcloud.dev/reconcile-at': String(look) });
      await world.pass(1);
    }
    expect(planShown()).toEqual(shown);
    expect(cloudWrites(running)).toEqual([]);
    expect(account(world).buckets()).toEqual([]);
    expect(world.get()?.metadata.finalizers ?? []).toEqual([]);
    running.records.length = 0;
    await editSpec(world, { managementPolicy: 'Apply' });
    await world.until(wellAgain, 30);
    // the plan said exactly the calls that were then made
    const planned = shown?.steps.flatMap(({ calls }) => calls?.map(({ action }) => action) ?? []) ?? [];
    const made = running.records.filter(
      ({ call }) =>
        call.effect === 'write' && call.service !== 'kubernetes' && !/^(Put|Delete)Object$/.test(call.action),
    );
    expect(made.map(({ call }) => call.action)).toEqual(planned.filter((action) => !/secrets/.test(action)));
    expect(planShown()).toBeUndefined();
  });

  test('with drift, over 100 looks and more: nothing is repaired, the plan shows it; a deletion is held; Apply repairs and deletes.', async () => {
    world.kubernetes.install([target()]);
    await world.until(wellAgain);
    await editSpec(world, { managementPolicy });
    await world.pass(3);
    await inS3(world, 'DeleteBucketPolicy', {});
    await inS3(world, 'DeletePublicAccessBlock', {});
    running.records.length = 0;
    await glide(world, 700);
    for (let look = 0; look < 100; look++) {
      await annotate(world, { 'hybridcloud.dev/reconcile-at': String(look) });
      await world.pass(1);
    }
    expect(
      planShown()
        ?.steps.map((step) => step.do)
        .sort(),
    ).toEqual(['BlockPublicAccess', 'RequireTLS']);
    expect(cloudWrites(running)).toEqual([]);
    expect(world.condition('Synced')).toMatchObject({ status: 'False', reason: 'Drifted' });
    expect(world.condition('Synced')?.message).toMatch(/bucket\.publicAccess, bucket\.policy/);
    await remove(world);
    await world.until(() => stalledBy(world) === forbidden, 5);
    await glide(world, 320);
    expect(cloudWrites(running)).toEqual([]);
    await editSpec(world, { managementPolicy: 'Apply' });
    await world.until(() => world.get() === undefined, 900);
    expect(account(world).users()).toEqual([]);
  });
});
