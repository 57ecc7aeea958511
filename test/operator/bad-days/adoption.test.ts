// SPDX-License-Identifier: GPL-3.0-or-later
/** What existed before: shown first with every difference, and not touched before a person has approved. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { write } from '../../../src/clouds/aws/request.ts';
import { annotate, target, worlds, type Running, type Worlds } from '../worlds.ts';
import {
  account,
  bucketOf,
  cloudWrites,
  eventsOf,
  glide,
  inIAM,
  inS3,
  isReady,
  isSynced,
  region,
  remove,
  rootOf,
  secretOf,
  stalledBy,
  userOf,
} from './hands.ts';

interface Shown {
  readonly plan?: { readonly hash: string; readonly steps: readonly { readonly do: string }[] };
  readonly drift?: readonly { readonly path: string; readonly want: string; readonly have: string }[];
}

const policyName = 'Proxmox-S3-Backup-Policy';
const theirs = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }],
});
const adopt = { 'hybridcloud.dev/adopt': 'iksan-vm-backups, user-vm-backups' };

let world: Worlds;
let running: Running;
const status = () => (world.get()?.status ?? {}) as Shown;
const wellAgain = () => isReady(world) && isSynced(world);
const approve = () => annotate(world, { 'hybridcloud.dev/approve': status().plan?.hash ?? '' });
const everything = () => ({ bucket: bucketOf(world), user: userOf(world), secret: secretOf(world) });

beforeEach(async () => {
  world = worlds();
  running = world.operator();
  await inS3(world, 'CreateBucket', { CreateBucketConfiguration: { LocationConstraint: region } });
  await inS3(world, 'PutBucketTagging', { Tagging: { TagSet: [{ Key: 'team', Value: 'storage' }] } });
  await rootOf(world).send(write('iam', 'CreateUser', { UserName: 'user-vm-backups', Path: '/hybridcloud/' }));
  await inIAM(world, 'PutUserPolicy', { PolicyName: policyName, PolicyDocument: theirs });
});
afterEach(() => world.end());

test('Nothing at all is written before the approval, the differences are listed, and the policy that would be overwritten is one of them.', async () => {
  const before = everything();
  world.kubernetes.install([target()]);
  await world.until(() => stalledBy(world) === 'NotOurs', 5);
  await annotate(world, adopt);
  await world.until(() => stalledBy(world) === 'AdoptionNeedsApproval', 5);
  const { hash = '', steps = [] } = status().plan ?? {};
  expect(world.condition('Synced')?.message).toMatch(
    new RegExp(`kubectl annotate -n default --overwrite backuptargets vm-backups hybridcloud.dev/approve=${hash}$`),
  );
  expect(steps.map((step) => step.do)).toEqual(
    expect.arrayContaining(['AdoptBucket', 'SetVersioning', 'AdoptUser', 'SetUserPolicy', 'CreateAccessKey']),
  );
  const drift = new Map(status().drift?.map(({ path, ...values }) => [path, values]));
  expect(drift.get('bucket.owner')).toMatchObject({ want: 'BackupTarget/default/vm-backups', have: 'nobody' });
  expect(drift.get('bucket.versioning')).toMatchObject({ want: 'Enabled', have: 'Unversioned' });
  expect(drift.get('user.owner')).toMatchObject({ have: 'nobody' });
  expect(drift.get(`user.policies.${policyName}`)?.have).toContain('"Action":"s3:*"');
  await glide(world, 1300);
  await annotate(world, { 'hybridcloud.dev/approve': 'deadbeefdeadbeef' });
  await world.until(() => stalledBy(world) === 'PlanStale', 5);
  await glide(world, 650);
  expect(everything()).toEqual(before);
  expect(cloudWrites(running)).toEqual([]);
  expect(running.records.filter(({ call }) => call.effect === 'write' && call.action.includes(' secrets'))).toEqual([]);

  await approve();
  await world.until(wellAgain, 60);
  expect(Object.fromEntries(bucketOf(world)?.tags ?? [])).toMatchObject({ team: 'storage' });
  expect(userOf(world)?.policies[policyName]).toContain('HybridCloudObjects');
  expect(status()).not.toHaveProperty('drift');
  expect(status()).not.toHaveProperty('approved');
  expect(world.get()?.metadata.annotations).not.toHaveProperty('hybridcloud.dev/approve');
  // what an adoption changed nobody had made drift
  expect(eventsOf(world).map(({ reason }) => reason)).not.toContain('DriftCorrected');
});

test('What changes between the preview and the approval is not overwritten: the plan is stale.', async () => {
  world.kubernetes.install([
    { ...target(), metadata: { name: 'vm-backups', namespace: 'default', annotations: adopt } },
  ]);
  await world.until(() => stalledBy(world) === 'AdoptionNeedsApproval', 5);
  await inS3(world, 'PutBucketTagging', { Tagging: { TagSet: [{ Key: 'team', Value: 'others' }] } });
  await world.pass(1);
  await approve();
  await world.until(() => stalledBy(world) === 'PlanStale', 30);
  await glide(world, 320);
  expect(cloudWrites(running)).toEqual([]);
  await approve();
  await world.until(wellAgain, 60);
  expect(Object.fromEntries(bucketOf(world)?.tags ?? [])).toMatchObject({ team: 'others' });
});

test('A crash in the middle of an adoption: the next operator goes on with what was approved.', async () => {
  world.aws.faults.add({ kind: 'error', service: 'iam', action: 'TagUser', nth: 1 });
  world.kubernetes.install([
    { ...target(), metadata: { name: 'vm-backups', namespace: 'default', annotations: adopt } },
  ]);
  await world.until(() => stalledBy(world) === 'AdoptionNeedsApproval', 5);
  await approve();
  await world.until(() => bucketOf(world)?.versioning === 'Enabled', 30);
  await running.operator.stop();
  running = world.operator();
  await world.until(wellAgain, 120);
  expect(userOf(world)?.keys).toHaveLength(1);
});

test('Things of an owner that is gone: refused by name alone, taken over by its very uid, with approval.', async () => {
  const mark = (key: string) =>
    ({ 'hybridcloud.dev/owner': 'uid-of-yore', 'hybridcloud.dev/cluster': 'gone' })[key] ?? '';
  const tags = ['hybridcloud.dev/owner', 'hybridcloud.dev/cluster'].map((Key) => ({ Key, Value: mark(Key) }));
  await inS3(world, 'PutBucketTagging', { Tagging: { TagSet: tags } });
  await inIAM(world, 'TagUser', { Tags: tags });
  const before = everything();
  world.kubernetes.install([
    { ...target(), metadata: { name: 'vm-backups', namespace: 'default', annotations: adopt } },
  ]);
  await world.until(() => stalledBy(world) === 'OwnedByOther', 5);
  expect(world.condition('Ready')?.message).toMatch(
    /annotate this object with hybridcloud\.dev\/take-over: uid-of-yore\.$/,
  );
  for (const wrong of ['uid-of', 'uid-of-yore-2', '*', '']) {
    await annotate(world, { 'hybridcloud.dev/take-over': wrong });
    await world.pass(2);
    expect(stalledBy(world)).toBe('OwnedByOther');
  }
  await annotate(world, { 'hybridcloud.dev/take-over': 'uid-of-yore' });
  await world.until(() => stalledBy(world) === 'AdoptionNeedsApproval', 5);
  expect(status().drift).toContainEqual(
    expect.objectContaining({ path: 'bucket.owner', have: 'uid-of-yore of another cluster' }),
  );
  expect(everything()).toEqual(before);
  expect(cloudWrites(running)).toEqual([]);
  await approve();
  await world.until(wellAgain, 60);
  await remove(world);
  await world.until(() => world.get() === undefined, 900);
  expect(account(world).users()).toEqual([]);
});
