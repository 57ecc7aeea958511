// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * What the policy for names limits: records to the hosted zones that are named. Health checks have no conditions that could tell ours (Service Authorization
 * Reference, "Actions, resources, and condition keys for Amazon Route 53"), so the operator itself looks at their marks.
 */
import type { RecordedPermission } from './recorded-permissions.ts';
import { isOfSites, sitesResources, sitesStatement } from './sites.ts';

export interface GslbWish {
  /** Ids of hosted zones, or `*`. */
  readonly zones: readonly string[];
  /** UID of the namespace kube-system, or a pattern: whose mark sites have to bear. */
  readonly cluster: string;
}

type On = RecordedPermission['on'];

const tails: Readonly<Record<string, string>> = {
  account: 'Look',
  'hosted-zone': 'Zones',
  change: 'Changes',
  'health-check': 'HealthChecks',
  certificate: 'Certificates',
};

/** The end of the statement's name. */
export function gslbStatement({ on, action }: Pick<RecordedPermission, 'on' | 'action'>): string {
  return isOfSites(on) ? sitesStatement({ on, action }) : (tails[on] ?? '');
}

export function gslbResources(on: On, partition: string, { zones }: GslbWish): readonly string[] {
  if (isOfSites(on)) return sitesResources(on, partition);
  if (on === 'hosted-zone') return zones.map((id) => `arn:${partition}:route53:::hostedzone/${id}`);
  if (on === 'certificate') return [`arn:${partition}:acm:*:*:certificate/*`];
  return [`arn:${partition}:route53:::${on === 'change' ? 'change' : 'healthcheck'}/*`];
}
