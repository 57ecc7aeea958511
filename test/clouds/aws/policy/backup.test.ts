// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * The policy that the operator writes, against the simulator's evaluator: everything that a Proxmox Backup Server does passes
 * (proxmox-s3-client and pbs-datastore, their calls in order), and nothing else does.
 */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { read, write, type AwsRequest } from '../../../../src/clouds/aws/request.ts';
import { putUserPolicy } from '../../../../src/clouds/aws/iam/user-requests.ts';
import { wantedUserPolicy } from '../../../../src/kinds/backup-target/plan/wanted.ts';
import { evaluate } from '../../../../src/simulator/aws/policy/evaluate.ts';
import { knownPolicy } from '../../../../src/simulator/aws/policy/cache.ts';
import { account, backupWorld, bucket, otherBucket, specWith, user, type BackupWorld } from './backup-world.ts';

type Row = readonly [title: string, request: AwsRequest];

const at = { Bucket: bucket };
const other = { Bucket: otherBucket };

function usedByBackupServers(prefix: string): Row[] {
  const key = (name: string) => ({ ...at, Key: `${prefix}store/${name}` });
  return [
    ['HeadBucket, which sends no prefix', read('s3', 'HeadBucket', at)],
    ['PutObject with If-None-Match', write('s3', 'PutObject', { ...key('a'), Body: 'chunk', IfNoneMatch: '*' })],
    ['PutObject without a body, a marker', write('s3', 'PutObject', { ...key('.in-use'), Body: new Uint8Array() })],
    ['GetObject', read('s3', 'GetObject', key('a'))],
    ['HeadObject', read('s3', 'HeadObject', key('a'))],
    ['ListObjectsV2 with its prefix', read('s3', 'ListObjectsV2', { ...at, Prefix: `${prefix}store/` })],
    [
      'CopyObject with REPLACE, which renames a corrupt chunk',
      write('s3', 'CopyObject', {
        ...key('a.0.bad'),
        CopySource: `${bucket}/${prefix}store/a`,
        MetadataDirective: 'REPLACE',
      }),
    ],
    ['DeleteObject', write('s3', 'DeleteObject', key('a'))],
    [
      'DeleteObjects',
      write('s3', 'DeleteObjects', {
        ...at,
        Delete: { Objects: [{ Key: `${prefix}store/a.0.bad` }, { Key: `${prefix}store/.in-use` }] },
      }),
    ],
  ];
}

/** What other backup programs use beside. */
const alsoAllowed: Row[] = [['GetBucketLocation', read('s3', 'GetBucketLocation', at)]];

