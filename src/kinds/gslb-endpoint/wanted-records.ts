// SPDX-License-Identifier: GPL-3.0-or-later
/** The record sets of the spec, and whether two are the same. Pure. */
import type { GslbEndpointSpec } from '../../api/gslb-endpoint.ts';
import type { RecordData, RecordSet, RoutingPolicy } from '../../clouds/aws/route53/route53.ts';
import { canonical } from '../../core/digest.ts';
import { domainName } from '../../core/domain-name.ts';
import { leftAs } from '../../core/ignoring.ts';
import type { Observed } from './observed.ts';
import { checkOf, type Endpoint } from './wanted-checks.ts';

export function identifierOf({ setIdentifier, name }: Endpoint): string {
  return setIdentifier ?? name;
}

/** A failover by hand exchanges the roles. */
function roleOf({ failover }: GslbEndpointSpec, { role }: Endpoint): 'Primary' | 'Secondary' {
  const first = failover?.prefer ?? 'Primary';
  return role === first ? 'Primary' : 'Secondary';
}

function policyOf(spec: GslbEndpointSpec, one: Endpoint): RoutingPolicy {
  switch (spec.policy) {
    case 'Simple':
      return { type: 'Simple' };
    case 'Failover':
      return { type: 'Failover', role: roleOf(spec, one) };
    case 'Weighted':
      return { type: 'Weighted', weight: one.weight ?? 0 };
    case 'Latency':
      return { type: 'Latency', region: one.region ?? '' };
    case 'Geolocation':
      return { type: 'Geolocation', location: locationOf(one) };
    case 'Multivalue':
      return { type: 'Multivalue' };
  }
}

function locationOf({ geolocation }: Endpoint) {
  const { continent, country, subdivision } = geolocation ?? {};
  return {
    ...(continent === undefined ? {} : { continent }),
    ...(country === undefined ? {} : { country }),
    ...(subdivision === undefined ? {} : { subdivision }),
  };
}

interface There {
  readonly found: RecordSet | undefined;
  /** All of the name and the type. */
  readonly sets: readonly RecordSet[];
}

const ttlOf = ({ data }: RecordSet) => ('ttl' in data ? data.ttl : undefined);

/** As somebody else left it, where that is theirs. One that is new has the TTL of those beside it: Route 53 takes weighted ones of one TTL only. */
function left(spec: GslbEndpointSpec, want: RecordSet, { found, sets }: There): RecordSet {
  const { data, policy } = want;
  const [beside] = sets.flatMap((one) => ttlOf(one) ?? []).toSorted((a, b) => a - b);
  const ttl = (found && ttlOf(found)) ?? beside;
  const weight = found?.policy.type === 'Weighted' ? found.policy.weight : undefined;
  return {
    ...want,
    data: 'ttl' in data ? { ...data, ttl: leftAs(spec, 'record.ttlSeconds', { want: data.ttl, found: ttl }) } : data,
    policy:
      policy.type === 'Weighted'
        ? { ...policy, weight: leftAs(spec, 'endpoints.weight', { want: policy.weight, found: weight }) }
        : policy,
  };
}

/** `undefined`: the load balancer is not there. */
function dataOf(spec: GslbEndpointSpec, { balancers }: Observed, { target }: Endpoint): RecordData | undefined {
  const ttl = spec.record.ttlSeconds ?? 0;
  const evaluateTargetHealth = target.targetHealth === 'Evaluate';
  if (target.addresses) return { ttl, values: target.addresses.toSorted() };
  if (target.hostname !== undefined) return { ttl, values: [`${target.hostname}.`] };
  if (target.alias) {
    const { dnsName, hostedZoneID } = target.alias;
    return { alias: { name: domainName(dnsName), zone: hostedZoneID, evaluateTargetHealth } };
  }
  const { name, region } = target.loadBalancer ?? {};
  const at = balancers.find((one) => one.name === name && one.region === region)?.at;
  return at && { alias: { name: domainName(at.dnsName), zone: at.zone, evaluateTargetHealth } };
}

/** Drained endpoints have none; nor has one whose load balancer is not there. */
export function wantedSets(spec: GslbEndpointSpec, observed: Observed, fqdn: string): readonly RecordSet[] {
  const { type } = spec.record;
  const sets = observed.records.filter((one) => one.name === fqdn && one.type === type);
  return spec.endpoints
    .filter(({ state }) => state === 'Active')
    .flatMap((one): RecordSet[] => {
      const data = dataOf(spec, observed, one);
      const check = checkOf(observed, one)?.id;
      if (!data) return [];
      const setIdentifier = spec.policy === 'Simple' ? undefined : identifierOf(one);
      const found = sets.find((other) => other.setIdentifier === setIdentifier);
      const want: RecordSet = {
        name: fqdn,
        type,
        ...(setIdentifier === undefined ? {} : { setIdentifier }),
        policy: policyOf(spec, one),
        data,
        ...(check === undefined ? {} : { healthCheckID: check }),
      };
      return [left(spec, want, { found, sets })];
    });
}

/** Route 53 keeps values as they were written: the same name may stand there in another spelling. */
function comparable({ data, ...rest }: RecordSet): object {
  if ('alias' in data) return { ...rest, data };
  const values = rest.type === 'CNAME' ? data.values.map(domainName) : data.values.map((value) => value.toLowerCase());
  return { ...rest, data: { ttl: data.ttl, values: values.toSorted() } };
}

export function sameSet(a: RecordSet, b: RecordSet): boolean {
  return canonical(comparable(a)) === canonical(comparable(b));
}
