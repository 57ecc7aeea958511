// SPDX-License-Identifier: GPL-3.0-or-later
import type { ProxmoxApi } from '../../../clouds/proxmox/proxmox-api.ts';
import type { Owner } from '../../../core/owner-mark.ts';

/** What restore tests reach: Proxmox VE alone. */
export interface RestoreWorld {
  readonly pve: ProxmoxApi;
  /** `user@realm!name`: whose tasks are ours. */
  readonly tokenID: string;
  readonly owner: Owner;
  /** Milliseconds since the epoch. */
  now(): number;
}
