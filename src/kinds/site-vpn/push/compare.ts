// SPDX-License-Identifier: GPL-3.0-or-later
/** What is on the device, beside what shall be. Pure. */
import { appliedIn } from '../../../clouds/opnsense/mark.ts';
import { places, type DeviceRecord } from '../../../clouds/opnsense/records.ts';
import { canonical, digest } from '../../../core/digest.ts';
import type { FoundRecord } from './found.ts';
import type { SetRecord } from './steps.ts';

export function descriptionOf({ kind, fields }: DeviceRecord): string {
  return fields[places[kind].description] ?? '';
}

/** The description alone, of a record that is there. */
export function described({ kind, uuid }: DeviceRecord, text: string): SetRecord {
  return { kind, uuid, fields: { [places[kind].description]: text }, partial: true };
}

/** What the description says, without what was applied. */
export function unapplied(description: string): string {
  return description.replace(/ applied=[0-9a-f]+(?=\)$)/, '');
}

export function withApplied(description: string, applied: string): string {
  return unapplied(description).replace(/\)$/, ` applied=${applied})`);
}

export interface Field {
  readonly name: string;
  readonly want: string;
  readonly have: string;
}

/** Lists are sets to the device. */
function normal(value: string): string {
  return value.split(',').toSorted().join(',');
}

/** Fields that the device has, with another value. One that its version does not know cannot differ. */
export function differences(wanted: DeviceRecord, found: DeviceRecord): readonly Field[] {
  return Object.entries(wanted.fields).flatMap(([name, want]) => {
    const have = found.fields[name];
    if (have === undefined) return [];
    const isDescription = name === places[wanted.kind].description;
    const same = isDescription ? unapplied(have) === want : normal(have) === normal(want);
    return same ? [] : [{ name, want, have }];
  });
}

export function isAs(wanted: DeviceRecord, found: FoundRecord | undefined): boolean {
  return found !== undefined && found.keyed !== false && differences(wanted, found).length === 0;
}

/** Of all that is to be in effect, but for keys and words. */
export function digestOf(records: readonly DeviceRecord[]): string {
  return digest(
    canonical(records.map((one) => [one.kind, one.uuid, { ...one.fields, [places[one.kind].description]: '' }])),
  );
}

export function appliedOf(ledger: DeviceRecord | undefined): string | undefined {
  return ledger && appliedIn(descriptionOf(ledger));
}
