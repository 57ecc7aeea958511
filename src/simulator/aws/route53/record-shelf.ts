// SPDX-License-Identifier: GPL-3.0-or-later
import { versioned, write, type Versioned } from '../../kernel/versioned.ts';
import type { Call } from '../call.ts';
import { stateOf } from './shelf.ts';
import type { HostedZone, RecordSet, Route53State } from './state.ts';

/** What makes a record set one: its name, its type, its set identifier. */
export function keyOf({ name, type, setIdentifier }: Pick<RecordSet, 'name' | 'type' | 'setIdentifier'>): string {
  return `${name} ${type} ${setIdentifier ?? ''}`;
}

interface Commit {
  readonly record: RecordSet;
  readonly insyncAt: number;
  readonly gone?: boolean;
}

/** Lists show it at once; DNS answers from `insyncAt` on. */
export function commit(call: Call, zoneID: string, { record, insyncAt, gone = false }: Commit): void {
  const records = shelfOf(stateOf(call), zoneID);
  const value = gone ? undefined : record;
  const slot = records.get(keyOf(record));
  if (slot) write(slot, value, { now: call.now, lag: insyncAt - call.now });
  else records.set(keyOf(record), versioned(value, insyncAt));
}

export function shelfOf(state: Route53State, zoneID: string): Map<string, Versioned<RecordSet>> {
  const held = state.records.get(zoneID) ?? new Map<string, Versioned<RecordSet>>();
  state.records.set(zoneID, held);
  return held;
}

/** Developer Guide, "NS and SOA records that Amazon Route 53 creates for a public hosted zone". */
export function apexRecords({ name, nameServers }: HostedZone): RecordSet[] {
  const soa = `${nameServers[0] ?? ''}. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400`;
  return [
    { name, type: 'NS', ttl: 172_800, values: nameServers.map((server) => `${server}.`) },
    { name, type: 'SOA', ttl: 900, values: [soa] },
  ];
}
