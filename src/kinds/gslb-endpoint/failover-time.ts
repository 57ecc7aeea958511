// SPDX-License-Identifier: GPL-3.0-or-later
/** How long an outage of an endpoint is answered. An estimate. Pure. */
import type { GslbEndpointSpec } from '../../api/gslb-endpoint.ts';
import type { Endpoint } from './wanted-checks.ts';

/** The TTL of an alias to a load balancer (Developer Guide, "Choosing between alias and non-alias records"). */
const aliasTTL = 60;

function detection(spec: GslbEndpointSpec, one: Endpoint): number | undefined {
  const { healthCheck: check } = one;
  if (!check || check.type === 'CloudWatchAlarm') return undefined;
  if (check.type !== 'Calculated') return check.intervalSeconds * check.failureThreshold;
  const children = spec.endpoints.filter(({ name }) => check.calculated?.endpoints?.includes(name));
  const times = children.flatMap((child) => detection(spec, child) ?? []);
  return times.length > 0 ? Math.max(...times) : undefined;
}

/** Seconds: interval × threshold, until the checkers agree, and the TTL, until the last resolver asks again. `undefined`: nobody can tell. */
export function failoverSeconds(spec: GslbEndpointSpec, one: Endpoint): number | undefined {
  const until = detection(spec, one);
  const { type } = one.target;
  const ttl = type === 'LoadBalancer' || type === 'Alias' ? aliasTTL : (spec.record.ttlSeconds ?? 0);
  return until === undefined ? undefined : until + ttl;
}
