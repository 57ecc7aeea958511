// SPDX-License-Identifier: GPL-3.0-or-later
/** Roles and the ACL tree (pbs-api-types, acl.rs; pbs-config, acl.rs and cached_user_info.rs). There are built-in roles only. */
import type { AclEntry } from '../state.ts';
import { missingPrivileges } from './errors.ts';
import type { PbsServer } from './state.ts';

const datastore = [
  'Datastore.Audit',
  'Datastore.Modify',
  'Datastore.Read',
  'Datastore.Verify',
  'Datastore.Backup',
  'Datastore.Prune',
];
const remote = [
  'Remote.Audit',
  'Remote.Modify',
  'Remote.Read',
  'Remote.DatastoreBackup',
  'Remote.DatastoreModify',
  'Remote.DatastorePrune',
];
const tape = ['Tape.Audit', 'Tape.Modify', 'Tape.Read', 'Tape.Write'];
const all = [
  'Sys.Audit',
  'Sys.Modify',
  'Sys.PowerManagement',
  'Sys.Console',
  'Datastore.Allocate',
  ...datastore,
  'Permissions.Modify',
  'Realm.Allocate',
  ...remote,
  ...tape,
];

/** Datastore.Allocate, Sys.Modify and Permissions.Modify are in Admin alone. */
export const pbsRoles: Readonly<Record<string, readonly string[]>> = {
  Admin: all,
  Audit: ['Sys.Audit', 'Datastore.Audit', 'Remote.Audit', 'Tape.Audit'],
  NoAccess: [],
  DatastoreAdmin: datastore,
  DatastoreReader: ['Datastore.Audit', 'Datastore.Verify', 'Datastore.Read'],
  DatastoreBackup: ['Datastore.Backup'],
  DatastorePowerUser: ['Datastore.Prune', 'Datastore.Backup'],
  DatastoreAudit: ['Datastore.Audit'],
  RemoteAudit: ['Remote.Audit'],
  RemoteAdmin: ['Remote.Audit', 'Remote.Modify', 'Remote.Read'],
  RemoteSyncOperator: ['Remote.Audit', 'Remote.Read'],
  RemoteSyncPushOperator: ['Remote.Audit', 'Remote.DatastoreBackup'],
  RemoteDatastorePowerUser: ['Remote.DatastoreBackup', 'Remote.DatastorePrune'],
  RemoteDatastoreAdmin: ['Remote.DatastoreBackup', 'Remote.DatastoreModify', 'Remote.DatastorePrune'],
  TapeAudit: ['Tape.Audit'],
  TapeAdmin: tape,
  TapeOperator: ['Tape.Audit', 'Tape.Read', 'Tape.Write'],
  TapeReader: ['Tape.Audit', 'Tape.Read'],
};

export interface PbsCaller {
  readonly user: string;
  readonly token?: string;
}

export function authidOf({ user, token }: PbsCaller): string {
  return token === undefined ? user : `${user}!${token}`;
}

function rolesAt(acl: readonly AclEntry[], who: string, path: string): readonly string[] {
  const parts = path.split('/').filter((part) => part !== '');
  let roles: readonly string[] = [];
  for (let depth = 0; depth <= parts.length; depth++) {
    const here = `/${parts.slice(0, depth).join('/')}`;
    const given = acl.filter(
      (entry) => entry.path === here && entry.who === who && (entry.propagate || depth === parts.length),
    );
    if (given.length > 0) roles = given.some(({ role }) => role === 'NoAccess') ? [] : given.map(({ role }) => role);
  }
  return roles;
}

function ofMember(server: PbsServer, who: string, path: string): ReadonlySet<string> {
  return new Set(rolesAt(server.access.acl, who, path).flatMap((role) => pbsRoles[role] ?? []));
}

/** Tokens have what both they and their users have; root's tokens what they are given. */
export function pbsPrivileges(server: PbsServer, { user, token }: PbsCaller, path: string): ReadonlySet<string> {
  const mine = user === 'root@pam' ? new Set(all) : ofMember(server, user, path);
  if (token === undefined) return mine;
  return new Set([...ofMember(server, `${user}!${token}`, path)].filter((one) => mine.has(one)));
}

export function pbsMay(server: PbsServer, caller: PbsCaller, path: string, any: readonly string[]): boolean {
  const have = pbsPrivileges(server, caller, path);
  return any.some((one) => have.has(one));
}

/** @throws {PbsError} 403 */
export function pbsDemand(server: PbsServer, caller: PbsCaller, path: string, any: readonly string[]): void {
  if (!pbsMay(server, caller, path, any)) throw missingPrivileges(any, path);
}
