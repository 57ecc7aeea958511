// SPDX-License-Identifier: GPL-3.0-or-later
/** The front door: authentication, faults, routing, answers. */
import { keep } from '../kernel/call-log.ts';
import type { SimRequest, SimResponse, SimService } from '../kernel/service.ts';
import { respond } from '../kernel/service.ts';
import { userOf } from './control/authorize.ts';
import { actingAs } from './control/impersonate.ts';
import { mustBeAllowed } from './control/refuse.ts';
import { discover } from './discovery/discover.ts';
import type { JsonObject } from './object.ts';
import { without } from './object.ts';
import { targetOf, type Target, verbOf } from './protocol/request.ts';
import { table, wantsTable } from './protocol/table.ts';
import { strikes } from './faults/strike.ts';
import { isReview, review } from './control/review.ts';
import { ApiError, unauthorized } from './status.ts';
import { perform, type Performed } from './verbs/perform.ts';
import type { Context } from './verbs/context.ts';
import type { CallLogEntry, User, World } from './world.ts';

export function createService(world: World): SimService {
  return (request) => handle(world, named(request));
}

/** kubectl sends no token over plain HTTP, so that the kubeconfig names the user in the server's path: `/as/<token>/api/v1/…`. */
function named(request: SimRequest): SimRequest {
  const match = /^\/as\/([^/]+)(\/.*)?$/.exec(request.url.pathname);
  if (!match) return request;
  const url = new URL(request.url);
  url.pathname = match[2] ?? '/';
  return { ...request, url, headers: { authorization: `Bearer ${match[1]}`, ...request.headers } };
}

async function handle(world: World, request: SimRequest): Promise<SimResponse> {
  const target = targetOf(request.url.pathname);
  const user = userOf(world, request.headers.authorization);
  const verb = target ? verbOf(request.method, target, request.url.searchParams) : request.method.toLowerCase();
  const log = (status: number, fault?: string): void => {
    keep(
      world.calls,
      entryOf(world, verb, target ?? request.url.pathname, {
        user: user?.name ?? '',
        status,
        ...(fault ? { fault } : {}),
      }),
    );
  };
  const strike = strikes(world, verb, target);
  if (strike?.early) {
    log(strike.status, strike.kind);
    return strike.early(request);
  }
  await strike?.delay?.(request);
  const response = await answerTo(world, request, { target, user, verb });
  log(strike?.late ? strike.status : response.status, strike?.kind);
  return strike?.late ? strike.late(response) : response;
}

interface Incoming {
  readonly target: Target | undefined;
  readonly user: User | undefined;
  readonly verb: string;
}

async function answerTo(
  world: World,
  request: SimRequest,
  { target, user: known, verb }: Incoming,
): Promise<SimResponse> {
  const warnings: string[] = [];
  try {
    if (!known) throw unauthorized();
    const user = actingAs(world, known, request.headers);
    const query = request.url.searchParams;
    const definition = target && world.definitions.get(`${target.group}/${target.version}/${target.plural}`);
    if (target && (definition || isReview(target))) authorize(world, user, verb, { target, query });
    const reviewed = target && review(world, request, target, user);
    if (reviewed) return json(201, reviewed);
    if (!target || !definition) return discover(world, request, user);
    const context: Context = {
      world,
      request,
      query,
      target,
      definition,
      user,
      warnings,
    };
    return present(context, perform(context, verb));
  } catch (error) {
    if (error instanceof ApiError)
      return json(error.status.code, error.status, { ...error.headers, ...warningHeader(warnings) });
    throw error;
  }
}

/** A selector for one name asks for that one: rules with resourceNames hold for it (apiserver, pkg/endpoints/request). */
function nameOf({ name }: Target, query: URLSearchParams): string {
  return name || (/(?:^|,)metadata\.name==?([^,]+)(?:,|$)/.exec(query.get('fieldSelector') ?? '')?.[1] ?? '');
}

function authorize(world: World, user: User, verb: string, { target, query }: Asked): void {
  const { group, plural: resource, subresource, namespace } = target;
  mustBeAllowed(world, user, { verb, group, resource, subresource, namespace, name: nameOf(target, query) });
}

interface Asked {
  readonly target: Target;
  readonly query: URLSearchParams;
}

function json(status: number, body: JsonObject, headers: Readonly<Record<string, string>> = {}): SimResponse {
  return respond(status, { 'content-type': 'application/json', ...headers }, JSON.stringify(body));
}

function warningHeader(warnings: readonly string[]): Record<string, string> {
  if (warnings.length === 0) return {};
  return { warning: warnings.map((words) => `299 - ${JSON.stringify(words)}`).join(', ') };
}

/** Tables leave an empty `continue` out. */
function shownMetadata(metadata: JsonObject): JsonObject {
  return metadata.continue === '' ? without(metadata, 'continue') : metadata;
}

function present(context: Context, performed: Performed): SimResponse {
  const { request, definition, query, world, warnings } = context;
  const headers = warningHeader(warnings);
  if ('stream' in performed)
    return { status: 200, headers: { 'content-type': 'application/json', ...headers }, body: performed.stream };
  const { status, body, object } = performed;
  const objects = object ? [object] : performed.items;
  if (!objects || !wantsTable(request.headers.accept)) return json(status, body, headers);
  const metadata = object
    ? { resourceVersion: object.metadata.resourceVersion }
    : shownMetadata(body.metadata as JsonObject);
  return json(
    status,
    table(definition, objects, metadata, { now: world.clock.now(), include: query.get('includeObject') ?? 'Metadata' }),
    headers,
  );
}

function entryOf(
  world: World,
  verb: string,
  target: Target | string,
  rest: Pick<CallLogEntry, 'user' | 'status' | 'fault'>,
): CallLogEntry {
  const at = world.clock.now();
  if (typeof target === 'string')
    return { at, verb, group: '', resource: target, subresource: '', namespace: '', name: '', ...rest };
  const { group, plural, subresource, namespace, name } = target;
  return { at, verb, group, resource: plural, subresource, namespace, name, ...rest };
}
