// SPDX-License-Identifier: GPL-3.0-or-later
/** Users, tokens, ACLs, tickets (proxmox-backup, api2/access). */
import { createHash } from 'node:crypto';
import { discloseSecret } from '../../kernel/disclosure.ts';
import { Extended } from '../reply.ts';
import type { TokenRecord, UserRecord } from '../state.ts';
import { newSecret } from '../task.ts';
import { loginPbs } from './auth.ts';
import { list, must, number, text, type PbsCall } from './call.ts';
import { bad, parameterError, PbsError } from './errors.ts';
import { authidOf, pbsMay, pbsPrivileges, pbsRoles } from './permissions.ts';
import { atLeast } from './server.ts';
import type { PbsServer } from './state.ts';

export function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

/** @throws {PbsError} when it is another one than was read */
export function checkDigest(given: string | undefined, now: string): void {
  if (given !== undefined && given !== now)
    throw bad('detected modified configuration - file changed by other user? Try again.');
}

export function createTicket({ world, server, params }: PbsCall): unknown {
  return loginPbs(world, server, must(params, 'username'), must(params, 'password'));
}

function userOf({ server, params }: PbsCall): UserRecord {
  const id = must(params, 'userid');
  const user = server.access.users.get(id);
  if (!user) throw bad(`no such user '${id}'`);
  return user;
}

const shownUser = ({ id, enabled, expire, comment }: UserRecord) => ({
  userid: id,
  enable: enabled,
  expire,
  ...(comment === '' ? {} : { comment }),
});

const usersDigest = ({ server }: PbsCall) =>
  digestOf([...server.access.users.values()].map((user) => [shownUser(user), [...user.tokens.keys()]]));

function shownToken(user: UserRecord, token: TokenRecord): Record<string, unknown> {
  const { expire, comment } = token;
  return {
    tokenid: `${user.id}!${token.id}`,
    'token-name': token.id,
    enable: true,
    expire,
    ...(comment === '' ? {} : { comment }),
  };
}

/** What nobody may see is left out without a word. */
export function listUsers(call: PbsCall): Extended {
  const { server, caller, params } = call;
  const all = pbsMay(server, caller, '/access/users', ['Sys.Audit', 'Permissions.Modify']);
  const found = [...server.access.users.values()].filter(({ id }) => all || id === caller.user);
  const shown = found.map((user) => {
    const tokens = [...user.tokens.values()].map((token) => shownToken(user, token));
    return { ...shownUser(user), ...(params['include_tokens'] === true && tokens.length > 0 ? { tokens } : {}) };
  });
  return new Extended(shown, { digest: usersDigest(call) });
}

export function showUser(call: PbsCall): Extended {
  return new Extended(shownUser(userOf(call)), { digest: usersDigest(call) });
}

export function createUser({ server, params }: PbsCall): null {
  const id = must(params, 'userid');
  if (server.access.users.has(id)) throw bad(`user '${id}' already exists.`);
  const password = text(params, 'password');
  if (!id.endsWith('@pbs') && password !== undefined)
    throw parameterError({ password: 'password is only supported for the pbs realm' });
  server.access.users.set(id, {
    id,
    password: password === undefined ? undefined : discloseSecret(password),
    enabled: params['enable'] !== false,
    expire: number(params, 'expire') ?? 0,
    comment: text(params, 'comment') ?? '',
    tokens: new Map(),
  });
  return null;
}

/** It takes a password and does nothing with it. */
export function updateUser(call: PbsCall): null {
  const { params } = call;
  const user = userOf(call);
  checkDigest(text(params, 'digest'), usersDigest(call));
  if (params['enable'] !== undefined) user.enabled = params['enable'] === true;
  user.expire = number(params, 'expire') ?? user.expire;
  user.comment = text(params, 'comment') ?? user.comment;
  if (list(params, 'delete').includes('comment')) user.comment = '';
  return null;
}

export function deleteUser(call: PbsCall): null {
  const user = userOf(call);
  checkDigest(text(call.params, 'digest'), usersDigest(call));
  const { access } = call.server;
  access.users.delete(user.id);
  access.acl = access.acl.filter(({ who }) => who !== user.id && !who.startsWith(`${user.id}!`));
  return null;
}

/** A user changes its own; whoever has Permissions.Modify the others'. */
export function changePassword(call: PbsCall): null {
  const { server, caller, params } = call;
  const own = caller.user === params['userid'] && caller.token === undefined;
  if (!own && !pbsMay(server, caller, '/access/users', ['Permissions.Modify']))
    throw new PbsError(403, 'you are not authorized to change the password.');
  userOf(call).password = discloseSecret(must(params, 'password'));
  return null;
}

function tokenOf(call: PbsCall): { readonly user: UserRecord; readonly token: TokenRecord } {
  const user = call.server.access.users.get(must(call.params, 'userid'));
  const name = must(call.params, 'token-name');
  const token = user?.tokens.get(name);
  if (!user || !token) throw bad(`no such token '${must(call.params, 'userid')}!${name}'`);
  return { user, token };
}

export function listTokens(call: PbsCall): Extended {
  const user = userOf(call);
  return new Extended(
    [...user.tokens.values()].map((token) => shownToken(user, token)),
    { digest: usersDigest(call) },
  );
}

export function showToken(call: PbsCall): Extended {
  const { user, token } = tokenOf(call);
  const { 'token-name': _, ...shown } = shownToken(user, token);
  return new Extended(shown, { digest: usersDigest(call) });
}

