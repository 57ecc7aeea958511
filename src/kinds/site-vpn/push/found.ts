// SPDX-License-Identifier: GPL-3.0-or-later
import type { DeviceRecord } from '../../../clouds/opnsense/records.ts';
import type { Hold } from '../../../core/plan.ts';

export interface FoundRecord extends DeviceRecord {
  /** Of kind `key`: it is the one that AWS's end of that tunnel has, as far as AWS says. Absent: of another kind. */
  readonly keyed?: boolean;
}

/** What others have on the device, as far as it can stand in our way. */
export interface Foreign {
  /** Of pre-shared keys: `ident remote_ident`. */
  readonly keys: readonly string[];
  /** Of VTIs. */
  readonly reqids: readonly string[];
  /** Of routes that are in use. */
  readonly networks: readonly string[];
  /** Ours by their ids, and without our mark. */
  readonly unmarked: readonly string[];
}

export type DeviceFound =
  /** It could not be looked at. */
  | { readonly found: 'failed'; readonly url: string; readonly why: Pick<Hold, 'why' | 'reason' | 'message'> }
  | {
      readonly found: 'here';
      readonly url: string;
      /** It does IPsec at all. */
      readonly enabled: boolean;
      /** With our mark. */
      readonly records: readonly FoundRecord[];
      readonly foreign: Foreign;
    };

export type DeviceHere = Extract<DeviceFound, { found: 'here' }>;
