// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Route tables made and deleted by calls. CreateRouteTable is the one create here that has a client token. Source: API_CreateRouteTable,
 * API_DeleteRouteTable, API_AssociateRouteTable; EC2 Developer Guide, "Ensuring idempotency"; "Error codes".
 */
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { may, must, required, text, type Fields } from '../protocol/model.ts';
import type { Xml } from '../protocol/xml.ts';
import { allTrue, erase, freshID, named, regionOf, save } from './entities.ts';
import { tagSpecifications } from './input.ts';
import { newRouteTable } from './network.ts';
import { on, onNew } from './permission.ts';
import type { Ec2Operation } from './protocol.ts';
import { overQuota } from './quotas.ts';
import { tableXml } from './route-tables.ts';
import type { RouteTable } from './state.ts';
import { newTags } from './tags.ts';

/** The same token with the same request is the same table; with another request it is refused. */
function create(call: Call, input: Fields): Record<string, Xml> {
  const vpc = named(call, 'vpc', must(input, 'VpcId'));
  const tags = newTags(input, 'route-table');
  const token = may(input, 'ClientToken');
  const said = JSON.stringify([vpc.id, tags]);
  const held = allTrue(regionOf(call), 'route-table');
  const before = token === undefined ? undefined : held.find(({ clientToken }) => clientToken?.token === token);
  if (before && before.clientToken?.said !== said)
    throw new AwsError(
      'IdempotentParameterMismatch',
      'The client token you have provided is associated with a resource that has already been created with different parameters.',
    );
  if (before) return made(call, before);
  const have = held.filter(({ vpcID }) => vpcID === vpc.id).length;
  overQuota(call, { have, quota: 'routeTablesPerVpc', code: 'RouteTableLimitExceeded' });
  const table: RouteTable = {
    ...newRouteTable(call.world.state, { vpcID: vpc.id, cidr: vpc.cidr, subnets: [] }, {}),
    tags,
    ...(token === undefined ? {} : { clientToken: { token, said } }),
  };
  save(call, 'route-table', table);
  return made(call, table);
}

function made(call: Call, table: RouteTable): Record<string, Xml> {
  return { routeTable: tableXml(call, table), clientToken: table.clientToken?.token };
}

function remove(call: Call, input: Fields): Record<string, Xml> {
  const { id, associations } = named(call, 'route-table', must(input, 'RouteTableId'));
  // the main association counts, too
  if (Object.keys(associations).length > 0)
    throw new AwsError('DependencyViolation', `The routeTable '${id}' has dependencies and cannot be deleted.`);
  erase(call, 'route-table', id);
  return { return: true };
}

function associate(call: Call, input: Fields): Record<string, Xml> {
  const table = named(call, 'route-table', must(input, 'RouteTableId'));
  const subnet = named(call, 'subnet', must(input, 'SubnetId'));
  if (subnet.vpcID !== table.vpcID)
    throw new AwsError(
      'InvalidParameterValue',
      `route table ${table.id} and subnet ${subnet.id} belong to different networks`,
    );
  const taken = allTrue(regionOf(call), 'route-table').find(({ associations }) =>
    Object.hasOwn(associations, subnet.id),
  );
  if (taken && taken.id !== table.id)
    throw new AwsError(
      'Resource.AlreadyAssociated',
      `the specified association for route table ${table.id} conflicts with an existing association`,
    );
  const id = table.associations[subnet.id] ?? freshID(call.world.state.random, 'rtbassoc');
  if (!taken) save(call, 'route-table', { ...table, associations: { ...table.associations, [subnet.id]: id } });
  return { associationId: id, associationState: { state: 'associated' } };
}

const table = { RouteTableId: 'route-table' } as const;

export const routeTableChangeOperations: Record<string, Ec2Operation> = {
  CreateRouteTable: {
    effect: 'write',
    input: { VpcId: required(text()), ClientToken: text({ max: 64 }), TagSpecification: tagSpecifications },
    authorize: onNew('ec2:CreateRouteTable', 'route-table', { VpcId: 'vpc' }),
    run: create,
  },
  DeleteRouteTable: {
    effect: 'write',
    input: { RouteTableId: required(text()) },
    authorize: on('ec2:DeleteRouteTable', table),
    run: remove,
  },
  AssociateRouteTable: {
    effect: 'write',
    input: { RouteTableId: required(text()), SubnetId: required(text()) },
    authorize: on('ec2:AssociateRouteTable', { ...table, SubnetId: 'subnet' }),
    run: associate,
  },
};
