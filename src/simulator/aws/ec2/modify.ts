// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Changes of a VPN connection that is there: one at a time, each takes it out of `available` for some minutes. Source: API_ModifyVpnConnection,
 * API_ModifyVpnConnectionOptions, API_ModifyVpnTunnelOptions.
 */
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { may, must, required, text, type Fields } from '../protocol/model.ts';
import type { Xml } from '../protocol/xml.ts';
import { connectionXml } from './connection-xml.ts';
import { refuseSameAsn } from './asn.ts';
import { allTrue, regionOf, save } from './entities.ts';
import { invalid } from './input.ts';
import { life, stateAt } from './life.ts';
import { on } from './permission.ts';
import type { Ec2Operation } from './protocol.ts';
import { canonical } from './routes.ts';
import type { Tunnel, VpnConnection } from './state.ts';
import { availableConnection } from './static-routes.ts';
import { replaceEnd } from './telemetry.ts';
import { preSharedKey, settingsIn, tunnelMembers } from './tunnel-options.ts';
import { claim, insideOf } from './tunnels.ts';
import { availableCustomer } from './vpn-connections.ts';
import { availableGateway } from './vpn-gateways.ts';

interface Replaced {
  /** Tunnels whose end is replaced (Site-to-Site VPN User Guide, "Tunnel endpoint replacements"). */
  readonly ends: readonly Tunnel[];
  readonly peerMustFollow: boolean;
}

function modify(call: Call, changed: VpnConnection, { ends, peerMustFollow }: Replaced): Record<string, Xml> {
  const ms = call.world.ec2Times.connectionModify;
  const connection: VpnConnection = { ...changed, life: life(call.now, ['modifying', ms], ['available']) };
  for (const tunnel of ends) replaceEnd(regionOf(call), { connection, tunnel, now: call.now }, { ms, peerMustFollow });
  save(call, 'vpn-connection', connection);
  return { vpnConnection: connectionXml(call, connection, 'describe') };
}

/** One tunnel, by its outside address; what the request does not say stays. */
function modifyTunnel(call: Call, input: Fields): Record<string, Xml> {
  const connection = availableConnection(call, must(input, 'VpnConnectionId'));
  const outsideIP = must(input, 'VpnTunnelOutsideIpAddress');
  const tunnel = connection.tunnels.find((one) => one.outsideIP === outsideIP);
  if (!tunnel) throw invalid('vpnTunnelOutsideIpAddress', outsideIP, `It is no tunnel of '${connection.id}'.`);
  const given = input['TunnelOptions'] as Fields;
  if (Object.keys(given).length === 0)
    throw new AwsError('MissingParameter', 'The request must contain the parameter TunnelOptions');
  const changed = changedTunnel(call, connection, { tunnel, given });
  const [first, second] = connection.tunnels;
  const tunnels = [first === tunnel ? changed : first, second === tunnel ? changed : second] as const;
  const peerMustFollow = changed.psk !== tunnel.psk || changed.insideCidr !== tunnel.insideCidr;
  return modify(call, { ...connection, tunnels }, { ends: [changed], peerMustFollow });
}

function changedTunnel(
  call: Call,
  { vpnGatewayID }: VpnConnection,
  { tunnel, given }: { tunnel: Tunnel; given: Fields },
): Tunnel {
  const key = may(given, 'PreSharedKey');
  const inside = may(given, 'TunnelInsideCidr') ?? tunnel.insideCidr;
  if (inside !== tunnel.insideCidr) claim(new Set(insideOf(call, vpnGatewayID)), inside);
  return {
    ...tunnel,
    insideCidr: inside,
    psk: key === undefined ? tunnel.psk : preSharedKey(key),
    settings: settingsIn(given, tunnel.settings),
  };
}

function modifyOptions(call: Call, input: Fields): Record<string, Xml> {
  const connection = availableConnection(call, must(input, 'VpnConnectionId'));
  const localCidr = canonical('LocalIpv4NetworkCidr', may(input, 'LocalIpv4NetworkCidr') ?? connection.localCidr);
  const remoteCidr = canonical('RemoteIpv4NetworkCidr', may(input, 'RemoteIpv4NetworkCidr') ?? connection.remoteCidr);
  return modify(call, { ...connection, localCidr, remoteCidr }, { ends: connection.tunnels, peerMustFollow: false });
}

/** Another customer gateway, or another virtual private gateway; outside addresses and tunnel options stay. */
function modifyGateways(call: Call, input: Fields): Record<string, Xml> {
  const connection = availableConnection(call, must(input, 'VpnConnectionId'));
  const customerGatewayID = may(input, 'CustomerGatewayId') ?? connection.customerGatewayID;
  const vpnGatewayID = may(input, 'VpnGatewayId') ?? connection.vpnGatewayID;
  if (customerGatewayID === connection.customerGatewayID && vpnGatewayID === connection.vpnGatewayID)
    throw new AwsError(
      'InvalidParameterCombination',
      'The request must name another customer gateway or target gateway.',
    );
  refuseSameAsn(availableCustomer(call, customerGatewayID), availableGateway(call, vpnGatewayID));
  // EC2 API reference, "Error codes": one connection between two gateways
  const taken = allTrue(regionOf(call), 'vpn-connection').some(
    (one) =>
      one.customerGatewayID === customerGatewayID &&
      one.vpnGatewayID === vpnGatewayID &&
      stateAt(one.life, call.now) !== 'deleted',
  );
  if (taken)
    throw new AwsError(
      'InvalidOption.Conflict',
      'A VPN connection between the virtual private gateway and the customer gateway already exists.',
    );
  const peerMustFollow = customerGatewayID !== connection.customerGatewayID;
  const changed = { ...connection, customerGatewayID, vpnGatewayID };
  return modify(call, changed, { ends: connection.tunnels, peerMustFollow });
}

const id = { VpnConnectionId: required(text()) };
const connection = { VpnConnectionId: 'vpn-connection' } as const;

export const modifyOperations: Record<string, Ec2Operation> = {
  ModifyVpnTunnelOptions: {
    effect: 'write',
    input: {
      ...id,
      VpnTunnelOutsideIpAddress: required(text()),
      TunnelOptions: { is: 'structure', required: true, members: tunnelMembers },
    },
    authorize: on('ec2:ModifyVpnTunnelOptions', connection),
    run: modifyTunnel,
  },
  ModifyVpnConnectionOptions: {
    effect: 'write',
    input: { ...id, LocalIpv4NetworkCidr: text(), RemoteIpv4NetworkCidr: text() },
    authorize: on('ec2:ModifyVpnConnectionOptions', connection),
    run: modifyOptions,
  },
  ModifyVpnConnection: {
    effect: 'write',
    input: { ...id, CustomerGatewayId: text(), VpnGatewayId: text() },
    // the gateways that it gets are no resources of it (Service Authorization Reference, ModifyVpnConnection)
    authorize: on('ec2:ModifyVpnConnection', connection),
    run: modifyGateways,
  },
};