function forbidden(prefix: string): Row[] {
  const key = { Key: `${prefix}vm/100` };
  const policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
  });
  const self = { UserName: user };
  const bystander = { UserName: 'bystander' };
  const version = { VersionId: 'null' };
  return [
    ['HeadBucket of another bucket', read('s3', 'HeadBucket', other)],
    ['ListObjectsV2 of another bucket', read('s3', 'ListObjectsV2', other)],
    ['GetObject of another bucket', read('s3', 'GetObject', { ...other, ...key })],
    ['HeadObject of another bucket', read('s3', 'HeadObject', { ...other, ...key })],
    ['PutObject into another bucket', write('s3', 'PutObject', { ...other, ...key, Body: 'x' })],
    ['DeleteObject in another bucket', write('s3', 'DeleteObject', { ...other, ...key })],
    ['DeleteObjects in another bucket', write('s3', 'DeleteObjects', { ...other, Delete: { Objects: [key] } })],
    [
      'CopyObject out of another bucket',
      write('s3', 'CopyObject', { ...at, Key: `${prefix}stolen`, CopySource: `${otherBucket}/${prefix}vm/100` }),
    ],
    [
      'CopyObject into another bucket',
      write('s3', 'CopyObject', { ...other, Key: 'leaked', CopySource: `${bucket}/${prefix}vm/100` }),
    ],
    ['GetBucketLocation of another bucket', read('s3', 'GetBucketLocation', other)],
    ['ListBuckets', read('s3', 'ListBuckets', {})],
    ['CreateBucket', write('s3', 'CreateBucket', { Bucket: 'one-more-of-mine' })],
    ['DeleteBucket', write('s3', 'DeleteBucket', at)],
    ['DeleteBucket of another bucket', write('s3', 'DeleteBucket', other)],
    ['GetBucketPolicy', read('s3', 'GetBucketPolicy', at)],
    ['GetBucketPolicyStatus', read('s3', 'GetBucketPolicyStatus', at)],
    ['PutBucketPolicy', write('s3', 'PutBucketPolicy', { ...at, Policy: policy })],
    ['DeleteBucketPolicy', write('s3', 'DeleteBucketPolicy', at)],
    ['GetBucketVersioning', read('s3', 'GetBucketVersioning', at)],
    [
      'PutBucketVersioning',
      write('s3', 'PutBucketVersioning', { ...at, VersioningConfiguration: { Status: 'Suspended' } }),
    ],
    ['GetBucketLifecycleConfiguration', read('s3', 'GetBucketLifecycleConfiguration', at)],
    [
      'PutBucketLifecycleConfiguration',
      write('s3', 'PutBucketLifecycleConfiguration', {
        ...at,
        LifecycleConfiguration: {
          Rules: [{ ID: 'gone', Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 1 } }],
        },
      }),
    ],
    ['DeleteBucketLifecycle', write('s3', 'DeleteBucketLifecycle', at)],
    ['GetBucketEncryption', read('s3', 'GetBucketEncryption', at)],
    ['DeleteBucketEncryption', write('s3', 'DeleteBucketEncryption', at)],
    ['GetBucketTagging', read('s3', 'GetBucketTagging', at)],
    ['DeleteBucketTagging', write('s3', 'DeleteBucketTagging', at)],
    ['GetPublicAccessBlock', read('s3', 'GetPublicAccessBlock', at)],
    ['DeletePublicAccessBlock', write('s3', 'DeletePublicAccessBlock', at)],
    [
      'PutBucketOwnershipControls',
      write('s3', 'PutBucketOwnershipControls', {
        ...at,
        OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] },
      }),
    ],
    ['ListObjectVersions', read('s3', 'ListObjectVersions', at)],
    ['ListMultipartUploads', read('s3', 'ListMultipartUploads', at)],
    ['GetObject of an old version', read('s3', 'GetObject', { ...at, ...key, ...version })],
    ['DeleteObject of an old version', write('s3', 'DeleteObject', { ...at, ...key, ...version })],
    [
      'DeleteObjects of an old version',
      write('s3', 'DeleteObjects', { ...at, Delete: { Objects: [{ ...key, ...version }] } }),
    ],
    ['GetUser of itself', read('iam', 'GetUser', {})],
    ['ListUsers', read('iam', 'ListUsers', {})],
    ['GetAccountAuthorizationDetails', read('iam', 'GetAccountAuthorizationDetails', {})],
    ['CreateUser', write('iam', 'CreateUser', { UserName: 'accomplice' })],
    ...[self, bystander].flatMap((on): Row[] => [
      [`ListAccessKeys of ${on.UserName}`, read('iam', 'ListAccessKeys', on)],
      [`CreateAccessKey for ${on.UserName}`, write('iam', 'CreateAccessKey', on)],
      [
        `PutUserPolicy on ${on.UserName}`,
        write('iam', 'PutUserPolicy', { ...on, PolicyName: 'all', PolicyDocument: policy }),
      ],
      [`ListUserPolicies of ${on.UserName}`, read('iam', 'ListUserPolicies', on)],
      [
        `DeleteUserPolicy of ${on.UserName}`,
        write('iam', 'DeleteUserPolicy', { ...on, PolicyName: specWith('').user.policyName }),
      ],
      [`TagUser on ${on.UserName}`, write('iam', 'TagUser', { ...on, Tags: [{ Key: 'a', Value: 'b' }] })],
      [`DeleteUser ${on.UserName}`, write('iam', 'DeleteUser', on)],
    ]),
    ['GetRole', read('iam', 'GetRole', { RoleName: 'admin' })],
    [
      'AssumeRole, though the role trusts the account',
      write('sts', 'AssumeRole', { RoleArn: `arn:aws:iam::${account}:role/admin`, RoleSessionName: 'me' }),
    ],
  ];
}

