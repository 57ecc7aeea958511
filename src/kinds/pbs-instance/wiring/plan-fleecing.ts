// SPDX-License-Identifier: GPL-3.0-or-later
import type { Hold } from '../../../core/plan.ts';
import { blocked } from './part.ts';
import type { WiringSeen } from './seen.ts';
import type { WiringWish } from './wish.ts';

/** Fleecing images are disks of guests (PVE::VZDump::QemuServer, allocate_fleecing_images): what cannot hold those fails every run of the job. */
function unfit(found: NonNullable<WiringSeen['fleecing']>[string]): string | undefined {
  if (!found) return 'does not exist, or the token may not see it. Make it';
  if (found.disabled) return 'is switched off. Switch it on';
  if (found.content.split(',').includes('images')) return undefined;
  return `holds no disk images (its content types are ${found.content === '' ? 'none' : found.content}). Add the content type Disk image to it`;
}

/** A local one that is thin is the best: what is fleeced is thrown away after the run. */
export function fleecingHold({ jobs }: WiringWish, { fleecing = {} }: Pick<WiringSeen, 'fleecing'>): Hold | undefined {
  for (const { id, fleecing: storage } of jobs) {
    if (storage === undefined || !Object.hasOwn(fleecing, storage)) continue;
    const why = unfit(fleecing[storage]);
    if (why === undefined) continue;
    return blocked(
      'FleecingStorageUnfit',
      `Job ${id} shall fleece on storage ${storage} of Proxmox VE, which ${why}, or name another one in jobs.fleecing.storage, e.g. local-lvm.`,
      { kind: 'Storage', id: storage },
    );
  }
  return undefined;
}
