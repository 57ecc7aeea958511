// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Statements of others that deny the backup user what a backup server does: in the bucket's policy, and in policies of the user that we did
 * not write. Only what is certain counts; a condition that nobody can judge from here (an address, a VPC) is left to the validation. Pure.
 */
import type { BackupTargetSpec } from '../../api/backup-target.ts';
import type { Fault } from './fault.ts';
import { holdsFor, type Asked } from './fit-statement.ts';
import type { Observed } from './observed.ts';
import { listOf } from './plan/beside-others.ts';

type Statement = Readonly<Record<string, unknown>>;

/** What a backup server sends, beside the keys that all its requests share. HeadBucket and its lists are the same permission. */
function requestsOf(spec: BackupTargetSpec, partition: string): readonly (Asked & { readonly call: string })[] {
  const bucket = `arn:${partition}:s3:::${spec.bucket.name}`;
  const object = `${bucket}/${spec.user.prefix}vm-backups/.chunks/0000/0000`;
  return [
    { call: 'HeadBucket', action: 's3:ListBucket', resource: bucket, keys: {} },
    {
      call: 'ListObjectsV2',
      action: 's3:ListBucket',
      resource: bucket,
      keys: { 's3:prefix': `${spec.user.prefix}vm-backups/` },
    },
    { call: 'GetObject', action: 's3:GetObject', resource: object, keys: {} },
    { call: 'PutObject', action: 's3:PutObject', resource: object, keys: {} },
    { call: 'DeleteObject', action: 's3:DeleteObject', resource: object, keys: {} },
  ];
}

function statementsIn(policy: string | undefined): readonly Statement[] {
  if (policy === undefined) return [];
  try {
    return listOf((JSON.parse(policy) as { Statement?: unknown }).Statement);
  } catch {
    return [];
  }
}

function nameOf(statement: Statement): string {
  return typeof statement['Sid'] === 'string' && statement['Sid'] !== '' ? statement['Sid'] : 'without a Sid';
}

/** HeadBucket needs what lists need, but sends no prefix: a condition on that may deny it alone. */
function namesOf(denied: readonly { readonly call: string; readonly action: string }[]): string {
  const heads =
    denied.some(({ call }) => call === 'HeadBucket') && !denied.some(({ call }) => call === 'ListObjectsV2');
  const actions = [...new Set(denied.map(({ action }) => action))];
  return actions
    .map((action) => (heads && action === 's3:ListBucket' ? `${action} for HeadBucket` : action))
    .join(', ');
}

export function policyFaults(spec: BackupTargetSpec, observed: Observed, bucketPolicy: string | undefined): Fault[] {
  const { user, account, partition } = observed;
  if (!user) return [];
  const who = { arn: user.arn, account, name: spec.user.name };
  const places = [
    { where: `the policy of bucket ${spec.bucket.name}`, policy: bucketPolicy, named: true },
    ...Object.entries(user.policies)
      .filter(([name]) => name !== spec.user.policyName)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, policy]) => ({ where: `policy ${name} of user ${spec.user.name}`, policy, named: false })),
  ];
  const requests = requestsOf(spec, partition);
  return places.flatMap(({ where, policy, named }) =>
    statementsIn(policy)
      .filter((statement) => statement['Effect'] === 'Deny')
      .flatMap((statement): Fault[] => {
        const denied = requests.filter((asked) => holdsFor(statement, { ...asked, who, named }));
        if (denied.length === 0) return [];
        return [
          {
            reason: 'PolicyDeniesBackups',
            breaks: true,
            message: `Statement ${nameOf(statement)} in ${where} denies the backup user ${namesOf(denied)}. Remove it, or except ${user.arn} from it.`,
          },
        ];
      }),
  );
}
