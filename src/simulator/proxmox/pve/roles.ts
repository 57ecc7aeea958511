// SPDX-License-Identifier: GPL-3.0-or-later
/** Privileges and built-in roles (PVE::AccessControl, $privgroups and $special_roles). */
import type { PveVersion } from '../world.ts';

const both = [
  'Permissions.Modify',
  'Sys.PowerMgmt',
  'Sys.Modify',
  'Sys.Incoming',
  'Sys.AccessNetwork',
  'Sys.Console',
  'Sys.Syslog',
  'Sys.Audit',
  'VM.Config.CDROM',
  'VM.Config.CPU',
  'VM.Config.Cloudinit',
  'VM.Config.Disk',
  'VM.Config.HWType',
  'VM.Config.Memory',
  'VM.Config.Network',
  'VM.Config.Options',
  'VM.Console',
  'VM.Backup',
  'VM.PowerMgmt',
  'VM.Snapshot',
  'VM.Snapshot.Rollback',
  'VM.Allocate',
  'VM.Clone',
  'VM.Migrate',
  'VM.Audit',
  'Datastore.Allocate',
  'Datastore.AllocateTemplate',
  'Datastore.AllocateSpace',
  'Datastore.Audit',
  'SDN.Allocate',
  'SDN.Audit',
  'SDN.Use',
  'User.Modify',
  'Group.Allocate',
  'Realm.Allocate',
  'Realm.AllocateUser',
  'Pool.Allocate',
  'Pool.Audit',
  'Mapping.Audit',
  'Mapping.Modify',
  'Mapping.Use',
] as const;

/** pve-access-control 9.0.0: VM.Monitor is gone, VM.GuestAgent.* and VM.Replicate are new. */
const since9 = [
  'VM.GuestAgent.Audit',
  'VM.GuestAgent.FileRead',
  'VM.GuestAgent.FileSystemMgmt',
  'VM.GuestAgent.FileWrite',
  'VM.GuestAgent.Unrestricted',
  'VM.Replicate',
] as const;

export function privilegesOf(version: PveVersion): readonly string[] {
  return version.startsWith('8.') ? [...both, 'VM.Monitor'] : [...both, ...since9];
}

const vmUser = ['VM.Audit', 'VM.Backup', 'VM.Config.CDROM', 'VM.Config.Cloudinit', 'VM.Console', 'VM.PowerMgmt'];

function builtIn(all: readonly string[]): Readonly<Record<string, readonly string[]>> {
  const of = (...starts: readonly string[]) => all.filter((one) => starts.some((start) => one.startsWith(start)));
  const audits = all.filter((one) => one.endsWith('.Audit'));
  return {
    Administrator: all,
    PVEAdmin: all.filter(
      (one) =>
        ![
          'Permissions.Modify',
          'Sys.PowerMgmt',
          'Sys.Modify',
          'Sys.Incoming',
          'Sys.AccessNetwork',
          'Realm.Allocate',
        ].includes(one),
    ),
    PVEAuditor: audits,
    PVEVMAdmin: of('VM.'),
    PVEVMUser: all.includes('VM.GuestAgent.Audit') ? [...vmUser, 'VM.GuestAgent.Audit'] : vmUser,
    PVEDatastoreAdmin: of('Datastore.'),
    PVEDatastoreUser: ['Datastore.AllocateSpace', 'Datastore.Audit'],
    PVETemplateUser: ['VM.Audit', 'VM.Clone'],
    PVEPoolAdmin: of('Pool.'),
    PVEPoolUser: ['Pool.Audit'],
    PVESDNAdmin: of('SDN.'),
    PVESDNUser: ['SDN.Audit', 'SDN.Use'],
    PVESysAdmin: ['Permissions.Modify', 'Sys.Audit', 'Sys.Console', 'Sys.Syslog', 'Sys.PowerMgmt'].filter((one) =>
      all.includes(one),
    ),
    PVEUserAdmin: ['Group.Allocate', 'Realm.AllocateUser', 'User.Modify'],
    NoAccess: [],
  };
}

const kept = new Map<PveVersion, Readonly<Record<string, readonly string[]>>>();

export function builtInRoles(version: PveVersion): Readonly<Record<string, readonly string[]>> {
  const known = kept.get(version) ?? builtIn(privilegesOf(version));
  kept.set(version, known);
  return known;
}
