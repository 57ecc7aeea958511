// SPDX-License-Identifier: GPL-3.0-or-later

/** A request at one of the two services, its base taken off. */
export interface Incoming {
  readonly method: string;
  /** `/v3/auth/tokens` */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface OpenStackSetup {
  /** Where clients reach it, for the catalogue: `https://openstack.example.com`. */
  url: string;
  readonly region: string;
  /** Extra routes of one router (Neutron's `max_routes`). */
  readonly maxRoutes: number;
  /** Whether this Neutron has the extension extraroute-atomic (since Stein). */
  readonly atomic: boolean;
}
