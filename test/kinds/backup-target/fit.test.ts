// SPDX-License-Identifier: GPL-3.0-or-later
/** What suits a backup server and what does not, as tables: settings and policies in, faults out. */
import { describe, expect, test } from '@jest/globals';
import type { RareSettings } from '../../../src/clouds/aws/s3/rare-settings.ts';
import { canonical } from '../../../src/core/digest.ts';
import { faultsOf, fitForBackups, unfit, unfitToAdopt } from '../../../src/kinds/backup-target/fit.ts';
import type { Observed } from '../../../src/kinds/backup-target/observed.ts';
import { backupTarget } from '../../../src/kinds/backup-target/index.ts';
import { wantedBucketPolicy, wantedLifecycle, wantedUserPolicy } from '../../../src/kinds/backup-target/plan/wanted.ts';
import { newBucket } from '../../../src/kinds/backup-target/plan/new-bucket.ts';
import { bucketName, manifestOf, region, userName } from './manifests.ts';
import { now, owner } from './worlds.ts';

const account = '123456789012';
const userArn = `arn:aws:iam::${account}:user/hybridcloud/${userName}`;
const arn = `arn:aws:s3:::${bucketName}`;
const fine: RareSettings = { requesterPays: false, archiveTiers: [], unreadable: [] };

function specOf(prefix = '', bucket: object = {}) {
  const parsed = backupTarget.parse(manifestOf({ bucket, ...(prefix ? { user: { prefix } } : {}) }).spec);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.spec;
}

interface World {
  readonly rules?: readonly object[];
  readonly rare?: Partial<RareSettings>;
  readonly bucketPolicy?: readonly object[];
  readonly userPolicy?: readonly object[];
  readonly prefix?: string;
}

const document = (statements: readonly object[]) => canonical({ Version: '2012-10-17', Statement: statements });

function look({ rules, rare, bucketPolicy, userPolicy, prefix }: World) {
  const spec = specOf(prefix);
  const policies = {
    [spec.user.policyName]: wantedUserPolicy(spec, 'aws', account),
    ...(userPolicy ? { Somebodys: document(userPolicy) } : {}),
  };
  const settings = {
    ...newBucket,
    lifecycle: canonical({
      rules: [...wantedLifecycle(specOf('', { intelligentTieringAfterDays: 30 })), ...(rules ?? [])],
    }),
    policy: bucketPolicy ? document(bucketPolicy) : canonical(JSON.parse(wantedBucketPolicy(spec, 'aws'))),
  };
  const observed: Observed = {
    now,
    account,
    partition: 'aws',
    owner,
    bucket: { found: 'here', region, settings },
    user: { arn: userArn, tags: {}, policies, attached: [] },
    keys: [],
    secret: { found: 'absent' },
    rare: { ...fine, ...rare },
  };
  return { spec, observed, faults: faultsOf(spec, observed) };
}

const rule = (what: object, filter: object = { Prefix: '' }) => ({
  ID: 'r',
  Status: 'Enabled',
  Filter: filter,
  ...what,
});
const cold = (StorageClass: string) => ({ Transitions: [{ Days: 30, StorageClass }] });
const dies = { Expiration: { Days: 90 } };

const suits: readonly (readonly [title: string, world: World])[] = [
  ['what the operator sets itself, Intelligent-Tiering with it', {}],
  ['unfinished uploads thrown away', { rules: [rule({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } })] }],
  ['old versions expired sooner', { rules: [rule({ NoncurrentVersionExpiration: { NoncurrentDays: 1 } })] }],
  [
    'old versions archived',
    { rules: [rule({ NoncurrentVersionTransitions: [{ NoncurrentDays: 1, StorageClass: 'GLACIER' }] })] },
  ],
  ['infrequent access, which is read at once', { rules: [rule(cold('STANDARD_IA'))] }],
  ['Glacier Instant Retrieval, which is read at once', { rules: [rule(cold('GLACIER_IR'))] }],
  ['lone delete markers removed', { rules: [rule({ Expiration: { ExpiredObjectDeleteMarker: true } })] }],
  ['an expiry that is switched off', { rules: [{ ...rule(dies), Status: 'Disabled' }] }],
  ['an expiry for tagged objects only', { rules: [rule(dies, { Tag: { Key: 'a', Value: 'b' } })] }],
  [
    'an expiry for tags below our prefix',
    { rules: [rule(dies, { And: { Prefix: 'pbs/', Tags: [{ Key: 'a', Value: 'b' }] } })], prefix: 'pbs/' },
  ],
  ['an expiry elsewhere', { rules: [rule(dies, { Prefix: 'logs/' })], prefix: 'pbs/' }],
  [
    'archive tiers elsewhere',
    {
      rare: { archiveTiers: [{ id: 'a', prefix: 'logs/', tagged: false, tier: 'ARCHIVE_ACCESS', days: 90 }] },
      prefix: 'pbs/',
    },
  ],
  [
    'archive tiers for tagged objects',
    { rare: { archiveTiers: [{ id: 'a', prefix: '', tagged: true, tier: 'ARCHIVE_ACCESS', days: 90 }] } },
  ],
];

