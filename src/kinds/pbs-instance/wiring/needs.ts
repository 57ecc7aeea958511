// SPDX-License-Identifier: GPL-3.0-or-later
/** What the tokens need for the wiring, as data for a look ahead (PVE::API2::Storage::Config, ::Backup; proxmox-backup, api2/access). */
import type { Needed } from '../../../clouds/pve/permissions.ts';
import { aclPathOf, type WiringWish } from './wish.ts';

export interface NeededFor extends Needed {
  /** A clause for a message. */
  readonly why: string;
  /** Whether it has to hold below the path, too. */
  readonly propagate: boolean;
}

/** Who has a tag. */
export const seesGuests: NeededFor = {
  path: '/vms',
  anyOf: ['VM.Audit'],
  why: 'to see which guests have the tag',
  propagate: true,
};

function ofJob({ select, fleecing }: WiringWish['jobs'][number]): NeededFor[] {
  return [
    ...(select.type === 'Pool'
      ? [{ path: `/pool/${select.pool}`, anyOf: ['VM.Backup'], why: 'to back the pool up', propagate: true }]
      : []),
    ...(select.type === 'Tag' ? [seesGuests] : []),
    ...(fleecing === undefined
      ? []
      : [
          {
            path: `/storage/${fleecing}`,
            anyOf: ['Datastore.AllocateSpace'],
            why: 'to fleece on it during a backup',
            propagate: false,
          },
        ]),
  ];
}

/** Of Proxmox VE. */
export function pveNeeds(wish: WiringWish): readonly NeededFor[] {
  const storage = `/storage/${wish.storage}`;
  return [
    {
      path: '/storage',
      anyOf: ['Datastore.Allocate'],
      why: 'to add the storage for backups, and to take it away',
      propagate: true,
    },
    { path: storage, anyOf: ['Datastore.Allocate'], why: 'to read that storage and back up to it', propagate: false },
    { path: storage, anyOf: ['Datastore.Audit'], why: 'to see whether it is active', propagate: false },
    { path: '/', anyOf: ['Sys.Audit'], why: 'to read backup jobs', propagate: false },
    { path: '/', anyOf: ['Sys.Modify'], why: 'to write backup jobs', propagate: false },
    ...wish.jobs.flatMap(ofJob),
  ];
}

/** Of the backup server: there these privileges are in the role Admin alone. */
export function pbsNeeds(wish: WiringWish): readonly NeededFor[] {
  const store = `/datastore/${wish.datastore}`;
  return [
    {
      path: '/access/users',
      anyOf: ['Permissions.Modify'],
      why: 'to make the user and token of Proxmox VE',
      propagate: false,
    },
    { path: '/access/acl', anyOf: ['Permissions.Modify'], why: 'to see who may what', propagate: false },
    { path: aclPathOf(wish), anyOf: ['Permissions.Modify'], why: 'to let that token back up', propagate: false },
    ...(wish.namespace === ''
      ? []
      : [{ path: store, anyOf: ['Datastore.Modify'], why: 'to make the namespace', propagate: true }]),
  ];
}

/** The commands that grant all of these to a token of Proxmox VE: what it may, its user has to be allowed, too. */
export function pveumCommands(needs: readonly NeededFor[], tokenID: string): readonly string[] {
  const [user = ''] = tokenID.split('!');
  const paths = [...new Set(needs.map(({ path }) => path))];
  return paths.flatMap((path) => {
    const here = needs.filter((one) => one.path === path);
    const privileges = [...new Set(here.map(({ anyOf }) => anyOf[0] ?? ''))].toSorted();
    const role = `HybridCloud${path.replaceAll(/[^A-Za-z0-9]+/g, '-').replace(/-$/, '')}`;
    const propagate = here.some((one) => one.propagate) ? 1 : 0;
    return [
      `pveum role add ${role} --privs '${privileges.join(' ')}'`,
      `pveum acl modify ${path} --users '${user}' --tokens '${tokenID}' --roles ${role} --propagate ${propagate}`,
    ];
  });
}
