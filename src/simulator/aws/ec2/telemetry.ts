// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * How tunnels are: nobody dials here, so a test or a real peer says it. Both entries are there, DOWN, from the beginning. Source: EC2 API
 * reference, VgwTelemetry; AWS CLI reference, modify-vpn-tunnel-options, example ("IPSEC IS DOWN").
 */
import type { AwsState } from '../state.ts';
import { stateAt } from './life.ts';
import type { Ec2State, Telemetry, Tunnel, VpnConnection } from './state.ts';
import { truth } from '../../kernel/versioned.ts';

export interface TunnelChange {
  readonly status: 'UP' | 'DOWN';
  /** Default: AWS's own words. */
  readonly message?: string;
  /** Default: the connection's static routes, or the number of `prefixes`. */
  readonly acceptedRoutes?: number;
  /** What the peer advertises by BGP; propagated while the tunnel is up. */
  readonly prefixes?: readonly string[];
}

export interface TunnelHandle {
  set(change: TunnelChange): void;
}

export function telemetryOf(
  held: Ec2State,
  connection: Pick<VpnConnection, 'id' | 'createdAt'>,
  { outsideIP }: Pick<Tunnel, 'outsideIP'>,
): Telemetry {
  const known = held.telemetry.get(`${connection.id}/${outsideIP}`);
  return known ?? { status: 'DOWN', prefixes: [], since: connection.createdAt };
}

export function setTelemetry(
  held: Ec2State,
  { connection, tunnel, now }: { connection: VpnConnection; tunnel: Tunnel; now: number },
  change: TunnelChange,
): void {
  const before = telemetryOf(held, connection, tunnel);
  const next = { prefixes: [], ...change };
  const { since: _, ...rest } = before;
  const same = JSON.stringify(sorted(rest)) === JSON.stringify(sorted(next));
  held.telemetry.set(`${connection.id}/${tunnel.outsideIP}`, { ...next, since: same ? before.since : now });
}

function sorted(value: object): [string, unknown][] {
  return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The prefixes that a connection brings while one of its tunnels is up. Source: Site-to-Site VPN User Guide, "Get started", step 3. */
export function learned(held: Ec2State, connection: VpnConnection, now: number): string[] {
  const up = connection.tunnels.map((tunnel) => telemetryOf(held, connection, tunnel)).filter(isUp);
  if (up.length === 0) return [];
  if (!connection.staticRoutesOnly) return [...new Set(up.flatMap(({ prefixes }) => prefixes))];
  return availableRoutes(connection, now);
}

export function isUp({ status }: Telemetry): boolean {
  return status === 'UP';
}

export function availableRoutes(connection: VpnConnection, now: number): string[] {
  return connection.routes.filter((one) => stateAt(one.life, now) === 'available').map((one) => one.destination);
}

/** The tunnel of that connection, in whichever region it is. @throws {TypeError} when there is none. */
export function tunnelHandle(
  state: AwsState,
  at: { account: string; connectionID: string; outsideIP: string },
  now: () => number,
): TunnelHandle {
  const { account, connectionID, outsideIP } = at;
  return {
    set: (change) => {
      const regions = [...state.ec2].filter(([key]) => key.startsWith(`${account}/`));
      const held = regions.map(([, region]) => region).find((region) => region.vpnConnections.has(connectionID));
      const connection = truth(held?.vpnConnections.get(connectionID));
      const tunnel = connection?.tunnels.find((one) => one.outsideIP === outsideIP);
      if (!held || !connection || !tunnel)
        throw new TypeError(`No tunnel ${outsideIP} of a VPN connection ${connectionID} in account ${account}.`);
      setTelemetry(held, { connection, tunnel, now: now() }, change);
    },
  };
}
