// SPDX-License-Identifier: GPL-3.0-or-later
/** What the token of Proxmox VE has to be allowed for restore tests (PVE::API2::Qemu, create_vm with an archive; PVE::QemuServer, check_restore_permissions). Pure. */
import type { Needed } from '../../../clouds/pve/permissions.ts';
import type { RestoreWish } from './wish.ts';

/** On all machines: the id is whichever is free, and what failed is in no pool. */
const ofCopy = ['VM.Allocate', 'VM.Audit', 'VM.Config.HWType', 'VM.Config.Options'];

export function restoreNeeds({ storage, pool, node }: RestoreWish): readonly Needed[] {
  const all = (path: string, privileges: readonly string[]) => privileges.map((one) => ({ path, anyOf: [one] }));
  return [
    ...all('/vms', ofCopy),
    ...(pool === undefined ? [] : all(`/pool/${pool}`, ['VM.Allocate'])),
    // shows how much is free there, too
    ...all(`/storage/${storage}`, ['Datastore.AllocateSpace']),
    // its cards are on the guest's bridges, though nothing ever goes over them
    ...all('/sdn/zones/localnetwork', ['SDN.Use']),
    // of tasks that others began: who made what of an id last
    ...all(`/nodes/${node}`, ['Sys.Audit']),
  ];
}
