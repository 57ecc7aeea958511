// SPDX-License-Identifier: GPL-3.0-or-later
import type { RecordSet } from './state.ts';

/** One change of a batch. */
export interface ProposedChange {
  readonly action: 'CREATE' | 'UPSERT' | 'DELETE';
  readonly record: RecordSet;
}

/** A zone's record sets by key (`record-shelf.ts`), as they are or would be. */
export type Records = ReadonlyMap<string, RecordSet>;
