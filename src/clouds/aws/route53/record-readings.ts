// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Record sets and zones between Route 53's words and ours. What is read can be written again as it was: a `DELETE` has to name the record
 * set exactly.
 */
import type * as Route53 from '@aws-sdk/client-route-53';
import { domainName } from '../../../core/domain-name.ts';
import type { Location, RecordData, RecordSet, RoutingPolicy, Zone } from './route53.ts';

const bare = (id: string | undefined) => id?.split('/').at(-1) ?? '';

export function zoneOf({ Id, Name = '', Config, ResourceRecordSetCount, LinkedService }: Route53.HostedZone): Zone {
  return {
    id: bare(Id),
    name: domainName(Name),
    private: Config?.PrivateZone ?? false,
    ...(ResourceRecordSetCount === undefined ? {} : { records: ResourceRecordSetCount }),
    ...(LinkedService === undefined ? {} : { madeBy: LinkedService.ServicePrincipal ?? 'AWS' }),
  };
}

function locationOf({ ContinentCode, CountryCode, SubdivisionCode }: Route53.GeoLocation): Location {
  return {
    ...(ContinentCode === undefined ? {} : { continent: ContinentCode }),
    ...(CountryCode === undefined ? {} : { country: CountryCode }),
    ...(SubdivisionCode === undefined ? {} : { subdivision: SubdivisionCode }),
  };
}

/** What Route 53 adds where a record set has another policy than simple; what is not among our words is kept as it is. */
function policyOf(given: Route53.ResourceRecordSet): RoutingPolicy {
  const { Failover, Weight, Region, GeoLocation, MultiValueAnswer, GeoProximityLocation, CidrRoutingConfig } = given;
  if (Failover !== undefined) return { type: 'Failover', role: Failover === 'PRIMARY' ? 'Primary' : 'Secondary' };
  if (Weight !== undefined) return { type: 'Weighted', weight: Weight };
  if (Region !== undefined) return { type: 'Latency', region: Region };
  if (GeoLocation !== undefined) return { type: 'Geolocation', location: locationOf(GeoLocation) };
  if (MultiValueAnswer) return { type: 'Multivalue' };
  if (GeoProximityLocation !== undefined) return { type: 'Other', given: { GeoProximityLocation } };
  if (CidrRoutingConfig !== undefined) return { type: 'Other', given: { CidrRoutingConfig } };
  return given.SetIdentifier === undefined ? { type: 'Simple' } : { type: 'Other', given: {} };
}

function dataOf({ AliasTarget, TTL = 0, ResourceRecords = [] }: Route53.ResourceRecordSet): RecordData {
  if (!AliasTarget) return { ttl: TTL, values: ResourceRecords.map(({ Value = '' }) => Value).sort() };
  const { DNSName = '', HostedZoneId = '', EvaluateTargetHealth = false } = AliasTarget;
  return { alias: { name: domainName(DNSName), zone: HostedZoneId, evaluateTargetHealth: EvaluateTargetHealth } };
}

export function recordSetOf(given: Route53.ResourceRecordSet): RecordSet {
  const { Name = '', Type = '', SetIdentifier, HealthCheckId, TrafficPolicyInstanceId } = given;
  return {
    name: domainName(Name),
    type: Type,
    ...(SetIdentifier === undefined ? {} : { setIdentifier: SetIdentifier }),
    policy: policyOf(given),
    data: dataOf(given),
    ...(HealthCheckId === undefined ? {} : { healthCheckID: HealthCheckId }),
    ...(TrafficPolicyInstanceId === undefined ? {} : { trafficPolicyInstanceID: TrafficPolicyInstanceId }),
  };
}

function policyFor(policy: RoutingPolicy): Partial<Route53.ResourceRecordSet> {
  switch (policy.type) {
    case 'Simple':
      return {};
    case 'Failover':
      return { Failover: policy.role === 'Primary' ? 'PRIMARY' : 'SECONDARY' };
    case 'Weighted':
      return { Weight: policy.weight };
    case 'Latency':
      return { Region: policy.region as Route53.ResourceRecordSetRegion };
    case 'Geolocation': {
      const { continent, country, subdivision } = policy.location;
      return { GeoLocation: { ContinentCode: continent, CountryCode: country, SubdivisionCode: subdivision } };
    }
    case 'Multivalue':
      return { MultiValueAnswer: true };
    case 'Other':
      return policy.given;
  }
}

function dataFor(data: RecordData): Partial<Route53.ResourceRecordSet> {
  if (!('alias' in data)) return { TTL: data.ttl, ResourceRecords: data.values.map((value) => ({ Value: value })) };
  const { name, zone, evaluateTargetHealth } = data.alias;
  return { AliasTarget: { HostedZoneId: zone, DNSName: `${name}.`, EvaluateTargetHealth: evaluateTargetHealth } };
}

export function recordSetFor(record: RecordSet): Route53.ResourceRecordSet {
  const { name, type, setIdentifier, healthCheckID, trafficPolicyInstanceID } = record;
  return {
    Name: `${name}.`,
    Type: type as Route53.RRType,
    ...(setIdentifier === undefined ? {} : { SetIdentifier: setIdentifier }),
    ...policyFor(record.policy),
    ...dataFor(record.data),
    ...(healthCheckID === undefined ? {} : { HealthCheckId: healthCheckID }),
    ...(trafficPolicyInstanceID === undefined ? {} : { TrafficPolicyInstanceId: trafficPolicyInstanceID }),
  };
}
