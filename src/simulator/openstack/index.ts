// SPDX-License-Identifier: GPL-3.0-or-later
/** An OpenStack cloud behind one service: give `service` to a client as its transport, or `serve` it on a loopback port. */
import type { CallLogEntry } from '../kernel/call-log.ts';
import type { SimClock } from '../kernel/clock.ts';
import { discloseSecret } from '../kernel/disclosure.ts';
import { FaultRules } from '../kernel/faults.ts';
import { randomText, randomUuid } from '../kernel/random.ts';
import type { SimService } from '../kernel/service.ts';
import { fromJson, toJson, type Json } from '../kernel/snapshot.ts';
import { answer, type Front } from './front.ts';
import type { OpenStackSetup } from './incoming.ts';
import { emptyState, type ExtraRoute, type OpenStackState } from './state.ts';

export interface OpenStackOptions {
  readonly clock: SimClock;
  /** Where clients reach it; default `https://openstack.example.com`. */
  readonly url?: string;
  /** Default RegionOne, as Keystone's. */
  readonly region?: string;
  /** Extra routes of one router; default 30, as Neutron's `max_routes`. */
  readonly maxRoutes?: number;
  /** Default true: Neutron has extraroute-atomic since Stein. */
  readonly atomic?: boolean;
  /** Identifiers follow from it; default 1. */
  readonly seed?: number;
}

export interface OpenStackWorld {
  readonly service: SimService;
  readonly faults: FaultRules;
  /** Oldest first. Empty it by `calls.length = 0`. */
  readonly calls: CallLogEntry[];
  /** `https://openstack.example.com/identity/v3` */
  readonly authURL: string;
  readonly networkURL: string;
  /** From now on clients reach it there. */
  moveTo(url: string): void;
  /** The project, made when it is first asked for. */
  project(name: string): OpenStackProject;
  /** All tokens are good for nothing from now on. */
  revokeTokens(): void;
  snapshot(): Json;
  restore(snapshot: Json): void;
}

export interface OpenStackProject {
  readonly id: string;
  /** @param roles Default member and reader. The secret is what is given, or made up. */
  credential(given: { readonly name: string; readonly roles?: readonly string[]; readonly secret?: string }): {
    readonly id: string;
    readonly secret: string;
  };
  /** The credential, and the tokens that were made with it, are good for nothing from now on. */
  deleteCredential(id: string): void;
  /** @returns its id. */
  subnet(cidr: string): string;
  /** @param ports One address of the router in each of these subnets. */
  router(name: string, ports?: readonly { readonly subnet: string; readonly address: string }[]): OpenStackRouter;
}

export interface OpenStackRouter {
  readonly id: string;
  routes(): readonly ExtraRoute[];
  /** As somebody else does it. */
  setRoutes(routes: readonly ExtraRoute[]): void;
  /** With everything on it. */
  remove(): void;
}

const alphabet = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-';

function routerView(state: OpenStackState, id: string): OpenStackRouter {
  const found = () => {
    const router = state.routers.get(id);
    if (!router) throw new TypeError(`There is no router ${id}.`);
    return router;
  };
  return {
    id,
    routes: () => found().routes,
    setRoutes: (routes) => {
      found().routes = [...routes];
    },
    remove: () => {
      state.routers.delete(id);
    },
  };
}

function projectView(state: OpenStackState, id: string, clock: SimClock): OpenStackProject {
  const { random } = state;
  return {
    id,
    credential: ({ name, roles = ['member', 'reader'], secret = randomText(random, 86, alphabet) }) => {
      const credential = { id: randomUuid(random).replaceAll('-', ''), name, project: id, roles };
      state.credentials.set(credential.id, { ...credential, secret: discloseSecret(secret) });
      return { id: credential.id, secret };
    },
    deleteCredential: (credential) => {
      state.credentials.delete(credential);
    },
    subnet: (cidr) => {
      const subnet = { id: randomUuid(random), network: randomUuid(random), cidr };
      state.subnets.set(subnet.id, subnet);
      return subnet.id;
    },
    router: (name, ports = []) => {
      const now = clock.now();
      const router = {
        id: randomUuid(random),
        name,
        project: id,
        createdAt: now,
        updatedAt: now,
        revision: 1 + ports.length,
        ports: ports.map((port) => ({ id: randomUuid(random), ...port })),
        routes: [],
      };
      state.routers.set(router.id, router);
      return routerView(state, router.id);
    },
  };
}

function projectID(state: OpenStackState, name: string): string {
  const known = [...state.projects.values()].find((one) => one.name === name);
  if (known) return known.id;
  const id = randomUuid(state.random).replaceAll('-', '');
  state.projects.set(id, { id, name });
  return id;
}

export function createOpenStack(options: OpenStackOptions): OpenStackWorld {
  const { clock, url = 'https://openstack.example.com', region = 'RegionOne' } = options;
  const state = emptyState(options.seed ?? 1);
  const setup: OpenStackSetup = { url, region, maxRoutes: options.maxRoutes ?? 30, atomic: options.atomic ?? true };
  const front: Front = { setup, state, clock, faults: new FaultRules(), calls: [], late: [] };
  return {
    service: (request) => answer(front, request),
    faults: front.faults,
    calls: front.calls,
    get authURL() {
      return `${setup.url}/identity/v3`;
    },
    get networkURL() {
      return `${setup.url}/networking`;
    },
    moveTo: (next) => {
      setup.url = next;
    },
    project: (name) => projectView(state, projectID(state, name), clock),
    revokeTokens: () => state.tokens.clear(),
    snapshot: () => toJson(state),
    restore: (snapshot) => {
      Object.assign(state, fromJson(snapshot));
    },
  };
}
