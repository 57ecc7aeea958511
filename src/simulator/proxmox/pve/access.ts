// SPDX-License-Identifier: GPL-3.0-or-later
/** Users, tokens, roles, ACLs (PVE::API2::AccessControl, ::ACL, ::Role, ::User). */
import { discloseSecret } from '../../kernel/disclosure.ts';
import { newSecret } from '../task.ts';
import type { TokenRecord, UserRecord } from '../state.ts';
import { login } from './auth.ts';
import { needed, numberParam, textParam, type PveCall } from './call.ts';
import { died, denied, wrongParameters } from './errors.ts';
import { callerText, may, privileges } from './permissions.ts';
import { builtInRoles, privilegesOf } from './roles.ts';

export function createTicket({ world, params }: PveCall): object {
  return { ...login(world, needed(params, 'username'), needed(params, 'password')), cap: {}, clustername: 'cluster' };
}

const always = ['/', '/access', '/access/groups', '/nodes', '/pool', '/sdn', '/storage', '/vms'];

/** Values tell whether a privilege is handed down; it is there in any case. */
export function showPermissions(call: PveCall): unknown {
  const { world, caller, params } = call;
  const [user = '', token] = (textParam(params, 'userid') ?? callerText(caller)).split('!');
  if (user !== caller.user && !may(world, caller, '/access', 'Sys.Audit')) throw denied('/access, Sys.Audit');
  const asked = textParam(params, 'path');
  const paths =
    asked === undefined ? [...new Set([...always, ...world.state.pve.access.acl.map(({ path }) => path)])] : [asked];
  const shown: Record<string, Record<string, number>> = {};
  for (const path of paths) {
    const have = privileges(world, { user, ...(token === undefined ? {} : { token }) }, path);
    if (have.size > 0 || asked !== undefined)
      shown[path] = Object.fromEntries([...have].map(([one, down]) => [one, down ? 1 : 0]));
  }
  return shown;
}

export function listAcl({ world, caller }: PveCall): unknown {
  if (!may(world, caller, '/access', 'Sys.Audit') && caller.user !== 'root@pam') return [];
  return world.state.pve.access.acl.map(({ path, who, role, propagate }) => ({
    path,
    ugid: who,
    type: who.includes('!') ? 'token' : 'user',
    roleid: role,
    propagate: propagate ? 1 : 0,
  }));
}

export function changeAcl({ world, params }: PveCall): null {
  const { access } = world.state.pve;
  const path = needed(params, 'path');
  const listOf = (name: string) => (textParam(params, name) ?? '').split(/[,;\s]+/).filter((one) => one !== '');
  for (const role of listOf('roles')) {
    if (!access.roles.has(role) && !builtInRoles(world.version)[role])
      throw wrongParameters({ roles: `role '${role}' does not exist` });
    for (const who of [...listOf('users'), ...listOf('tokens')]) {
      access.acl = access.acl.filter((entry) => entry.path !== path || entry.who !== who || entry.role !== role);
      if (params['delete'] !== true) access.acl.push({ path, who, role, propagate: params['propagate'] !== false });
    }
  }
  return null;
}

export function listRoles({ world }: PveCall): unknown {
  const builtIn = Object.entries(builtInRoles(world.version)).map(([roleid, privs]) => ({
    roleid,
    privs: privs.join(','),
    special: 1,
  }));
  return [
    ...builtIn,
    ...[...world.state.pve.access.roles].map(([roleid, privs]) => ({ roleid, privs: privs.join(','), special: 0 })),
  ];
}

export function showRole({ world, params }: PveCall): unknown {
  const id = needed(params, 'roleid');
  const found = world.state.pve.access.roles.get(id) ?? builtInRoles(world.version)[id];
  if (!found) throw died(`role '${id}' does not exist`);
  return Object.fromEntries(found.map((one) => [one, 1]));
}

/** A privilege that this version does not have makes it fail: VM.Monitor in 9, VM.GuestAgent.* in 8. */
export function createRole({ world, params }: PveCall): null {
  const { roles } = world.state.pve.access;
  const id = needed(params, 'roleid');
  const asked = (textParam(params, 'privs') ?? '').split(/[,;\s]+/).filter((one) => one !== '');
  if (roles.has(id) || builtInRoles(world.version)[id]) throw died(`create role failed: role '${id}' already exists`);
  const unknown = asked.find((one) => !privilegesOf(world.version).includes(one));
  if (unknown !== undefined) throw died(`create role failed: invalid privilege '${unknown}'`);
  roles.set(id, asked);
  return null;
}

function userOf({ world, params }: PveCall): UserRecord {
  const id = needed(params, 'userid');
  const user = world.state.pve.access.users.get(id);
  if (!user) throw died(`no such user ('${id}')`);
  return user;
}

function tokenOf(call: PveCall): { readonly user: UserRecord; readonly token: TokenRecord } {
  const user = userOf(call);
  const id = needed(call.params, 'tokenid');
  const token = user.tokens.get(id);
  if (!token) throw wrongParameters({ tokenid: `no such token '${id}' for user '${user.id}'` });
  return { user, token };
}

const info = ({ privsep, expire, comment }: TokenRecord) => ({
  privsep: privsep ? 1 : 0,
  expire,
  ...(comment === '' ? {} : { comment }),
});

export function listUsers({ world }: PveCall): unknown {
  return [...world.state.pve.access.users.values()].map(({ id, enabled, expire }) => ({
    userid: id,
    enable: enabled ? 1 : 0,
    expire,
  }));
}

export function listTokens(call: PveCall): unknown {
  return [...userOf(call).tokens.values()].map((token) => ({ tokenid: token.id, ...info(token) }));
}

export function showToken(call: PveCall): unknown {
  return info(tokenOf(call).token);
}

/** Its secret is told this once. */
export function createToken(call: PveCall): unknown {
  const { world, params } = call;
  const user = userOf(call);
  const id = needed(params, 'tokenid');
  if (user.tokens.has(id)) throw wrongParameters({ tokenid: 'Token already exists.' });
  const token: TokenRecord = {
    id,
    secret: discloseSecret(newSecret(world.state)),
    privsep: params['privsep'] !== false,
    expire: numberParam(params, 'expire') ?? 0,
    comment: textParam(params, 'comment') ?? '',
  };
  user.tokens.set(id, token);
  return { 'full-tokenid': `${user.id}!${id}`, info: info(token), value: token.secret };
}

export function updateToken(call: PveCall): unknown {
  const { params } = call;
  const { token } = tokenOf(call);
  if (params['privsep'] !== undefined) token.privsep = params['privsep'] === true;
  token.expire = numberParam(params, 'expire') ?? token.expire;
  token.comment = textParam(params, 'comment') ?? token.comment;
  return info(token);
}

export function deleteToken(call: PveCall): null {
  const { user, token } = tokenOf(call);
  user.tokens.delete(token.id);
  const who = `${user.id}!${token.id}`;
  const { access } = call.world.state.pve;
  access.acl = access.acl.filter((entry) => entry.who !== who);
  return null;
}
