// SPDX-License-Identifier: GPL-3.0-or-later
/** The zone of runbook 2, with nothing in it or all of it, by hand. */
import { parseGslbEndpoint } from '../../../src/api/gslb-endpoint.ts';
import type { HealthCheck } from '../../../src/clouds/aws/route53/health-check.ts';
import type { RecordSet } from '../../../src/clouds/aws/route53/route53.ts';
import type { Owner } from '../../../src/core/owner-mark.ts';
import { policyOf } from '../../../src/core/policy.ts';
import { preview } from '../../../src/core/preview.ts';
import { after } from '../../../src/kinds/gslb-endpoint/after.ts';
import { plan } from '../../../src/kinds/gslb-endpoint/plan/plan.ts';
import type { GslbStep } from '../../../src/kinds/gslb-endpoint/steps.ts';
import type { Event } from '../../../src/core/step.ts';
import { checked, served } from '../../api/good-gslb-endpoints.ts';
import { changed, type Spec } from '../../api/manifests.ts';

export type Desired = Parameters<typeof plan>[0];
export type Observed = Parameters<typeof plan>[1];

export const now = Date.UTC(2026, 0, 5, 9);
export const fqdn = 'gslb.seojun.shop';
export const owner: Owner = { uid: 'uid-1', cluster: 'cluster-1', object: 'GslbEndpoint/default/gslb' };
export const stranger: Owner = { uid: 'uid-9', cluster: 'cluster-9', object: 'GslbEndpoint/prod/gslb' };

export const failover = (): Spec =>
  served('Failover', { role: 'Primary', ...checked() }, { role: 'Secondary', ...checked() });
export const weighted = (...weights: number[]): Spec =>
  served('Weighted', ...weights.map((weight) => ({ weight, ...checked() })));

export function desired(
  spec: Spec = failover(),
  values: Parameters<typeof changed>[0] = {},
  rest: Partial<Desired> = {},
): Desired {
  const parsed = parseGslbEndpoint(changed(values, spec));
  if (!parsed.ok) throw new Error(parsed.message);
  return {
    uid: owner.uid,
    name: 'gslb',
    namespace: 'default',
    generation: 1,
    spec: parsed.spec,
    absent: false,
    driftIntervalMs: 600_000,
    annotations: {},
    last: {},
    ...rest,
  };
}

export const empty: Observed = {
  now,
  account: '123456789012',
  owner,
  zone: { found: 'one', zone: { id: 'Z0123456789', name: 'seojun.shop', private: false } },
  permission: { allowed: true },
  records: [],
  change: 'Unknown',
  checks: [],
  statuses: [],
  balancers: [],
  checkerRanges: [],
  certificates: [],
  sites: [],
};

/** Ids as AWS gives them: those of a preview are the same on every way. */
function withIDs(world: Observed, prefix: string): Observed {
  const ids = new Map(world.checks.map(({ id }, at) => [id, `${prefix}-${at}`]));
  const of = (id: string) => ids.get(id) ?? id;
  return {
    ...world,
    checks: world.checks.map((one) => ({
      ...one,
      id: of(one.id),
      settings:
        one.settings.type === 'Calculated'
          ? { ...one.settings, children: one.settings.children.map(of).toSorted() }
          : one.settings,
    })),
    statuses: world.statuses.map((one) => ({ ...one, id: of(one.id) })),
    records: world.records.map((one) =>
      one.healthCheckID === undefined ? one : { ...one, healthCheckID: of(one.healthCheckID) },
    ),
  };
}

let ids = 0;

/** At the end of the way from there to this wish. */
export function made(wish: Desired, from: Observed = empty): Observed {
  const { end, hold } = preview({ plan, after }, wish, from, policyOf(wish.annotations));
  if (hold) throw new Error(hold.message);
  return withIDs({ ...end, statuses: end.checks.map(({ id }) => told(id, true)) }, `check-${ids++}`);
}

export function told(id: string, healthy: boolean | undefined) {
  return { id, healthy, checkersHealthy: healthy ? 16 : 0, checkers: healthy === undefined ? 0 : 16, regions: [] };
}

/** Of the last world: how the check of an endpoint is. */
export function withHealth(world: Observed, healths: Readonly<Record<string, boolean | undefined>>): Observed {
  const of = ({ tags }: HealthCheck) => healths[tags?.['hybridcloud.dev/endpoint'] ?? ''];
  return { ...world, statuses: world.checks.map((one) => told(one.id, of(one))) };
}

/** The steps and events of a way, `~` before events. */
export function wayOf(wish: Desired, from: Observed) {
  const way: string[] = [];
  const watched = {
    plan,
    after(world: Observed, change: GslbStep | Event) {
      way.push('do' in change ? change.do : 'happens' in change ? `~${change.happens}` : '~');
      return after(world, change);
    },
  };
  const { end, hold, steps } = preview(watched, wish, from, policyOf(wish.annotations));
  return { way: way.join(' '), end, hold, steps };
}

export function record(name: string, type: string, value: string, rest: Partial<RecordSet> = {}): RecordSet {
  return { name, type, policy: { type: 'Simple' }, data: { ttl: 300, values: [value] }, ...rest };
}

/** As external-dns writes them. */
export const externalMark = (name: string, id = 'default'): RecordSet =>
  record(name, 'TXT', `"heritage=external-dns,external-dns/owner=${id},external-dns/resource=ingress/default/web"`);
