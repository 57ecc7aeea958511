// SPDX-License-Identifier: GPL-3.0-or-later
/** Users, tokens and rights. What a token may is what both it and its user may. */
import { z } from 'zod';
import type { Asked } from '../proxmox/asked.ts';
import { flag } from '../proxmox/loose.ts';
import type { ProxmoxApi } from '../proxmox/proxmox-api.ts';
import { asked } from './asked.ts';

const users = z.array(z.looseObject({ userid: z.string(), enable: flag.optional(), comment: z.string().optional() }));

export interface PbsUser {
  readonly id: string;
  readonly enabled: boolean;
  readonly comment: string;
}

export async function usersOf(pbs: ProxmoxApi): Promise<readonly PbsUser[]> {
  const found = await pbs.read(asked('GET', '/access/users'), users);
  return found.map(({ userid, enable = true, comment = '' }) => ({ id: userid, enabled: enable, comment }));
}

/** Without a password: nobody logs in as it, only its tokens work. */
export function addUserRequest(id: string, comment: string): Asked {
  return asked('POST', '/access/users', [], { userid: id, comment });
}

export interface UserChange {
  readonly comment: string;
  readonly enable: boolean;
}

export function changeUserRequest(id: string, { comment, enable }: UserChange): Asked {
  return asked('PUT', '/access/users/{userid}', [id], { comment, enable });
}

/** Its tokens go with it. */
export function removeUserRequest(id: string): Asked {
  return asked('DELETE', '/access/users/{userid}', [id]);
}

const tokens = z.array(z.looseObject({ tokenid: z.string(), 'token-name': z.string(), enable: flag.optional() }));

/** Names of a user's tokens. */
export async function tokensOf(pbs: ProxmoxApi, user: string): Promise<readonly string[]> {
  const found = await pbs.find(asked('GET', '/access/users/{userid}/token', [user]), tokens);
  return (found ?? []).map((one) => one['token-name']);
}

/** The answer has its secret, once: `secretOf` reads it. */
export function addTokenRequest(user: string, name: string, comment: string): Asked {
  return asked('POST', '/access/users/{userid}/token/{token-name}', [user, name], { comment });
}

/** A new secret for the same token: who owns backups keeps them. Since 3.3.7. */
export function renewTokenRequest(user: string, name: string): Asked {
  return asked('PUT', '/access/users/{userid}/token/{token-name}', [user, name], { regenerate: true });
}

export function removeTokenRequest(user: string, name: string): Asked {
  return asked('DELETE', '/access/users/{userid}/token/{token-name}', [user, name]);
}

/** POST says `value`, a renewal `secret`. */
export const tokenSecret = z
  .union([z.looseObject({ value: z.string() }), z.looseObject({ secret: z.string() })])
  .transform((answer) => ('value' in answer ? (answer.value as string) : answer.secret));

const rules = z.array(
  z.looseObject({ path: z.string(), ugid: z.string(), roleid: z.string(), propagate: flag.optional() }),
);

export interface Grant {
  readonly path: string;
  /** A user, or `user@realm!token`. */
  readonly who: string;
  readonly role: string;
  readonly propagate: boolean;
}

export async function grantsOf(pbs: ProxmoxApi): Promise<readonly Grant[]> {
  const found = await pbs.read(asked('GET', '/access/acl'), rules);
  return found.map(({ path, ugid, roleid, propagate = true }) => ({ path, who: ugid, role: roleid, propagate }));
}

export function grantRequest({ path, who, role, propagate }: Grant, remove = false): Asked {
  return asked('PUT', '/access/acl', [], {
    path,
    'auth-id': who,
    role,
    propagate,
    ...(remove ? { delete: true } : {}),
  });
}

const permissions = z.record(z.string(), z.record(z.string(), flag));

/** Privileges of whoever asks on a path; what is named is held. */
export async function rightsOn(pbs: ProxmoxApi, path: string): Promise<ReadonlySet<string>> {
  const found = await pbs.read(asked('GET', '/access/permissions', [], { path }), permissions);
  return new Set(Object.keys(found[path] ?? {}));
}
