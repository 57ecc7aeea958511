// SPDX-License-Identifier: GPL-3.0-or-later
/** Worlds of ours as a look could find them: half made, edited, lagging, half taken away. */
import * as fc from 'fast-check';
import type { BucketSettings } from '../../../src/clouds/aws/bucket-settings.ts';
import { markOf, type Owner } from '../../../src/core/owner-mark.ts';
import { backupTarget } from '../../../src/kinds/backup-target/index.ts';

type PlanOf = (typeof backupTarget)['plan'];
export type Desired = Parameters<PlanOf>[0];
export type Observed = Parameters<PlanOf>[1];

export const now = Date.UTC(2026, 0, 5, 9);
export const owner: Owner = { uid: 'uid-1', cluster: 'cluster-1', object: 'BackupTarget/default/vm-backups' };
export const bucketName = 'iksan-cloud-backup-20251129';
const mark = markOf(owner);

const minutes = (most: number) => fc.integer({ min: -most, max: 0 }).map((ago) => now + ago * 60_000);
const keyIDs = ['AKIAAAAAAAAAAAAAAAAA', 'AKIABBBBBBBBBBBBBBBB', 'AKIACCCCCCCCCCCCCCCC'] as const;

const tags = fc
  .record({ team: fc.constantFrom('storage', 'network') }, { requiredKeys: [] })
  .map((own) => ({ ...own, ...mark }));

const settings: fc.Arbitrary<BucketSettings> = fc.record(
  {
    tags,
    publicAccessBlocked: fc.boolean(),
    versioning: fc.constantFrom('Enabled', 'Suspended', 'Unversioned'),
    objectOwnership: fc.constantFrom('BucketOwnerEnforced', 'ObjectWriter'),
    encryption: fc.constantFrom(
      { type: 'SSE-S3' as const, bucketKey: false },
      { type: 'SSE-KMS' as const, kmsKeyID: 'k', bucketKey: true },
    ),
    lifecycle: fc.constantFrom('{"rules":[]}', '{}'),
    policy: fc.constantFrom('{"Statement":[]}', '{}'),
  },
  { requiredKeys: ['tags', 'publicAccessBlocked', 'versioning'] },
);

const bucket: fc.Arbitrary<Observed['bucket']> = fc.oneof(
  fc.constant({ found: 'absent' as const }),
  settings.map((settings) => ({ found: 'here' as const, region: 'ap-northeast-2', settings })),
);

const user: fc.Arbitrary<Observed['user']> = fc.option(
  fc.record({
    arn: fc.constant('arn:aws:iam::123456789012:user/hybridcloud/proxmox-backup-user'),
    tags,
    policies: fc.dictionary(
      fc.constantFrom('P', 'Old', 'Other'),
      fc.constantFrom('{}', '{"Sid":"HybridCloudObjects"}'),
      { noNullPrototype: true },
    ),
    attached: fc.uniqueArray(fc.constantFrom('arn:aws:iam::aws:policy/A', 'group-b'), { maxLength: 2 }),
  }),
  { nil: undefined },
);

const keys: fc.Arbitrary<Observed['keys']> = fc
  .uniqueArray(fc.constantFrom(...keyIDs), { maxLength: 2 })
  .chain((ids) =>
    fc.tuple(...ids.map((id) => fc.record({ id: fc.constant(id), createdAt: minutes(60), active: fc.boolean() }))),
  );

const secret: fc.Arbitrary<Observed['secret']> = fc.oneof(
  fc.constant({ found: 'absent' as const }),
  fc.record(
    {
      found: fc.constant('ours' as const),
      reserved: fc.record({
        at: fc.oneof(fc.constant(0), minutes(60)),
        besides: fc.subarray([...keyIDs]),
        supersedes: fc.subarray([...keyIDs]),
      }),
      intact: fc.boolean(),
      describes: fc.boolean(),
      delivered: fc.record({ key: fc.constantFrom(...keyIDs), at: minutes(60) }),
    },
    { requiredKeys: ['found', 'reserved', 'intact', 'describes'] },
  ),
);

const validation = fc.record({
  lastTime: minutes(60),
  outcome: fc.constantFrom('Succeeded' as const, 'Failed' as const),
  reason: fc.constantFrom('AccessDenied', 'TimedOut'),
  message: fc.constant('no'),
  consecutiveFailures: fc.integer({ min: 0, max: 5 }),
});

const contents = fc.array(fc.record({ key: fc.constantFrom('a', 'b'), version: fc.constantFrom('1', '2') }), {
  maxLength: 4,
});

export const observedWorlds: fc.Arbitrary<Observed> = fc
  .record({
    bucket,
    user,
    keys,
    secret,
    validation: fc.option(validation, { nil: undefined }),
    contents: fc.option(contents, { nil: undefined }),
  })
  .map(({ validation, contents, keys, ...world }) => ({
    now,
    account: '123456789012',
    partition: 'aws',
    owner,
    ...world,
    keys: world.user ? keys : [],
    ...(validation ? { validation } : {}),
    ...(contents && world.bucket.found === 'here' ? { contents } : {}),
  }));

export const wishes: fc.Arbitrary<Desired> = fc
  .record({
    absent: fc.boolean(),
    deletionPolicy: fc.constantFrom('Retain', 'Delete'),
    versioning: fc.constantFrom('Enabled', 'Suspended'),
    policyName: fc.constantFrom('P', 'New'),
    prefix: fc.constantFrom('', 'vm/'),
    known: fc.boolean(),
  })
  .map(({ absent, deletionPolicy, versioning, policyName, prefix, known }) => {
    const parsed = backupTarget.parse({
      deletionPolicy,
      aws: { region: 'ap-northeast-2' },
      bucket: { name: bucketName, versioning },
      user: { name: 'proxmox-backup-user', policyName, prefix },
      accessKey: { secretRef: { name: 'vm-backups-s3' } },
    });
    if (!parsed.ok) throw new Error(parsed.message);
    return {
      uid: owner.uid,
      name: 'vm-backups',
      namespace: 'default',
      generation: 1,
      spec: parsed.spec,
      absent,
      annotations: { 'hybridcloud.dev/confirm-data-loss': bucketName },
      last: known ? { accessKey: { id: keyIDs[0], createdAt: '2026-01-05T08:30:00Z' } } : {},
    };
  });
