// SPDX-License-Identifier: GPL-3.0-or-later
import type { ProxmoxApi } from '../../../clouds/proxmox/proxmox-api.ts';
import type { VmPlace } from '../../../clouds/pve/vms.ts';
import type { KubeObject, Secrets } from '../../../core/objects.ts';
import type { Owner } from '../../../core/owner-mark.ts';

/** What this part needs of the outside. */
export interface MachineWorld {
  readonly pve: ProxmoxApi;
  /** `user@realm!name`: whose tasks are ours. */
  readonly tokenID: string;
  readonly owner: Owner;
  readonly object: KubeObject;
  readonly secrets: Secrets;
  /** Milliseconds since the epoch. */
  now(): number;
  random(bytes: number): Uint8Array;
  learnSecret(secret: string): void;
  /** Whether something answers at port 8007 there, whatever it is: see `answersAt`. */
  answers(host: string): Promise<boolean>;
  /** Where the last status says that the machine was: a place to look at, and no proof. */
  readonly last?: VmPlace;
}
