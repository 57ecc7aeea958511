// SPDX-License-Identifier: GPL-3.0-or-later
import { truth } from '../../kernel/versioned.ts';
import type { Call } from '../call.ts';
import type { Xml } from '../protocol/xml.ts';
import { configuration } from './configuration.ts';
import { regionOf } from './entities.ts';
import { stateAt } from './life.ts';
import { items } from './protocol.ts';
import type { VpnConnection } from './state.ts';
import { tagSet } from './tags.ts';
import { availableRoutes, isUp, telemetryOf } from './telemetry.ts';
import { tunnelXml } from './tunnel-options.ts';

/** @param reply What CreateVpnConnection returns differs: the XML in any state, no type, no telemetry (AWS CLI reference, its examples). */
export function connectionXml(call: Call, connection: VpnConnection, reply: 'describe' | 'create'): Xml {
  const state = stateAt(connection.life, call.now);
  const { tunnels, localCidr, remoteCidr, staticRoutesOnly } = connection;
  // VpnConnection: `customerGatewayConfiguration` is described only while the connection is pending or available
  const configured = reply === 'create' || state === 'pending' || state === 'available';
  return {
    vpnConnectionId: connection.id,
    state,
    customerGatewayConfiguration: configured ? configurationOf(call, connection) : undefined,
    type: reply === 'create' ? undefined : 'ipsec.1',
    category: 'VPN',
    customerGatewayId: connection.customerGatewayID,
    vpnGatewayId: connection.vpnGatewayID,
    options: {
      enableAcceleration: false,
      staticRoutesOnly,
      localIpv4NetworkCidr: localCidr,
      remoteIpv4NetworkCidr: remoteCidr,
      tunnelInsideIpVersion: 'ipv4',
      tunnelOptionSet: items(tunnels.map((tunnel) => tunnelXml(tunnel, reply))),
    },
    routes: items(routesXml(connection, call.now)),
    vgwTelemetry: reply === 'create' ? undefined : telemetryXml(call, connection),
    tagSet: tagSet(connection.tags),
  };
}

function configurationOf(call: Call, connection: VpnConnection): string | undefined {
  const held = regionOf(call);
  const customer = truth(held.customerGateways.get(connection.customerGatewayID));
  const gateway = truth(held.vpnGateways.get(connection.vpnGatewayID));
  return customer && gateway && configuration(connection, { customer, gateway });
}

function routesXml({ routes }: VpnConnection, now: number): Xml[] {
  return routes.flatMap(({ destination, life }) => {
    const state = stateAt(life, now);
    return state === undefined ? [] : [{ destinationCidrBlock: destination, source: 'Static', state }];
  });
}

function telemetryXml(call: Call, connection: VpnConnection): Xml {
  const { tunnels, reversed, staticRoutesOnly } = connection;
  const ordered = reversed.telemetry ? [...tunnels].reverse() : tunnels;
  return items(
    ordered.map((tunnel) => {
      const telemetry = telemetryOf(regionOf(call), { connection, tunnel, now: call.now });
      const brought = staticRoutesOnly ? availableRoutes(connection, call.now) : telemetry.prefixes;
      const accepted = telemetry.acceptedRoutes ?? (isUp(telemetry) ? brought.length : 0);
      // dynamic connections say how many routes, static ones nothing
      const upWords = staticRoutesOnly ? '' : `${accepted} BGP ROUTES`;
      return {
        outsideIpAddress: tunnel.outsideIP,
        status: telemetry.status,
        lastStatusChange: new Date(telemetry.since).toISOString(),
        statusMessage: telemetry.message ?? (isUp(telemetry) ? upWords : 'IPSEC IS DOWN'),
        acceptedRouteCount: accepted,
      };
    }),
  );
}
