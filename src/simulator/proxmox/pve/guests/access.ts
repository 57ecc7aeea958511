// SPDX-License-Identifier: GPL-3.0-or-later
/** Privileges by option (PVE::API2::Qemu, check_vm_modify_config_perm, check_storage_access, check_vm_create_serial_perm; PVE::QemuServer::Network). */
import type { PveCall } from '../call.ts';
import { storageOf } from '../call.ts';
import { died, PveError } from '../errors.ts';
import { demand, demandAny } from '../permissions.ts';
import { driveName, isCdrom, newDisk, parseDrive } from './drives.ts';

const groups: readonly (readonly [string, RegExp])[] = [
  ['VM.Config.CPU', /^(cores|sockets|cpu|cpulimit|cpuunits|vcpus|numa\d*|affinity)$/],
  ['VM.Config.Memory', /^(memory|balloon|shares|hugepages|keephugepages)$/],
  ['VM.Config.Disk', /^(boot|bootdisk|unused\d+|scsi\d+|sata\d+|ide\d+|virtio\d+|efidisk0|tpmstate0)$/],
  ['VM.Config.Network', /^(net\d+|nameserver|searchdomain|ipconfig\d+)$/],
  [
    'VM.Config.HWType',
    /^(scsihw|machine|vga|smbios1|serial\d+|watchdog|audio0|rng0|arch|kvm|acpi|tablet|localtime|tdf|vmgenid)$/,
  ],
  ['VM.Config.Cloudinit', /^(ciuser|cipassword|sshkeys|citype|ciupgrade|cicustom)$/],
  [
    'VM.Config.Options',
    /^(agent|autostart|bios|description|keyboard|name|onboot|ostype|protection|tags|startup|hotplug|reboot|startdate|migrate_downtime|migrate_speed|freeze|template|spice_enhancements|vmstatestorage)$/,
  ],
];

/** Nobody but root@pam with a ticket, no token of theirs either. */
const rootAlone = /^(args|hookscript|lock|skiplock|hostpci\d+|usb\d+|parallel\d+|virtiofs\d+)$/;

function privilegeOf(name: string, value: string | undefined): string {
  if (driveName.test(name) && value !== undefined && isCdrom(parseDrive(value))) return 'VM.Config.CDROM';
  return groups.find(([, pattern]) => pattern.test(name))?.[0] ?? 'VM.Config.Options';
}

export interface Change {
  readonly vmid: number;
  readonly pool: string | undefined;
  /** undefined: it is deleted; then what it was. */
  readonly options: Readonly<Record<string, string | undefined>>;
  readonly former: Readonly<Record<string, string>>;
}

function demandOption({ world, caller }: PveCall, { vmid, pool }: Change, privilege: string): void {
  if (pool !== undefined)
    try {
      return demand(world, caller, `/pool/${pool}`, [privilege]);
    } catch (error) {
      if (!(error instanceof PveError)) throw error;
    }
  demand(world, caller, `/vms/${vmid}`, [privilege]);
}

function checkDrive({ world, caller }: PveCall, text: string): void {
  const drive = parseDrive(text);
  const [storage = ''] = drive.file.split(':');
  if (drive.file === 'none' || drive.file === 'cdrom') return;
  if (drive.file.startsWith('/')) throw died(`Only root can pass arbitrary filesystem paths.`);
  storageOf(world, storage);
  if (newDisk.test(drive.file)) demand(world, caller, `/storage/${storage}`, ['Datastore.AllocateSpace']);
  else demandAny(world, caller, `/storage/${storage}`, ['Datastore.AllocateSpace', 'Datastore.Audit']);
}

function checkNetwork({ world, caller }: PveCall, text: string): void {
  const bridge = /(?:^|,)bridge=([^,]+)/.exec(text)?.[1];
  const tag = /(?:^|,)tag=(\d+)/.exec(text)?.[1];
  if (bridge === undefined) return;
  demand(world, caller, `/sdn/zones/localnetwork/${bridge}${tag === undefined ? '' : `/${tag}`}`, ['SDN.Use']);
}

/** @throws {PveError} 403, or 500 for what is root's alone */
export function checkChange(call: PveCall, change: Change): void {
  const root = call.caller.user === 'root@pam' && call.caller.token === undefined;
  if (root) return;
  for (const [name, value] of Object.entries(change.options)) {
    if (rootAlone.test(name)) throw died(`only root can set '${name}' config`);
    demandOption(call, change, privilegeOf(name, value ?? change.former[name]));
    if (name === 'startup') demand(call.world, call.caller, '/', ['Sys.Modify']);
    if (value !== undefined && driveName.test(name)) checkDrive(call, value);
    if (value !== undefined && /^net\d+$/.test(name)) checkNetwork(call, value);
  }
}
