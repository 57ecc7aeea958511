// SPDX-License-Identifier: GPL-3.0-or-later
/** Which names may stand beside which. The words are the service's own (repost.aws "troubleshoot Route 53 resource record errors"). */
import { at, type Records } from './proposed.ts';
import { within } from './names.ts';
import type { HostedZone, RecordSet } from './state.ts';

/** RFC 1034, 3.6.2: nothing beside a CNAME. */
export function nameProblem(zone: HostedZone, records: Records, { name, type }: RecordSet): string | undefined {
  if (!within(name, zone.name)) return `RRSet with DNS name ${name} is not permitted in zone ${zone.name}`;
  if (type === 'CNAME' && name === zone.name)
    return `RRSet of type CNAME with DNS name ${name} is not permitted at apex in zone ${zone.name}`;
  if (type === 'SOA' && name !== zone.name)
    return `RRSet of type SOA with DNS name ${name} is not permitted in zone ${zone.name}`;
  const others = at(records, name);
  if (type === 'CNAME' && others.some((other) => other.type !== 'CNAME'))
    return `RRSet of type CNAME with DNS name ${name} is not permitted as it conflicts with other records with the same DNS name in zone ${zone.name}`;
  if (type !== 'CNAME' && others.some((other) => other.type === 'CNAME'))
    return `RRSet of type ${type} with DNS name ${name} is not permitted because a conflicting RRSet of type CNAME with the same DNS name already exists in zone ${zone.name}`;
  return undefined;
}

/** Developer Guide, "NS and SOA records that Amazon Route 53 creates for a public hosted zone": they stay. */
export function apexProblem({ name }: HostedZone, records: Records): string[] {
  const has = (type: string): boolean => at(records, name).some((record) => record.type === type);
  return [
    ...(has('NS') ? [] : ['A HostedZone must contain at least one NS record for the zone itself.']),
    ...(has('SOA') ? [] : ['A HostedZone must contain exactly one SOA record.']),
  ];
}
