// SPDX-License-Identifier: GPL-3.0-or-later
/** What is refused at once of a creation from a backup (PVE::API2::Qemu, create_vm and parse_restore_archive; PVE::Storage, check_volume_access). */
import { needed, storageOf, textParam, type PveCall } from '../call.ts';
import { died, PveError, wrongParameters } from '../errors.ts';
import { demand, may } from '../permissions.ts';
import { driveName } from './drives.ts';

/** What stands in the file until the restore is over, and for ever when it fails ("VM $vmid state is NOT cleaned up"). */
export const stub = { memory: '128' } as const;

export interface Archive {
  readonly storage: string;
  readonly id: string;
  /** Seconds since the epoch. */
  readonly time: number;
}

/** `pbs-main:backup/vm/100/2026-01-06T02:00:00Z`, as PVE::Storage::PBSPlugin, parse_volname, takes it. */
export function archiveOf(volid: string): Archive {
  const found = /^([^:]+):backup\/vm\/(\d+)\/(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)$/.exec(volid);
  if (!found) throw died(`unable to parse PBS volume name '${volid}'`);
  const [, storage = '', id = '', at = ''] = found;
  return { storage, id, time: Date.parse(at) / 1000 };
}

export function checkArchive({ world, caller, params }: PveCall): void {
  if (params['force'] === true) throw new PveError(501, 'A restore over what is there is not simulated');
  const drive = Object.keys(params).find((name) => driveName.test(name));
  if (drive !== undefined) throw wrongParameters({ [drive]: "option conflicts with option 'archive'" });
  const target = textParam(params, 'storage');
  if (target !== undefined) demand(world, caller, `/storage/${target}`, ['Datastore.AllocateSpace']);
  const { storage, id } = archiveOf(needed(params, 'archive'));
  if (storageOf(world, storage).type !== 'pbs') throw new PveError(501, 'Only backups on a PBS are simulated');
  if (may(world, caller, `/storage/${storage}`, 'Datastore.Allocate')) return;
  demand(world, caller, `/storage/${storage}`, ['Datastore.AllocateSpace']);
  demand(world, caller, `/vms/${id}`, ['VM.Backup']);
}
