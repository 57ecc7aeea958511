// SPDX-License-Identifier: GPL-3.0-or-later
/** What jobs leave out (PVE::API2::BackupInfo, get_guests_not_in_backup; PVE::API2::Backup, get_volume_backup_included). */
import { needed, type PveCall } from '../call.ts';
import { wrongParameters } from '../errors.ts';
import { disksOf } from '../guests/drives.ts';
import { nameOf } from '../guests/show.ts';
import { may } from '../permissions.ts';
import { selected } from './select.ts';

/** A job that is switched off counts as one that covers. */
export function notBackedUp({ world, caller }: PveCall): unknown {
  const { jobs, guests } = world.state.pve;
  const covered = new Set(
    [...jobs.values()].flatMap(({ options }) => selected(world, options).map(({ vmid }) => vmid)),
  );
  return [...guests.values()]
    .filter(({ vmid }) => !covered.has(vmid) && may(world, caller, `/vms/${vmid}`, 'VM.Audit'))
    .map((guest) => ({ vmid: guest.vmid, name: nameOf(guest), type: guest.kind }));
}

export function includedVolumes({ world, caller, params }: PveCall): unknown {
  const id = needed(params, 'id');
  const job = world.state.pve.jobs.get(id);
  if (!job) throw wrongParameters({ id: `No such job '${id}'` });
  const children = selected(world, job.options)
    .filter(({ vmid }) => may(world, caller, `/vms/${vmid}`, 'VM.Audit'))
    .map(({ guest, vmid }) => ({
      id: vmid,
      name: guest ? nameOf(guest) : '',
      type: guest?.kind ?? 'unknown',
      children: (guest ? disksOf(guest) : []).map(({ name, drive }) => {
        const included = drive.options['backup'] !== '0';
        return { id: name, name: drive.file, included: included ? 1 : 0, reason: included ? 'enabled' : 'disabled' };
      }),
    }));
  return { children };
}
