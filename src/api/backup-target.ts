// SPDX-License-Identifier: GPL-3.0-or-later
/** BackupTarget: an S3 bucket that is fit for backups, and a key that can do nothing else. */
import { z } from 'zod';
import { apiKind } from './api-kind.ts';
import { accessKey, accessKeyFound } from './backup-target/access-key.ts';
import { bucket } from './backup-target/bucket.ts';
import { ignoreFields } from './backup-target/ignored.ts';
import { usage } from './backup-target/usage.ts';
import { user } from './backup-target/user.ts';
import { parseSpec } from './parse.ts';
import type { Parsed } from './parse.ts';
import type { DeepReadonly } from './readonly.ts';
import { withRules } from './rules.ts';
import { aws, deletionPolicy, driftIntervalSeconds, managementPolicy } from './shared.ts';
import { accountID, commonStatus, text, time } from './status.ts';

const validation = z
  .object({
    intervalSeconds: z.int().min(60).max(86_400).default(300).meta({
      description:
        'How often a small object is written, read, listed and deleted with the backup credentials themselves. 60 to 86400 seconds. Default: 300. Example: 3600.',
    }),
  })
  .prefault({})
  .meta({ description: 'The proof that backups can be written now.' });

const specSchema = withRules(
  z.object({
    managementPolicy,
    deletionPolicy: deletionPolicy(
      'Retain',
      'When this object is deleted: Retain keeps bucket and objects, and takes away user, policy and key. Delete also empties and removes the bucket, but only with the annotation hybridcloud.dev/confirm-data-loss: <name of the bucket>. Default: Retain.',
    ),
    aws,
    bucket,
    user,
    accessKey,
    validation,
    ignoreFields: ignoreFields.optional(),
    driftIntervalSeconds: driftIntervalSeconds.optional(),
  }),
  [
    {
      rule: "!has(self.bucket.encryption.kmsKeyID) || !self.bucket.encryption.kmsKeyID.startsWith('arn:') || self.bucket.encryption.kmsKeyID.contains(':kms:' + self.aws.region + ':')",
      message:
        'bucket.encryption.kmsKeyID is of another region than aws.region: S3 takes keys of its own region only; give one of that region',
      holds: ({ aws, bucket: { encryption } }) =>
        !encryption.kmsKeyID?.startsWith('arn:') || encryption.kmsKeyID.includes(`:kms:${aws.region}:`),
      fieldPath: '.bucket.encryption.kmsKeyID',
    },
    {
      rule: '!has(self.aws.credentialsSecretRef) || self.aws.credentialsSecretRef.name != self.accessKey.secretRef.name',
      message:
        'accessKey.secretRef.name must not be the Secret of aws.credentialsSecretRef: the operator writes the one and reads the other; give it a name of its own',
      holds: ({ aws, accessKey }) => aws.credentialsSecretRef?.name !== accessKey.secretRef.name,
      fieldPath: '.accessKey.secretRef.name',
    },
  ],
  { description: 'What is wanted.' },
);

const statusSchema = z
  .object({
    ...commonStatus,
    accountID,
    bucket: z
      .object({
        arn: text(128, 'ARN of the bucket, e.g. arn:aws:s3:::iksan-cloud-backup-20251129.'),
        region: text(32, 'Region that S3 says it is in, e.g. ap-northeast-2.'),
        versioning: text(32, 'Versioning as found: Enabled, Suspended or Unversioned.').optional(),
      })
      .optional()
      .meta({ description: 'The bucket as it was found.' }),
    user: z
      .object({ arn: text(256, 'ARN of the user, e.g. arn:aws:iam::123456789012:user/proxmox-backup-user.') })
      .optional()
      .meta({ description: 'The IAM user as it was found.' }),
    accessKey: accessKeyFound,
    validation: z
      .object({
        lastTime: time('When the credentials were last tried.'),
        key: text(128, 'Id of the access key that was tried, e.g. AKIAIOSFODNN7EXAMPLE.').optional(),
        outcome: z.enum(['Succeeded', 'Failed']).meta({ description: 'How that ended.' }),
        reason: text(128, 'Why it failed, in one word, e.g. AccessDenied.').optional(),
        message: text(1024, 'Why it failed, in a sentence.').optional(),
        consecutiveFailures: z
          .int()
          .min(0)
          .max(1_000_000_000)
          .meta({ description: 'How often in a row it failed; 0 after a success.' }),
      })
      .optional()
      .meta({ description: 'The last proof that backups can be written.' }),
    usage,
  })
  .meta({ description: 'What was found. Written by the operator only.' });

/** Every default applied. */
export type BackupTargetSpec = DeepReadonly<z.output<typeof specSchema>>;
export type BackupTargetStatus = DeepReadonly<z.output<typeof statusSchema>>;

/** `message` is one line that names the field and says what to do. A spec from the API server has passed the same rules there. */
export function parseBackupTarget(spec: unknown): Parsed<BackupTargetSpec> {
  return parseSpec(specSchema, spec);
}

export const backupTarget = apiKind({
  kind: 'BackupTarget',
  plural: 'backuptargets',
  singular: 'backuptarget',
  shortNames: ['bt'],
  description: 'An S3 bucket that is fit for backups, and a key that can do nothing else.',
  specSchema,
  statusSchema,
  columns: [
    { name: 'Bucket', type: 'string', jsonPath: '.spec.bucket.name', description: 'Name of the bucket.' },
    { name: 'Region', type: 'string', jsonPath: '.spec.aws.region', description: 'Region of the bucket.' },
    {
      name: 'Key Age',
      type: 'date',
      jsonPath: '.status.accessKey.createdAt',
      description: 'How old the access key is.',
    },
    {
      name: 'Validated',
      type: 'date',
      jsonPath: '.status.validation.lastTime',
      description: 'How long ago the credentials were last tried.',
    },
  ],
  wideColumns: [
    {
      name: 'Outcome',
      type: 'string',
      jsonPath: '.status.validation.outcome',
      description: 'How the last trial of the credentials ended.',
    },
    {
      name: 'Size',
      type: 'string',
      jsonPath: '.status.usage.size',
      description: 'What the bucket holds, old versions included.',
    },
    {
      name: 'Cost',
      type: 'string',
      jsonPath: '.status.usage.monthlyEstimate.summary',
      description: 'About what its storage costs in a month.',
    },
    { name: 'User', type: 'string', jsonPath: '.spec.user.name', description: 'The IAM user.' },
    {
      name: 'Secret',
      type: 'string',
      jsonPath: '.spec.accessKey.secretRef.name',
      description: 'The Secret with the access key.',
    },
  ],
});
