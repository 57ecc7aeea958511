// SPDX-License-Identifier: GPL-3.0-or-later
/** Acting as somebody else (Kubernetes: "User impersonation"): allowed by the verb `impersonate` on users, groups, serviceaccounts. */
import type { User, World } from '../world.ts';
import { mustBeAllowed } from './refuse.ts';

const serviceAccount = /^system:serviceaccount:([^:]+):([^:]+)$/;

function namesOf(headers: Readonly<Record<string, string>>, name: string): readonly string[] {
  return (headers[name] ?? '').split(', ').filter((one) => one !== '');
}

/** @returns The user asked for, or the one that asks. @throws ApiError 403 */
export function actingAs(world: World, user: User, headers: Readonly<Record<string, string>>): User {
  const name = headers['impersonate-user'];
  if (name === undefined) return user;
  const attributes = { verb: 'impersonate', group: '', subresource: '', namespace: '' };
  const [, namespace = '', account = ''] = serviceAccount.exec(name) ?? [];
  if (account === '') mustBeAllowed(world, user, { ...attributes, resource: 'users', name });
  else mustBeAllowed(world, user, { ...attributes, resource: 'serviceaccounts', namespace, name: account });
  const groups = namesOf(headers, 'impersonate-group');
  for (const group of groups) mustBeAllowed(world, user, { ...attributes, resource: 'groups', name: group });
  if (name === 'system:anonymous') return { name, groups: [...groups, 'system:unauthenticated'] };
  const own = account === '' ? [] : ['system:serviceaccounts', `system:serviceaccounts:${namespace}`];
  return { name, groups: [...(groups.length > 0 ? groups : own), 'system:authenticated'] };
}
