// SPDX-License-Identifier: GPL-3.0-or-later
/** One request to proxmox-backup-proxy, from the transport to the handler (proxmox-rest-server, rest.rs). */
import { bytesOf, type SimRequest } from '../../kernel/service.ts';
import type { Found } from '../contract/endpoint.ts';
import { validate } from '../contract/validate.ts';
import { formOf, type Given } from '../transport/form.ts';
import type { World } from '../world.ts';
import { Extended, type Answer } from '../reply.ts';
import { authenticatePbs } from './auth.ts';
import { checkPbsContract } from './check.ts';
import { pbsContract } from './contract.ts';
import { bad, parameterError, PbsError } from './errors.ts';
import { pbsHandlers } from './handlers.ts';
import type { PbsServer } from './state.ts';

export interface RoutedPbs {
  readonly found: Found | undefined;
  readonly parts: readonly string[];
  readonly action: string;
}

function partsOf({ url }: SimRequest): readonly string[] {
  const parts = url.pathname.split('/').filter((part) => part !== '');
  if (parts.some((part) => part.startsWith('.'))) throw new PbsError(400, 'Path contains illegal components.', true);
  try {
    return parts.map(decodeURIComponent);
  } catch {
    throw new PbsError(400, 'invalid path', true);
  }
}

export function routePbs(request: SimRequest): RoutedPbs | PbsError {
  try {
    const [api, format, ...parts] = partsOf(request);
    const known = api === 'api2' && (format === 'json' || format === 'extjs');
    const found = known ? pbsContract.find(request.method, parts) : undefined;
    return { found, parts, action: `${request.method} ${found?.endpoint.path ?? `/${parts.join('/')}`}` };
  } catch (error) {
    if (error instanceof PbsError) return error;
    throw error;
  }
}

const mostBody = 512 * 1024;

/** With JSON, the query counts for nothing; else both count. */
function givenOf(request: SimRequest): Given {
  const { method, headers, url } = request;
  const bytes = bytesOf(request.body);
  if (bytes.length > mostBody) throw bad('request body too large');
  const body = Buffer.from(bytes).toString('utf8');
  const type = headers['content-type'] ?? '';
  if (type.startsWith('application/json') && (method === 'POST' || method === 'PUT' || method === 'DELETE')) {
    try {
      return body === '' ? {} : { ...(JSON.parse(body) as Given) };
    } catch {
      throw bad('unable to parse json body');
    }
  }
  if (body !== '' && !type.startsWith('application/x-www-form-urlencoded'))
    throw bad(`unsupported content type ${type}`);
  return { ...formOf(url.search.slice(1)), ...formOf(body) };
}

const world = (permissions: unknown) => (permissions as { readonly user?: string } | null)?.user === 'world';

async function handled(
  { found, parts }: RoutedPbs,
  request: SimRequest,
  on: { world: World; server: PbsServer },
): Promise<unknown> {
  if (request.url.pathname.length + request.url.search.length > 3072) throw new PbsError(414, 'URI too long', true);
  const open = found !== undefined && world(found.endpoint.permissions);
  const caller = open ? { user: '' } : authenticatePbs(on.world, on.server, request);
  const handler = found && pbsHandlers[`${request.method} ${found.endpoint.path}`];
  if (!found || !handler) throw new PbsError(404, `Path '/${parts.join('/')}' not found.`, true);
  if (!open) checkPbsContract({ server: on.server, caller, args: found.args }, found.endpoint.permissions);
  const { params, errors } = validate({ ...givenOf(request), ...found.args }, found.endpoint, 'pbs');
  if (Object.keys(errors).length > 0) throw parameterError(errors);
  return handler({ ...on, caller, params });
}

const json = { 'content-type': 'application/json;charset=UTF-8' };

function succeeded(result: unknown, extjs: boolean): Answer {
  const body = result instanceof Extended ? { data: result.data, ...result.beside } : { data: result ?? null };
  return { status: 200, reason: 'OK', headers: json, body: JSON.stringify(extjs ? { ...body, success: 1 } : body) };
}

/** The header promises JSON and the body is text. */
function failed({ status, message, early }: PbsError, extjs: boolean): Answer {
  if (extjs && !early)
    return {
      status: 200,
      reason: 'OK',
      headers: json,
      body: JSON.stringify({ success: 0, status, message, errors: {}, data: null }),
    };
  return { status, reason: '', headers: early ? {} : json, body: message };
}

export async function answerPbs(
  on: { world: World; server: PbsServer },
  request: SimRequest,
  routed: RoutedPbs | PbsError,
): Promise<Answer> {
  const extjs = request.url.pathname.startsWith('/api2/extjs/');
  try {
    if (routed instanceof PbsError) throw routed;
    return succeeded(await handled(routed, request, on), extjs);
  } catch (error) {
    if (!(error instanceof PbsError)) throw error;
    // rest.rs delays both, so that nobody tries many
    if (on.world.delays && (error.status === 401 || error.status === 403))
      await on.world.clock.sleep(error.status === 401 ? 3000 : 500, request.signal);
    return failed(error, extjs);
  }
}
