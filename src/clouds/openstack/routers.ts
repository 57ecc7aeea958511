// SPDX-License-Identifier: GPL-3.0-or-later
/** Extra routes of routers: https://docs.openstack.org/api-ref/network/v2/#routers-routers, and the extension extraroute-atomic (Stein). */
import { z } from 'zod';
import { Failure } from '../../core/failure.ts';
import { jsonOf, type HttpsAnswer } from '../https/answer.ts';
import type { HttpsRequest } from '../https/https-api.ts';
import { canonicalPrefix } from './canonical-route.ts';
import { isNoRouter } from './errors.ts';
import type { OpenStackSession } from './session.ts';

/** Both as IPv4 text; the destination canonical. */
export interface ExtraRoute {
  readonly destination: string;
  readonly nextHop: string;
}

export interface FoundRoute extends ExtraRoute {
  /** The destination as whoever made the route wrote it, which is how it is taken away. */
  readonly written: string;
}

export type RouterFound =
  | { readonly found: 'here'; readonly id: string; readonly name: string; readonly routes: readonly FoundRoute[] }
  | { readonly found: 'absent' }
  | { readonly found: 'ambiguous'; readonly ids: readonly string[] };

export type RouterWanted = { readonly id: string } | { readonly name: string };

const router = z.object({
  id: z.string(),
  name: z.string().nullish(),
  routes: z.array(z.object({ destination: z.string(), nexthop: z.string() })).optional(),
});
const one = z.object({ router });
const many = z.object({ routers: z.array(router) });

function foundIn({ id, name, routes = [] }: z.output<typeof router>): RouterFound {
  return {
    found: 'here',
    id,
    name: name ?? '',
    routes: routes.map(({ destination, nexthop }) => ({
      destination: canonicalPrefix(destination),
      nextHop: nexthop,
      written: destination,
    })),
  };
}

function read<T>(schema: z.ZodType<T>, answer: HttpsAnswer, action: string): T {
  const parsed = schema.safeParse(jsonOf(answer, action));
  if (parsed.success) return parsed.data;
  throw new Failure({
    class: 'Transient',
    reason: 'BadAnswer',
    message: `${action}: the answer is none of Neutron's. Look at what stands on the way to it (a proxy)`,
  });
}

export type ChangeAction = 'add_extraroutes' | 'remove_extraroutes';

/** The one request of a change, as data: what is shown in a plan, and what is sent. */
export function changeRequest(id: string, action: ChangeAction, routes: readonly ExtraRoute[]) {
  return {
    action,
    effect: 'write',
    method: 'PUT',
    path: ['v2.0', 'routers', id, action],
    content: {
      json: { router: { routes: routes.map(({ destination, nextHop }) => ({ destination, nexthop: nextHop })) } },
    },
    parameters: [
      { name: 'router', value: id },
      ...routes.map(({ destination, nextHop }) => ({ name: destination, value: nextHop })),
    ],
  } satisfies HttpsRequest;
}

export class Routers {
  readonly #session: OpenStackSession;

  constructor(session: OpenStackSession) {
    this.#session = session;
  }

  /**
   * What a credential does not let see is not there.
   * @param maxAgeMs How old an answer may be that another object asked for; a change of our own makes all of them too old.
   */
  async find(wanted: RouterWanted, maxAgeMs = 0): Promise<RouterFound> {
    const look = () => ('id' in wanted ? this.#byID(wanted.id) : this.#byName(wanted.name));
    return maxAgeMs <= 0 ? look() : this.#session.shared(JSON.stringify(wanted), maxAgeMs, look);
  }

  /** Adds what is not there yet; whatever else the router has stays. */
  async add(id: string, routes: readonly ExtraRoute[]): Promise<void> {
    await this.#change(id, 'add_extraroutes', routes);
  }

  /** Takes these away, as they are written there. What is gone already, a router too, is no error. */
  async remove(id: string, routes: readonly ExtraRoute[]): Promise<void> {
    await this.#change(id, 'remove_extraroutes', routes);
  }

  async #byID(id: string): Promise<RouterFound> {
    const request: HttpsRequest = {
      action: 'GetRouter',
      effect: 'read',
      method: 'GET',
      path: ['v2.0', 'routers', id],
      parameters: [{ name: 'router', value: id }],
    };
    const answer = await this.#session.send(request);
    if (answer.status === 404) return { found: 'absent' };
    if (answer.status !== 200) throw await this.#session.refusal(answer, request.action);
    return foundIn(read(one, answer, request.action).router);
  }

  async #byName(name: string): Promise<RouterFound> {
    const request: HttpsRequest = {
      action: 'ListRouters',
      effect: 'read',
      method: 'GET',
      path: ['v2.0', 'routers'],
      query: { name },
      parameters: [{ name: 'name', value: name }],
    };
    const answer = await this.#session.send(request);
    if (answer.status !== 200) throw await this.#session.refusal(answer, request.action);
    const { routers } = read(many, answer, request.action);
    const [first, ...more] = routers;
    if (!first) return { found: 'absent' };
    if (more.length > 0) return { found: 'ambiguous', ids: routers.map(({ id }) => id).toSorted() };
    return foundIn(first);
  }

  async #change(id: string, action: ChangeAction, routes: readonly ExtraRoute[]) {
    const request = changeRequest(id, action, routes);
    const answer = await this.#session.send(request);
    if (answer.status === 200) return;
    if (answer.status !== 404) throw await this.#session.refusal(answer, action);
    if (isNoRouter(answer)) return this.#gone(id, action);
    throw new Failure({
      class: 'Denied',
      reason: 'ExtraRoutesUnsupported',
      message: `This Neutron has no ${action}: it needs the extension extraroute-atomic (OpenStack Stein or newer). Setting all routes of the router at once would take away those of others, so nothing was done.`,
    });
  }

  #gone(id: string, action: ChangeAction): void {
    if (action === 'remove_extraroutes') return;
    throw new Failure({
      class: 'Transient',
      reason: 'RouterNotFound',
      applied: 'no',
      message: `Router ${id} is gone, or was never shown to this application credential; the next look tells`,
    });
  }
}
