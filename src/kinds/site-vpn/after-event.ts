// SPDX-License-Identifier: GPL-3.0-or-later
/** What the world does by itself, and what a Waiting hold waits for. Pure. */
import type { VpnConnection } from '../../clouds/aws/ec2/vpn.ts';
import type { Event } from '../../core/step.ts';
import { markOf } from '../../core/owner-mark.ts';
import { edited, without } from './edits.ts';
import { gatewayOwner } from './marks.ts';
import type { Observed } from './observed.ts';

function tunnelUp(connection: VpnConnection, outsideIP: string): VpnConnection {
  const tunnels = connection.tunnels.map((tunnel) =>
    tunnel.outsideIP === outsideIP
      ? {
          ...tunnel,
          telemetry: {
            status: 'UP' as const,
            message: '',
            acceptedRoutes: Math.max(1, tunnel.telemetry.acceptedRoutes),
          },
        }
      : tunnel,
  );
  return { ...connection, tunnels };
}

function siblingMade(world: Observed, vpc: string): Observed {
  const gateway = {
    id: '<virtual private gateway>',
    state: 'available' as const,
    amazonASN: 64_512,
    attachments: [{ vpc, state: 'attached' as const }],
    tags: markOf(gatewayOwner(world.owner, vpc)),
  };
  return { ...world, gateways: [...world.gateways, gateway] };
}

const ofGateways: Readonly<Record<string, (world: Observed, id: string) => Observed>> = {
  VpnGatewayAvailable: (world, id) => ({
    ...world,
    gateways: edited(world.gateways, id, (one) => ({ ...one, state: 'available' })),
  }),
  VpnGatewayAttached: (world, id) => ({
    ...world,
    gateways: edited(world.gateways, id, (one) => ({
      ...one,
      attachments: one.attachments.map(({ vpc }) => ({ vpc, state: 'attached' })),
    })),
  }),
  VpnGatewayDetached: (world, id) => ({
    ...world,
    gateways: edited(world.gateways, id, (one) => ({
      ...one,
      attachments: one.attachments.filter(({ state }) => state !== 'detaching'),
    })),
  }),
  SiblingMadeVpnGateway: siblingMade,
};

const ofConnections: Readonly<Record<string, (world: Observed, id: string) => Observed>> = {
  CustomerGatewayAvailable: (world, id) => ({
    ...world,
    customerGateways: edited(world.customerGateways, id, (one) => ({ ...one, state: 'available' })),
  }),
  VpnConnectionAvailable: (world, id) => ({
    ...world,
    connections: edited(world.connections, id, (one) => ({ ...one, state: 'available' })),
  }),
  VpnConnectionDeleted: (world, id) => ({ ...world, connections: without(world.connections, id) }),
  /** Other SiteVpns took theirs away: connections, and routes to the gateway. */
  VpnConnectionsLeft: (world, id) => ({
    ...world,
    connections: world.connections.filter(({ gateway }) => gateway !== id),
    tables: world.tables.map((table) => ({
      ...table,
      routes: table.routes.filter(({ target, origin }) => target !== id || origin !== 'CreateRoute'),
    })),
  }),
  StaticRouteDeleted: (world, id) => ({
    ...world,
    connections: world.connections.map((one) => ({
      ...one,
      routes: one.routes.filter(({ cidr, state }) => cidr !== id || state !== 'deleting'),
    })),
  }),
  StaticRouteAvailable: (world, id) => ({
    ...world,
    connections: world.connections.map((one) => ({
      ...one,
      routes: one.routes.map((route) => (route.cidr === id ? { ...route, state: 'available' as const } : route)),
    })),
  }),
  TunnelUp: (world, id) => ({ ...world, connections: world.connections.map((one) => tunnelUp(one, id)) }),
};

export function afterEvent(world: Observed, event: Event): Observed {
  if ('seconds' in event) return { ...world, now: world.now + event.seconds * 1000 };
  const change = ofGateways[event.happens] ?? ofConnections[event.happens];
  return change ? change(world, event.id) : world;
}
