// SPDX-License-Identifier: GPL-3.0-or-later
/** What requests do to routers. Who may: `admin_or_project_member` writes, `admin_or_project_reader` reads (neutron/conf/policies/router.py). */
import { needs, refusalOf, withoutRoutes, withRoutes } from './extra-routes.ts';
import type { Incoming, OpenStackSetup } from './incoming.ts';
import { json, networkError, notSimulated, type Reply } from './reply.ts';
import type { ExtraRoute, OpenStackState, Router, Token } from './state.ts';

export interface Visit {
  readonly setup: OpenStackSetup;
  readonly state: OpenStackState;
  readonly incoming: Incoming;
  readonly token: Token;
}

function time(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

function shown({ id, name, project, routes, revision, createdAt, updatedAt }: Router): Record<string, unknown> {
  return {
    id,
    name,
    tenant_id: project,
    project_id: project,
    admin_state_up: true,
    status: 'ACTIVE',
    external_gateway_info: null,
    description: '',
    availability_zones: [],
    availability_zone_hints: [],
    routes,
    flavor_id: null,
    tags: [],
    created_at: time(createdAt),
    updated_at: time(updatedAt),
    revision_number: revision,
  };
}

/** The answer to an action shows some fields more. */
function shownAfter(router: Router): object {
  return { router: { ...shown(router), gw_port_id: null, distributed: false, ha: false, ha_vr_id: 0 } };
}

function chosen(fields: readonly string[], router: Router): object {
  const all = shown(router);
  return fields.length === 0 ? all : Object.fromEntries(fields.map((field) => [field, all[field]]));
}

function notFound(id: string) {
  return networkError(404, 'RouterNotFound', `Router ${id} could not be found`);
}

/** Of the token's own project. What is somebody else's is not there. */
function own({ state, token }: Visit, id: string): Router {
  const router = state.routers.get(id);
  if (!router || router.project !== token.project) throw notFound(id);
  return router;
}

function mustWrite({ token }: Visit, action: string): void {
  if (!token.roles.includes('member'))
    throw networkError(403, 'PolicyNotAuthorized', `${policyOf(action)} is disallowed by policy`);
}

/** In the service's words. */
function policyOf(action: string): string {
  const rule = `rule:${action}`;
  return `(((${rule} and ${rule}:ha) and ${rule}:flavor_id) and ${rule}:distributed)`;
}

function reads({ token }: Visit): boolean {
  return token.roles.includes('reader');
}

export function listRouters(visit: Visit): Reply {
  const { state, incoming, token } = visit;
  const { query } = incoming;
  const unknown = [...query.keys()].find((key) => key !== 'name' && key !== 'fields');
  if (unknown !== undefined) throw notSimulated(`the filter ${unknown}`);
  const names = query.getAll('name');
  const routers = [...state.routers.values()]
    .filter(({ project }) => reads(visit) && project === token.project)
    .filter(({ name }) => names.length === 0 || names.includes(name));
  return json(200, { routers: routers.map((router) => chosen(query.getAll('fields'), router)) });
}

export function getRouter(visit: Visit, id: string): Reply {
  const router = own(visit, id);
  if (!reads(visit)) throw networkError(404, 'HTTPNotFound', 'The resource could not be found.');
  return json(200, { router: chosen(visit.incoming.query.getAll('fields'), router) });
}

/** A body that Neutron does not look at before it uses it: what is missing is a fault of its own. */
function routesIn(body: unknown): readonly ExtraRoute[] {
  const routes = (body as { router?: { routes?: unknown } } | undefined)?.router?.routes;
  const complete =
    Array.isArray(routes) &&
    routes.every((one: Partial<ExtraRoute>) => typeof one.destination === 'string' && typeof one.nexthop === 'string');
  if (complete) return routes as ExtraRoute[];
  throw networkError(
    500,
    'HTTPInternalServerError',
    'Request Failed: internal server error while processing your request.',
  );
}

function setRoutes({ setup, state, incoming }: Visit, router: Router, routes: readonly ExtraRoute[]): void {
  const { id, ports } = router;
  const refusal = refusalOf({ router: id, maxRoutes: setup.maxRoutes, ports, subnets: state.subnets }, routes);
  if (refusal) throw refusal;
  const before = router.routes;
  if (before.length === routes.length && withoutRoutes(routes, before).length === 0) return;
  router.routes = routes;
  router.revision += 1;
  router.updatedAt = incoming.now;
}

export function editRoutes(visit: Visit, id: string, action: 'add_extraroutes' | 'remove_extraroutes'): Reply {
  const body = bodyOf(visit);
  mustWrite(visit, action);
  const router = own(visit, id);
  const change = action === 'add_extraroutes' ? withRoutes : withoutRoutes;
  setRoutes(visit, router, change(router.routes, routesIn(body)));
  return json(200, shownAfter(router));
}

/** Replaces all routes, whosever they are. */
export function updateRouter(visit: Visit, id: string): Reply {
  const body = bodyOf(visit);
  mustWrite(visit, 'update_router');
  const router = own(visit, id);
  setRoutes(visit, router, routesIn(body));
  return json(200, { router: shown(router) });
}

export function removeInterface(visit: Visit, id: string): Reply {
  const { subnet_id: wanted } = bodyOf(visit) as { subnet_id?: string };
  mustWrite(visit, 'remove_router_interface');
  const router = own(visit, id);
  const subnet = visit.state.subnets.get(wanted ?? '');
  const port = router.ports.find((one) => one.subnet === subnet?.id);
  if (!subnet || !port) throw notSimulated('an interface that is not there');
  if (needs(router.routes, subnet))
    throw networkError(
      409,
      'RouterInterfaceInUseByRoute',
      `Router interface for subnet ${subnet.id} on router ${id} cannot be deleted, as it is required by one or more routes.`,
    );
  router.ports = router.ports.filter((one) => one !== port);
  const { network } = subnet;
  const { project } = router;
  return json(200, {
    id,
    tenant_id: project,
    port_id: port.id,
    network_id: network,
    subnet_id: subnet.id,
    subnet_ids: [subnet.id],
  });
}

export function deleteRouter(visit: Visit, id: string): Reply {
  mustWrite(visit, 'delete_router');
  const router = own(visit, id);
  const ports = router.ports.map((port) => port.id).join(', ');
  if (ports !== '') throw networkError(409, 'RouterInUse', `Router ${id} has ports still attached: ${ports}`);
  visit.state.routers.delete(id);
  return { status: 204, headers: {}, body: '' };
}

function bodyOf({ incoming }: Visit): unknown {
  try {
    return JSON.parse(incoming.body) as unknown;
  } catch {
    throw networkError(400, 'MalformedRequestBody', 'Malformed request body: Cannot understand JSON.');
  }
}