test.each(suits)('Fit: %s.', (_title, world) => {
  const { spec, observed, faults } = look(world);
  expect(faults).toEqual([]);
  expect(unfit(spec, observed)).toBeUndefined();
  expect(fitForBackups(spec, observed)).toMatchObject({ status: 'True', reason: 'Fit' });
});

const breaks: readonly (readonly [reason: string, title: string, world: World, says: string])[] = [
  ['LifecycleExpiresBackups', 'expiry after days', { rules: [rule(dies)] }, 'rule r'],
  [
    'LifecycleExpiresBackups',
    'expiry on a date',
    { rules: [rule({ Expiration: { Date: '2027-01-01T00:00:00.000Z' } })] },
    'on 2027-01-01',
  ],
  [
    'LifecycleExpiresBackups',
    'expiry below our prefix',
    { rules: [rule(dies, { Prefix: 'pbs/vm/' })], prefix: 'pbs/' },
    'after 90 days',
  ],
  [
    'LifecycleExpiresBackups',
    'expiry above our prefix',
    { rules: [rule(dies, { Prefix: 'p' })], prefix: 'pbs/' },
    'another prefix|without backups',
  ],
  [
    'LifecycleExpiresBackups',
    'expiry in the old form',
    { rules: [{ ID: 'r', Status: 'Enabled', Prefix: '', ...dies }] },
    'rule r',
  ],
  [
    'LifecycleExpiresBackups',
    'expiry of large objects',
    { rules: [rule(dies, { ObjectSizeGreaterThan: 1000 })] },
    'rule r',
  ],
  ['LifecycleArchivesBackups', 'Glacier', { rules: [rule(cold('GLACIER'))] }, 'to GLACIER after 30 days'],
  ['LifecycleArchivesBackups', 'Deep Archive', { rules: [rule(cold('DEEP_ARCHIVE'))] }, 'to DEEP_ARCHIVE'],
  [
    'ArchiveTiersEnabled',
    'an archive tier',
    { rare: { archiveTiers: [{ id: 'a', prefix: '', tagged: false, tier: 'ARCHIVE_ACCESS', days: 90 }] } },
    'configuration a',
  ],
  [
    'ObjectLockRetention',
    'default retention',
    { rare: { objectLock: { retention: '30 days (COMPLIANCE)' } } },
    '30 days',
  ],
  ['RequesterPays', 'Requester Pays', { rare: { requesterPays: true } }, 'Turn Requester Pays off'],
];

test.each(breaks)(
  '%s: %s; Ready is refused, adoption too, and the message ends with the cure.',
  (reason, _title, world, says) => {
    const { spec, observed } = look(world);
    const verdict = fitForBackups(spec, observed);
    expect(verdict).toMatchObject({ status: 'False', reason, message: expect.stringMatching(says) });
    expect(unfit(spec, observed)).toMatchObject({ why: 'Blocked', reason, message: verdict.message });
    expect(unfitToAdopt(spec, observed)).toMatchObject({ reason });
  },
);

test('Object Lock without a default retention is told and not adopted, but stops nothing: nothing is locked by it.', () => {
  const { spec, observed } = look({ rare: { objectLock: {} } });
  expect(fitForBackups(spec, observed)).toMatchObject({ status: 'False', reason: 'ObjectLockEnabled' });
  expect(unfit(spec, observed)).toBeUndefined();
  expect(unfitToAdopt(spec, observed)).toMatchObject({ reason: 'ObjectLockEnabled' });
});

test('What breaks comes before what does not, and all of it is told.', () => {
  const { spec, observed } = look({ rare: { objectLock: {}, requesterPays: true }, rules: [rule(dies)] });
  const { reason, message } = fitForBackups(spec, observed);
  expect(reason).toBe('LifecycleExpiresBackups');
  expect(message).toMatch(/rule r.*Requester Pays.*Object Lock/);
});

test('What may not be read is not called fit, and stops nothing.', () => {
  const { spec, observed } = look({ rare: { unreadable: ['s3:GetBucketRequestPayment'] } });
  expect(fitForBackups(spec, observed)).toMatchObject({
    status: 'Unknown',
    reason: 'NotReadable',
    message: expect.stringContaining('Allow s3:GetBucketRequestPayment'),
  });
  expect(unfit(spec, observed)).toBeUndefined();
});

const deny = (Action: string | string[], more: object = {}) => ({
  Sid: 'No',
  Effect: 'Deny',
  Principal: '*',
  Action,
  Resource: [arn, `${arn}/*`],
  ...more,
});
const when = (operator: string, key: string, value: string | string[]) => ({
  Condition: { [operator]: { [key]: value } },
});

