// SPDX-License-Identifier: GPL-3.0-or-later
import type { DeviceRecord } from '../../../clouds/opnsense/records.ts';
import type { Applied } from '../../../clouds/opnsense/requests.ts';
import type { Step } from '../../../core/step.ts';

interface On<Do extends string> extends Step {
  readonly do: Do;
  /** The device. */
  readonly url: string;
}

export interface SetRecord extends DeviceRecord {
  /** Of kind `key`: AWS's outside address of the tunnel whose key it is. */
  readonly keyOf?: string;
  /** Some fields of a record that is there; one that is gone is not made of them. */
  readonly partial?: true;
}

export type RemoveRecord = Pick<DeviceRecord, 'kind' | 'uuid'>;

export type PushStep =
  /** Records of one part are saved, in this order; what is taken away comes last. Not in effect yet. `connection`: whose keys. */
  | (On<'ConfigureDevice'> & {
      readonly part: Applied;
      readonly connection: string;
      readonly set: readonly SetRecord[];
      readonly remove: readonly RemoveRecord[];
    })
  /** The firewall does IPsec at all. */
  | On<'EnableDeviceIPsec'>
  /** What was saved comes into effect; then `ledger`, a record with another description, says so. */
  | (On<'ApplyDevice'> & { readonly part: Applied; readonly ledger?: SetRecord })
  /** The marks go, and everything else stays. */
  | (On<'ReleaseDevice'> & { readonly set: readonly SetRecord[] });
