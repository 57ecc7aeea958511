// SPDX-License-Identifier: GPL-3.0-or-later
import { keyOf } from './record-shelf.ts';
import type { RecordSet } from './state.ts';

/** One change of a batch. */
export interface ProposedChange {
  readonly action: 'CREATE' | 'UPSERT' | 'DELETE';
  readonly record: RecordSet;
}

/** A zone's record sets as they would be, by name and by key (`record-shelf.ts`): a zone has thousands, and a batch asks for each. */
export interface Records {
  readonly byName: Map<string, Map<string, RecordSet>>;
}

export function indexed(list: readonly RecordSet[]): Records {
  const records: Records = { byName: new Map() };
  for (const record of list) enter(records, record);
  return records;
}

export function enter({ byName }: Records, record: RecordSet): void {
  const held = byName.get(record.name) ?? new Map<string, RecordSet>();
  byName.set(record.name, held.set(keyOf(record), record));
}

export function leave({ byName }: Records, record: RecordSet): void {
  byName.get(record.name)?.delete(keyOf(record));
}

/** All of one name. */
export function at({ byName }: Records, name: string): readonly RecordSet[] {
  return [...(byName.get(name)?.values() ?? [])];
}

/** That of the same name, type and identifier. */
export function held({ byName }: Records, record: RecordSet): RecordSet | undefined {
  return byName.get(record.name)?.get(keyOf(record));
}
