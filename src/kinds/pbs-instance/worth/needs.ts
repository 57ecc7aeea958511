// SPDX-License-Identifier: GPL-3.0-or-later
/** What the token of Proxmox VE needs for a look, as data for a look ahead. What it may not see is left out of lists without a word. */
import type { Needed } from '../../../clouds/pve/permissions.ts';
import type { WorthWish } from './wish.ts';

/** On the backup server the operator's token may all of it: Datastore.Audit is in Admin on /datastore. */
export function worthNeeds({ storage, node }: WorthWish): readonly (Needed & { readonly why: string })[] {
  return [
    { path: '/', anyOf: ['Sys.Audit'], why: 'to read backup jobs and what they save' },
    { path: `/nodes/${node}`, anyOf: ['Sys.Audit'], why: 'to see how the runs of jobs ended: they are not its own' },
    { path: '/vms', anyOf: ['VM.Audit'], why: 'to see every guest, also those that no job saves' },
    {
      path: `/storage/${storage}`,
      anyOf: ['Datastore.Audit', 'Datastore.AllocateSpace'],
      why: 'to see whether the storage is active',
    },
  ];
}
