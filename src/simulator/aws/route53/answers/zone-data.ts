// SPDX-License-Identifier: GPL-3.0-or-later
/** What the DNS servers know at a moment: only what is INSYNC. */
import { visible } from '../../../kernel/versioned.ts';
import { within } from '../names.ts';
import type { HostedZone, RecordSet, Route53State } from '../state.ts';

export interface ZoneData {
  readonly id: string;
  readonly name: string;
  readonly records: readonly RecordSet[];
}

/** Of the zones that hold the name, that with the longest name; of several of one name, the first made: the one that is delegated to. */
export function zoneFor(state: Route53State, name: string, now: number): ZoneData | undefined {
  const holding = [...state.zones.values()]
    .flatMap((slot) => visible(slot, now) ?? [])
    .filter((zone) => within(name, zone.name));
  const known = holding
    .map((zone) => zoneData(state, zone, now))
    .filter(({ records }) => records.some(({ type }) => type === 'SOA'));
  return known.toSorted((a, b) => b.name.length - a.name.length)[0];
}

export function zoneData(state: Route53State, { id, name }: HostedZone, now: number): ZoneData {
  const records = [...(state.records.get(id)?.values() ?? [])].flatMap((slot) => visible(slot, now) ?? []);
  return { id, name, records };
}

export function setsOf({ records }: ZoneData, name: string, type: string): RecordSet[] {
  return records.filter((record) => record.name === name && record.type === type);
}

/** The name itself, or the wildcard that covers it (RFC 4592, 3.3.1: the one below the closest name that is there). */
export function ownerOf({ name: apex, records }: ZoneData, name: string): string | undefined {
  const exists = (candidate: string): boolean => records.some((record) => within(record.name, candidate));
  if (exists(name)) return name;
  for (let closest = parent(name); within(closest, apex); closest = parent(closest)) {
    if (!exists(closest)) continue;
    const wildcard = `\\052.${closest}`;
    return records.some((record) => record.name === wildcard) ? wildcard : undefined;
  }
  return undefined;
}

function parent(name: string): string {
  return name.slice(name.indexOf('.') + 1);
}

/** The name servers that a name below the zone's own was given away to. */
export function delegationOf({ name: apex, records }: ZoneData, name: string): RecordSet | undefined {
  return records.find((record) => record.type === 'NS' && record.name !== apex && within(name, record.name));
}
