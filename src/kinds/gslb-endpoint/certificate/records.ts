// SPDX-License-Identifier: GPL-3.0-or-later
/** Validation records: one for a name in all regions, with an owner record beside it like every record of ours. Pure. */
import type { Certificate, ValidationRecord } from '../../../clouds/aws/acm/certificate.ts';
import type { RecordChange, RecordSet, Zone } from '../../../clouds/aws/route53/route53.ts';
import { domainName } from '../../../core/domain-name.ts';
import type { Hold } from '../../../core/plan.ts';
import { markRecord, ownershipOfType, ownMark, setsOf, valuesOf, type Place } from '../name.ts';
import { blocked } from '../plan/part.ts';
import type { CertificateStep } from './steps.ts';
import type { CertificateWorld } from './world.ts';

const ttl = 300;

function placeOf({ records, owner }: CertificateWorld, zone: Zone, fqdn: string): Place {
  return { records, owner, fqdn, zone: zone.name };
}

export function recordsOf(certificates: readonly Certificate[]): readonly ValidationRecord[] {
  const all = new Map(certificates.flatMap(({ records }) => records.map((one) => [one.name, one] as const)));
  return [...all.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function isThere(place: Place, { value }: ValidationRecord): boolean {
  return setsOf(place, 'CNAME').some((one) => valuesOf(one).map(domainName).includes(value));
}

/** `_0a1b….gslb.seojun.shop` proves `gslb.seojun.shop`. */
const proven = (name: string) => name.slice(name.indexOf('.') + 1);

const create = (record: RecordSet): RecordChange => ({ action: 'CREATE', record });
const remove = (record: RecordSet): RecordChange => ({ action: 'DELETE', record });

/** Something else has the name: an alias of a tool, a record of another account. */
export function proofHold(world: CertificateWorld, zone: Zone, wanted: readonly ValidationRecord[]): Hold | undefined {
  const taken = wanted.find((record) => {
    const place = placeOf(world, zone, record.name);
    const isFree = setsOf(place, 'CNAME').length === 0 && typeof ownershipOfType(place, 'CNAME') !== 'object';
    const isOurs = ownershipOfType(place, 'CNAME') === 'mine';
    return !isThere(place, record) && !isFree && !isOurs;
  });
  return (
    taken &&
    blocked(
      'RecordConflict',
      `${taken.name}, where the record that validates the certificate has to be, is somebody else's: it is not touched. Remove it.`,
      [{ kind: 'RecordSet', id: `${taken.name} CNAME` }],
    )
  );
}

/** A record with the right value is as good whoever made it, and stays its maker's. */
export function proofs(world: CertificateWorld, zone: Zone, wanted: readonly ValidationRecord[]): CertificateStep[] {
  return wanted.flatMap((record): CertificateStep[] => {
    const place = placeOf(world, zone, record.name);
    if (isThere(place, record)) return [];
    const cname: RecordSet = {
      name: record.name,
      type: 'CNAME',
      policy: { type: 'Simple' },
      data: { ttl, values: [`${record.value}.`] },
    };
    const mark = ownMark(place, 'CNAME');
    const changes = [...setsOf(place, 'CNAME').map(remove), ...(mark ? [] : [create(markRecord(place, 'CNAME'))])];
    const target = `validation record of ${proven(record.name)}`;
    const batch = [...changes, create(cname)];
    return [{ do: 'ProveDomain', effect: 'create', target, zone: zone.id, name: record.name, changes: batch }];
  });
}

/** Of these the ones that are ours. */
export function unproofs(world: CertificateWorld, zone: Zone, left: readonly ValidationRecord[]): CertificateStep[] {
  return left.flatMap((record): CertificateStep[] => {
    const place = placeOf(world, zone, record.name);
    const mark = ownMark(place, 'CNAME');
    if (!mark) return [];
    const target = `validation record of ${proven(record.name)}`;
    const changes = [...setsOf(place, 'CNAME'), mark].map(remove);
    return [{ do: 'UnproveDomain', effect: 'delete', target, zone: zone.id, name: record.name, changes }];
  });
}
