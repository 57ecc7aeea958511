// SPDX-License-Identifier: GPL-3.0-or-later
/** What is full is said with its figure and its cure before anything was changed, and the work goes on by itself once there is room. */
import { afterEach, expect, test } from '@jest/globals';
import { write, type AwsRequest } from '../../src/clouds/aws/request.ts';
import { cloudCalls, cloudWrites, isReady, isSynced, rootOf, stalledBy } from './bad-days/hands.ts';
import { annotate, target, worlds, type Start, type Worlds } from './worlds.ts';

let world: Worlds;
afterEach(() => world.end());

const well = () => isReady(world) && isSynced(world);
const place = { CreateBucketConfiguration: { LocationConstraint: 'ap-northeast-2' } };

interface Case {
  readonly quotas?: { buckets?: number; users?: number };
  readonly start?: Start;
  readonly before?: readonly AwsRequest[];
  readonly spec?: object;
  readonly adopt?: string;
  readonly says: RegExp;
  readonly after: readonly AwsRequest[];
}

const user = 'user-vm-backups';
const bucket = 'iksan-vm-backups';
const many = (count: number) => Array.from({ length: count }, (_, n) => ({ Key: `of-others-${n}`, Value: 'x' }));
const statement = (n: number) => ({
  Sid: `Other${n}`,
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:DeleteBucket',
  Resource: `arn:aws:s3:::${bucket}`,
  Condition: { StringNotLike: { 'aws:PrincipalArn': `arn:aws:iam::*:role/${'long'.repeat(30)}${n}` } },
});
/** As long as it may be, so that what the operator puts beside it does not fit. */
function longPolicy(): string {
  const Statement = Array.from({ length: 60 }, (_, n) => statement(n));
  const text = JSON.stringify({ Version: '2012-10-17', Statement });
  return text.replace('role/long', `role/${'x'.repeat(20_480 - text.length)}long`);
}
const long = longPolicy();
const wide = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: 's3:GetObject', Resource: Array(24).fill(`arn:aws:s3:::${'a'.repeat(60)}/*`) },
  ],
});

const cases: Readonly<Record<string, Case>> = {
  'users of the account': {
    quotas: { users: 1 },
    before: [write('iam', 'CreateUser', { UserName: 'other' })],
    says: /has 1 IAM users, and 1 are allowed: delete some, or ask AWS to raise/,
    after: [write('iam', 'DeleteUser', { UserName: 'other' })],
  },
  'buckets of the account': {
    start: { argv: ['--bucket-quota=1'] },
    before: [write('s3', 'CreateBucket', { Bucket: 'other-bucket', ...place })],
    says: /has 1 buckets, and 1 are allowed: .*--bucket-quota/,
    after: [write('s3', 'DeleteBucket', { Bucket: 'other-bucket' })],
  },
  'tags of a bucket': {
    before: [
      write('s3', 'CreateBucket', { Bucket: bucket, ...place }),
      write('s3', 'PutBucketTagging', { Bucket: bucket, Tagging: { TagSet: many(49) } }),
    ],
    adopt: bucket,
    says: /bucket iksan-vm-backups would have 5\d tags, and AWS allows 50: take \d away/,
    after: [write('s3', 'PutBucketTagging', { Bucket: bucket, Tagging: { TagSet: many(9) } })],
  },
  'the size of the bucket policy': {
    before: [
      write('s3', 'CreateBucket', { Bucket: bucket, ...place }),
      write('s3', 'PutBucketPolicy', { Bucket: bucket, Policy: long }),
    ],
    adopt: bucket,
    says: /would have 2\d{4} bytes .* and S3 allows 20480: shorten the statements of others/,
    after: [write('s3', 'DeleteBucketPolicy', { Bucket: bucket })],
  },
  "the size of the user's policies": {
    before: [
      write('iam', 'CreateUser', { UserName: user, Path: '/hybridcloud/' }),
      write('iam', 'PutUserPolicy', { UserName: user, PolicyName: 'others', PolicyDocument: wide }),
    ],
    adopt: user,
    says: /user user-vm-backups would have \d{4} characters, and IAM allows 2048 together: take away others/,
    after: [write('iam', 'DeleteUserPolicy', { UserName: user, PolicyName: 'others' })],
  },
};

async function approve(): Promise<void> {
  const { plan } = (world.get()?.status ?? {}) as { plan?: { hash: string } };
  await annotate(world, { 'hybridcloud.dev/approve': plan?.hash ?? '' });
}

test.each(Object.entries(cases))('%s: QuotaReached, nothing was changed; with room, Ready.', async (_, given) => {
  world = worlds(given.quotas ? { aws: { quotas: given.quotas } } : {});
  const root = rootOf(world);
  for (const request of given.before ?? []) await root.send(request);
  const running = world.operator(given.start);
  const manifest = target(given.spec) as { metadata: object };
  const annotations = given.adopt === undefined ? {} : { 'hybridcloud.dev/adopt': given.adopt };
  world.kubernetes.install([{ ...manifest, metadata: { ...manifest.metadata, annotations } }]);
  await world.until(() => stalledBy(world) === 'QuotaReached', 10);
  expect(world.condition('Ready')?.message).toMatch(given.says);
  expect(world.condition('Ready')?.message).toMatch(/Nothing was changed\.$/);
  expect(cloudWrites(running)).toEqual([]);
  for (const request of given.after) await root.send(request);
  if (given.adopt !== undefined) {
    await world.until(() => stalledBy(world) === 'AdoptionNeedsApproval', 330);
    await approve();
  }
  await world.until(well, 400);
  const calls = cloudCalls(running).length;
  await world.pass(60);
  const counted = cloudCalls(running).slice(calls);
  expect(counted.filter(({ call }) => call.action === 'GetAccountSummary')).toEqual([]);
});

test('Buckets of an account whose quota AWS knows better than we do: QuotaReached by its refusal.', async () => {
  world = worlds({ aws: { quotas: { buckets: 0 } } });
  world.operator();
  world.kubernetes.install([target()]);
  await world.until(() => stalledBy(world) === 'QuotaReached', 10);
  expect(world.condition('Ready')?.message).toMatch(
    /CreateBucket: a quota of the account is used up: .*Ask AWS to raise it/,
  );
});

test('Who may not count makes what is asked for all the same, until AWS refuses.', async () => {
  world = worlds({ aws: { quotas: { users: 0 } } });
  world.aws.faults.add({
    kind: 'error',
    service: 'iam',
    action: 'GetAccountSummary',
    status: 403,
    code: 'AccessDenied',
  });
  world.operator();
  world.kubernetes.install([target()]);
  await world.until(() => stalledBy(world) === 'QuotaReached', 10);
  expect(world.condition('Ready')?.message).toMatch(/UsersPerAccount: 0/);
});
