// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * What the policy for names limits: records to the hosted zones that are named. Health checks have no conditions that could tell ours (Service Authorization
 * Reference, "Actions, resources, and condition keys for Amazon Route 53"), so the operator itself looks at their marks.
 */
import type { RecordedPermission } from './recorded-permissions.ts';

export interface GslbWish {
  /** Ids of hosted zones, or `*`. */
  readonly zones: readonly string[];
}

type On = RecordedPermission['on'];

const tails: Readonly<Record<string, string>> = {
  account: 'Look',
  'hosted-zone': 'Zones',
  change: 'Changes',
  'health-check': 'HealthChecks',
  certificate: 'Certificates',
};

export function isOfNames(on: On): boolean {
  return on !== 'account' && on in tails;
}

/** The end of the statement's name. */
export function gslbStatement({ on }: Pick<RecordedPermission, 'on'>): string {
  return tails[on] ?? '';
}

export function gslbResources(on: On, partition: string, { zones }: GslbWish): readonly string[] {
  if (on === 'hosted-zone') return zones.map((id) => `arn:${partition}:route53:::hostedzone/${id}`);
  if (on === 'certificate') return [`arn:${partition}:acm:*:*:certificate/*`];
  return [`arn:${partition}:route53:::${on === 'change' ? 'change' : 'healthcheck'}/*`];
}
