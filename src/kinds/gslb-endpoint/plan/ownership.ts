// SPDX-License-Identifier: GPL-3.0-or-later
/** Whose the name is, and what stands in its way. Pure. */
import { annotations } from '../../../api/annotations.ts';
import type { RecordSet } from '../../../clouds/aws/route53/route53.ts';
import { domainName } from '../../../core/domain-name.ts';
import type { Ownership } from '../../../core/owner-mark.ts';
import type { Hold } from '../../../core/plan.ts';
import { inTheWayOfMark, ownershipOfType, recordTypes, setsOf } from '../name.ts';
import { blocked, type InZone } from './part.ts';

/** Nobody's and named for adoption, or marked by exactly the owner whose records are taken over. */
export function isAdopting(given: Readonly<Record<string, string>>, ownership: Ownership, fqdn: string): boolean {
  if (ownership === 'mine') return false;
  if (ownership === 'nobodys')
    return (given[annotations.adopt] ?? '').split(',').some((one) => domainName(one.trim()) === fqdn);
  return given[annotations.takeOver]?.trim() === ownership.uid;
}

/** Records of the wanted type that are not ours, or a mark of others with none beside it. */
function notOurs(context: InZone): Hold | undefined {
  const { place, spec, fqdn, annotations: given } = context;
  const { type } = spec.record;
  const ownership = ownershipOfType(place, type);
  const free = ownership === 'nobodys' && setsOf(place, type).length === 0;
  if (ownership === 'mine' || free || isAdopting(given, ownership, fqdn)) return undefined;
  const by = [{ kind: 'RecordSet', id: `${fqdn} ${type}` }];
  if (ownership === 'nobodys')
    return blocked(
      'NotOurs',
      `${fqdn} has ${type} records already, made by nobody that left an owner mark; they are not touched. Choose another record.name, or take them over: annotate this object with ${annotations.adopt}: ${fqdn}; what would change is then shown for approval.`,
      by,
    );
  return blocked(
    'NotOurs',
    `The ${type} records of ${fqdn} belong to ${ownership.other}; they are not touched. Choose another record.name, or, when that owner is gone or shall give them up, annotate this object with ${annotations.takeOver}: ${ownership.uid}.`,
    by,
  );
}

/** A CNAME is alone at its name (RFC 1034, 3.6.2). What is ours of another type goes in the same batch. */
function otherTypes({ place, spec, fqdn }: InZone): Hold | undefined {
  const { type } = spec.record;
  const isOurs = (one: RecordSet) =>
    recordTypes.some((known) => known === one.type) && ownershipOfType(place, one.type) === 'mine';
  const others = place.records.filter((one) => one.name === fqdn && one.type !== type && !isOurs(one));
  const [first] = others.filter((one) => type === 'CNAME' || one.type === 'CNAME');
  return (
    first &&
    blocked(
      'RecordConflict',
      `${fqdn} has a record of type ${first.type}, and a CNAME can be beside no other: it is not touched. Remove it, or choose another record.name${type === 'CNAME' ? ' or record.type' : ''}.`,
      [{ kind: 'RecordSet', id: `${fqdn} ${first.type}` }],
    )
  );
}

function takenPlaces({ place, spec, fqdn }: InZone): Hold | undefined {
  const { type } = spec.record;
  const text = inTheWayOfMark(place, type);
  if (text)
    return blocked(
      'RecordConflict',
      `The TXT record ${text.name}, where the owner mark of ${fqdn} has to be, says something else: it is not touched. Remove it, or choose another record.name.`,
      [{ kind: 'RecordSet', id: `${text.name} TXT` }],
    );
  const policy = setsOf(place, type).find((one) => one.trafficPolicyInstanceID !== undefined);
  return (
    policy &&
    blocked(
      'RecordConflict',
      `${fqdn} is answered by the traffic policy instance ${policy.trafficPolicyInstanceID ?? ''}, whose records cannot be changed: delete the instance, or choose another record.name.`,
      [{ kind: 'TrafficPolicyInstance', id: policy.trafficPolicyInstanceID ?? '' }],
    )
  );
}

export function ownershipHold(context: InZone): Hold | undefined {
  return notOurs(context) ?? otherTypes(context) ?? takenPlaces(context);
}
