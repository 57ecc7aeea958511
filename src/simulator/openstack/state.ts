// SPDX-License-Identifier: GPL-3.0-or-later
/** All that a world keeps; plain values, for snapshots. */
import type { RandomState } from '../kernel/random.ts';

export interface Project {
  readonly id: string;
  readonly name: string;
}

/** https://docs.openstack.org/keystone/latest/user/application_credentials.html */
export interface ApplicationCredential {
  readonly id: string;
  readonly name: string;
  readonly secret: string;
  readonly project: string;
  readonly roles: readonly string[];
}

export interface Token {
  readonly credential: string;
  readonly project: string;
  readonly roles: readonly string[];
  readonly expiresAt: number;
}

export interface Subnet {
  readonly id: string;
  readonly network: string;
  readonly cidr: string;
}

/** One interface of a router: an address of it in a subnet. */
export interface Port {
  readonly id: string;
  readonly subnet: string;
  readonly address: string;
}

/** As it was written: Neutron keeps the text. */
export interface ExtraRoute {
  readonly destination: string;
  readonly nexthop: string;
}

export interface Router {
  readonly id: string;
  readonly name: string;
  readonly project: string;
  readonly createdAt: number;
  updatedAt: number;
  revision: number;
  ports: readonly Port[];
  routes: readonly ExtraRoute[];
}

export interface OpenStackState {
  readonly random: RandomState;
  readonly projects: Map<string, Project>;
  readonly credentials: Map<string, ApplicationCredential>;
  readonly tokens: Map<string, Token>;
  readonly subnets: Map<string, Subnet>;
  readonly routers: Map<string, Router>;
}

export function emptyState(seed: number): OpenStackState {
  return {
    random: { seed },
    projects: new Map(),
    credentials: new Map(),
    tokens: new Map(),
    subnets: new Map(),
    routers: new Map(),
  };
}
