// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * What the operator's own AWS identity needs, kind by kind, made of the permissions that the simulated AWS was asked for in every story (npm run record):
 * docs/permissions.md is made from it, and a test runs the operator with exactly this and finds nothing missing and nothing left over.
 */
import { gslbResources, gslbStatement, type GslbWish } from './gslb.ts';
import { reasonOf } from './permission-reasons.ts';
import { recordedPermissions, type RecordedPermission } from './recorded-permissions.ts';
import { isOfSites, sitesCondition, sitesStatement } from './sites.ts';
import { userPath } from '../iam/user-requests.ts';
import { isOfEC2, vpnCondition, vpnResources, vpnStatement, type Condition, type VpnWish } from './vpn.ts';

export interface Grant {
  /** `s3:CreateBucket`. */
  readonly action: string;
  readonly why: string;
}

export interface Statement {
  readonly kind: RecordedPermission['kind'];
  readonly sid: string;
  /** When it is needed. */
  readonly feature: string;
  readonly on: readonly RecordedPermission['on'][];
  readonly grants: readonly Grant[];
  /** Only where the user has, or gets, the permissions boundary. */
  readonly bounded?: true;
}

/** What the administrator chooses; of a kind that is not used, nothing. */
export interface PolicyWish {
  /** `aws`, `aws-cn` or `aws-us-gov`. */
  readonly partition: string;
  /** Names of buckets, or patterns: `backup-*`. */
  readonly buckets?: readonly string[];
  /** Path and name of the policy that users have to be bounded by, and the account that it is in. */
  readonly boundary?: { readonly account: string; readonly policy: string };
  readonly vpn?: VpnWish;
  readonly gslb?: GslbWish;
}

/** Together, a user's own policies and keys to it: what an administrator could be made of. */
const makesPower = new Set(['iam:CreateUser', 'iam:PutUserPolicy', 'iam:PutUserPermissionsBoundary']);

/** How the statements of a feature begin: letters and digits only (IAM User Guide, "IAM JSON policy elements: Sid"). */
const begins: Readonly<Record<string, string>> = {
  always: '',
  'a permissions boundary': 'Boundary',
  adoption: 'Adopt',
  'deletionPolicy: Delete': 'Delete',
  'deletionPolicy: Retain': 'Retain',
  certificate: 'Secure',
  sites: 'Sites',
  'zone.id': 'ByID',
  'gateway.id': 'Use',
  LoadBalancer: 'Balancers',
  'routeTables.routes: Static': 'Static',
};

/** Which statement a permission belongs to, by the statement's name. */
function placeOf(permission: RecordedPermission): string {
  const { kind, feature, on } = permission;
  const begin = begins[feature] ?? feature.replace(/[^A-Za-z0-9]/g, '');
  if (kind === 'GslbEndpoint') return `Names${begin}${gslbStatement(permission)}`;
  if (kind === 'SiteVpn') return `Vpn${begin}${vpnStatement(permission)}`;
  if (on === 'account') return `${begin}Look`;
  return `${begin}${on === 'user' ? 'Users' : 'Buckets'}`;
}

export function statementsOf(recorded: readonly RecordedPermission[]): Statement[] {
  const places = new Map<string, RecordedPermission[]>();
  for (const one of recorded) places.set(placeOf(one), [...(places.get(placeOf(one)) ?? []), one]);
  return [...places].map(([sid, list]) => ({
    kind: list[0]?.kind ?? 'BackupTarget',
    sid,
    feature: list[0]?.feature ?? 'always',
    on: [...new Set(list.map(({ on }) => on))],
    grants: [...new Map(list.map((one) => [one.action, { action: one.action, why: reasonOf(one) }])).values()],
  }));
}

export function operatorStatements(kind: RecordedPermission['kind']): readonly Statement[] {
  return statementsOf(recordedPermissions.filter((one) => one.kind === kind));
}

/** With a boundary, what makes power is put apart: it holds for bounded users only. */
export function boundedStatements(statements: readonly Statement[]): Statement[] {
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
  readonly Condition?: Condition;
}

export interface PolicyText {
  readonly Version: '2012-10-17';
  readonly Statement: readonly PolicyStatement[];
}

const noVpn: VpnWish = { cluster: '', vpcs: [], gateways: [] };

const noNames: GslbWish = { zones: [], cluster: '' };

function resourcesOf(on: RecordedPermission['on'], wish: PolicyWish, { kind, feature }: Statement): readonly string[] {
  const { partition, buckets = [], vpn = noVpn } = wish;
  if (on === 'account') return ['*'];
  if (kind === 'GslbEndpoint') return gslbResources(on, partition, wish.gslb ?? noNames);
  if (on === 'user') return [`arn:${partition}:iam::*:user${userPath}*`];
  if (isOfEC2(on)) return vpnResources(on, { partition, vpn }, feature === 'adoption');
  return buckets.map((name) => `arn:${partition}:s3:::${name}${on === 'object' ? '/*' : ''}`);
}

function conditionOf(
  statement: Statement,
  { partition, boundary, vpn = noVpn, gslb = noNames }: PolicyWish,
): Condition | undefined {
  const { kind, on, grants, bounded, feature } = statement;
  if (bounded && boundary) {
    const arn = `arn:${partition}:iam::${boundary.account}:policy/${boundary.policy}`;
    return { StringEquals: { 'iam:PermissionsBoundary': arn } };
  }
  const [first, { action } = { action: '' }] = [on[0], grants[0]];
  if (first === undefined) return undefined;
  if (kind === 'GslbEndpoint')
    return isOfSites(first) ? sitesCondition(sitesStatement({ on: first, action }), gslb.cluster) : undefined;
  if (!isOfEC2(first)) return undefined;
  return vpnCondition(vpnStatement({ on: first, action }), { partition, vpn }, feature === 'adoption');
}

/** As IAM takes it: a managed policy, or the inline policy of a role (it is too long for the inline policy of a user). */
export function operatorPolicy(wish: PolicyWish, given: readonly Statement[]): PolicyText {
  const statements = wish.boundary ? boundedStatements(given) : given;
  const all = statements.map((statement): PolicyStatement => {
    const condition = conditionOf(statement, wish);
    return {
      Sid: statement.sid,
      Effect: 'Allow',
      Action: statement.grants.map(({ action }) => action),
      Resource: statement.on.flatMap((one) => resourcesOf(one, wish, statement)),
      ...(condition ? { Condition: condition } : {}),
    };
  });
  return { Version: '2012-10-17', Statement: all.filter(({ Resource }) => Resource.length > 0) };
}

/** What a backup user can be given at most, whatever policy somebody puts on it: the boundary itself. */
export function boundaryPolicy({ partition, buckets = [] }: Pick<PolicyWish, 'partition' | 'buckets'>): PolicyText {
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
