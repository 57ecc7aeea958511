// SPDX-License-Identifier: GPL-3.0-or-later
/** The permissions that a contract itself names (proxmox-router, permission.rs: check_api_permission). */
import { PbsError } from './errors.ts';
import { pbsPrivileges, type PbsCaller } from './permissions.ts';
import type { PbsServer } from './state.ts';

interface Permission {
  readonly user?: string;
  readonly userParam?: string;
  readonly check?: { readonly path: readonly string[]; readonly privs: readonly string[]; readonly partial: boolean };
  readonly or?: readonly Permission[];
  readonly and?: readonly Permission[];
}

interface Asked {
  readonly server: PbsServer;
  readonly caller: PbsCaller;
  readonly args: Readonly<Record<string, string>>;
}

function allowed(asked: Asked, permission: Permission): boolean {
  const { check, or, and, userParam } = permission;
  if (permission.user !== undefined) return true;
  if (userParam !== undefined) return asked.args[userParam] === asked.caller.user;
  if (or) return or.some((one) => allowed(asked, one));
  if (and) return and.every((one) => allowed(asked, one));
  // without any, root alone
  if (!check) return asked.caller.user === 'root@pam' && asked.caller.token === undefined;
  const path = `/${check.path.map((part) => asked.args[part.replace(/^\{|\}$/g, '')] ?? part).join('/')}`;
  const have = pbsPrivileges(asked.server, asked.caller, path);
  return check.partial ? check.privs.some((one) => have.has(one)) : check.privs.every((one) => have.has(one));
}

/** @throws {PbsError} 403 */
export function checkPbsContract(asked: Asked, permissions: unknown): void {
  if (!allowed(asked, permissions ?? {})) throw new PbsError(403, 'permission check failed', true);
}
