// SPDX-License-Identifier: GPL-3.0-or-later
/** The servers: those of the spec, or the endpoints as far as HAProxy can reach them by themselves. Pure. */
import type { HaproxySpec } from '../../../api/gslb-endpoint/haproxy.ts';
import type { HaproxyServer } from './model.ts';

/** What of an endpoint matters here. */
export interface Endpoint {
  readonly name: string;
  readonly target: {
    readonly type: string;
    readonly addresses?: readonly string[] | undefined;
    readonly hostname?: string | undefined;
  };
  readonly state: 'Active' | 'Drained';
  readonly role?: 'Primary' | 'Secondary' | undefined;
  readonly weight?: number | undefined;
}

type Role = NonNullable<Endpoint['role']>;

function stateOf({ state, role }: Endpoint, preferred: Role): HaproxyServer['state'] {
  if (state === 'Drained') return 'Drain';
  return role === undefined || role === preferred ? 'Active' : 'Backup';
}

const usual = 100;

function serversOf(endpoint: Endpoint, port: number, preferred: Role): readonly HaproxyServer[] {
  const { name, target, weight = usual } = endpoint;
  const all = target.type === 'Addresses' ? (target.addresses ?? []) : [target.hostname ?? ''].filter((one) => one);
  return all.map((address, index) => ({
    name: all.length === 1 ? name : `${name}.${index + 1}`,
    address: address.toLowerCase().replace(/[.]$/, ''),
    port,
    weight,
    state: stateOf(endpoint, preferred),
  }));
}

/** @param preferred Whom the name is answered with while both are healthy: a failover by hand is one for HAProxy, too. */
export function serversFor(
  spec: HaproxySpec,
  endpoints: readonly Endpoint[],
  preferred: Role = 'Primary',
): readonly HaproxyServer[] {
  if (spec.servers) return spec.servers;
  const reached = endpoints.filter(({ target: { type } }) => type === 'Addresses' || type === 'Hostname');
  // Route 53 takes all of weight 0 for all alike (Developer Guide, "Weighted routing"); HAProxy would serve nobody
  const alike = reached.every(({ weight, state }) => weight === 0 || state === 'Drained');
  return reached.flatMap((one) => serversOf(alike ? { ...one, weight: usual } : one, spec.endpointPort, preferred));
}
