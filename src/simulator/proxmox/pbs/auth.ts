// SPDX-License-Identifier: GPL-3.0-or-later
/** Tokens and tickets (proxmox-auth-api; proxmox-backup, auth.rs). */
import { discloseSecret } from '../../kernel/disclosure.ts';
import { randomText } from '../../kernel/random.ts';
import { cryptFits } from '../shadow.ts';
import type { World } from '../world.ts';
import { PbsError } from './errors.ts';
import type { PbsCaller } from './permissions.ts';
import type { PbsServer } from './state.ts';

const ticketMs = 2 * 3600 * 1000;

function refused(): PbsError {
  return new PbsError(401, 'authentication failed', true);
}

const over = (expire: number, now: number) => expire > 0 && expire * 1000 < now;

function byToken(server: PbsServer, given: string, now: number): PbsCaller {
  const [, user = '', token = '', secret = ''] = /^([^!]*)!([^:]*):(.*)$/.exec(given) ?? [];
  const record = server.access.users.get(user);
  const known = record?.tokens.get(token);
  if (!record?.enabled || known?.secret !== decodeURIComponent(secret)) throw refused();
  if (over(known.expire, now) || over(record.expire, now)) throw refused();
  return { user, token };
}

function cookieOf(header: string | undefined): string | undefined {
  const matched = /(?:^|;\s*)(?:__Host-)?PBSAuthCookie=([^;]+)/.exec(header ?? '')?.[1];
  return matched === undefined ? undefined : decodeURIComponent(matched);
}

export interface Asking {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** @throws {PbsError} 401 */
export function authenticatePbs({ clock }: World, server: PbsServer, { method, headers }: Asking): PbsCaller {
  const now = clock.now() + server.skewMs;
  const ticket = cookieOf(headers['cookie']);
  const token = /^PBSAPIToken[= ](.+)$/.exec(headers['authorization'] ?? '')?.[1];
  if (ticket === undefined) {
    if (token === undefined) throw refused();
    return byToken(server, token, now);
  }
  const known = server.access.tickets.get(ticket);
  if (!known || now - known.at > ticketMs) throw refused();
  if (method !== 'GET' && headers['csrfpreventiontoken'] !== known.csrf) throw refused();
  return { user: known.user };
}

/** `hash:` is what the installation's answer gave in place of a password. */
function passwordFits(given: string, kept: string | undefined): boolean {
  if (kept?.startsWith('hash:')) return cryptFits(given, kept.slice(5));
  return kept !== undefined && kept === given;
}

export function loginPbs(world: World, server: PbsServer, username: string, password: string): object {
  const { access } = server;
  const now = world.clock.now() + server.skewMs;
  const user = access.users.get(username);
  const ticketOf = access.tickets.get(password);
  const renewed = ticketOf?.user === username && now - ticketOf.at <= ticketMs;
  const known = user?.enabled === true && (renewed || passwordFits(password, user.password));
  if (!known) throw new PbsError(401, 'permission check failed.');
  const stamp = Math.floor(now / 1000)
    .toString(16)
    .toUpperCase();
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  const ticket = discloseSecret(`PBS:${username}:${stamp}::${randomText(world.state.random, 40, alphabet)}`);
  const csrf = discloseSecret(`${stamp}:${randomText(world.state.random, 43, alphabet)}`);
  access.tickets.set(ticket, { user: username, csrf, at: now });
  return { username, ticket, CSRFPreventionToken: csrf };
}
