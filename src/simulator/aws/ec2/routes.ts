// SPDX-License-Identifier: GPL-3.0-or-later
/** Routes to virtual private gateways, by hand and by propagation. Source: API_CreateRoute, API_ReplaceRoute, API_DeleteRoute, API_EnableVgwRoutePropagation. */
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { must, required, text, type Fields } from '../protocol/model.ts';
import type { Xml } from '../protocol/xml.ts';
import { cidrText, inside, parseCidr } from './cidr.ts';
import { named, save, seen } from './entities.ts';
import { invalid } from './input.ts';
import { on } from './permission.ts';
import type { Ec2Operation } from './protocol.ts';
import { overQuota } from './quotas.ts';
import { attachedTo } from './route-tables.ts';
import type { Route, RouteTable } from './state.ts';

/** API_CreateRoute: a block is brought to its canonical form, `100.68.0.18/18` to `100.68.0.0/18`. */
export function canonical(parameter: string, given: string): string {
  const parsed = parseCidr(given);
  if (!parsed) throw invalid(parameter, given, 'This is not a valid CIDR block.');
  return cidrText(parsed);
}

function asked(call: Call, input: Fields): { table: RouteTable; destination: string; present: Route | undefined } {
  const destination = canonical('destinationCidrBlock', must(input, 'DestinationCidrBlock'));
  const table = named(call, 'route-table', must(input, 'RouteTableId'));
  return { table, destination, present: table.routes.find((route) => route.destination === destination) };
}

/**
 * A gateway of the table's own network, and never for what is in the VPC: a route as specific as the local one, or more, leads to interfaces only
 * (VPC User Guide, "Route tables"; the words are those of public logs, earlier ones in hashicorp/terraform#26018).
 */
function target(call: Call, input: Fields, { table, destination }: { table: RouteTable; destination: string }): string {
  const id = must(input, 'GatewayId');
  const gateway = seen(call, 'vpn-gateway', id);
  if (!gateway) throw new AwsError('InvalidGatewayID.NotFound', `The gateway ID '${id}' does not exist`);
  const own = named(call, 'vpn-gateway', id);
  if (!attachedTo(own, table.vpcID, call.now))
    throw new AwsError(
      'InvalidParameterValue',
      `route table ${table.id} and network gateway ${id} belong to different networks`,
    );
  if (inside(destination, seen(call, 'vpc', table.vpcID)?.cidr))
    throw new AwsError(
      'InvalidParameterValue',
      `The destination CIDR block ${destination} is equal to or more specific than one of this VPC's CIDR blocks. This route can target only an interface or an instance.`,
    );
  return id;
}

function createRoute(call: Call, input: Fields): Record<string, Xml> {
  const { table, destination, present } = asked(call, input);
  if (present?.origin === 'CreateRouteTable')
    throw new AwsError('RouteAlreadyExists', `The route identified by ${destination} already exists.`);
  const to = target(call, input, { table, destination });
  if (present) throw new AwsError('RouteAlreadyExists', `The route identified by ${destination} already exists.`);
  const code = 'RouteLimitExceeded';
  overQuota(call, { have: table.routes.length, quota: 'routesPerTable', code });
  const route: Route = { destination, target: to, origin: 'CreateRoute' };
  save(call, 'route-table', { ...table, routes: [...table.routes, route] });
  return { return: true };
}

function replaceRoute(call: Call, input: Fields): Record<string, Xml> {
  const { table, destination, present } = asked(call, input);
  if (!present)
    throw new AwsError(
      'InvalidParameterValue',
      `There is no route defined for '${destination}' in the route table. Use CreateRoute instead.`,
    );
  const replaced = { ...present, target: target(call, input, { table, destination }) };
  save(call, 'route-table', { ...table, routes: table.routes.map((route) => (route === present ? replaced : route)) });
  return { return: true };
}

function deleteRoute(call: Call, input: Fields): Record<string, Xml> {
  const { table, destination, present } = asked(call, input);
  if (!present)
    throw new AwsError(
      'InvalidRoute.NotFound',
      `no route with destination-cidr-block ${destination} in route table ${table.id}`,
    );
  if (present.origin === 'CreateRouteTable')
    throw new AwsError('InvalidParameterValue', `cannot remove local route ${destination} in route table ${table.id}`);
  save(call, 'route-table', { ...table, routes: table.routes.filter((route) => route !== present) });
  return { return: true };
}

/** Error codes: Gateway.NotAttached (retried by hashicorp/terraform-provider-aws on this very call). */
function enablePropagation(call: Call, input: Fields): Record<string, Xml> {
  const table = named(call, 'route-table', must(input, 'RouteTableId'));
  const gateway = named(call, 'vpn-gateway', must(input, 'GatewayId'));
  if (!attachedTo(gateway, table.vpcID, call.now))
    throw new AwsError('Gateway.NotAttached', `resource ${gateway.id} is not attached to network ${table.vpcID}`);
  if (!table.propagating.includes(gateway.id))
    save(call, 'route-table', { ...table, propagating: [...table.propagating, gateway.id] });
  return { return: true };
}

function disablePropagation(call: Call, input: Fields): Record<string, Xml> {
  const table = named(call, 'route-table', must(input, 'RouteTableId'));
  const gateway = named(call, 'vpn-gateway', must(input, 'GatewayId'));
  if (table.propagating.includes(gateway.id))
    save(call, 'route-table', { ...table, propagating: table.propagating.filter((id) => id !== gateway.id) });
  return { return: true };
}

const route = { RouteTableId: required(text()), DestinationCidrBlock: required(text()) };
const toGateway = { ...route, GatewayId: required(text()) };
const propagation = { RouteTableId: required(text()), GatewayId: required(text()) };
const table = { RouteTableId: 'route-table' } as const;
const both = { ...table, GatewayId: 'vpn-gateway' } as const;

export const routeOperations: Record<string, Ec2Operation> = {
  CreateRoute: { effect: 'write', input: toGateway, authorize: on('ec2:CreateRoute', table), run: createRoute },
  ReplaceRoute: { effect: 'write', input: toGateway, authorize: on('ec2:ReplaceRoute', table), run: replaceRoute },
  DeleteRoute: { effect: 'write', input: route, authorize: on('ec2:DeleteRoute', table), run: deleteRoute },
  EnableVgwRoutePropagation: {
    effect: 'write',
    input: propagation,
    authorize: on('ec2:EnableVgwRoutePropagation', both),
    run: enablePropagation,
  },
  DisableVgwRoutePropagation: {
    effect: 'write',
    input: propagation,
    authorize: on('ec2:DisableVgwRoutePropagation', both),
    run: disablePropagation,
  },
};
