// SPDX-License-Identifier: GPL-3.0-or-later
export interface RestoreWish {
  /** That restores it. */
  readonly node: string;
  /** Where the copy's disks go. */
  readonly storage: string;
  readonly pool?: string;
  readonly intervalMs: number;
  /** Absent: all that have a good backup. */
  readonly vmids?: readonly number[];
  /** The entry in Proxmox VE that leads to the backups. */
  readonly from: string;
  /** By what the backup server is known: another one is tested at once. Absent: it is not known yet. */
  readonly server?: string;
}
