// SPDX-License-Identifier: GPL-3.0-or-later
/** BackupTarget from its creation to its end, and what people do to it by hand. */
import { kinds } from '../../../src/kinds/index.ts';
import { secrets, type Resource } from '../../../src/kube/resource.ts';
import { BackupTargetJudge } from '../oracles/backup-target.ts';
import { picture, targetIn } from '../oracles/picture.ts';
import type { Proof, Scenario, UserAction } from '../script.ts';
import { region, type Hands } from '../worlds.ts';

export const backupTargets: Resource = {
  group: 'hybridcloud.dev',
  version: 'v1alpha1',
  plural: 'backuptargets',
  kind: 'BackupTarget',
  namespaced: true,
};

const place = { namespace: 'default', name: 'vm-backups' };
const bucket = 'iksan-cloud-backup-20251129';
const user = 'proxmox-backup-user';
const policyName = 'Proxmox-S3-Backup-Policy';
const secret = 'vm-backups-s3';
const kmsKeyID = `arn:aws:kms:${region}:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab`;

interface Wish {
  readonly deletionPolicy?: 'Delete';
  readonly annotations?: object;
}

function create(wish: Wish = {}): UserAction {
  const { deletionPolicy = 'Retain', annotations = {} } = wish;
  const object = {
    metadata: { ...place, annotations },
    spec: {
      deletionPolicy,
      aws: { region },
      bucket: { name: bucket },
      user: { name: user, policyName },
      accessKey: { secretRef: { name: secret } },
    },
  };
  return { user: 'creates it', does: async ({ kube }) => void (await kube.create(backupTargets, place, object)) };
}

function change(what: string, body: object): UserAction {
  return {
    user: what,
    does: async ({ kube }) => void (await kube.patch(backupTargets, place, { type: 'merge', body })),
  };
}

const remove: UserAction = {
  user: 'deletes it',
  does: async ({ kube }) => void (await kube.remove(backupTargets, place)),
};
const confirm = { 'hybridcloud.dev/confirm-data-loss': bucket };

async function foreignBucket({ do: act }: Hands, name: string): Promise<void> {
  await act('s3', 'CreateBucket', { Bucket: name, CreateBucketConfiguration: { LocationConstraint: region } });
  await act('s3', 'PutBucketTagging', { Bucket: name, Tagging: { TagSet: [{ Key: 'team', Value: 'others' }] } });
  await act('s3', 'PutObject', { Bucket: name, Key: 'precious', Body: 'of somebody else' });
}

async function foreignUser({ do: act }: Hands, name: string): Promise<void> {
  await act('iam', 'CreateUser', { UserName: name, Tags: [{ Key: 'team', Value: 'others' }] });
  await act('iam', 'CreateAccessKey', { UserName: name });
}

async function foreignKey({ do: act }: Hands, UserName: string): Promise<void> {
  await act('iam', 'CreateAccessKey', { UserName });
}

/** In every scenario there are others, whose things stay byte for byte what they are. */
const others: UserAction = {
  user: 'others are there',
  does: async (hands) => {
    await foreignBucket(hands, 'somebody-elses-bucket-1');
    await foreignUser(hands, 'somebody-else');
    await hands.kube.create(
      secrets,
      { namespace: 'default', name: 'others' },
      { metadata: { namespace: 'default', name: 'others' }, data: {} },
    );
  },
};

const backups: UserAction = {
  user: 'has backups written, overwritten and deleted',
  does: async ({ do: act }) => {
    for (const Body of ['one', 'two']) await act('s3', 'PutObject', { Bucket: bucket, Key: 'vm/100/index', Body });
    await act('s3', 'PutObject', { Bucket: bucket, Key: 'vm/101/chunk', Body: 'three' });
    await act('s3', 'DeleteObject', { Bucket: bucket, Key: 'vm/101/chunk' });
  },
  unseen: true,
};

const drift: UserAction = {
  user: 'takes the TLS policy off, suspends versioning and edits the policy of the user',
  unseen: true,
  does: async ({ do: act }) => {
    await act('s3', 'DeleteBucketPolicy', { Bucket: bucket });
    await act('s3', 'PutBucketVersioning', { Bucket: bucket, VersioningConfiguration: { Status: 'Suspended' } });
    const PolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Sid: 'HybridCloudObjects', Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }],
    });
    await act('iam', 'PutUserPolicy', { UserName: user, PolicyName: policyName, PolicyDocument });
  },
};

const approval = 'hybridcloud.dev/approve';

async function annotate({ kube }: Hands, annotations: object): Promise<void> {
  await kube.patch(backupTargets, place, { type: 'merge', body: { metadata: { annotations } } });
}

const approve: UserAction = {
  user: 'approves the plan that is shown',
  does: async (hands, worlds) => {
    const hash = (targetIn(worlds)?.status?.plan as { hash?: string } | undefined)?.hash ?? 'none';
    await annotate(hands, { [approval]: hash });
  },
};

