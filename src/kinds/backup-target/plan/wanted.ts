// SPDX-License-Identifier: GPL-3.0-or-later
/** What the spec asks for, in AWS's words. Pure. */
import type { BackupTargetSpec } from '../../../api/backup-target.ts';
import type { Encryption } from '../../../clouds/aws/s3/bucket-requests.ts';
import type { LifecycleRule } from '../steps.ts';
import { besideOthers, listOf, type Beside } from './beside-others.ts';
import { formerKeys, keySid } from './former-keys.ts';

/** Begins the ids of our lifecycle rules. */
const ruleMark = 'hybridcloud-';

/** The statement ids mark what we wrote into a policy. */
const sid = {
  tls: 'HybridCloudTLSOnly',
  list: 'HybridCloudListBucket',
  objects: 'HybridCloudObjects',
} as const;

export function wantedEncryption({ bucket }: BackupTargetSpec): Encryption {
  const { type, kmsKeyID, bucketKey } = bucket.encryption;
  return { type, bucketKey: bucketKey === 'Enabled', ...(kmsKeyID === undefined ? {} : { kmsKeyID }) };
}

/**
 * Without the first rule garbage collection on a Proxmox Backup Server frees nothing: deletes leave old versions and markers.
 * ExpiredObjectDeleteMarker cannot stand beside Days (S3 API reference, LifecycleExpiration); it stands alone here.
 */
export function wantedLifecycle({ bucket }: BackupTargetSpec): LifecycleRule[] {
  const rule = (ID: string, what: Omit<LifecycleRule, 'ID' | 'Status' | 'Filter'>): LifecycleRule => ({
    ID,
    Status: 'Enabled',
    Filter: { Prefix: '' },
    ...what,
  });
  const tiering = bucket.intelligentTieringAfterDays;
  return [
    rule(`${ruleMark}old-versions`, {
      NoncurrentVersionExpiration: { NoncurrentDays: bucket.noncurrentVersionExpirationDays },
      Expiration: { ExpiredObjectDeleteMarker: true },
    }),
    rule(`${ruleMark}unfinished-uploads`, {
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: bucket.abortIncompleteMultipartUploadDays },
    }),
    ...(tiering === undefined
      ? []
      : [
          rule(`${ruleMark}intelligent-tiering`, {
            Transitions: [{ Days: tiering, StorageClass: 'INTELLIGENT_TIERING' }],
          }),
        ]),
  ];
}

export function bucketArn(spec: BackupTargetSpec, partition: string): string {
  return `arn:${partition}:s3:::${spec.bucket.name}`;
}

/** Refuses everything that does not come over TLS (S3 User Guide, "Security best practices"). */
export function wantedBucketPolicy(spec: BackupTargetSpec, partition: string): string {
  const arn = bucketArn(spec, partition);
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: sid.tls,
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: [arn, `${arn}/*`],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  });
}

/**
 * What a backup server uses, and no more: HeadBucket and lists need s3:ListBucket on the bucket, without a prefix condition, which
 * would break HeadBucket. GetBucketLocation is harmless, and programs other than Proxmox Backup Server ask for it.
 * @param have The user's policies, by name: what was written with another KMS key has to be read on.
 */
export function wantedUserPolicy(
  spec: BackupTargetSpec,
  partition: string,
  account: string,
  have: Readonly<Record<string, string>> = {},
): string {
  const arn = bucketArn(spec, partition);
  const { kmsKeyID } = spec.bucket.encryption;
  const whole = (id: string) =>
    id.startsWith('arn:') ? id : `arn:${partition}:kms:${spec.aws.region}:${account}:key/${id}`;
  const key = kmsKeyID === undefined ? undefined : whole(kmsKeyID);
  const former = formerKeys(have, key);
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Sid: sid.list, Effect: 'Allow', Action: ['s3:ListBucket', 's3:GetBucketLocation'], Resource: arn },
      {
        Sid: sid.objects,
        Effect: 'Allow',
        Action: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'],
        Resource: `${arn}/${spec.user.prefix}*`,
      },
      ...(key === undefined
        ? []
        : [{ Sid: keySid.current, Effect: 'Allow', Action: ['kms:GenerateDataKey', 'kms:Decrypt'], Resource: key }]),
      ...(former.length === 0
        ? []
        : [{ Sid: keySid.former, Effect: 'Allow', Action: 'kms:Decrypt', Resource: former }]),
    ],
  });
}

/** Rules and statements of others stay: on a bucket that was adopted they are the user's own. */
export function lifecycleBesideOthers(spec: BackupTargetSpec, have: string | undefined): Beside<LifecycleRule> {
  const { rules } = JSON.parse(have ?? '{}') as { rules?: unknown };
  const before = listOf(rules).map(asGiven);
  return besideOthers(before, wantedLifecycle(spec), (rule) => String(rule['ID']).startsWith(ruleMark));
}

/** Canonical JSON has lists of one as their item; S3 takes them as lists only. */
function asGiven(rule: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const lists = ['Transitions', 'NoncurrentVersionTransitions'].filter((name) => rule[name] !== undefined);
  const filter = rule['Filter'] as { And?: { Tags?: unknown } } | undefined;
  const and = filter?.And;
  return {
    ...rule,
    ...Object.fromEntries(lists.map((name) => [name, listOf(rule[name])])),
    ...(and?.Tags === undefined ? {} : { Filter: { ...filter, And: { ...and, Tags: listOf(and.Tags) } } }),
  };
}

export function policyBesideOthers(
  spec: BackupTargetSpec,
  partition: string,
  have: string | undefined,
): { readonly right: boolean; readonly policy: string } {
  const before = JSON.parse(have ?? '{}') as { Version?: string; Statement?: unknown };
  const ours = JSON.parse(wantedBucketPolicy(spec, partition)) as { Version: string; Statement: object[] };
  const { right, parts } = besideOthers(listOf(before.Statement), ours.Statement, (one) => one['Sid'] === sid.tls);
  return { right, policy: JSON.stringify({ ...ours, ...before, Statement: parts }) };
}

/** A policy of a user that we wrote under another name. */
export function isOurPolicy(document: string): boolean {
  return document.includes(`"${sid.objects}"`);
}

/** The spec names a policy that somebody else wrote: ours is there under the name of before. One that is alone is ours, however it was edited. */
export function isTheirPolicy(policies: Readonly<Record<string, string>>, policyName: string): boolean {
  const document = policies[policyName];
  if (document === undefined || isOurPolicy(document)) return false;
  return Object.values(policies).some(isOurPolicy);
}
