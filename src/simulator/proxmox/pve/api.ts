// SPDX-License-Identifier: GPL-3.0-or-later
/** One request to pveproxy, from the transport to the handler (PVE::APIServer::AnyEvent; PVE::HTTPServer, rest_handler). */
import type { SimRequest } from '../../kernel/service.ts';
import { bytesOf } from '../../kernel/service.ts';
import type { Found } from '../contract/endpoint.ts';
import { validate } from '../contract/validate.ts';
import { formOf, type Given } from '../transport/form.ts';
import { partsOf } from '../transport/multipart.ts';
import { Extended, type Answer } from '../reply.ts';
import type { World } from '../world.ts';
import { authenticate } from './auth.ts';
import type { PveCall } from './call.ts';
import { checkContract } from './check.ts';
import { demandNode } from './cluster.ts';
import { contractOf } from './contract.ts';
import { died, PveError, wrongParameters } from './errors.ts';
import { pveHandlers } from './handlers.ts';

interface Body {
  readonly given: Given;
  readonly upload?: NonNullable<PveCall['upload']>;
}

/** PVE::APIServer::AnyEvent, $limit_max_post. */
const mostForm = 64 * 1024;

function multipart(type: string, body: Uint8Array): Body {
  const parts = partsOf(type, body);
  if (!parts) throw new PveError(501, 'upload without boundary');
  const file = parts.find(({ name }) => name === 'filename');
  const given = Object.fromEntries(
    parts.filter((part) => part !== file).map(({ name, content }) => [name, Buffer.from(content).toString('utf8')]),
  );
  if (file?.filename === undefined) throw wrongParameters({ filename: 'property is missing and it is not optional' });
  return { given: { ...given, filename: file.filename }, upload: { filename: file.filename, content: file.content } };
}

function jsonOf(text: string): Given {
  try {
    const parsed = JSON.parse(text) as unknown;
    if (typeof parsed === 'object' && parsed !== null) return { ...(parsed as Given) };
  } catch {
    // as below
  }
  throw died('malformed JSON string');
}

function bodyOfPost(request: SimRequest, upload: boolean): Body {
  const bytes = bytesOf(request.body);
  const type = request.headers['content-type'] ?? '';
  if (upload && type.startsWith('multipart/form-data')) return multipart(type, bytes);
  if (bytes.length > mostForm) throw new PveError(501, 'for data too large');
  const text = Buffer.from(bytes).toString('utf8');
  if (text === '') return { given: {} };
  if (type.startsWith('application/x-www-form-urlencoded')) return { given: formOf(text) };
  if (type.startsWith('application/json')) return { given: jsonOf(text) };
  throw new PveError(506, `upload '${type}' not allowed`);
}

function bodyOf(request: SimRequest, upload: boolean): Body {
  const { method, headers } = request;
  if (headers['transfer-encoding'] !== undefined) throw new PveError(501, 'chunked transfer encoding not supported');
  if (method === 'POST' || method === 'PUT') return bodyOfPost(request, upload);
  if (bytesOf(request.body).length > 0) throw new PveError(501, `Unexpected content for method '${method}'`);
  return { given: {} };
}

/** The whole path is decoded before it is taken apart (AnyEvent, handle_api2_request). */
function partsOfPath({ url }: SimRequest): readonly string[] {
  try {
    return decodeURIComponent(url.pathname)
      .split('/')
      .filter((part) => part !== '');
  } catch {
    throw new PveError(501, 'malformed path');
  }
}

function paramsOf(request: SimRequest, { args, endpoint }: Found, body: Body): ReturnType<typeof validate> {
  const given: Given = { ...body.given, ...formOf(request.url.search.slice(1)), ...args };
  delete given['_dc'];
  return validate(given, endpoint, 'pve');
}

export interface Routed {
  readonly found: Found | undefined;
  readonly parts: readonly string[];
  /** `POST /nodes/{node}/qemu` */
  readonly action: string;
}

