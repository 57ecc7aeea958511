// SPDX-License-Identifier: GPL-3.0-or-later
import type { ProxmoxApi } from '../../../clouds/proxmox/proxmox-api.ts';

/** What a look at the backups reaches. */
export interface WorthWorld {
  readonly pve: ProxmoxApi;
  readonly pbs: ProxmoxApi;
  /** Milliseconds since the epoch, by the operator's clock. */
  readonly now: () => number;
}
