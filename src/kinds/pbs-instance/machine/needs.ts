// SPDX-License-Identifier: GPL-3.0-or-later
/** What the token has to be allowed for the machine, by Proxmox VE's paths (PVE::API2::Qemu, ::Storage::Status; SDN.Use on bridges since 8.1). Pure. */
import type { Needed } from '../../../clouds/pve/permissions.ts';
import type { MachineWish } from './wish.ts';

const ofMachine = [
  ...['Allocate', 'Audit', 'PowerMgmt'].map((one) => `VM.${one}`),
  ...['CDROM', 'CPU', 'Disk', 'HWType', 'Memory', 'Network', 'Options'].map((one) => `VM.Config.${one}`),
];

export function machineNeeds(wish: MachineWish): readonly Needed[] {
  const { pool, storage, iso, bridge, vlan, node } = wish;
  const all = (path: string, privileges: readonly string[]) => privileges.map((one) => ({ path, anyOf: [one] }));
  return [
    ...all(pool === undefined ? '/vms' : `/pool/${pool}`, ofMachine),
    ...all(`/storage/${storage}`, ['Datastore.AllocateSpace']),
    // Datastore.Allocate deletes the answer again
    ...all(`/storage/${iso.storage}`, ['Datastore.AllocateTemplate', 'Datastore.Allocate', 'Datastore.Audit']),
    ...all(`/sdn/zones/localnetwork/${bridge}${vlan === undefined ? '' : `/${vlan}`}`, ['SDN.Use']),
    // of tasks that others began, such as who switched the machine off
    ...all(`/nodes/${node}`, ['Sys.Audit', ...(iso.fetch ? ['Sys.AccessNetwork'] : [])]),
  ];
}