const otherPrefix: Row[] = [
  ['GetObject of another prefix', read('s3', 'GetObject', { ...at, Key: 'elsewhere/payroll' })],
  ['HeadObject of another prefix', read('s3', 'HeadObject', { ...at, Key: 'elsewhere/payroll' })],
  ['PutObject into another prefix', write('s3', 'PutObject', { ...at, Key: 'elsewhere/x', Body: 'x' })],
  ['PutObject at the root', write('s3', 'PutObject', { ...at, Key: 'x', Body: 'x' })],
  ['DeleteObject in another prefix', write('s3', 'DeleteObject', { ...at, Key: 'elsewhere/payroll' })],
  [
    'DeleteObjects in another prefix',
    write('s3', 'DeleteObjects', { ...at, Delete: { Objects: [{ Key: 'elsewhere/payroll' }] } }),
  ],
  [
    'CopyObject out of another prefix',
    write('s3', 'CopyObject', { ...at, Key: 'pbs/stolen', CopySource: `${bucket}/elsewhere/payroll` }),
  ],
];

/** Actions whose operations the simulator does not have: judged by its evaluator alone. */
const byEvaluator = [
  's3:PutObjectAcl',
  's3:GetObjectAcl',
  's3:PutBucketAcl',
  's3:PutObjectTagging',
  's3:PutObjectRetention',
  's3:PutObjectLegalHold',
  's3:BypassGovernanceRetention',
  's3:PutBucketObjectLockConfiguration',
  's3:PutBucketNotification',
  's3:PutReplicationConfiguration',
  's3:PutBucketCORS',
  's3:PutBucketWebsite',
  's3:PutBucketLogging',
  's3:PutAccelerateConfiguration',
  's3:RestoreObject',
  's3:ReplicateObject',
  's3:ObjectOwnerOverrideToBucketOwner',
  's3:DeleteObjectVersion',
  's3:GetObjectVersion',
];

describe.each([
  ['without a prefix', ''],
  ['with the prefix pbs/', 'pbs/'],
])('The backup user %s', (_, prefix) => {
  let world: BackupWorld;

  beforeAll(async () => {
    world = await backupWorld(prefix);
  });

  test.each([...usedByBackupServers(prefix), ...alsoAllowed])('may %s.', async (_title, request) => {
    expect(await world.refusal(request)).toBeUndefined();
  });

  test.each([...forbidden(prefix), ...(prefix === '' ? [] : otherPrefix)])(
    'is denied: %s.',
    async (_title, request) => {
      expect(await world.refusal(request)).toBe('AccessDenied');
    },
  );

  test.each(byEvaluator)('is denied %s by the evaluator, on the bucket and on its objects.', (action) => {
    const policy = knownPolicy(wantedUserPolicy(specWith(prefix), 'aws', account), 'identity');
    const caller = { kind: 'user', account, arn: `arn:aws:iam::${account}:user/hybridcloud/${user}` } as const;
    for (const resource of [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/${prefix}vm/100`]) {
      const question = { action, resource, caller, context: new Map() };
      expect(evaluate(question, { identity: [policy], owner: account })).toMatchObject({ allowed: false });
    }
  });

  test('leaves the world as it was after every refused call.', () => {
    const { aws } = world;
    expect(aws.calls.filter((call) => call.errorCode === 'AccessDenied' && call.applied)).toEqual([]);
    const buckets = aws.account(account).buckets();
    expect(buckets.map(({ name }) => name).sort()).toEqual([otherBucket, bucket]);
    const kept = buckets.map(({ objects }) => objects.some((object) => object.key === `${prefix}vm/100`));
    expect(kept).toEqual([true, true]);
  });
});

test('A policy that is wider lets calls of the table through, so a denial above is the policy and not something else.', async () => {
  const world = await backupWorld('');
  const { policyName } = specWith('').user;
  const wider = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] };
  await world.root.send(putUserPolicy(user, policyName, JSON.stringify(wider)));
  const objects = forbidden('').filter(([title]) => title.includes('another bucket'));
  for (const [, request] of objects) expect(await world.refusal(request)).not.toBe('AccessDenied');
});