/** Its secret is told this once. */
export function createToken(call: PbsCall): unknown {
  const { world, server, params } = call;
  const id = must(params, 'userid');
  const user = server.access.users.get(id);
  const name = must(params, 'token-name');
  checkDigest(text(params, 'digest'), usersDigest(call));
  if (!user) throw bad(`no such user '${id}'`);
  if (user.tokens.has(name)) throw bad(`token '${name}' for user '${id}' already exists.`);
  const secret = discloseSecret(newSecret(world.state));
  const comment = text(params, 'comment') ?? '';
  user.tokens.set(name, { id: name, secret, privsep: true, expire: number(params, 'expire') ?? 0, comment });
  return { tokenid: `${id}!${name}`, value: secret };
}

/** `regenerate` is there since 3.3.7. */
export function updateToken(call: PbsCall): unknown {
  const { world, server, params } = call;
  const { token } = tokenOf(call);
  checkDigest(text(params, 'digest'), usersDigest(call));
  token.expire = number(params, 'expire') ?? token.expire;
  token.comment = text(params, 'comment') ?? token.comment;
  if (params['regenerate'] !== true) return null;
  if (!atLeast(server, '3.3.7')) throw parameterError({ regenerate: 'schema does not allow additional properties.' });
  token.secret = discloseSecret(newSecret(world.state));
  return { secret: token.secret };
}

export function deleteToken(call: PbsCall): null {
  const { user, token } = tokenOf(call);
  checkDigest(text(call.params, 'digest'), usersDigest(call));
  user.tokens.delete(token.id);
  return null;
}

const aclDigest = ({ server }: PbsCall) => digestOf(server.access.acl);

export function listAcl(call: PbsCall): Extended {
  const { server, caller, params } = call;
  const auditor = pbsMay(server, caller, '/access/acl', ['Sys.Audit', 'Permissions.Modify']);
  const path = text(params, 'path');
  const shown = server.access.acl
    .filter(({ who }) => auditor || who === caller.user || who.startsWith(`${caller.user}!`))
    .filter(
      (entry) => path === undefined || entry.path === path || (params['exact'] !== true && entry.path.startsWith(path)),
    )
    .map((entry) => ({
      path: entry.path,
      ugid: entry.who,
      ugid_type: 'user',
      propagate: entry.propagate,
      roleid: entry.role,
    }));
  return new Extended(shown, { digest: aclDigest(call) });
}

const aclPath =
  /^\/(?:(?:access(?:\/(?:acl|users|domains|openid))?|datastore(?:\/[^/]+(?:\/[^/]+){0,8})?|remote(?:\/[^/]+){0,2}|tape(?:\/[^/]+){0,2}|system(?:\/(?:certificates|disks|log|notifications|network|services|status|tasks|time|s3-endpoint)(?:\/[^/]+){0,3})?))?$/;

function demandAclChange({ server, caller }: PbsCall, path: string, who: string): void {
  if (pbsMay(server, caller, path, ['Permissions.Modify'])) return;
  // a user may give its own tokens what it likes, it is no more than its own
  if (caller.token === undefined && who.startsWith(`${caller.user}!`)) return;
  throw new PbsError(403, `permission check failed on '${path}'`);
}

function checkAclPath(server: PbsServer, path: string): void {
  // the subpath is there since 4.0.9
  const early = path.startsWith('/system/s3-endpoint') && !atLeast(server, '4.0.9');
  if (!aclPath.test(path) || early) throw bad('invalid ACL path.');
}

function checkAclMember(server: PbsServer, who: string): void {
  const [user = '', token] = who.split('!');
  const known = server.access.users.get(user);
  if (!known) throw bad('no such user.');
  if (token !== undefined && !known.tokens.has(token)) throw bad('no such API token.');
}

/** api2/access/acl.rs, update_acl. */
export function changeAcl(call: PbsCall): null {
  const { server, params } = call;
  const { access } = server;
  const [path, role, who] = [must(params, 'path'), must(params, 'role'), text(params, 'auth-id')];
  checkDigest(text(params, 'digest'), aclDigest(call));
  if (who === undefined) throw bad(`no 'auth-id' or 'group' specified`);
  demandAclChange(call, path, who);
  checkAclPath(server, path);
  const gone = params['delete'] === true;
  if (!gone) checkAclMember(server, who);
  access.acl = access.acl.filter((entry) => entry.path !== path || entry.who !== who || entry.role !== role);
  if (!gone) access.acl.push({ path, who, role, propagate: params['propagate'] !== false });
  return null;
}

export function listRoles(): unknown {
  return Object.entries(pbsRoles).map(([roleid, privs]) => ({ roleid, privs }));
}

const always = [
  '/',
  '/access',
  '/access/acl',
  '/access/users',
  '/datastore',
  '/remote',
  '/system',
  '/system/certificates',
  '/system/disks',
  '/system/s3-endpoint',
  '/system/status',
  '/system/tasks',
];

export function showPermissions({ server, caller, params }: PbsCall): unknown {
  const [user = '', token] = (text(params, 'auth-id') ?? authidOf(caller)).split('!');
  if (user !== caller.user && !pbsMay(server, caller, '/access', ['Sys.Audit']))
    throw new PbsError(403, 'not allowed to list permissions of this user');
  const asked = text(params, 'path');
  const paths = asked === undefined ? [...new Set([...always, ...server.access.acl.map(({ path }) => path)])] : [asked];
  const shown: Record<string, Record<string, boolean>> = {};
  for (const path of paths) {
    const have = pbsPrivileges(server, { user, ...(token === undefined ? {} : { token }) }, path);
    if (have.size > 0 || asked !== undefined) shown[path] = Object.fromEntries([...have].map((one) => [one, true]));
  }
  return shown;
}
