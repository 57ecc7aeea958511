// SPDX-License-Identifier: GPL-3.0-or-later
/** PVE as a client of PBS (PVE::Storage::PBSPlugin, PVE::PBSClient): over the same API as everybody, with the fingerprint pinned. */
import type { SimRequest } from '../../../kernel/service.ts';
import { answerPbs, routePbs } from '../../pbs/api.ts';
import { authenticatePbs } from '../../pbs/auth.ts';
import { PbsError } from '../../pbs/errors.ts';
import type { PbsCaller } from '../../pbs/permissions.ts';
import { fingerprintOf } from '../../pbs/server.ts';
import type { PbsServer } from '../../pbs/state.ts';
import { serverAt } from '../../machine/reach.ts';
import type { World } from '../../world.ts';

export interface Link {
  readonly server: string;
  readonly port: string;
  readonly username: string;
  readonly password: string;
  readonly fingerprint: string | undefined;
}

/** What the worker or the answer shows. */
export class LinkError extends Error {}

export function linkOf(options: Readonly<Record<string, string>>, password: string | undefined): Link {
  const { server = '', port = '8007', username = 'root@pam', fingerprint } = options;
  return { server, port, username, password: password ?? '', fingerprint };
}

/** TCP, then TLS. */
export function reach(world: World, link: Link): PbsServer {
  const at = `${link.server}:${link.port}`;
  const found = link.port === '8007' ? serverAt(world, link.server) : 'ECONNREFUSED';
  if (found === 'ENOTFOUND') throw new LinkError(`500 Can't connect to ${at} (Name or service not known)`);
  if (found === 'EHOSTUNREACH') throw new LinkError(`500 Can't connect to ${at} (No route to host)`);
  if (found === 'ECONNREFUSED') throw new LinkError(`500 Can't connect to ${at} (Connection refused)`);
  // without one the certificate would have to be signed by somebody whom PVE trusts
  if (link.fingerprint?.toLowerCase() !== fingerprintOf(found))
    throw new LinkError(`500 Can't connect to ${at} (certificate verify failed)`);
  return found;
}

async function authorizationOf(world: World, server: PbsServer, link: Link): Promise<Record<string, string>> {
  if (link.username.includes('!')) return { authorization: `PBSAPIToken=${link.username}:${link.password}` };
  const body = `username=${encodeURIComponent(link.username)}&password=${encodeURIComponent(link.password)}`;
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const url = new URL(`https://${link.server}:${link.port}/api2/json/access/ticket`);
  const request: SimRequest = { method: 'POST', url, headers, body };
  const { status, body: text } = await answerPbs(
    { world: { ...world, delays: false }, server },
    request,
    routePbs(request),
  );
  if (status !== 200) throw new LinkError('401 Unauthorized');
  const { ticket } = (JSON.parse(text) as { readonly data: { readonly ticket: string } }).data;
  return { cookie: `PBSAuthCookie=${encodeURIComponent(ticket)}` };
}

const reasons: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
};

/** @returns its `data`. @throws {LinkError} */
export async function ask(world: World, link: Link, path: string): Promise<unknown> {
  const server = reach(world, link);
  const headers = await authorizationOf(world, server, link);
  const request: SimRequest = {
    method: 'GET',
    url: new URL(`https://${link.server}:${link.port}/api2/json${path}`),
    headers,
  };
  const { status, body } = await answerPbs({ world: { ...world, delays: false }, server }, request, routePbs(request));
  if (status === 200) return (JSON.parse(body) as { readonly data: unknown }).data;
  throw new LinkError(status === 400 ? body : `${status} ${reasons[status] ?? ''}`);
}

/** Whom the backup client is to the server. */
export async function signIn(
  world: World,
  link: Link,
): Promise<{ readonly server: PbsServer; readonly caller: PbsCaller }> {
  const server = reach(world, link);
  const headers = await authorizationOf(world, server, link);
  try {
    return { server, caller: authenticatePbs(world, server, { method: 'GET', headers }) };
  } catch (error) {
    if (error instanceof PbsError) throw new LinkError(error.message);
    throw error;
  }
}
