// SPDX-License-Identifier: GPL-3.0-or-later
/** managementPolicy Plan: nothing is done but what a person approved by its hash. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { annotate, backupTargets, place, target, worlds, type Running, type Worlds } from '../worlds.ts';
import {
  account,
  bucketOf,
  cloudWrites,
  editSpec,
  eventsOf,
  glide,
  inS3,
  isReady,
  isSynced,
  remove,
  secretOf,
  stalledBy,
  userOf,
} from './hands.ts';

interface Shown {
  readonly plan?: { readonly hash: string; readonly steps: readonly { readonly do: string }[] };
  readonly approved?: { readonly hash: string; readonly at: string; readonly steps: readonly string[] };
  readonly drift?: readonly { readonly path: string; readonly since: string }[];
}

let world: Worlds;
let running: Running;
const status = () => (world.get()?.status ?? {}) as Shown;
const synced = () => world.condition('Synced');
const wellAgain = () => isReady(world) && isSynced(world);
const approve = (hash: string | undefined) => annotate(world, { 'hybridcloud.dev/approve': hash ?? '' });
const approval = () => world.get()?.metadata.annotations?.['hybridcloud.dev/approve'];
const made = () => cloudWrites(running).map(({ call }) => call.action);

async function planned(spec: object = {}): Promise<string> {
  world.kubernetes.install([target({ managementPolicy: 'Plan', ...spec })]);
  await world.until(() => synced()?.reason === 'ApprovalNeeded', 5);
  return status().plan?.hash ?? '';
}

beforeEach(() => {
  world = worlds();
  running = world.operator();
});
afterEach(() => world.end());

test('An approved plan is carried out and proven, the approval is used up, and nothing more is written.', async () => {
  const hash = await planned();
  expect(synced()?.message).toMatch(
    new RegExp(`kubectl annotate -n default --overwrite backuptargets vm-backups hybridcloud.dev/approve=${hash}$`),
  );
  const planning = status().plan?.steps.map((step) => step.do);
  expect(cloudWrites(running)).toEqual([]);
  await approve(hash);
  await world.until(() => wellAgain() && approval() === undefined, 60);
  expect(status()).not.toHaveProperty('approved');
  expect(status()).not.toHaveProperty('plan');
  expect(world.get()?.metadata.finalizers).toEqual(['hybridcloud.dev/finalizer']);
  expect(bucketOf(world)?.versioning).toBe('Enabled');
  const steps = eventsOf(world).map(({ reason }) => reason);
  expect(planning?.filter((step) => !steps.includes(step))).toEqual([]);
  running.records.length = 0;
  await glide(world, 1500);
  expect(made()).toEqual([]);
});

test.each(['deadbeefdeadbeef', 'yes', '*', ' '])(
  'The approval of another plan (%s) does nothing, and says so.',
  async (wrong) => {
    const hash = await planned();
    await approve(wrong);
    await world.pass(3);
    if (wrong.trim()) expect(stalledBy(world)).toBe('PlanStale');
    expect(synced()?.message).toMatch(new RegExp(`approve=${hash}$`));
    await glide(world, 320);
    expect(cloudWrites(running)).toEqual([]);
    expect(world.get()?.metadata.finalizers ?? []).toEqual([]);
    await approve(hash);
    await world.until(wellAgain, 60);
  },
);

test('A spec that changes after the approval makes it stale: nothing is done before the new plan is approved.', async () => {
  const hash = await planned();
  await editSpec(world, { managementPolicy: 'Plan', bucket: { noncurrentVersionExpirationDays: 3 } });
  await world.until(() => status().plan?.hash !== hash, 5);
  await approve(hash);
  await world.until(() => stalledBy(world) === 'PlanStale', 5);
  expect(synced()?.message).toContain('The plan changed since it was approved');
  expect(cloudWrites(running)).toEqual([]);
  await approve(status().plan?.hash);
  await world.until(wellAgain, 60);
});

test('A cloud that changes between approval and work voids it, also half way, and what is left has to be approved anew.', async () => {
  const hash = await planned();
  world.aws.faults.add({ kind: 'error', service: 'iam', action: 'CreateUser' });
  await approve(hash);
  await world.until(() => bucketOf(world) !== undefined && status().approved !== undefined, 30);
  expect(status().approved).toMatchObject({ hash });
  // somebody opens the new bucket: closing it again is no part of what was approved
  await inS3(world, 'DeletePublicAccessBlock', {});
  await world.until(() => stalledBy(world) === 'PlanStale', 400);
  running.records.length = 0;
  await glide(world, 320);
  expect(made()).toEqual([]);
});

test('A forged status has no more power than the annotation.', async () => {
  await planned();
  const { at: _, ...none } = { at: '' };
  await world.admin.patch(backupTargets, { ...place, subresource: 'status' } as never, {
    type: 'merge',
    body: { status: { ...none, approved: { hash: 'cafe', at: '2026-01-05T09:00:00Z', steps: ['a'] } } },
  });
  await approve('cafe');
  await world.until(() => stalledBy(world) === 'PlanStale', 5);
  await glide(world, 320);
  expect(cloudWrites(running)).toEqual([]);
});

test('A deletion is planned and approved like anything else; without approval the finalizer and everything stay.', async () => {
  await approveAndRest();
  await remove(world);
  await world.until(() => stalledBy(world) === 'ApprovalNeeded', 5);
  expect(status().plan?.steps.map((step) => step.do)).toEqual(
    expect.arrayContaining(['DeleteAccessKey', 'DeleteUser', 'RemoveSecret', 'ReleaseBucket']),
  );
  running.records.length = 0;
  await glide(world, 650);
  expect(made()).toEqual([]);
  await approve(status().plan?.hash);
  await world.until(() => world.get() === undefined, 900);
  expect(account(world).users()).toEqual([]);
  expect(secretOf(world)).toBeUndefined();
  expect(bucketOf(world)?.tags).toEqual([]);
});

test('Drift is reported with its fields and their time, corrected once approved, and the same approval does not serve twice.', async () => {
  await approveAndRest();
  const suspend = () => inS3(world, 'PutBucketVersioning', { VersioningConfiguration: { Status: 'Suspended' } });
  await suspend();
  await annotate(world, { 'hybridcloud.dev/reconcile-at': '1' });
  await world.until(() => synced()?.reason === 'Drifted', 700);
  expect(status().drift).toMatchObject([{ path: 'bucket.versioning', want: 'Enabled', have: 'Suspended' }]);
  const since = status().drift?.[0]?.since;
  const hash = status().plan?.hash;
  await glide(world, 650);
  expect(status()).toMatchObject({ drift: [{ since }], plan: { hash } });
  await approve(hash);
  await world.until(() => wellAgain() && approval() === undefined, 30);
  expect(bucketOf(world)?.versioning).toBe('Enabled');
  expect(status()).not.toHaveProperty('drift');
  await suspend();
  await glide(world, 700);
  expect(synced()).toMatchObject({ reason: 'Drifted' });
  expect(status().plan?.hash).toBe(hash);
  expect(bucketOf(world)?.versioning).toBe('Suspended');
});

test('An operator that is killed in the middle goes on with what was approved, and with nothing else.', async () => {
  const hash = await planned();
  world.aws.faults.add({ kind: 'error', service: 'iam', action: 'CreateUser', nth: 1 });
  await approve(hash);
  await world.until(() => bucketOf(world) !== undefined, 30);
  await running.operator.stop();
  running = world.operator();
  await world.until(wellAgain, 120);
  expect(userOf(world)?.keys).toHaveLength(1);
  expect(approval()).toBeUndefined();
});

async function approveAndRest(): Promise<void> {
  await approve(await planned());
  await world.until(() => wellAgain() && approval() === undefined, 60);
}
