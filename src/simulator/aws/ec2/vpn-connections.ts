// SPDX-License-Identifier: GPL-3.0-or-later
/** VPN connections of a virtual private gateway. Transit gateways, certificates, acceleration and IPv6 inside are not simulated. */
import { nextRandom } from '../../kernel/random.ts';
import { truth } from '../../kernel/versioned.ts';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { may, must, required, text, type Fields } from '../protocol/model.ts';
import type { Xml } from '../protocol/xml.ts';
import { refuseSameAsn } from './asn.ts';
import { refuseTooManyChanging } from './changing.ts';
import { connectionXml } from './connection-xml.ts';
import { select, type Filters } from './describe.ts';
import { allTrue, named, newID, regionOf, save } from './entities.ts';
import { filters, flag, tagSpecifications, texts } from './input.ts';
import { alive, life, stateAt } from './life.ts';
import { on, onAll, onNew } from './permission.ts';
import { items, type Ec2Operation } from './protocol.ts';
import { overQuota } from './quotas.ts';
import { canonical } from './routes.ts';
import type { CustomerGateway, VpnConnection } from './state.ts';
import { newTags } from './tags.ts';
import { tunnelMembers } from './tunnel-options.ts';
import { newTunnels } from './tunnels.ts';
import { availableGateway } from './vpn-gateways.ts';

export function availableCustomer(call: Call, id: string): CustomerGateway {
  const gateway = named(call, 'customer-gateway', id);
  if (stateAt(gateway.life, call.now) !== 'available')
    throw new AwsError('InvalidCustomerGatewayState', `The customer gateway '${id}' is not in an available state.`);
  return gateway;
}

/**
 * API_CreateVpnConnection: "This is an idempotent operation": between the same two gateways there is one connection, and whoever asks for it
 * again gets it as it is, without the new options and tags (hashicorp/terraform-provider-aws#17631).
 */
function create(call: Call, input: Fields): Record<string, Xml> {
  const customerGatewayID = must(input, 'CustomerGatewayId');
  const vpnGatewayID = must(input, 'VpnGatewayId');
  refuseSameAsn(availableCustomer(call, customerGatewayID), availableGateway(call, vpnGatewayID));
  const tags = newTags(input, 'vpn-connection');
  const held = allTrue(regionOf(call), 'vpn-connection').filter((one) => alive(one.life, call.now));
  const sameGateway = held.filter((one) => one.vpnGatewayID === vpnGatewayID);
  const same = sameGateway.find((one) => one.customerGatewayID === customerGatewayID);
  if (same) return { vpnConnection: connectionXml(call, same, 'create') };
  const code = 'VpnConnectionLimitExceeded';
  refuseTooManyChanging(call, code);
  overQuota(call, { have: held.length, quota: 'vpnConnections', code });
  overQuota(call, { have: sameGateway.length, quota: 'vpnConnectionsPerGateway', code });
  const options = (input['Options'] ?? {}) as Fields;
  const { random } = call.world.state;
  const connection: VpnConnection = {
    id: newID(random, 'vpn-connection'),
    createdAt: call.now,
    customerGatewayID,
    vpnGatewayID,
    ...optionsOf(options),
    tunnels: newTunnels(call, options, vpnGatewayID),
    routes: [],
    tags,
    life: life(call.now, ['pending', call.world.ec2Times.connectionCreate], ['available']),
    reversed: { xml: nextRandom(random) < 0.5, telemetry: nextRandom(random) < 0.5 },
  };
  save(call, 'vpn-connection', connection);
  return { vpnConnection: connectionXml(call, connection, 'create') };
}

function optionsOf(options: Fields): Pick<VpnConnection, 'staticRoutesOnly' | 'localCidr' | 'remoteCidr'> {
  if (options['EnableAcceleration'] === 'true')
    throw new AwsError('InvalidParameterCombination', 'Acceleration is not supported for a virtual private gateway.');
  return {
    staticRoutesOnly: options['StaticRoutesOnly'] === 'true',
    localCidr: canonical('LocalIpv4NetworkCidr', may(options, 'LocalIpv4NetworkCidr') ?? '0.0.0.0/0'),
    remoteCidr: canonical('RemoteIpv4NetworkCidr', may(options, 'RemoteIpv4NetworkCidr') ?? '0.0.0.0/0'),
  };
}

function connectionFilters(call: Call): Filters<VpnConnection> {
  const routes = (one: VpnConnection) => one.routes.filter(({ life }) => stateAt(life, call.now) !== undefined);
  return {
    'vpn-connection-id': ({ id }) => [id],
    'vpn-gateway-id': ({ vpnGatewayID }) => [vpnGatewayID],
    'customer-gateway-id': ({ customerGatewayID }) => [customerGatewayID],
    'transit-gateway-id': () => [],
    'bgp-asn': ({ customerGatewayID }) => [truth(regionOf(call).customerGateways.get(customerGatewayID))?.asn],
    'option.static-routes-only': ({ staticRoutesOnly }) => [String(staticRoutesOnly)],
    'route.destination-cidr-block': (one) => routes(one).map(({ destination }) => destination),
    state: (one) => [stateAt(one.life, call.now)],
    type: () => ['ipsec.1'],
  };
}

function describe(call: Call, input: Fields): Record<string, Xml> {
  const wanted = { kind: 'vpn-connection', ids: 'VpnConnectionId', filters: connectionFilters(call) } as const;
  return { vpnConnectionSet: items(select(call, input, wanted).map((one) => connectionXml(call, one, 'describe'))) };
}

function remove(call: Call, input: Fields): Record<string, Xml> {
  const connection = named(call, 'vpn-connection', must(input, 'VpnConnectionId'));
  const { connectionDelete, deletedShows } = call.world.ec2Times;
  if (stateAt(connection.life, call.now) !== 'deleting')
    save(call, 'vpn-connection', {
      ...connection,
      life: life(call.now, ['deleting', connectionDelete], ['deleted', deletedShows]),
    });
  return { return: true };
}

const options = {
  StaticRoutesOnly: flag,
  EnableAcceleration: flag,
  LocalIpv4NetworkCidr: text(),
  RemoteIpv4NetworkCidr: text(),
  TunnelInsideIpVersion: text({ oneOf: ['ipv4'] }),
  OutsideIpAddressType: text({ oneOf: ['PublicIpv4'] }),
  TunnelOptions: { is: 'list', of: { is: 'structure', members: tunnelMembers } },
} as const;

export const vpnConnectionOperations: Record<string, Ec2Operation> = {
  CreateVpnConnection: {
    effect: 'write',
    input: {
      Type: required(text({ oneOf: ['ipsec.1'] })),
      CustomerGatewayId: required(text()),
      VpnGatewayId: required(text()),
      PreSharedKeyStorage: text({ oneOf: ['Standard'] }),
      Options: { is: 'structure', members: options },
      TagSpecification: tagSpecifications,
    },
    authorize: onNew('ec2:CreateVpnConnection', 'vpn-connection', {
      CustomerGatewayId: 'customer-gateway',
      VpnGatewayId: 'vpn-gateway',
    }),
    run: create,
  },
  DescribeVpnConnections: {
    effect: 'read',
    input: { VpnConnectionId: texts, Filter: filters },
    authorize: onAll('ec2:DescribeVpnConnections'),
    run: describe,
  },
  DeleteVpnConnection: {
    effect: 'write',
    input: { VpnConnectionId: required(text()) },
    authorize: on('ec2:DeleteVpnConnection', { VpnConnectionId: 'vpn-connection' }),
    run: remove,
  },
};
