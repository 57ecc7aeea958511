// SPDX-License-Identifier: GPL-3.0-or-later
/** Somebody changes, by hand, what is in the account. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { target, worlds, type Running, type Worlds } from '../worlds.ts';
import {
  bucketOf,
  deleteSecret,
  deliveredKey,
  eventsOf,
  glide,
  inIAM,
  inS3,
  isReady,
  isSynced,
  stalledBy,
  userOf,
} from './hands.ts';

let world: Worlds;
let running: Running;
const wellAgain = () => isReady(world) && isSynced(world) && stalledBy(world) === undefined;
const told = () => new Map(Map.groupBy(eventsOf(world), ({ reason }) => reason));

beforeEach(async () => {
  world = worlds();
  running = world.operator();
  world.kubernetes.install([target()]);
  await world.until(wellAgain);
  await glide(world, 60);
});
afterEach(() => world.end());

test('Every setting of the bucket and the user policy: repaired within one drift interval, each with one event, and Ready all the time.', async () => {
  const settings = () => {
    const { objects: _, lifecycleSince: __, ...bucket } = bucketOf(world) ?? { objects: [], lifecycleSince: 0 };
    return { bucket, policies: userOf(world)?.policies };
  };
  const right = settings();
  const before = eventsOf(world).length;
  await inS3(world, 'DeleteBucketPolicy', {});
  await inS3(world, 'DeletePublicAccessBlock', {});
  await inS3(world, 'DeleteBucketOwnershipControls', {});
  await inS3(world, 'DeleteBucketLifecycle', {});
  await inS3(world, 'PutBucketVersioning', { VersioningConfiguration: { Status: 'Suspended' } });
  await inS3(world, 'PutBucketEncryption', {
    ServerSideEncryptionConfiguration: {
      Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' }, BucketKeyEnabled: true }],
    },
  });
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }],
  });
  await inIAM(world, 'PutUserPolicy', { PolicyName: 'Proxmox-S3-Backup-Policy', PolicyDocument });
  expect(settings()).not.toEqual(right);
  for (let second = 0; second < 670; second += 10) {
    await glide(world, 10);
    expect(isReady(world)).toBe(true);
  }
  expect(settings()).toEqual(right);
  expect(isSynced(world)).toBe(true);
  const repairs = ['RequireTLS', 'BlockPublicAccess', 'DisableACLs', 'SetLifecycle', 'SetVersioning', 'SetEncryption'];
  const fields = (told().get('DriftCorrected') ?? []).map(({ message }) => message).join();
  for (const path of ['policy', 'publicAccess', 'objectOwnership', 'lifecycle', 'versioning', 'encryption'])
    expect(fields).toContain(`bucket.${path}`);
  expect(fields).toContain('user.policies.Proxmox-S3-Backup-Policy');
  expect(world.get()?.status).not.toHaveProperty('drift');
  for (const reason of [...repairs, 'SetUserPolicy']) expect(told().get(reason)?.length ?? 0).toBeGreaterThan(0);
  running.records.length = 0;
  const after = eventsOf(world).length;
  expect(after - before).toBeLessThanOrEqual(repairs.length + 4);
  await glide(world, 1300);
  expect(eventsOf(world)).toHaveLength(after);
  expect(running.records.filter(({ call }) => call.effect === 'write' && call.action.startsWith('PutBucket'))).toEqual(
    [],
  );
});

test('The user policy is deleted: the next validation notices, and it is put back at once.', async () => {
  await inIAM(world, 'DeleteUserPolicy', { PolicyName: 'Proxmox-S3-Backup-Policy' });
  await world.until(() => userOf(world)?.policies['Proxmox-S3-Backup-Policy'] !== undefined, 320);
  await world.until(wellAgain, 30);
});

test('The user policy is emptied of one right: Ready is False and says which within one validation interval.', async () => {
  const deny = { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 's3:PutObject', Resource: '*' }] };
  await inIAM(world, 'PutUserPolicy', { PolicyName: 'Somebodys', PolicyDocument: JSON.stringify(deny) });
  await world.pass(365);
  // a policy of somebody else is not taken away: the condition says what is missing
  expect(world.condition('Ready')).toMatchObject({ status: 'False', reason: 'PolicyDeniesBackups' });
  expect(world.condition('Ready')?.message).toContain('s3:PutObject');
  expect(world.condition('Stalled')).toMatchObject({ status: 'True', reason: 'PolicyDeniesBackups' });
  expect(Object.keys(userOf(world)?.policies ?? {})).toContain('Somebodys');
  await inIAM(world, 'DeleteUserPolicy', { PolicyName: 'Somebodys' });
  await world.until(wellAgain, 320);
});

test('The bucket is deleted: it is made again, closed, and validated, with the same key.', async () => {
  const key = deliveredKey(world);
  const { policy } = bucketOf(world) ?? {};
  for (const { key: Key, id: VersionId } of bucketOf(world)?.objects ?? [])
    await inS3(world, 'DeleteObject', { Key, VersionId });
  await inS3(world, 'DeleteBucket', {});
  expect(bucketOf(world)).toBeUndefined();
  await world.until(() => bucketOf(world) !== undefined, 400);
  await world.until(wellAgain, 60);
  expect(bucketOf(world)?.policy).toEqual(policy);
  expect(deliveredKey(world)).toBe(key);
});

test('The user is deleted with its key: it is made again, and the Secret, whose key is gone, is a matter for a person.', async () => {
  await world.pass(400);
  await inIAM(world, 'DeleteAccessKey', { AccessKeyId: deliveredKey(world) });
  await inIAM(world, 'DeleteUserPolicy', { PolicyName: 'Proxmox-S3-Backup-Policy' });
  await inIAM(world, 'DeleteUser', {});
  await world.until(() => stalledBy(world) === 'KeyGone', 400);
  expect(userOf(world)?.policies['Proxmox-S3-Backup-Policy']).toBeDefined();
  await deleteSecret(world);
  await world.until(wellAgain, 60);
  expect(userOf(world)?.keys.map(({ id }) => id)).toEqual([deliveredKey(world)]);
});

test("Others' tags on the bucket stay, and a mark that was taken off is not put back on what may be another's.", async () => {
  const tags = () => Object.fromEntries(bucketOf(world)?.tags ?? []);
  const marked = tags();
  const all = { ...marked, 'cost-center': '42' };
  const TagSet = Object.entries(all).map(([Key, Value]) => ({ Key, Value }));
  await inS3(world, 'PutBucketTagging', { Tagging: { TagSet } });
  await glide(world, 1300);
  expect(tags()).toEqual(all);
  expect(wellAgain()).toBe(true);
  await inS3(world, 'PutBucketTagging', { Tagging: { TagSet: [{ Key: 'cost-center', Value: '42' }] } });
  await world.until(() => stalledBy(world) === 'NotOurs', 700);
  expect(world.condition('Ready')).toMatchObject({ status: 'False', reason: 'NotOurs' });
  expect(world.condition('Ready')?.message).toContain(
    'annotate this object with hybridcloud.dev/adopt: iksan-vm-backups',
  );
  expect(tags()).toEqual({ 'cost-center': '42' });
});
