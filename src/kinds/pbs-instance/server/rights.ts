// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * What the operator's token has to be allowed, and no more. There are built-in roles only, and Datastore.Allocate, Sys.Modify and
 * Permissions.Modify are in Admin alone (pbs-api-types, acl.rs). Pure.
 */
export interface Right {
  /** Where it is asked for. */
  readonly on: string;
  readonly privilege: string;
  /** What gives it. */
  readonly path: string;
  readonly role: 'Admin' | 'Audit';
  readonly propagate: boolean;
}

function right(on: string, privilege: string, path: string, role: Right['role'] = 'Admin'): Right {
  return { on, privilege, path, role, propagate: true };
}

const always: readonly Right[] = [
  // PUT /admin/s3/{id}/check asks for it at the root; not inherited, so it is little more
  { on: '/', privilege: 'Sys.Modify', path: '/', role: 'Admin', propagate: false },
  right('/access/users', 'Permissions.Modify', '/access'),
  right('/access/acl', 'Permissions.Modify', '/access'),
  right('/datastore', 'Datastore.Allocate', '/datastore'),
  right('/datastore', 'Datastore.Modify', '/datastore'),
  right('/datastore', 'Datastore.Verify', '/datastore'),
  right('/datastore', 'Permissions.Modify', '/datastore'),
  right('/system/s3-endpoint', 'Sys.Modify', '/system/s3-endpoint'),
  right('/system/status', 'Sys.Audit', '/system/status', 'Audit'),
  right('/system/tasks', 'Sys.Audit', '/system/tasks', 'Audit'),
];

const ofDisks = right('/system/disks', 'Sys.Modify', '/system/disks');

export function rightsNeeded({ disks }: { readonly disks: boolean }): readonly Right[] {
  return disks ? [...always, ofDisks] : always;
}

export type Grant = Pick<Right, 'path' | 'role' | 'propagate'>;

/** Each once, in order. */
export function grantsFor(lacking: readonly Right[]): readonly Grant[] {
  const all = new Map(lacking.map(({ path, role, propagate }) => [path, { path, role, propagate }] as const));
  return [...all.values()];
}

/** What somebody types on the server who gives it. @param who A user, or `user@realm!token`. */
export function commandFor({ path, role, propagate }: Grant, who: string): string {
  const below = propagate ? '' : ' --propagate false';
  return `proxmox-backup-manager acl update ${path} ${role} --auth-id '${who}'${below}`;
}
