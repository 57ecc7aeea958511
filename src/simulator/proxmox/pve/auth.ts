// SPDX-License-Identifier: GPL-3.0-or-later
/** Tokens and tickets (PVE::HTTPServer, auth_handler). Since pve-manager 9.1.5 every bad one is "Authentication failed!". */
import { discloseSecret } from '../../kernel/disclosure.ts';
import { randomText } from '../../kernel/random.ts';
import type { World } from '../world.ts';
import { PveError } from './errors.ts';
import type { Caller } from './permissions.ts';

const ticketMs = 2 * 3600 * 1000;

function refused(world: World, before: string): PveError {
  return new PveError(401, world.version === '9.2' ? 'Authentication failed!' : before);
}

const over = (expire: number, now: number) => expire > 0 && expire * 1000 < now;

function byToken(world: World, text: string): Caller {
  const [, user = '', token = '', secret = ''] = /^([^!]*)!([^=]*)=(.*)$/.exec(decodeURIComponent(text)) ?? [];
  const record = world.state.pve.access.users.get(user);
  if (!record) throw refused(world, 'no such user');
  const known = record.tokens.get(token);
  if (!known) throw refused(world, `no such token '${token}' for user '${user}'`);
  if (!record.enabled) throw refused(world, 'user is disabled');
  if (known.secret !== secret) throw refused(world, 'invalid token value!');
  if (over(known.expire, world.clock.now()) || over(record.expire, world.clock.now()))
    throw refused(world, 'token expired');
  return { user, token };
}

function cookieOf(header: string | undefined): string | undefined {
  const matched = /(?:^|;\s*)PVEAuthCookie=([^;]+)/.exec(header ?? '')?.[1];
  return matched === undefined ? undefined : decodeURIComponent(matched);
}

interface Asking {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly upload: boolean;
}

/** @throws {PveError} 401 */
export function authenticate(world: World, { method, headers, upload }: Asking): Caller {
  const token = /^PVEAPIToken[= ](.+)$/.exec(headers['authorization'] ?? '')?.[1];
  if (token !== undefined) return byToken(world, token);
  const ticket = cookieOf(headers['cookie']);
  if (ticket === undefined) throw new PveError(401, 'No ticket');
  const known = world.state.pve.access.tickets.get(ticket);
  if (!known || world.clock.now() - known.at > ticketMs) throw refused(world, 'permission denied - invalid PVE ticket');
  if (method !== 'GET' && !upload && headers['csrfpreventiontoken'] !== known.csrf)
    throw new PveError(401, 'Permission denied - invalid csrf token');
  return { user: known.user };
}

export interface Ticket {
  readonly ticket: string;
  readonly CSRFPreventionToken: string;
  readonly username: string;
}

/** @throws {PveError} 401 with "authentication failure" */
export function login(world: World, username: string, password: string): Ticket {
  const { access } = world.state.pve;
  const known = access.tickets.get(password);
  const user = access.users.get(username);
  // a ticket that is still good is as good as the password
  const renewed = known?.user === username && world.clock.now() - known.at <= ticketMs;
  if (!user?.enabled || (user.password !== password && !renewed)) throw refused(world, 'authentication failure');
  const stamp = Math.floor(world.clock.now() / 1000)
    .toString(16)
    .toUpperCase();
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  const ticket = discloseSecret(`PVE:${username}:${stamp}::${randomText(world.state.random, 40, alphabet)}`);
  const csrf = discloseSecret(`${stamp}:${randomText(world.state.random, 43, alphabet)}`);
  access.tickets.set(ticket, { user: username, csrf, at: world.clock.now() });
  return { ticket, CSRFPreventionToken: csrf, username };
}
