// SPDX-License-Identifier: GPL-3.0-or-later
/** What happens to BackupTargets in life, as short plays on a stage: together they make every call to AWS that the operator can make. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { boundaryPolicy } from '../../../src/clouds/aws/policy/operator.ts';
import { write, type AwsRequest } from '../../../src/clouds/aws/request.ts';
import type { Cast as Given } from '../../clouds/aws/cast.ts';
import { bucketName, manifestOf, region, userName, type Wish } from './manifests.ts';
import { keysOf, passUntil } from './rotating.ts';
import { account, conditionOf, isReady } from '../stage.ts';

export interface Cast extends Given {
  /** What every manifest says of `user` beside the rest. */
  readonly user?: object;
}

export type Story = (cast: Cast) => Promise<void>;

const settled = (object: Parameters<typeof isReady>[0]) => isReady(object);

/** A manifest as this cast writes it. */
function written({ aws, user = {} }: Cast, wish: Wish = {}) {
  return manifestOf({ ...wish, aws, user: { ...wish.user, ...user } });
}

async function make(cast: Cast, wish: Wish = {}): Promise<string> {
  const { stage } = cast;
  const manifest = written(cast, wish);
  await stage.apply(manifest);
  await stage.until(manifest.name, settled);
  return manifest.name;
}

async function asRoot({ root }: Cast, ...requests: AwsRequest[]): Promise<void> {
  for (const request of requests) await root.send(request);
}

const at = { Bucket: bucketName };

const changes: Story = async (cast) => {
  const { stage } = cast;
  const name = await make(cast);
  const bucket = { tags: { team: 'infra' }, versioning: 'Suspended', noncurrentVersionExpirationDays: 3 };
  await stage.apply(written(cast, { bucket, user: { policyName: 'Renamed-Policy' } }));
  await stage.until(name, settled);
  const user = stage.aws
    .account(account)
    .users()
    .find(({ name: found }) => found === userName);
  deepEqual(Object.keys(user?.policies ?? {}), ['Renamed-Policy']);
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
  ok(cast.stage.aws.account(account).buckets()[0]?.policy?.includes('HybridCloudTLSOnly'));
};

const deletionKeepingTheBucket: Story = async (cast) => {
  const name = await make(cast);
  await cast.stage.remove(name);
  await cast.stage.until(name, () => false);
  equal(cast.stage.object(name), undefined);
  deepEqual(cast.stage.aws.account(account).buckets()[0]?.tags, []);
};

const deletionWithTheData: Story = async (cast) => {
  const { stage } = cast;
  const name = await make(cast, { deletionPolicy: 'Delete' });
  await asRoot(cast, write('s3', 'PutObject', { ...at, Key: 'vm/100', Body: 'backup' }));
  await stage.annotate(name, { 'hybridcloud.dev/confirm-data-loss': bucketName });
  await stage.remove(name);
  await stage.until(name, () => false);
  equal(stage.object(name), undefined);
  deepEqual(stage.aws.account(account).buckets(), []);
};

const adoption: Story = async (cast) => {
  const { stage } = cast;
  await asRoot(
    cast,
    write('s3', 'CreateBucket', { ...at, CreateBucketConfiguration: { LocationConstraint: region } }),
    write('iam', 'CreateUser', { UserName: userName, Path: '/hybridcloud/' }),
  );
  const manifest = written(cast);
  await stage.apply({ ...manifest, annotations: { 'hybridcloud.dev/adopt': `${bucketName},${userName}` } });
  await stage.until(manifest.name, (object) => conditionOf(object, 'Stalled')?.reason === 'AdoptionNeedsApproval');
  const { plan } = (stage.object(manifest.name)?.status ?? {}) as { plan?: { hash: string } };
  await stage.annotate(manifest.name, { 'hybridcloud.dev/approve': plan?.hash ?? '' });
  await stage.until(manifest.name, settled);
};

const lostKey: Story = async (cast) => {
  const { stage } = cast;
  stage.aws.faults.add({ kind: 'answerLost', service: 'iam', action: 'CreateAccessKey', nth: 1 });
  const manifest = written(cast);
  await stage.apply(manifest);
  await stage.until(manifest.name, settled);
  const user = stage.aws
    .account(account)
    .users()
    .find(({ name }) => name === userName);
  equal(user?.keys.length, 1);
};

const hour = 3_600_000;

const rotation: Story = async (cast) => {
  const { stage } = cast;
  const often = { accessKey: { rotationPeriodDays: 1, rotationOverlapHours: 0 } };
  await make(cast, often);
  const [old] = keysOf(stage);
  const replaced = () => keysOf(stage).length === 1 && keysOf(stage)[0]?.id !== old?.id;
  await stage.clock.advance(24 * hour);
  await passUntil(stage, written(cast, often), replaced, hour);
};

const listThatLags: Story = async (cast) => {
  cast.stage.aws.setLag(30_000);
  await make(cast);
};

/** The policy that bounds backup users, made by the administrator. */
export async function makeBoundary({ root }: Pick<Cast, 'root'>): Promise<string> {
  const arn = `arn:aws:iam::${account}:policy/hybridcloud/backup-user`;
  const PolicyDocument = JSON.stringify(boundaryPolicy({ partition: 'aws', buckets: ['iksan-*'] }));
  await root.send(write('iam', 'CreatePolicy', { PolicyName: 'backup-user', Path: '/hybridcloud/', PolicyDocument }));
  return arn;
}

const boundaryName = 'hybridcloud/backup-user';

/** Made without one first, as before an upgrade; then given one, which somebody takes away. */
const boundary: Story = async (cast) => {
  const { stage } = cast;
  const bounded = () =>
    stage.aws
      .account(account)
      .users()
      .find(({ name }) => name === userName)?.boundary;
  if (!cast.user) await makeBoundary(cast);
  const name = await make(cast);
  await stage.apply(written(cast, { user: { permissionsBoundary: boundaryName } }));
  await stage.until(name, settled);
  equal(bounded(), `arn:aws:iam::${account}:policy/${boundaryName}`);
  await asRoot(cast, write('iam', 'DeleteUserPermissionsBoundary', { UserName: userName }));
  await stage.clock.advance(900_000);
  await stage.look(name);
  await stage.until(name, settled);
  equal(bounded(), `arn:aws:iam::${account}:policy/${boundaryName}`);
};

export const stories: Readonly<Record<string, Story>> = {
  'an object whose spec changes': changes,
  'a deletion with the data': deletionWithTheData,
  'a deletion that keeps the bucket': deletionKeepingTheBucket,
  'settings that somebody changed': drift,
  'an adoption': adoption,
  'a key whose answer was lost': lostKey,
  'a key that is replaced by the calendar': rotation,
  'a list that lags': listThatLags,
  'a permissions boundary': boundary,
};

/** Stories that need what only one field of the spec, or of the configuration, brings with it. All others are of every object. */
export const featureOf: Readonly<Record<string, string>> = {
  'a deletion with the data': 'deletionPolicy: Delete',
  'a permissions boundary': 'a permissions boundary',
};
