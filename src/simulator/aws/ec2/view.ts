// SPDX-License-Identifier: GPL-3.0-or-later
/** The truth about a region, for tests: no lag, no permissions, nothing that is deleted. */
import { truth } from '../../kernel/versioned.ts';
import { allTrue } from './entities.ts';
import { stateAt, type Life } from './life.ts';
import { routesOf, type Effective } from './route-tables.ts';
import type { AttachmentState, ConnectionState, Ec2State, GatewayState, Telemetry, Tunnel } from './state.ts';
import type { CustomerGateway, RouteTable, VpnConnection, VpnGateway } from './state.ts';
import { telemetryOf } from './telemetry.ts';

type Tagged<T, Gone extends keyof T, S> = Omit<T, Gone | 'tags' | 'life'> & {
  readonly tags: Readonly<Record<string, string>>;
  readonly state: S;
};

export interface TunnelView extends Omit<Tunnel, 'chosen'> {
  readonly status: Telemetry['status'];
}

export interface NetworkView {
  readonly routeTables: readonly (Omit<RouteTable, 'tags' | 'routes'> & {
    readonly tags: Readonly<Record<string, string>>;
    /** Own and propagated. */
    readonly routes: readonly Effective[];
  })[];
  readonly vpnGateways: readonly (Tagged<VpnGateway, 'attachment', GatewayState> & {
    readonly attachment?: { readonly vpcID: string; readonly state: AttachmentState };
  })[];
  readonly customerGateways: readonly Tagged<CustomerGateway, never, GatewayState>[];
  readonly vpnConnections: readonly (Tagged<VpnConnection, 'routes' | 'tunnels' | 'reversed', ConnectionState> & {
    readonly routes: readonly { readonly destination: string; readonly state: string }[];
    readonly tunnels: readonly TunnelView[];
  })[];
}

export function networkView(held: Ec2State, now: number): NetworkView {
  return {
    routeTables: allTrue(held, 'route-table').map((table) => ({
      ...table,
      tags: Object.fromEntries(table.tags),
      routes: routesOf(held, table, now),
    })),
    vpnGateways: there(allTrue(held, 'vpn-gateway'), now).map(({ attachment, ...gateway }) => ({
      ...gateway,
      ...attached(attachment, now),
    })),
    customerGateways: there(allTrue(held, 'customer-gateway'), now),
    vpnConnections: there(allTrue(held, 'vpn-connection'), now).map((connection) => viewed(held, connection, now)),
  };
}

type StateOf<T> = T extends { readonly life: Life<infer S> } ? S : never;

function there<T extends { readonly life: Life<string>; readonly tags: VpnGateway['tags'] }>(
  things: readonly T[],
  now: number,
): (Omit<T, 'tags' | 'life'> & { readonly tags: Record<string, string>; readonly state: StateOf<T> })[] {
  return things.flatMap(({ life, tags, ...thing }) => {
    const state = stateAt(life, now) as StateOf<T> | undefined;
    return state === undefined || state === 'deleted' ? [] : [{ ...thing, tags: Object.fromEntries(tags), state }];
  });
}

function attached(
  attachment: VpnGateway['attachment'],
  now: number,
): { attachment?: { vpcID: string; state: AttachmentState } } {
  const state = attachment && stateAt(attachment.life, now);
  return attachment && state !== undefined ? { attachment: { vpcID: attachment.vpcID, state } } : {};
}

function viewed<C extends Omit<VpnConnection, 'tags' | 'life'>>(held: Ec2State, connection: C, now: number) {
  const { routes, tunnels, reversed: _, ...rest } = connection;
  const whole = truth(held.vpnConnections.get(connection.id));
  const status = (tunnel: Pick<Tunnel, 'outsideIP'>): Telemetry['status'] =>
    whole ? telemetryOf(held, { connection: whole, tunnel, now }).status : 'DOWN';
  return {
    ...rest,
    routes: routes.flatMap(({ destination, life }) => {
      const state = stateAt(life, now);
      return state === undefined ? [] : [{ destination, state }];
    }),
    tunnels: tunnels.map(({ chosen: __, ...tunnel }) => ({ ...tunnel, status: status(tunnel) })),
  };
}
