// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * What the operator's own AWS identity needs, made of the permissions that the simulated AWS was asked for in every story (npm run record):
 * docs/permissions.md is made from it, and a test runs the operator with exactly this and finds nothing missing and nothing left over.
 */
import { reasons } from './permission-reasons.ts';
import { recordedPermissions, type RecordedPermission } from './recorded-permissions.ts';
import { userPath } from './user-requests.ts';

export interface Grant {
  /** `s3:CreateBucket`. */
  readonly action: string;
  readonly why: string;
}

export interface Statement {
  readonly sid: string;
  /** When it is needed. */
  readonly feature: string;
  readonly on: readonly RecordedPermission['on'][];
  readonly grants: readonly Grant[];
  /** Only where the user has, or gets, the permissions boundary. */
  readonly bounded?: true;
}

/** What the administrator chooses. */
export interface PolicyWish {
  /** `aws`, `aws-cn` or `aws-us-gov`. */
  readonly partition: string;
  /** Names of buckets, or patterns: `backup-*`. */
  readonly buckets: readonly string[];
  /** Path and name of the policy that users have to be bounded by, and the account that it is in. */
  readonly boundary?: { readonly account: string; readonly policy: string };
}

/** Together, a user's own policies and keys to it: what an administrator could be made of. */
const makesPower = new Set(['iam:CreateUser', 'iam:PutUserPolicy', 'iam:PutUserPermissionsBoundary']);

/** How the statements of a feature begin: letters and digits only (IAM User Guide, "IAM JSON policy elements: Sid"). */
const begins: Readonly<Record<string, string>> = {
  always: '',
  'a permissions boundary': 'Boundary',
  'deletionPolicy: Delete': 'Delete',
};

/** Which statement a permission belongs to, by the statement's name. */
function placeOf({ feature, on }: RecordedPermission): string {
  const begin = begins[feature] ?? feature.replace(/[^A-Za-z0-9]/g, '');
  if (on === 'account') return `${begin}Look`;
  return `${begin}${on === 'user' ? 'Users' : 'Buckets'}`;
}

function statementsOf(recorded: readonly RecordedPermission[]): Statement[] {
  const places = new Map<string, RecordedPermission[]>();
  for (const one of recorded) places.set(placeOf(one), [...(places.get(placeOf(one)) ?? []), one]);
  return [...places].map(([sid, list]) => ({
    sid,
    feature: list[0]?.feature ?? 'always',
    on: [...new Set(list.map(({ on }) => on))],
    grants: [...new Set(list.map(({ action }) => action))].map((action) => ({ action, why: reasons[action] ?? '' })),
  }));
}

export const operatorStatements: readonly Statement[] = statementsOf(recordedPermissions);

/** With a boundary, what makes power is put apart: it holds for bounded users only. */
export function boundedStatements(statements: readonly Statement[] = operatorStatements): Statement[] {
  return statements.flatMap((statement) => {
    const [power, rest] = [true, false].map((bounded) =>
      statement.grants.filter(({ action }) => makesPower.has(action) === bounded),
    );
    const parts: Statement[] = [
      { ...statement, grants: rest ?? [] },
      { ...statement, sid: `Bounded${statement.sid}`, bounded: true, grants: power ?? [] },
    ];
    return parts.filter(({ grants }) => grants.length > 0);
  });
}

export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: { readonly StringEquals: Readonly<Record<string, string>> };
}

export interface PolicyText {
  readonly Version: '2012-10-17';
  readonly Statement: readonly PolicyStatement[];
}

function resourcesOf(on: RecordedPermission['on'], { partition, buckets }: PolicyWish): readonly string[] {
  if (on === 'account') return ['*'];
  if (on === 'user') return [`arn:${partition}:iam::*:user${userPath}*`];
  return buckets.map((name) => `arn:${partition}:s3:::${name}${on === 'object' ? '/*' : ''}`);
}

/** As IAM takes it: a managed policy, or the inline policy of a role (it is too long for the inline policy of a user). */
export function operatorPolicy(wish: PolicyWish, given: readonly Statement[] = operatorStatements): PolicyText {
  const { partition, boundary } = wish;
  const statements = boundary ? boundedStatements(given) : given;
  const arn = boundary && `arn:${partition}:iam::${boundary.account}:policy/${boundary.policy}`;
  return {
    Version: '2012-10-17',
    Statement: statements.map(({ sid, grants, on, bounded }) => ({
      Sid: sid,
      Effect: 'Allow',
      Action: grants.map(({ action }) => action),
      Resource: on.flatMap((one) => resourcesOf(one, wish)),
      ...(bounded && arn ? { Condition: { StringEquals: { 'iam:PermissionsBoundary': arn } } } : {}),
    })),
  };
}

/** What a backup user can be given at most, whatever policy somebody puts on it: the boundary itself. */
export function boundaryPolicy({ partition, buckets }: Omit<PolicyWish, 'boundary'>): PolicyText {
  const arns = (tail: string) => buckets.map((name) => `arn:${partition}:s3:::${name}${tail}`);
  const allow = (Sid: string, Action: readonly string[], Resource: readonly string[]) =>
    ({ Sid, Effect: 'Allow', Action, Resource }) as const;
  return {
    Version: '2012-10-17',
    Statement: [
      allow('List', ['s3:ListBucket', 's3:GetBucketLocation'], arns('')),
      allow('Objects', ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'], arns('/*')),
      allow('Keys', ['kms:GenerateDataKey', 'kms:Decrypt'], [`arn:${partition}:kms:*:*:key/*`]),
    ],
  };
}
