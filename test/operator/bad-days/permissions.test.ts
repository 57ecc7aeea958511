// SPDX-License-Identifier: GPL-3.0-or-later
/** Each permission of the operator's policy taken away: the condition names exactly that one, and given back the work goes on by itself. */
import { expect, test } from '@jest/globals';
import { operatorPolicy, operatorStatements } from '../../../src/clouds/aws/policy/operator.ts';
import { write } from '../../../src/clouds/aws/request.ts';
import type { AwsSession } from '../../../src/clouds/aws/session.ts';
import type { KubeObject } from '../../../src/core/objects.ts';
import { account, conditionOf, isReady, makeStage, type Stage } from '../../kinds/stage.ts';
import { bucketName, manifestOf, userName } from '../../kinds/backup-target/manifests.ts';
import { rootOf } from './hands.ts';

const statementsOfKind = operatorStatements('BackupTarget');
const roleName = 'hybrid-cloud-operator';
const roleArn = `arn:aws:iam::${account}:role/${roleName}`;
const name = 'vm-backups';
const at = { Bucket: bucketName };

async function setPolicy(root: AwsSession, without?: string): Promise<void> {
  const statements = statementsOfKind
    .map((statement) => ({ ...statement, grants: statement.grants.filter(({ action }) => action !== without) }))
    .filter(({ grants }) => grants.length > 0);
  const PolicyDocument = JSON.stringify(operatorPolicy({ partition: 'aws', buckets: [bucketName] }, statements));
  await root.send(write('iam', 'PutRolePolicy', { RoleName: roleName, PolicyName: 'all', PolicyDocument }));
}

/** The role that the operator assumes, and the key of a user that may do nothing but that. */
async function makeRole(stage: Stage, root: AwsSession): Promise<void> {
  const policy = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
  const trust = policy({ Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' });
  const assume = policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: roleArn });
  await root.send(write('iam', 'CreateRole', { RoleName: roleName, AssumeRolePolicyDocument: trust }));
  await root.send(write('iam', 'CreateUser', { UserName: 'starter', Path: '/people/' }));
  await root.send(write('iam', 'PutUserPolicy', { UserName: 'starter', PolicyName: 'assume', PolicyDocument: assume }));
  const { AccessKey: key } = await root.send<{ AccessKey: { AccessKeyId: string; SecretAccessKey: string } }>(
    write('iam', 'CreateAccessKey', { UserName: 'starter' }),
  );
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const data = { accessKeyID: base64(key.AccessKeyId), secretAccessKey: base64(key.SecretAccessKey) };
  stage.kube.install([
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'aws', namespace: 'default' }, type: 'Opaque', data },
  ]);
}

/** Everything that can be set otherwise by hand, is. */
const drift = [
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
];

interface Stall {
  readonly reason: string;
  readonly message: string;
}

/** One object's whole life without one permission, which is given back at the first stall. */
async function life(without: string): Promise<readonly Stall[]> {
  const stage = makeStage();
  const root = rootOf({ aws: stage.aws, clock: stage.clock });
  await makeRole(stage, root);
  await setPolicy(root, without);
  // needed only where a key was lost on the way
  if (without === 'iam:GetAccessKeyLastUsed')
    stage.aws.faults.add({ kind: 'answerLost', service: 'iam', action: 'CreateAccessKey', nth: 1 });
  const stalls: Stall[] = [];
  const go = async (enough: (object: KubeObject) => boolean) => {
    for (let over = false; !over; ) {
      over = true;
      await stage.until(name, (object, outcome) => {
        const stalled = conditionOf(object, 'Stalled');
        // a look that acted tells at the next one, which comes at once
        if (stalled?.status !== 'True' || outcome.next === 'now') return enough(object);
        stalls.push(stalled);
        expect(outcome).toMatchObject({ next: 'later', ms: 300_000 });
        over = false;
        return true;
      });
      if (over) return;
      expect(stalls.length).toBeLessThan(3);
      await setPolicy(root);
      await stage.clock.advance(300_000);
    }
  };
  const aws = { credentialsSecretRef: { name: 'aws' }, assumeRole: { arn: roleArn } };
  const bucket = { tags: { team: 'infra' } };
  // the list of buckets does not show a new one at once, so HeadBucket decides
  stage.aws.setLag((service) => (service === 's3' && stalls.length === 0 ? 2000 : 0));
  await stage.apply(manifestOf({ aws, deletionPolicy: 'Delete' }));
  await go(isReady);
  await stage.clock.advance(900_000);
  for (const request of drift) await root.send(request);
  await stage.clock.advance(10_000);
  await stage.look(name);
  await go(isReady);
  await stage.apply(manifestOf({ aws, bucket, user: { policyName: 'Renamed-Policy' }, deletionPolicy: 'Delete' }));
  await go((object) => isReady(object) && object.metadata.generation === 2);
  await root.send(write('s3', 'PutObject', { ...at, Key: 'vm/100', Body: 'backup' }));
  await stage.annotate(name, { 'hybridcloud.dev/confirm-data-loss': bucketName });
  await stage.remove(name);
  await go(() => false);
  expect(stage.object(name)).toBeUndefined();
  expect(stage.aws.account(account).buckets()).toEqual([]);
  expect(
    stage.aws
      .account(account)
      .users()
      .map((user) => user.name),
  ).not.toContain(userName);
  return stalls;
}

/** Not in this life: it has no permissions boundary, and it is too short for its key to be replaced. */
const elsewhere = new Set(['iam:PutUserPermissionsBoundary', 'iam:UpdateAccessKey']);
/** What they show is told as not known (FitForBackups, status.usage), or by AWS later (how much room there is), and nothing stalls without them. */
const spared = new Set([
  's3:GetBucketObjectLockConfiguration',
  's3:GetBucketRequestPayment',
  's3:GetIntelligentTieringConfiguration',
  'cloudwatch:GetMetricData',
  'iam:GetAccountSummary',
  'iam:SimulatePrincipalPolicy',
]);
/** Without these a bucket or user that was made could not be looked at, set up or given a key. */
const begins =
  /^(s3:(CreateBucket|TagResource|ListBucket|Get.*|Put(BucketOwnershipControls|BucketPolicy|BucketVersioning|LifecycleConfiguration))|iam:(CreateUser|TagUser|PutUserPolicy|ListAccessKeys|CreateAccessKey))$/;
const actions = statementsOfKind
  .flatMap(({ grants }) => grants.map(({ action }) => action))
  .filter((action) => !elsewhere.has(action));

test.each(actions.filter((action) => !spared.has(action)))(
  'Without %s the condition names it, with the cure, and given back the work goes on by itself.',
  async (action) => {
    const [first] = await life(action);
    // what a creation needs is known before it is begun; the rest when it is refused
    const early = first?.reason === 'PermissionsMissing';
    expect(first?.message).toContain(`Allow ${action} ${early ? 'on arn:aws:' : 'to the identity that was used'}`);
    if (!early) expect(first?.reason).toBe('AccessDenied');
    expect(early).toBe(begins.test(action));
  },
);

test.each(actions.filter((action) => spared.has(action)))('Without %s nothing of that life stalls.', async (action) => {
  expect(await life(action)).toEqual([]);
});

test('With the whole policy nothing of that life stalls.', async () => {
  expect(await life('none')).toEqual([]);
});
