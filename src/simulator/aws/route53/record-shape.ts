// SPDX-License-Identifier: GPL-3.0-or-later
/** What one record set must be by itself. Source: API_ResourceRecordSet; the words are the service's own (for example boto/boto3#612). */
import type { ProposedChange } from './proposed.ts';
import { invalidInput } from './body.ts';
import { isName } from './names.ts';
import type { GeoLocation, RecordSet } from './state.ts';

export const policies = ['Weight', 'Region', 'Failover', 'GeoLocation', 'MultiValueAnswer'] as const;
export type Policy = (typeof policies)[number] | 'Simple';

export function policyOf(record: RecordSet): Policy {
  return given(record)[0] ?? 'Simple';
}

function given({ weight, region, failover, geo, multivalue }: RecordSet): Exclude<Policy, 'Simple'>[] {
  return [
    ...(weight === undefined ? [] : ['Weight' as const]),
    ...(region === undefined ? [] : ['Region' as const]),
    ...(failover === undefined ? [] : ['Failover' as const]),
    ...(geo === undefined ? [] : ['GeoLocation' as const]),
    ...(multivalue === undefined ? [] : ['MultiValueAnswer' as const]),
  ];
}

/** @throws {AwsError} InvalidInput */
export function checkShape({ action, record }: ProposedChange): void {
  const where = `in Change with [Action=${action}, Name=${record.name}, Type=${record.type}, SetIdentifier=${record.setIdentifier ?? 'null'}]`;
  const problem =
    nameShape(record) ?? targetShape(record) ?? policyShape(record) ?? (record.geo && geoShape(record.geo));
  if (problem !== undefined) throw invalidInput(`Invalid request: ${problem} ${where}`);
}

function nameShape({ name }: RecordSet): string | undefined {
  return isName(name) ? undefined : `DomainLabelTooLong or empty label '${name}'`;
}

function targetShape({ alias, ttl, values }: RecordSet): string | undefined {
  const wanted =
    'Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId], but found';
  const plain = ttl !== undefined || values.length > 0;
  if (alias) return plain ? `${wanted} more than one` : undefined;
  return ttl !== undefined && values.length > 0 ? undefined : `${wanted} none`;
}

function policyShape(record: RecordSet): string | undefined {
  const found = given(record);
  const wanted = `Expected exactly one of [${policies.join(', ')}], but found`;
  if (found.length > 1) return `${wanted} more than one`;
  if (found.length === 1 && record.setIdentifier === undefined) return `Missing field 'SetIdentifier'`;
  if (found.length === 0 && record.setIdentifier !== undefined) return `${wanted} none`;
  return typeShape(record, found[0]);
}

/** API_ResourceRecordSet, "MultiValueAnswer", "Type"; a failover primary, in the words of kubernetes-sigs/external-dns#2362. */
function typeShape(
  { multivalue, alias, type, failover, healthCheckID }: RecordSet,
  policy: Policy | undefined,
): string | undefined {
  if (multivalue !== undefined && (alias || type === 'CNAME'))
    return `MultiValueAnswer is not supported for ${alias ? 'alias records' : 'records of type CNAME'}`;
  if (policy !== undefined && ['NS', 'SOA'].includes(type)) return `Records of type ${type} take no routing policy`;
  if (alias && ['NS', 'SOA'].includes(type)) return `Records of type ${type} cannot be alias records`;
  if (failover === 'PRIMARY' && !alias && healthCheckID === undefined)
    return 'A non-alias primary ResourceRecordSet must have an associated health check.';
  return undefined;
}

const continents = ['AF', 'AN', 'AS', 'EU', 'OC', 'NA', 'SA'];

/** API_GeoLocation: a continent alone, or a country, or a subdivision with its country. */
function geoShape({ continent, country, subdivision }: GeoLocation): string | undefined {
  const place = [continent, country, subdivision].filter((code) => code !== undefined).join('-');
  const wrong = `The specified geographic location doesn't exist or is not supported: ${place}`;
  if (continent !== undefined)
    return country === undefined && subdivision === undefined && continents.includes(continent) ? undefined : wrong;
  if (subdivision !== undefined && !['US', 'UA'].includes(country ?? '')) return wrong;
  return /^(\*|[A-Z]{2})$/.test(country ?? '') ? undefined : wrong;
}