export function routePve(world: World, request: SimRequest): Routed {
  const [api, format, ...parts] = partsOfPath(request);
  const known = api === 'api2' && (format === 'json' || format === 'extjs');
  const found = known ? contractOf(world.version).find(request.method, parts) : undefined;
  const action = `${request.method} ${found?.endpoint.path ?? request.url.pathname.replace(/^\/api2\/(json|extjs)/, '')}`;
  return { found, parts, action };
}

function demandLiving(world: World, node: string | undefined): void {
  if (node === undefined || node === 'localhost') return;
  demandNode(world, node);
  if (world.state.pve.nodes.get(node)?.online === false) throw new PveError(595, 'No route to host');
}

/** Who asks is found out before anybody reads what is asked (AnyEvent, unshift_read_header). */
async function handled(world: World, request: SimRequest, { found, parts }: Routed): Promise<unknown> {
  const { method, headers } = request;
  const path = `${method} /${parts.join('/')}`;
  const open = path === 'POST /access/ticket';
  const upload = method === 'POST' && parts.at(-1) === 'upload';
  const caller = open ? { user: '' } : authenticate(world, { method, headers, upload });
  const body = bodyOf(request, upload);
  if (!found) throw new PveError(501, `Method '${path}' not implemented`);
  const handler = pveHandlers[`${method} ${found.endpoint.path}`];
  if (!handler) throw new PveError(501, `Method '${path}' is not simulated`);
  const loose = { ...body.given, ...formOf(request.url.search.slice(1)), ...found.args };
  if (!open) checkContract({ world, caller, params: loose }, found.endpoint.permissions);
  demandLiving(world, found.args['node']);
  const { params, errors } = paramsOf(request, found, body);
  if (Object.keys(errors).length > 0) throw wrongParameters(errors);
  return handler({ world, caller, params, ...(body.upload ? { upload: body.upload } : {}) });
}

const json = { 'content-type': 'application/json;charset=UTF-8' };

/**
 * Every answer from 400 on closes the connection. What the transport itself refuses (401, 501, 506) has no body (AnyEvent, error); the
 * others' bodies have the text only in newer versions of pve-http-server.
 */
export function refusalOf(version: World['version'], { status, message, errors }: PveError): Answer {
  const [reason = ''] = message.split('\n');
  if ([401, 501, 506].includes(status)) return { status, reason, headers: { connection: 'close' }, body: '' };
  const told = version.startsWith('8.') ? {} : { message: message.endsWith('\n') ? message : `${message}\n` };
  const body = JSON.stringify({ data: null, ...(errors ? { errors } : {}), ...told });
  return { status, reason, headers: { ...json, connection: 'close' }, body };
}

function extjs(answer: Answer, error: PveError | undefined): Answer {
  const parsed = JSON.parse(answer.body) as Record<string, unknown>;
  const told = error ? { success: 0, status: error.status, message: error.message } : { success: 1 };
  return { status: 200, reason: 'OK', headers: json, body: JSON.stringify({ ...parsed, ...told }) };
}

/** @throws what is no answer of PVE's: a bug of the simulator */
export async function answerPve(world: World, request: SimRequest, routed: Routed): Promise<Answer> {
  const inExtjs = request.url.pathname.startsWith('/api2/extjs/');
  try {
    const result = await handled(world, request, routed);
    const body = result instanceof Extended ? { data: result.data, ...result.beside } : { data: result ?? null };
    const answer = { status: 200, reason: 'OK', headers: json, body: JSON.stringify(body) };
    return inExtjs ? extjs(answer, undefined) : answer;
  } catch (error) {
    if (!(error instanceof PveError)) throw error;
    if (error.status === 401 && world.delays) await world.clock.sleep(3000, request.signal);
    const answer = refusalOf(world.version, error);
    return inExtjs && answer.body !== '' ? extjs(answer, error) : answer;
  }
}
