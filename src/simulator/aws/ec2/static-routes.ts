// SPDX-License-Identifier: GPL-3.0-or-later
/** Static routes of a VPN connection. Source: API_CreateVpnConnectionRoute, API_DeleteVpnConnectionRoute; EC2 API reference, "Error codes". */
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { must, required, text, type Fields } from '../protocol/model.ts';
import type { Xml } from '../protocol/xml.ts';
import { parseCidr } from './cidr.ts';
import { named, save } from './entities.ts';
import { life, stateAt } from './life.ts';
import { on } from './permission.ts';
import type { Ec2Operation } from './protocol.ts';
import { overQuota } from './quotas.ts';
import { canonical } from './routes.ts';
import type { StaticRoute, VpnConnection } from './state.ts';

export function availableConnection(call: Call, id: string): VpnConnection {
  const connection = named(call, 'vpn-connection', id);
  if (stateAt(connection.life, call.now) !== 'available')
    throw new AwsError(
      'InvalidVpnConnection.InvalidState',
      `The VPN connection '${id}' must be in the available state to complete the request.`,
    );
  return connection;
}

function asked(call: Call, input: Fields): { connection: VpnConnection; destination: string; others: StaticRoute[] } {
  const connection = availableConnection(call, must(input, 'VpnConnectionId'));
  if (!connection.staticRoutesOnly)
    throw new AwsError(
      'InvalidVpnConnection.InvalidType',
      `The VPN connection '${connection.id}' does not support static routes.`,
    );
  const given = must(input, 'DestinationCidrBlock');
  // "Error codes": InvalidRoute.Malformed is the one for the routes of a VPN connection
  if (!parseCidr(given)) throw new AwsError('InvalidRoute.Malformed', `The CIDR block ${given} is malformed`);
  const destination = canonical('destinationCidrBlock', given);
  const shown = connection.routes.filter((route) => stateAt(route.life, call.now) !== undefined);
  return { connection, destination, others: shown.filter((route) => route.destination !== destination) };
}

function present({ routes }: VpnConnection, destination: string, now: number): StaticRoute | undefined {
  return routes.find(
    (route) => route.destination === destination && ['pending', 'available'].includes(stateAt(route.life, now) ?? ''),
  );
}

function create(call: Call, input: Fields): Record<string, Xml> {
  const { connection, destination, others } = asked(call, input);
  if (present(connection, destination, call.now)) return { return: true };
  // the quota is documented, the code for it is not: this is the one that route tables have
  const code = 'RouteLimitExceeded';
  overQuota(call, { have: others.length, quota: 'staticRoutesPerConnection', code });
  const route = { destination, life: life(call.now, ['pending', call.world.ec2Times.staticRoute], ['available']) };
  save(call, 'vpn-connection', { ...connection, routes: [...others, route] });
  return { return: true };
}

function remove(call: Call, input: Fields): Record<string, Xml> {
  const { connection, destination, others } = asked(call, input);
  if (!present(connection, destination, call.now))
    throw new AwsError('InvalidRoute.NotFound', `The specified route ${destination} does not exist`);
  const route = { destination, life: life(call.now, ['deleting', call.world.ec2Times.staticRoute]) };
  save(call, 'vpn-connection', { ...connection, routes: [...others, route] });
  return { return: true };
}

const input = { VpnConnectionId: required(text()), DestinationCidrBlock: required(text()) };
const connection = { VpnConnectionId: 'vpn-connection' } as const;

export const staticRouteOperations: Record<string, Ec2Operation> = {
  CreateVpnConnectionRoute: {
    effect: 'write',
    input,
    authorize: on('ec2:CreateVpnConnectionRoute', connection),
    run: create,
  },
  DeleteVpnConnectionRoute: {
    effect: 'write',
    input,
    authorize: on('ec2:DeleteVpnConnectionRoute', connection),
    run: remove,
  },
};
