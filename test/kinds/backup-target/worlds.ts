// SPDX-License-Identifier: GPL-3.0-or-later
/** Worlds of ours as a look could find them: half made, edited, lagging, half taken away. */
import * as fc from 'fast-check';
import type { BucketSettings } from '../../../src/clouds/aws/s3/bucket-settings.ts';
import { ignorable } from '../../../src/api/backup-target/ignored.ts';
import { markOf, type Owner } from '../../../src/core/owner-mark.ts';
import { backupTarget } from '../../../src/kinds/backup-target/index.ts';
import { spanFrom } from '../../../src/kinds/backup-target/plan/reservation.ts';

type PlanOf = (typeof backupTarget)['plan'];
export type Desired = Parameters<PlanOf>[0];
export type Observed = Parameters<PlanOf>[1];

export const now = Date.UTC(2026, 0, 5, 9);
export const owner: Owner = { uid: 'uid-1', cluster: 'cluster-1', object: 'BackupTarget/default/vm-backups' };
export const bucketName = 'iksan-cloud-backup-20251129';
const mark = markOf(owner);

const minutes = (most: number) => fc.integer({ min: -most, max: 0 }).map((ago) => now + ago * 60_000);
/** When the keys were made that a status or a Secret remembers. */
const created = Date.UTC(2026, 0, 5, 8, 30);
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

const keys: fc.Arbitrary<Observed['keys']> = fc.uniqueArray(fc.constantFrom(...keyIDs), { maxLength: 2 }).chain((ids) =>
  fc.tuple(
    ...ids.map((id) =>
      fc.record({
        id: fc.constant(id),
        createdAt: fc.oneof(minutes(60), fc.constant(created), fc.constant(now - 100 * 86_400_000)),
        active: fc.boolean(),
      }),
    ),
  ),
);

const hours = (most: number) => fc.integer({ min: -most, max: 1 }).map((ago) => now + ago * 3_600_000);
const delivered = fc.record({ key: fc.constantFrom(...keyIDs), at: fc.oneof(minutes(60), hours(26)) });

const place = {
  at: fc.oneof(fc.constant(0), minutes(60)),
  besides: fc.subarray([...keyIDs]),
  span: minutes(60).map((from) => spanFrom(from, undefined)),
};

const pending = fc.record(
  {
    reserved: fc.record(place, { requiredKeys: ['at', 'besides'] }),
    intact: fc.boolean(),
    delivered,
  },
  { requiredKeys: ['reserved', 'intact'] },
);

const retiring = fc.record(
  { key: fc.constantFrom(...keyIDs), createdAt: fc.constantFrom(created, now - 60_000), deactivatedAt: minutes(10) },
  { requiredKeys: ['key', 'createdAt'] },
);

const secret: fc.Arbitrary<Observed['secret']> = fc.oneof(
  fc.constant({ found: 'absent' as const }),
  fc.record(
    {
      found: fc.constant('ours' as const),
      reserved: fc.record(
        { ...place, supersedes: fc.subarray([...keyIDs]) },
        { requiredKeys: ['at', 'besides', 'supersedes'] },
      ),
      intact: fc.boolean(),
      describes: fc.boolean(),
      delivered,
      pending,
      retiring,
      refused: fc.record({ at: minutes(90), message: fc.constant('not allowed') }),
    },
    { requiredKeys: ['found', 'reserved', 'intact', 'describes'] },
  ),
);

const validation = fc.record(
  {
    key: fc.constantFrom(...keyIDs),
    lastTime: minutes(60),
    outcome: fc.constantFrom('Succeeded' as const, 'Failed' as const),
    reason: fc.constantFrom('AccessDenied', 'TimedOut', 'CredentialsRejected'),
    message: fc.constant('no'),
    consecutiveFailures: fc.integer({ min: 0, max: 5 }),
  },
  { requiredKeys: ['lastTime', 'outcome', 'reason', 'message', 'consecutiveFailures'] },
);

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
    proof: fc.option(validation, { nil: undefined }),
    contents: fc.option(contents, { nil: undefined }),
  })
  .map(({ validation, proof, contents, keys, ...world }) => ({
    now,
    account: '123456789012',
    partition: 'aws',
    owner,
    ...world,
    keys: world.user ? keys : [],
    ...(validation ? { validation } : {}),
    ...(proof ? { proof } : {}),
    ...(contents && world.bucket.found === 'here' ? { contents } : {}),
  }));

export const wishes: fc.Arbitrary<Desired> = fc
  .record({
    absent: fc.boolean(),
    deletionPolicy: fc.constantFrom('Retain', 'Delete'),
    versioning: fc.constantFrom('Enabled', 'Suspended'),
    policyName: fc.constantFrom('P', 'New'),
    prefix: fc.constantFrom('', 'vm/'),
    known: fc.subarray(['current', 'pending', 'previous'] as const),
    days: fc.constantFrom(0, 1, 90),
    hours: fc.constantFrom(0, 1, 23),
    ignored: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.subarray([...ignorable])),
    rotateAfter: fc.option(fc.constantFrom('2026-01-05T08:45:00Z', '2026-01-05T09:30:00Z', 'now'), { nil: undefined }),
  })
  .map(({ absent, deletionPolicy, versioning, policyName, prefix, known, days, hours, rotateAfter, ignored }) => {
    const parsed = backupTarget.parse({
      deletionPolicy,
      aws: { region: 'ap-northeast-2' },
      bucket: { name: bucketName, versioning, tags: { team: 'backup' } },
      ignoreFields: ignored,
      user: { name: 'proxmox-backup-user', policyName, prefix },
      accessKey: { secretRef: { name: 'vm-backups-s3' }, rotationPeriodDays: days, rotationOverlapHours: hours },
    });
    if (!parsed.ok) throw new Error(parsed.message);
    return {
      uid: owner.uid,
      name: 'vm-backups',
      namespace: 'default',
      generation: 1,
      spec: parsed.spec,
      absent,
      driftIntervalMs: 600_000,
      annotations: {
        'hybridcloud.dev/confirm-data-loss': bucketName,
        ...(rotateAfter === undefined ? {} : { 'hybridcloud.dev/rotate-after': rotateAfter }),
      },
      last: rememberedStatus(known),
    };
  });

function rememberedStatus(known: readonly ('current' | 'pending' | 'previous')[]): Desired['last'] {
  const createdAt = new Date(created).toISOString();
  if (known.length === 0) return {};
  const [current, pending, previous] = keyIDs;
  return {
    accessKey: {
      id: current,
      createdAt,
      ...(known.includes('pending') ? { pending: { id: pending, createdAt } } : {}),
      ...(known.includes('previous') ? { previous: { id: previous, createdAt } } : {}),
    },
  };
}
