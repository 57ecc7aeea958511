// SPDX-License-Identifier: GPL-3.0-or-later
/** Users and roles: how they are found, written, named. Reads see what is visible, writes act on the truth. */
import { truth, versioned, visible, write, forgotten, type Versioned } from '../../kernel/versioned.ts';
import { discloseSecret } from '../../kernel/disclosure.ts';
import { randomText } from '../../kernel/random.ts';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import type { AccountState, Role, User } from '../state.ts';

export function accountOf(call: Call): AccountState {
  const account = call.world.state.accounts.get(call.principal.account);
  if (!account)
    throw new AwsError('InvalidClientTokenId', 'The security token included in the request is invalid.', 403);
  return account;
}

type Slots<T> = Map<string, Versioned<T>>;

/** IAM API reference: NoSuchEntity, 404. */
export function noSuch(kind: 'user' | 'role', name: string): AwsError {
  return new AwsError('NoSuchEntity', `The ${kind} with name ${name} cannot be found.`, 404);
}

export function visibleUser(call: Call, name: string): User {
  const user = visible(accountOf(call).users.get(name.toLowerCase()), call.now);
  if (!user) throw noSuch('user', name);
  return user;
}

export function trueUser(call: Call, name: string): User {
  const user = truth(accountOf(call).users.get(name.toLowerCase()));
  if (!user) throw noSuch('user', name);
  return user;
}

export function trueRole(call: Call, name: string): Role {
  const role = truth(accountOf(call).roles.get(name.toLowerCase()));
  if (!role) throw noSuch('role', name);
  return role;
}

export function visibleRole(call: Call, name: string): Role {
  const role = visible(accountOf(call).roles.get(name.toLowerCase()), call.now);
  if (!role) throw noSuch('role', name);
  return role;
}

export function saveUser(call: Call, name: string, user: User | undefined): void {
  save(call, accountOf(call).users, { name, value: user });
}

export function saveRole(call: Call, name: string, role: Role | undefined): void {
  save(call, accountOf(call).roles, { name, value: role });
}

function save<T>(call: Call, slots: Slots<T>, { name, value }: { name: string; value: T | undefined }): void {
  const key = name.toLowerCase();
  const slot = slots.get(key);
  const lag = call.world.lag('iam');
  if (!slot) slots.set(key, versioned(value, call.now + lag));
  else write(slot, value, { now: call.now, lag });
}

/** All that are visible, by name; what is gone for everybody is forgotten on the way. */
export function allVisible<T extends { name: string }>(slots: Slots<T>, now: number): T[] {
  const found: T[] = [];
  for (const [key, slot] of slots) {
    if (forgotten(slot, now)) slots.delete(key);
    const value = visible(slot, now);
    if (value) found.push(value);
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

export function countTrue<T>(slots: Slots<T>): number {
  return [...slots.values()].filter((slot) => truth(slot) !== undefined).length;
}

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** `AIDA…` for users, `AROA…` for roles, `AKIA…` for keys (IAM User Guide, "IAM identifiers"). */
export function newID(call: Pick<Call, 'world'>, prefix: 'AIDA' | 'AROA' | 'AKIA' | 'ASIA' | 'ANPA'): string {
  return prefix + randomText(call.world.state.random, prefix.startsWith('AK') || prefix === 'ASIA' ? 16 : 17, base32);
}

const base64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export function newSecret(call: Pick<Call, 'world'>): string {
  return discloseSecret(randomText(call.world.state.random, 40, base64));
}

export function userArn(account: string, user: Pick<User, 'path' | 'name'>): string {
  return `arn:aws:iam::${account}:user${user.path}${user.name}`;
}

export function roleArn(account: string, role: Pick<Role, 'path' | 'name'>): string {
  return `arn:aws:iam::${account}:role${role.path}${role.name}`;
}

/** `2026-01-05T09:00:00Z` */
export function isoDate(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
