// SPDX-License-Identifier: GPL-3.0-or-later
import type { Call } from '../call.ts';
import type { Fields } from '../protocol/model.ts';
import type { Xml } from '../protocol/xml.ts';
import { page, select, type Filters } from './describe.ts';
import { allTrue, regionOf } from './entities.ts';
import { filters, paging, texts } from './input.ts';
import { stateAt } from './life.ts';
import { onAll } from './permission.ts';
import { items, type Ec2Operation } from './protocol.ts';
import type { Ec2State, Route, RouteTable, VpnGateway } from './state.ts';
import { tagSet } from './tags.ts';
import { learned } from './telemetry.ts';

/** A route as it is now: its own, or propagated from a virtual private gateway. */
export interface Effective {
  readonly destination: string;
  readonly target: string;
  readonly origin: Route['origin'] | 'EnableVgwRoutePropagation';
  readonly state: 'active' | 'blackhole';
}

export function attachedTo(gateway: VpnGateway, vpcID: string, now: number): boolean {
  const { attachment } = gateway;
  return attachment?.vpcID === vpcID && stateAt(attachment.life, now) === 'attached';
}

function gatewaysOf(held: Ec2State, table: RouteTable, now: number): VpnGateway[] {
  return allTrue(held, 'vpn-gateway').filter((gateway) => attachedTo(gateway, table.vpcID, now));
}

/**
 * Static routes win over propagated ones of the same destination (VPC User Guide, "Route priority"). A route to a gateway that is not attached
 * is a blackhole (EC2 API reference, Route).
 */
export function routesOf(held: Ec2State, table: RouteTable, now: number): Effective[] {
  const gateways = gatewaysOf(held, table, now);
  const own = table.routes.map((route): Effective => {
    const lost = route.target.startsWith('vgw-') && !gateways.some(({ id }) => id === route.target);
    return { ...route, state: lost ? 'blackhole' : 'active' };
  });
  const destinations = new Set(own.map(({ destination }) => destination));
  for (const { id } of gateways.filter((gateway) => table.propagating.includes(gateway.id)))
    for (const destination of propagatedBy(held, id, now)) {
      if (destinations.has(destination)) continue;
      destinations.add(destination);
      own.push({ destination, target: id, origin: 'EnableVgwRoutePropagation', state: 'active' });
    }
  return own;
}

function propagatedBy(held: Ec2State, gatewayID: string, now: number): string[] {
  return allTrue(held, 'vpn-connection')
    .filter(
      (one) => one.vpnGatewayID === gatewayID && !['deleting', 'deleted'].includes(stateAt(one.life, now) ?? 'deleted'),
    )
    .flatMap((one) => learned(held, one, now));
}

const targets: Readonly<Record<string, string>> = {
  nat: 'natGatewayId',
  tgw: 'transitGatewayId',
  eni: 'networkInterfaceId',
  pcx: 'vpcPeeringConnectionId',
  i: 'instanceId',
};

function routeXml({ destination, target, origin, state }: Effective): Xml {
  const name = targets[target.split('-')[0] ?? ''] ?? 'gatewayId';
  return { destinationCidrBlock: destination, [name]: target, state, origin };
}

function associationsXml(table: RouteTable): Xml {
  return items(
    Object.entries(table.associations).map(([name, id]) => ({
      routeTableAssociationId: id,
      routeTableId: table.id,
      ...(name === 'main' ? {} : { subnetId: name }),
      main: name === 'main',
      associationState: { state: 'associated' },
    })),
  );
}

function tableFilters(call: Call): Filters<RouteTable> {
  const routes = (table: RouteTable): Effective[] => routesOf(regionOf(call), table, call.now);
  return {
    'route-table-id': ({ id }) => [id],
    'vpc-id': ({ vpcID }) => [vpcID],
    'owner-id': () => [call.principal.account],
    // true also for tables with the main association among others (DescribeRouteTables: "association.main")
    'association.main': ({ main }) => [String(main)],
    'association.subnet-id': ({ associations }) => Object.keys(associations).filter((name) => name !== 'main'),
    'association.route-table-association-id': ({ associations }) => Object.values(associations),
    'association.route-table-id': ({ id }) => [id],
    'route.destination-cidr-block': (table) => routes(table).map(({ destination }) => destination),
    'route.gateway-id': (table) => routes(table).map(({ target }) => target),
    'route.origin': (table) => routes(table).map(({ origin }) => origin),
    'route.state': (table) => routes(table).map(({ state }) => state),
  };
}

function describeRouteTables(call: Call, input: Fields): Record<string, Xml> {
  const found = select(call, input, { kind: 'route-table', ids: 'RouteTableId', filters: tableFilters(call) });
  const { part, more } = page(found, input, 'RouteTableId');
  return { routeTableSet: items(part.map((table) => tableXml(call, table))), ...more };
}

export function tableXml(call: Call, table: RouteTable): Xml {
  const held = regionOf(call);
  const attached = gatewaysOf(held, table, call.now).map(({ id }) => id);
  const propagating = table.propagating.filter((id) => attached.includes(id));
  return {
    routeTableId: table.id,
    vpcId: table.vpcID,
    ownerId: call.principal.account,
    routeSet: items(routesOf(held, table, call.now).map(routeXml)),
    associationSet: associationsXml(table),
    propagatingVgwSet: items(propagating.map((gatewayId) => ({ gatewayId }))),
    tagSet: tagSet(table.tags),
  };
}

export const routeTableOperations: Record<string, Ec2Operation> = {
  DescribeRouteTables: {
    effect: 'read',
    input: { RouteTableId: texts, Filter: filters, ...paging },
    authorize: onAll('ec2:DescribeRouteTables'),
    run: describeRouteTables,
  },
};
