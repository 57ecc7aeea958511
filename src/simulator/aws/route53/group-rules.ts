// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Record sets of one name and type: all of one policy. The words are the service's own (kubernetes-sigs/external-dns#3141, #4345;
 * aws/aws-sdk-go-v2#518).
 */
import { at, type Records } from './proposed.ts';
import { policyOf, type Policy } from './record-shape.ts';
import { keyOf } from './record-shelf.ts';
import type { RecordSet } from './state.ts';

const words: Record<Exclude<Policy, 'Simple'>, string> = {
  Weight: 'weighted',
  Region: 'latency',
  Failover: 'failover',
  GeoLocation: 'geolocation',
  MultiValueAnswer: 'multivalue',
};

/** Developer Guide, "Quotas", "Records": 400 values in a record set, 100 record sets of one name and type. */
const most = { values: 400, sets: 100 };

function titled({ name, type, setIdentifier }: RecordSet): string {
  const identifier = setIdentifier === undefined ? '' : `, SetIdentifier ${setIdentifier}`;
  return `RRSet with DNS name ${name}, type ${type}${identifier}`;
}

function siblings(records: Records, record: RecordSet): RecordSet[] {
  return at(records, record.name).filter((other) => other.type === record.type && keyOf(other) !== keyOf(record));
}

export function groupProblem(records: Records, record: RecordSet): string | undefined {
  const others = siblings(records, record);
  const policy = policyOf(record);
  if (record.values.length > most.values) return `${titled(record)} has more than ${most.values} resource records.`;
  if (others.length === 0) return undefined;
  if (policy === 'Simple')
    return `${titled(record)} cannot be created as other RRSets exist with the same name and type.`;
  if (others.some((other) => policyOf(other) !== policy)) return mixedProblem(record, policy);
  if (others.length >= most.sets)
    return `${titled(record)} cannot be created: there are ${most.sets} with the same name and type.`;
  return others.some((other) => place(other) === place(record)) ? twinProblem(record, policy) : undefined;
}

/** Latency has a sentence of its own (aws/aws-cli#8241). */
function mixedProblem(record: RecordSet, policy: Exclude<Policy, 'Simple'>): string {
  return record.region === undefined
    ? `${titled(record)} cannot be created as a non-${words[policy]} set exists with the same name and type.`
    : `${titled(record)}, and Region Name=${record.region} cannot be created because a non-latency RRSet with the same name and type already exists.`;
}

/** hashicorp/terraform-provider-aws#1668. */
function twinProblem(record: RecordSet, policy: Exclude<Policy, 'Simple'>): string {
  const [what, place] =
    record.region === undefined ? [words[policy], ''] : ['region', `, and Region Name=${record.region}`];
  return `${titled(record)}${place} cannot be created because a ${words[policy]} RRSet with the same name, type and ${what} already exists.`;
}

/** What only one of them may have: a primary, a secondary, a region, a location. */
function place(record: RecordSet): unknown {
  const { failover, region, geo } = record;
  if (geo) return `${geo.continent ?? ''}/${geo.country ?? ''}/${geo.subdivision ?? ''}`;
  return failover ?? region ?? record;
}

/** aws/aws-sdk-go-v2#518. */
export function ttlProblem(records: Records, record: RecordSet): string | undefined {
  if (record.weight === undefined || record.alias) return undefined;
  const differs = siblings(records, record).some(({ ttl }) => ttl !== undefined && ttl !== record.ttl);
  return differs ? `${titled(record)} cannot be created as weighted sets must contain the same TTL.` : undefined;
}
