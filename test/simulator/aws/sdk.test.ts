// SPDX-License-Identifier: GPL-3.0-or-later
/** The SDK works unchanged, in-process and over HTTP. One file, because loading the clients takes longest. */
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectsCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  GetAccountAuthorizationDetailsCommand,
  GetUserPolicyCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, expect, test } from '@jest/globals';
import { createAws } from '../../../src/simulator/aws/index.ts';
import { realClock } from '../../../src/simulator/kernel/clock.ts';
import { serve } from '../../../src/simulator/kernel/http.ts';
import { inProcess } from './sdk.ts';

const world = createAws({ clock: realClock(), bucketReuseMs: 0 });
const { rootKey } = world.account('123456789012');
const server = await serve(world.service);
afterAll(async () => server.close());

const credentials = { accessKeyId: rootKey.accessKeyID, secretAccessKey: rootKey.secretAccessKey };
const shared = { region: 'ap-northeast-2', credentials, maxAttempts: 1 };
const ways = [
  ['in-process', { ...shared, requestHandler: inProcess(world.service) as never }],
  ['over HTTP', { ...shared, endpoint: server.url, forcePathStyle: true }],
] as const;

test.each(ways)('%s: a bucket with its settings, objects, versions and a policy.', async (way, configuration) => {
  const s3 = new S3Client(configuration);
  const Bucket = `sdk-${way.replaceAll(/\W/g, '-').toLowerCase()}`;
  await s3.send(
    new CreateBucketCommand({
      Bucket,
      CreateBucketConfiguration: { LocationConstraint: 'ap-northeast-2', Tags: [{ Key: 'a', Value: 'b' }] },
    }),
  );
  expect((await s3.send(new HeadBucketCommand({ Bucket }))).BucketRegion).toBe('ap-northeast-2');
  expect((await s3.send(new ListBucketsCommand({ Prefix: Bucket }))).Buckets?.[0]).toMatchObject({
    Name: Bucket,
    BucketRegion: 'ap-northeast-2',
  });
  const encryption = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
  expect(
    encryption.ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm,
  ).toBe('AES256');
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  const Rules = [
    {
      ID: 'r',
      Status: 'Enabled' as const,
      Filter: { Prefix: '' },
      NoncurrentVersionExpiration: { NoncurrentDays: 7, NewerNoncurrentVersions: 2 },
    },
  ];
  await s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));
  expect((await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).Rules).toEqual(Rules);
  const Condition = { Bool: { 'aws:SecureTransport': 'false' } };
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: `arn:aws:s3:::${Bucket}/*`, Condition }],
  });
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  expect((await s3.send(new GetBucketPolicyCommand({ Bucket }))).Policy).toBe(Policy);

  const Key = "dir/ü b+c'()!*.txt";
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'text', Metadata: { mine: 'yes' }, IfNoneMatch: '*' }));
  await expect(s3.send(new PutObjectCommand({ Bucket, Key, Body: 'text', IfNoneMatch: '*' }))).rejects.toMatchObject({
    name: 'PreconditionFailed',
  });
  await s3.send(
    new PutObjectCommand({ Bucket, Key: 'stream', Body: Readable.from(Buffer.from('streamed')), ContentLength: 8 }),
  );
  await s3.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/stream` }));
  const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'copy' }));
  expect([await got.Body?.transformToString(), got.ContentEncoding]).toEqual(['streamed', undefined]);
  expect((await s3.send(new GetObjectCommand({ Bucket, Key }))).Metadata).toEqual({ mine: 'yes' });
  expect((await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'dir/' }))).Contents?.[0]?.Key).toBe(Key);
  const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
  const Objects = Versions.map((version) => ({ Key: version.Key ?? '', VersionId: version.VersionId ?? '' }));
  expect((await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }))).Deleted).toHaveLength(3);
  await expect(s3.send(new GetObjectCommand({ Bucket, Key }))).rejects.toMatchObject({ name: 'NoSuchKey' });
  s3.destroy();
});

test.each(ways)('%s: a user with a policy and a key that proves who it is.', async (way, configuration) => {
  const iam = new IAMClient(configuration);
  const UserName = `sdk-${way.replaceAll(/\W/g, '-')}`;
  const PolicyDocument = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}';
  const { User } = await iam.send(
    new CreateUserCommand({ UserName, Path: '/op/', Tags: [{ Key: 'owner', Value: 'x' }] }),
  );
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'p', PolicyDocument }));
  expect(
    decodeURIComponent((await iam.send(new GetUserPolicyCommand({ UserName, PolicyName: 'p' }))).PolicyDocument ?? ''),
  ).toBe(PolicyDocument);
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  const key = { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
  const sts = new STSClient({ ...configuration, credentials: key });
  expect((await sts.send(new GetCallerIdentityCommand({}))).Arn).toBe(User?.Arn);
  const { UserDetailList } = await iam.send(new GetAccountAuthorizationDetailsCommand({ Filter: ['User'] }));
  expect(UserDetailList?.find((user) => user.UserName === UserName)).toMatchObject({
    Tags: [{ Key: 'owner', Value: 'x' }],
    UserPolicyList: [{ PolicyName: 'p' }],
  });
  await expect(iam.send(new CreateUserCommand({ UserName }))).rejects.toMatchObject({
    name: 'EntityAlreadyExistsException',
  });
  iam.destroy();
  sts.destroy();
});

test('Virtual-hosted and path style addresses mean the same bucket.', async () => {
  const hosted = new S3Client({ ...shared, requestHandler: inProcess(world.service) as never });
  const byPath = new S3Client({ ...shared, requestHandler: inProcess(world.service) as never, forcePathStyle: true });
  await hosted.send(
    new CreateBucketCommand({ Bucket: 'styles', CreateBucketConfiguration: { LocationConstraint: 'ap-northeast-2' } }),
  );
  await hosted.send(new PutObjectCommand({ Bucket: 'styles', Key: 'k', Body: 'x' }));
  expect((await byPath.send(new ListObjectsV2Command({ Bucket: 'styles' }))).KeyCount).toBe(1);
});
