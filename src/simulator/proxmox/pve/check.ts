// SPDX-License-Identifier: GPL-3.0-or-later
/** The permissions that a contract itself names (PVE::RPCEnvironment, check_api2_permissions and exec_api2_perm_check). */
import { plainText } from '../contract/validate.ts';
import type { World } from '../world.ts';
import { denied, PveError } from './errors.ts';
import { demand, demandAny, may, type Caller } from './permissions.ts';

interface Asked {
  readonly world: World;
  readonly caller: Caller;
  readonly params: Readonly<Record<string, unknown>>;
}

function template(path: string, params: Asked['params']): string {
  return path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => plainText(params[name] ?? ''));
}

function checkPath({ world, caller, params }: Asked, [path, needed, ...options]: readonly unknown[]): void {
  const set = new Map<unknown, unknown>();
  for (let at = 0; at + 1 < options.length; at += 2) set.set(options[at], options[at + 1]);
  const required = set.get('require_param');
  if (typeof required === 'string' && params[required] === undefined) throw denied('');
  const where = template(String(path), params);
  (set.get('any') === 1 ? demandAny : demand)(world, caller, where, needed as readonly string[]);
}

/** Who may give away permissions of a path (check_perm_modify). */
function checkModify({ world, caller, params }: Asked, [path]: readonly unknown[]): void {
  const where = template(String(path), params);
  const [kind = ''] = where.split('/').filter((part) => part !== '');
  const own = { storage: 'Datastore.Allocate', vms: 'VM.Allocate', pool: 'Pool.Allocate' }[kind];
  if (may(world, caller, where, 'Permissions.Modify') || (own !== undefined && may(world, caller, where, own))) return;
  throw denied(`${where}, Permissions.Modify`);
}

function any(asked: Asked, checks: readonly unknown[]): void {
  let last: unknown;
  for (const one of checks)
    try {
      return run(asked, one as readonly unknown[]);
    } catch (error) {
      if (!(error instanceof PveError)) throw error;
      last = error;
    }
  throw last;
}

function run(asked: Asked, check: readonly unknown[]): void {
  const [kind, ...rest] = check;
  if (kind === 'perm') return checkPath(asked, rest);
  if (kind === 'perm-modify') return checkModify(asked, rest);
  if (kind === 'and') return rest.forEach((one) => run(asked, one as readonly unknown[]));
  if (kind === 'or') return any(asked, rest);
  if (kind === 'userid-param') {
    if (rest[0] === 'self' && asked.params['userid'] === asked.caller.user) return;
    return demand(asked.world, asked.caller, '/access/realm/pve', [
      rest[0] === 'self' ? 'Realm.Allocate' : String(rest[0]),
    ]);
  }
  if (kind === 'userid-group')
    return demandAny(asked.world, asked.caller, '/access/groups', rest[0] as readonly string[]);
  throw new TypeError(`A contract asks for ${String(kind)}.`);
}

/** @throws {PveError} 403 */
export function checkContract(asked: Asked, permissions: unknown): void {
  const given = permissions as { readonly user?: string; readonly check?: readonly unknown[] } | null;
  if (given?.user !== undefined || (asked.caller.user === 'root@pam' && asked.caller.token === undefined)) return;
  // without any, root alone
  if (!given?.check) throw denied('user != root@pam');
  run(asked, given.check);
}