describe('Statements of the bucket policy', () => {
  const denying: readonly (readonly [title: string, statement: object, says: string])[] = [
    ['everything', deny('*'), 's3:ListBucket, s3:GetObject, s3:PutObject, s3:DeleteObject'],
    ['lists', deny('s3:List*'), 'backup user s3:ListBucket'],
    ['case does not matter', deny('S3:PUTOBJECT'), 's3:PutObject'],
    ['the account', deny('s3:PutObject', { Principal: { AWS: `arn:aws:iam::${account}:root` } }), 's3:PutObject'],
    ['the user', deny('s3:PutObject', { Principal: { AWS: ['210987654321', userArn] } }), 's3:PutObject'],
    [
      'all but another user',
      { ...deny('s3:*'), Principal: undefined, NotPrincipal: { AWS: '210987654321' } },
      's3:ListBucket',
    ],
    [
      'all actions but one',
      { ...deny('x'), Action: undefined, NotAction: 's3:GetObject' },
      's3:ListBucket, s3:PutObject, s3:DeleteObject',
    ],
    [
      'all but one folder',
      { ...deny('s3:PutObject'), Resource: undefined, NotResource: `${arn}/logs/*` },
      's3:PutObject',
    ],
    [
      'a prefix is asked for, which HeadBucket has not',
      deny('s3:ListBucket', when('Null', 's3:prefix', 'true')),
      's3:ListBucket for HeadBucket',
    ],
    [
      'another prefix, which negates',
      deny('s3:ListBucket', when('StringNotLike', 's3:prefix', ['vm-backups/*'])),
      's3:ListBucket for HeadBucket',
    ],
    [
      'encryption must be asked for',
      deny('s3:PutObject', when('Null', 's3:x-amz-server-side-encryption', 'true')),
      's3:PutObject',
    ],
    [
      'encryption must be by KMS',
      deny('s3:PutObject', when('StringNotEquals', 's3:x-amz-server-side-encryption', 'aws:kms')),
      's3:PutObject',
    ],
    [
      'a second factor',
      deny('s3:DeleteObject', when('BoolIfExists', 'aws:MultiFactorAuthPresent', 'false')),
      's3:DeleteObject',
    ],
    [
      'all but administrators',
      deny('s3:*', when('ArnNotLike', 'aws:PrincipalArn', 'arn:aws:iam::*:role/admin')),
      's3:ListBucket',
    ],
    [
      'an account that is not ours',
      deny('s3:*', when('StringNotEquals', 'aws:PrincipalAccount', '210987654321')),
      's3:ListBucket',
    ],
  ];
  test.each(denying)('PolicyDeniesBackups: %s.', (_title, statement, says) => {
    const { spec, observed } = look({ bucketPolicy: [statement] });
    const verdict = fitForBackups(spec, observed);
    expect(verdict).toMatchObject({ status: 'False', reason: 'PolicyDeniesBackups' });
    expect(verdict.message).toContain(`Statement No in the policy of bucket ${bucketName} denies`);
    expect(verdict.message).toContain(says);
  });

  const harmless: readonly (readonly [title: string, statement: object])[] = [
    ['no plain HTTP', deny('s3:*', when('Bool', 'aws:SecureTransport', 'false'))],
    ['other actions', deny(['s3:DeleteObjectVersion', 's3:PutBucketPolicy', 's3:DeleteBucket'])],
    ['another user', deny('s3:*', { Principal: { AWS: `arn:aws:iam::${account}:user/bob` } })],
    ['another account', deny('s3:*', { Principal: { AWS: '210987654321' } })],
    ['another folder', deny('s3:*', { Resource: `${arn}/logs/*` })],
    ['ACLs, which nobody sends', deny('s3:PutObject', when('StringLike', 's3:x-amz-acl', '*'))],
    [
      'wrong encryption, if any',
      deny('s3:PutObject', when('StringNotEqualsIfExists', 'aws:PrincipalAccount', account)),
    ],
    ['all but the backup user', deny('s3:*', when('StringNotEquals', 'aws:PrincipalArn', userArn))],
    ['addresses, which only the validation can try', deny('s3:*', when('NotIpAddress', 'aws:SourceIp', '10.0.0.0/8'))],
    ['networks, which only the validation can try', deny('s3:*', when('StringNotEquals', 'aws:SourceVpce', 'vpce-1'))],
    ['an Allow', { ...deny('s3:*'), Effect: 'Allow' }],
  ];
  test.each(harmless)('Fit: %s.', (_title, statement) => {
    expect(look({ bucketPolicy: [statement] }).faults).toEqual([]);
  });
});

test('A policy of the user that somebody else wrote counts as well; ours is set right and does not.', () => {
  const { Principal: _, ...statement } = deny('s3:ListBucket', when('StringNotEquals', 's3:prefix', 'x/'));
  const { spec, observed } = look({ userPolicy: [statement] });
  expect(fitForBackups(spec, observed)).toMatchObject({
    reason: 'PolicyDeniesBackups',
    message: expect.stringContaining(`policy Somebodys of user ${userName}`),
  });
});
