// SPDX-License-Identifier: GPL-3.0-or-later
/** How long an outage of an endpoint is answered. An estimate. Pure. */
import type { GslbEndpointSpec } from '../../api/gslb-endpoint.ts';
import type { Observed } from './observed.ts';
import { wantedSettings, type Endpoint } from './wanted-checks.ts';
import { wantedSets } from './wanted-records.ts';

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

/** With what somebody else looks after as it is there; of several TTLs the longest. */
export function asFound(spec: GslbEndpointSpec, observed: Observed, fqdn: string): GslbEndpointSpec {
  const ttls = wantedSets(spec, observed, fqdn).flatMap(({ data }) => ('ttl' in data ? [data.ttl] : []));
  return {
    ...spec,
    record: { ...spec.record, ...(ttls.length > 0 ? { ttlSeconds: Math.max(...ttls) } : {}) },
    endpoints: spec.endpoints.map((one) => {
      const settings = wantedSettings(spec, observed, one);
      if (!one.healthCheck || !settings || !('failureThreshold' in settings)) return one;
      return { ...one, healthCheck: { ...one.healthCheck, failureThreshold: settings.failureThreshold } };
    }),
  };
}

/** Seconds: interval × threshold, until the checkers agree, and the TTL, until the last resolver asks again. `undefined`: nobody can tell. */
export function failoverSeconds(spec: GslbEndpointSpec, one: Endpoint): number | undefined {
  const until = detection(spec, one);
  const { type } = one.target;
  const ttl = type === 'LoadBalancer' || type === 'Alias' ? aliasTTL : (spec.record.ttlSeconds ?? 0);
  return until === undefined ? undefined : until + ttl;
}
