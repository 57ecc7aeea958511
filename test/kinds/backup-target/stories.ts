// SPDX-License-Identifier: GPL-3.0-or-later
/** What happens to BackupTargets in life, as short plays on a stage: together they make every call to AWS that the operator can make. */
import { expect } from '@jest/globals';
import { write, type AwsRequest } from '../../../src/clouds/aws/request.ts';
import type { AwsSession } from '../../../src/clouds/aws/session.ts';
import { bucketName, manifestOf, region, userName, type Wish } from './manifests.ts';
import { account, conditionOf, isReady, type Stage } from './stage.ts';

export interface Cast {
  readonly stage: Stage;
  /** The account's administrator. */
  readonly root: AwsSession;
  /** What every manifest says of `aws` beside the region. */
  readonly aws: object;
}

export type Story = (cast: Cast) => Promise<void>;

const settled = (object: Parameters<typeof isReady>[0]) => isReady(object);

async function make({ stage, aws }: Cast, wish: Wish = {}): Promise<string> {
  const manifest = manifestOf({ ...wish, aws });
  await stage.apply(manifest);
  await stage.until(manifest.name, settled);
  return manifest.name;
}

async function asRoot({ root }: Cast, ...requests: AwsRequest[]): Promise<void> {
  for (const request of requests) await root.send(request);
}

const at = { Bucket: bucketName };

const changes: Story = async (cast) => {
  const { stage, aws } = cast;
  const name = await make(cast);
  const bucket = { tags: { team: 'infra' }, versioning: 'Suspended', noncurrentVersionExpirationDays: 3 };
  await stage.apply(manifestOf({ aws, bucket, user: { policyName: 'Renamed-Policy' } }));
  await stage.until(name, settled);
  const user = stage.aws
    .account(account)
    .users()
    .find(({ name: found }) => found === userName);
  expect(Object.keys(user?.policies ?? {})).toEqual(['Renamed-Policy']);
};

const drift: Story = async (cast) => {
  const name = await make(cast);
  await asRoot(
    cast,
    write('s3', 'DeleteBucketPolicy', at),
    write('s3', 'DeletePublicAccessBlock', at),
    write('s3', 'DeleteBucketOwnershipControls', at),
    write('s3', 'DeleteBucketLifecycle', at),
    write('s3', 'PutBucketVersioning', { ...at, VersioningConfiguration: { Status: 'Suspended' } }),
    write('s3', 'PutBucketEncryption', {
      ...at,
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' }, BucketKeyEnabled: true }],
      },
    }),
    write('iam', 'DeleteUserPolicy', { UserName: userName, PolicyName: 'Proxmox-S3-Backup-Policy' }),
  );
  await cast.stage.clock.advance(900_000);
  await cast.stage.look(name);
  await cast.stage.until(name, settled);
  expect(cast.stage.aws.account(account).buckets()[0]?.policy).toContain('HybridCloudTLSOnly');
};

const deletionKeepingTheBucket: Story = async (cast) => {
  const name = await make(cast);
  await cast.stage.remove(name);
  await cast.stage.until(name, () => false);
  expect(cast.stage.object(name)).toBeUndefined();
  expect(cast.stage.aws.account(account).buckets()[0]?.tags).toEqual([]);
};

const deletionWithTheData: Story = async (cast) => {
  const { stage } = cast;
  const name = await make(cast, { deletionPolicy: 'Delete' });
  await asRoot(cast, write('s3', 'PutObject', { ...at, Key: 'vm/100', Body: 'backup' }));
  await stage.annotate(name, { 'hybridcloud.dev/confirm-data-loss': bucketName });
  await stage.remove(name);
  await stage.until(name, () => false);
  expect(stage.object(name)).toBeUndefined();
  expect(stage.aws.account(account).buckets()).toEqual([]);
};

const adoption: Story = async (cast) => {
  const { stage, aws } = cast;
  await asRoot(
    cast,
    write('s3', 'CreateBucket', { ...at, CreateBucketConfiguration: { LocationConstraint: region } }),
    write('iam', 'CreateUser', { UserName: userName, Path: '/hybridcloud/' }),
  );
  const manifest = manifestOf({ aws });
  await stage.apply({ ...manifest, annotations: { 'hybridcloud.dev/adopt': `${bucketName},${userName}` } });
  await stage.until(manifest.name, (object) => conditionOf(object, 'Stalled')?.reason === 'AdoptionNeedsApproval');
  const { plan } = (stage.object(manifest.name)?.status ?? {}) as { plan?: { hash: string } };
  await stage.annotate(manifest.name, { 'hybridcloud.dev/approve': plan?.hash ?? '' });
  await stage.until(manifest.name, settled);
};

const lostKey: Story = async (cast) => {
  const { stage, aws } = cast;
  stage.aws.faults.add({ kind: 'answerLost', service: 'iam', action: 'CreateAccessKey', nth: 1 });
  const manifest = manifestOf({ aws });
  await stage.apply(manifest);
  await stage.until(manifest.name, settled);
  const user = stage.aws
    .account(account)
    .users()
    .find(({ name }) => name === userName);
  expect(user?.keys).toHaveLength(1);
};

const listThatLags: Story = async (cast) => {
  cast.stage.aws.setLag(30_000);
  await make(cast);
};

export const stories: Readonly<Record<string, Story>> = {
  'an object whose spec changes': changes,
  'a deletion with the data': deletionWithTheData,
  'a deletion that keeps the bucket': deletionKeepingTheBucket,
  'settings that somebody changed': drift,
  'an adoption': adoption,
  'a key whose answer was lost': lostKey,
  'a list that lags': listThatLags,
};
