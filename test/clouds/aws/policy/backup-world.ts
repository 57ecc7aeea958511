// SPDX-License-Identifier: GPL-3.0-or-later
/** An account with a backup user as the operator makes it, and a session with that user's key. */
import { parseBackupTarget, type BackupTargetSpec } from '../../../../src/api/backup-target.ts';
import { Aws } from '../../../../src/clouds/aws/aws.ts';
import { write, type AwsRequest } from '../../../../src/clouds/aws/request.ts';
import type { AwsSession } from '../../../../src/clouds/aws/session.ts';
import { createAccessKey, createUser, putUserPolicy } from '../../../../src/clouds/aws/iam/user-requests.ts';
import { wantedBucketPolicy, wantedUserPolicy } from '../../../../src/kinds/backup-target/plan/wanted.ts';
import { createAws, type AwsWorld } from '../../../../src/simulator/aws/index.ts';
import { VirtualClock } from '../../../../src/simulator/kernel/clock.ts';
import { unfenced } from '../../../../src/wire/guard.ts';
import { createWire } from '../../../../src/wire/wire.ts';

export const account = '123456789012';
export const region = 'ap-northeast-2';
export const bucket = 'iksan-cloud-backup-20251129';
export const otherBucket = 'accounting-2025';
export const user = 'proxmox-backup-user';

export function specWith(prefix: string): BackupTargetSpec {
  const parsed = parseBackupTarget({
    aws: { region },
    bucket: { name: bucket },
    user: { name: user, ...(prefix === '' ? {} : { prefix }) },
    accessKey: { secretRef: { name: 'vm-backups-s3' } },
  });
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.spec;
}

export interface BackupWorld {
  readonly aws: AwsWorld;
  readonly root: AwsSession;
  readonly backup: AwsSession;
  /** Sends as the backup user and says how AWS refused it; `undefined` when it was allowed. */
  refusal(request: AwsRequest): Promise<string | undefined>;
}

/** Two buckets, two users and a role of one account, a bucket of another; only `user` has a policy, the one that the operator plans. */
export async function backupWorld(prefix: string): Promise<BackupWorld> {
  const clock = new VirtualClock();
  const aws = createAws({ clock });
  const { rootKey } = aws.account(account);
  const wire = createWire({ transport: aws.service, clock, fence: unfenced });
  const clouds = new Aws({ wire, clock });
  const root = clouds.bare({ region, account, credentials: rootKey });
  const spec = specWith(prefix);
  const place = { CreateBucketConfiguration: { LocationConstraint: region } };
  for (const name of [bucket, otherBucket]) {
    await root.send(write('s3', 'CreateBucket', { Bucket: name, ...place }));
    await root.send(
      write('s3', 'PutBucketVersioning', { Bucket: name, VersioningConfiguration: { Status: 'Enabled' } }),
    );
    await root.send(write('s3', 'PutObject', { Bucket: name, Key: `${prefix}vm/100`, Body: 'a backup' }));
    await root.send(write('s3', 'PutObject', { Bucket: name, Key: 'elsewhere/payroll', Body: 'not a backup' }));
  }
  await root.send(write('s3', 'PutBucketPolicy', { Bucket: bucket, Policy: wantedBucketPolicy(spec, 'aws') }));
  await root.send(createUser(user, {}));
  await root.send(createUser('bystander', {}));
  await root.send(putUserPolicy(user, spec.user.policyName, wantedUserPolicy(spec, 'aws', account)));
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' }],
  };
  await root.send(write('iam', 'CreateRole', { RoleName: 'admin', AssumeRolePolicyDocument: JSON.stringify(trust) }));
  const made = await root.send<{ AccessKey: { AccessKeyId: string; SecretAccessKey: string } }>(createAccessKey(user));
  const credentials = { accessKeyID: made.AccessKey.AccessKeyId, secretAccessKey: made.AccessKey.SecretAccessKey };
  const backup = clouds.bare({ region, account, credentials });
  return { aws, root, backup, refusal: (request) => refusalOf({ aws, backup }, request) };
}

/** DeleteObjects answers 200 and refuses key by key. */
async function refusalOf({ aws, backup }: Pick<BackupWorld, 'aws' | 'backup'>, request: AwsRequest) {
  const answer = await backup.send<{ Errors?: { Code?: string }[] }>(request).catch((error: unknown) => error);
  const seen = aws.calls.at(-1);
  if (answer instanceof Error) return seen?.errorCode ?? String(answer);
  return (answer as { Errors?: { Code?: string }[] }).Errors?.[0]?.Code;
}
