// SPDX-License-Identifier: GPL-3.0-or-later
/** Who may what where (PVE::AccessControl, roles; PVE::RPCEnvironment, permissions, check, check_any, exec_api2_perm_check). */
import type { AclEntry } from '../state.ts';
import type { World } from '../world.ts';
import { denied } from './errors.ts';
import { builtInRoles, privilegesOf } from './roles.ts';

/** `user@realm`, or with a token of theirs. */
export interface Caller {
  readonly user: string;
  readonly token?: string;
}

export function callerText({ user, token }: Caller): string {
  return token === undefined ? user : `${user}!${token}`;
}

/** Privilege -> whether it is handed down. */
export type Privileges = ReadonlyMap<string, boolean>;

/** `/`, `/vms`, `/vms/100`. */
function wayTo(path: string): readonly string[] {
  const parts = path.split('/').filter((part) => part !== '');
  return ['/', ...parts.map((_, at) => `/${parts.slice(0, at + 1).join('/')}`)];
}

function rolesAt(acl: readonly AclEntry[], who: string, path: string): ReadonlyMap<string, boolean> {
  let roles = new Map<string, boolean>();
  for (const step of wayTo(path)) {
    const here = acl.filter((entry) => entry.path === step && entry.who === who && (entry.propagate || step === path));
    // what is given nearer replaces what is handed down
    if (here.length > 0) roles = new Map(here.map(({ role, propagate }) => [role, propagate]));
    if (roles.has('NoAccess')) roles = new Map([['NoAccess', roles.get('NoAccess') ?? true]]);
  }
  return roles;
}

function privilegesAt({ state, version }: World, who: string, path: string): Map<string, boolean> {
  const { roles, acl } = state.pve.access;
  const all = new Map<string, boolean>();
  for (const [role, propagate] of rolesAt(acl, who, path))
    for (const privilege of roles.get(role) ?? builtInRoles(version)[role] ?? [])
      all.set(privilege, (all.get(privilege) ?? false) || propagate);
  return all;
}

function ofMember(world: World, who: string, path: string): Map<string, boolean> {
  const own = privilegesAt(world, who, path);
  const vmid = /^\/vms\/(\d+)$/.exec(path)?.[1];
  const pool = vmid === undefined ? undefined : world.state.pve.guests.get(Number(vmid))?.pool;
  if (!pool) return own;
  for (const [privilege, propagate] of privilegesAt(world, who, `/pool/${pool}`))
    own.set(privilege, (own.get(privilege) ?? false) || propagate);
  return own;
}

export function privileges(world: World, { user, token }: Caller, path: string): Privileges {
  const mine =
    user === 'root@pam' ? new Map(privilegesOf(world.version).map((one) => [one, true])) : ofMember(world, user, path);
  if (token === undefined) return mine;
  const record = world.state.pve.access.users.get(user)?.tokens.get(token);
  if (record && !record.privsep) return mine;
  // separated privileges: what both have
  const its = ofMember(world, `${user}!${token}`, path);
  return new Map(
    [...its].filter(([privilege]) => mine.has(privilege)).map(([one, down]) => [one, down && (mine.get(one) ?? false)]),
  );
}

export function may(world: World, caller: Caller, path: string, privilege: string): boolean {
  return privileges(world, caller, path).has(privilege);
}

/** @throws {PveError} 403 with the first one that is missing */
export function demand(world: World, caller: Caller, path: string, needed: readonly string[]): void {
  const have = privileges(world, caller, path);
  for (const privilege of needed) if (!have.has(privilege)) throw denied(`${path}, ${privilege}`);
}

export function demandAny(world: World, caller: Caller, path: string, needed: readonly string[]): void {
  const have = privileges(world, caller, path);
  if (!needed.some((privilege) => have.has(privilege))) throw denied(`${path}, ${needed.join('|')}`);
}