/** Nobody does anything. */
function passes(what: string, ms: number): UserAction {
  return { user: what, does: async (_hands, { clock }) => clock.advance(ms), unseen: true };
}

const day = 86_400_000;
const rotationIsDue = passes('waits for ninety days', 90 * day);
const halfTheOverlap = passes('waits for half a day', day / 2);
const overlapIsOver = passes('waits for another half', day / 2 + 60_000);

const running = [others, create(), 'rest'] as const;
const doomed = [others, create({ deletionPolicy: 'Delete', annotations: confirm }), 'rest', backups] as const;
const unconfirmed = [others, create({ deletionPolicy: 'Delete' }), 'rest', backups] as const;
const shortLived = create({ deletionPolicy: 'Delete', annotations: confirm });

const scenarios: readonly Scenario[] = [
  { name: 'create', before: [others], script: [create(), 'rest'], ends: 'Ready' },
  { name: 'steady', before: running, script: [{ looks: 3 }, 'rest'], ends: 'Ready' },
  {
    name: 'update-bucket',
    before: running,
    script: [
      change('changes versioning, lifecycle, encryption and tags', {
        spec: {
          bucket: {
            versioning: 'Suspended',
            noncurrentVersionExpirationDays: 7,
            encryption: { type: 'SSE-KMS', kmsKeyID, bucketKey: 'Enabled' },
            tags: { team: 'storage' },
          },
        },
      }),
      'rest',
    ],
    ends: 'Ready',
  },
  {
    name: 'update-user',
    before: running,
    script: [
      change('changes policy name and prefix', { spec: { user: { policyName: 'Renamed', prefix: 'vm/' } } }),
      'rest',
    ],
    ends: 'Ready',
  },
  { name: 'drift', before: running, script: [drift, 'rest'], ends: 'Ready' },
  {
    name: 'secret-deleted',
    before: running,
    script: [
      {
        user: 'deletes the Secret',
        does: async ({ kube }) => void (await kube.remove(secrets, { namespace: 'default', name: secret })),
      },
      'rest',
    ],
    ends: 'Ready',
  },
  {
    name: 'rotate',
    before: running,
    script: [rotationIsDue, 'rest', halfTheOverlap, 'rest', overlapIsOver, 'rest'],
    pairs: 'changes',
    ends: 'Ready',
  },
  {
    name: 'delete-mid-rotation',
    before: running,
    script: [rotationIsDue, 'rest'],
    // right after the second key was made, before it is in the Secret
    interrupt: { afterCall: 26, action: remove },
    ends: 'gone',
  },
  { name: 'delete-retain', before: [...running, backups], script: [remove, 'rest'], ends: 'gone' },
  { name: 'delete-data', before: doomed, script: [remove, 'rest'], ends: 'gone' },
  { name: 'delete-unconfirmed', before: unconfirmed, script: [remove, 'rest'], ends: 'Blocked' },
  { name: 'delete-at-once', before: [others], script: [shortLived, { looks: 1 }, remove, 'rest'], ends: 'gone' },
  {
    name: 'delete-mid-look',
    before: [others],
    script: [shortLived, 'rest'],
    interrupt: { afterCall: 12, action: remove },
    ends: 'gone',
  },
  {
    name: 'adopt',
    before: [
      others,
      { user: 'has a bucket already', does: (hands) => foreignBucket(hands, bucket) },
      {
        user: 'has a user already',
        does: async ({ do: act }) => void (await act('iam', 'CreateUser', { UserName: user, Path: '/hybridcloud/' })),
      },
    ],
    script: [
      create({ annotations: { 'hybridcloud.dev/adopt': `${bucket},${user}` } }),
      'rest',
      // a minute before the place is reserved, and not shown then: an old one would not be mistaken for ours
      {
        user: 'makes a key for that user, and thinks for a minute',
        unseen: true,
        does: async (hands, worlds) => {
          await foreignKey(hands, user);
          await worlds.clock.advance(60_000);
        },
      },
      approve,
      'rest',
    ],
    ends: 'Ready',
  },
  {
    name: 'foreign-bucket',
    before: [others, { user: 'has that bucket', does: (hands) => foreignBucket(hands, bucket) }],
    script: [create(), 'rest', remove, 'rest'],
    ends: 'gone',
  },
  {
    name: 'foreign-user',
    before: [others, { user: 'has that user', does: (hands) => foreignUser(hands, user) }],
    script: [create(), 'rest'],
    ends: 'Blocked',
  },
  {
    name: 'again',
    before: doomed,
    script: [remove, 'rest', shortLived, 'rest'],
    ends: 'Ready',
  },
];

const { kind } = kinds.find(({ api }) => api.kind === 'BackupTarget') ?? {};
if (!kind) throw new Error('BackupTarget is no kind');

export const backupTargetProof: Proof = {
  kind: kind.kind,
  program: { name: 'operator', kind, resource: backupTargets },
  scenarios,
  picture,
  judge: (worlds, scenario, lagMs) => new BackupTargetJudge(worlds, scenario, lagMs),
};
