// SPDX-License-Identifier: GPL-3.0-or-later
/** The name that is answered, and whose it is. Pure. */
import type { GslbEndpointSpec } from '../../api/gslb-endpoint.ts';
import type { RecordSet } from '../../clouds/aws/route53/route53.ts';
import { domainName } from '../../core/domain-name.ts';
import type { Owner, Ownership } from '../../core/owner-mark.ts';
import { registryName, registryNames, registryOwnershipOf, registryValue } from '../../core/registry-mark.ts';

/** Types that a GslbEndpoint may have. */
export const recordTypes = ['A', 'AAAA', 'CNAME'] as const;

/** In the spelling of `domainName`. */
export function fullName({ record }: Pick<GslbEndpointSpec, 'record'>, zone: string): string {
  const name = record.name === '@' ? zone : `${record.name}.${zone}`;
  return domainName(name);
}

/** Every name that has to be looked at: the name itself, and where marks for it may be. */
export function namesToSee(fqdn: string, zone: string): readonly string[] {
  return [...new Set([fqdn, ...recordTypes.flatMap((type) => registryNames(fqdn, type, zone))])];
}

export interface Place {
  readonly records: readonly RecordSet[];
  readonly owner: Owner;
  readonly fqdn: string;
  readonly zone: string;
}

export function setsOf({ records, fqdn }: Place, type: string): readonly RecordSet[] {
  return records.filter((one) => one.name === fqdn && one.type === type);
}

export function valuesOf({ data }: RecordSet): readonly string[] {
  return 'values' in data ? data.values : [];
}

/** TXT record sets at our own name for the mark. */
function atOurName({ records, fqdn, zone }: Place, type: string): readonly RecordSet[] {
  const name = registryName(fqdn, type, zone);
  return records.filter((one) => one.name === name && one.type === 'TXT');
}

/** The owner record of records of this type, when it is ours. */
export function ownMark(place: Place, type: string): RecordSet | undefined {
  return atOurName(place, type).find((one) =>
    valuesOf(one).some((value) => registryOwnershipOf(value, place.owner) === 'mine'),
  );
}

/** A TXT record at the name of our mark that is no mark at all. */
export function inTheWayOfMark(place: Place, type: string): RecordSet | undefined {
  return atOurName(place, type).find((one) =>
    valuesOf(one).every((value) => registryOwnershipOf(value, place.owner) === 'nobodys'),
  );
}

/** Marks of others, wherever they may be. */
export function foreignMarks(place: Place, type: string): readonly RecordSet[] {
  const names = registryNames(place.fqdn, type, place.zone);
  return place.records.filter(
    (one) =>
      names.includes(one.name) &&
      one.type === 'TXT' &&
      valuesOf(one).some((value) => typeof registryOwnershipOf(value, place.owner) === 'object'),
  );
}

/** Whose records of this type are, by the marks beside them. */
export function ownershipOfType(place: Place, type: string): Ownership {
  if (ownMark(place, type)) return 'mine';
  const others = foreignMarks(place, type)
    .flatMap(valuesOf)
    .map((value) => registryOwnershipOf(value, place.owner));
  return others.find((one) => typeof one === 'object') ?? 'nobodys';
}

const markTTL = 300;

export function markRecord({ fqdn, zone, owner }: Place, type: string): RecordSet {
  return {
    name: registryName(fqdn, type, zone),
    type: 'TXT',
    policy: { type: 'Simple' },
    data: { ttl: markTTL, values: [registryValue(owner)] },
  };
}
