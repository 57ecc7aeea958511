// SPDX-License-Identifier: GPL-3.0-or-later
/** The account as the bare SDK sees it: who we are, what of a run is there, and taking it away. Not by the code under test. */
import {
  DeleteAccessKeyCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  GetUserCommand,
  IAMClient,
  ListAccessKeysCommand,
  ListUserPoliciesCommand,
  ListUserTagsCommand,
} from '@aws-sdk/client-iam';
import {
  DeleteBucketCommand,
  DeleteObjectsCommand,
  GetBucketTaggingCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Options } from './options.ts';

/** What one run makes; the tag is on the bucket, the object's name on the user. */
export interface Things {
  readonly id: string;
  readonly bucket: string;
  readonly user: string;
}

export interface Account {
  id(): Promise<string>;
  /** What of the run exists. */
  left(things: Things): Promise<readonly string[]>;
  /** Takes away what carries the run's marks, and nothing else. */
  clean(things: Things): Promise<void>;
}

/** Stores an object with the credentials of the Secret, and reads it back. */
export async function roundTrip(
  options: Options,
  bucket: string,
  key: { id: string; secret: string },
): Promise<string> {
  const credentials = { accessKeyId: key.id, secretAccessKey: key.secret };
  const s3 = new S3Client({ ...reach(options), credentials, forcePathStyle: options.endpoint !== undefined });
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'smoke/hello', Body: 'hello' }));
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'smoke/hello' }));
  return (await Body?.transformToString()) ?? '';
}

function reach({ region, endpoint }: Options) {
  return { region, ...(endpoint === undefined ? {} : { endpoint }) };
}

function isMissing(error: unknown): boolean {
  return ['NoSuchBucket', 'NoSuchEntity', 'NoSuchEntityException', 'NotFound', 'NoSuchTagSet'].includes(
    (error as Error).name,
  );
}

async function orNothing<T>(asked: Promise<T>): Promise<T | undefined> {
  return asked.catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
}

/** @param options AWS's own endpoints unless another is given; the credentials are those that the SDK finds in the environment. */
export function account(options: Options): Account {
  const s3 = new S3Client({ ...reach(options), forcePathStyle: options.endpoint !== undefined });
  const iam = new IAMClient(reach(options));
  const sts = new STSClient(reach(options));

  async function bucketIsOurs({ bucket, id }: Things): Promise<boolean> {
    const tagging = await orNothing(s3.send(new GetBucketTaggingCommand({ Bucket: bucket })));
    return tagging?.TagSet?.some(({ Key, Value }) => Key === 'smoke' && Value === id) ?? false;
  }

  async function userIsOurs({ user, id }: Things): Promise<boolean> {
    const tags = await orNothing(iam.send(new ListUserTagsCommand({ UserName: user })));
    return tags?.Tags?.some(({ Key, Value }) => Key === 'hybridcloud.dev/object' && Value?.endsWith(`/${id}`)) ?? false;
  }

  async function cleanBucket(things: Things): Promise<void> {
    if (!(await bucketIsOurs(things))) return;
    const Bucket = things.bucket;
    for (;;) {
      const page = await s3.send(new ListObjectVersionsCommand({ Bucket }));
      const Objects = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(({ Key, VersionId }) => ({
        Key,
        VersionId,
      }));
      if (Objects.length === 0) break;
      await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    }
    await s3.send(new DeleteBucketCommand({ Bucket }));
  }

  async function cleanUser(things: Things): Promise<void> {
    if (!(await userIsOurs(things))) return;
    const UserName = things.user;
    const { AccessKeyMetadata = [] } = await iam.send(new ListAccessKeysCommand({ UserName }));
    for (const { AccessKeyId } of AccessKeyMetadata)
      await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
    const { PolicyNames = [] } = await iam.send(new ListUserPoliciesCommand({ UserName }));
    for (const PolicyName of PolicyNames) await iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName }));
    await iam.send(new DeleteUserCommand({ UserName }));
  }

  return {
    id: async () => (await sts.send(new GetCallerIdentityCommand({}))).Account ?? 'unknown',
    async left(things) {
      const bucket = await orNothing(s3.send(new HeadBucketCommand({ Bucket: things.bucket })));
      const user = await orNothing(iam.send(new GetUserCommand({ UserName: things.user })));
      return [
        ...(bucket && (await bucketIsOurs(things)) ? [`bucket ${things.bucket}`] : []),
        ...(user && (await userIsOurs(things)) ? [`user ${things.user}`] : []),
      ];
    },
    async clean(things) {
      const ended = await Promise.allSettled([cleanBucket(things), cleanUser(things)]);
      for (const end of ended) if (end.status === 'rejected') throw end.reason;
    },
  };
}
