// SPDX-License-Identifier: GPL-3.0-or-later
import type { VmConfig } from '../../../clouds/pve/vm-config.ts';

/** Nothing but a number: what a restore writes first, and all that one which failed leaves (PVE::QemuServer, restore_proxmox_backup_archive). Pure. */
export function isBare({ name, tags, description, uuid, drives, networks }: VmConfig): boolean {
  const isSilent = name === '' && description === '' && uuid === undefined && tags.length === 0;
  return isSilent && drives.length === 0 && Object.keys(networks).length === 0;
}
