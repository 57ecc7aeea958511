// SPDX-License-Identifier: GPL-3.0-or-later
/** VPCs and subnets made and deleted by calls. Source: API_CreateVpc, API_DeleteVpc, API_CreateSubnet, API_DeleteSubnet; "Error codes". */
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { may, must, required, text, type Fields } from '../protocol/model.ts';
import type { Xml } from '../protocol/xml.ts';
import { inside, parseCidr } from './cidr.ts';
import { allTrue, erase, named, newID, regionOf, save } from './entities.ts';
import { tagSpecifications } from './input.ts';
import { stateAt } from './life.ts';
import { newRouteTable } from './network.ts';
import { on, onNew } from './permission.ts';
import type { Ec2Operation } from './protocol.ts';
import { overQuota } from './quotas.ts';
import { canonical } from './routes.ts';
import { defaultGroup, heldByBalancers } from './security-groups.ts';
import type { Subnet, Vpc } from './state.ts';
import { newTags } from './tags.ts';
import { subnetXml, vpcXml } from './vpcs.ts';

/** "VPC CIDR blocks", "Subnet sizing": from /28 to /16. The list of codes has InvalidVpcRange; what clients meet is InvalidVpc.Range. */
function block(input: Fields, code: 'InvalidVpc.Range' | 'InvalidSubnet.Range'): string {
  const cidr = canonical('cidrBlock', must(input, 'CidrBlock'));
  const { bits = 0 } = parseCidr(cidr) ?? {};
  if (bits < 16 || bits > 28) throw new AwsError(code, `The CIDR '${cidr}' is invalid.`);
  return cidr;
}

/** With its main route table. */
function createVpc(call: Call, input: Fields): Record<string, Xml> {
  const cidr = block(input, 'InvalidVpc.Range');
  const tags = newTags(input, 'vpc');
  overQuota(call, { have: allTrue(regionOf(call), 'vpc').length, quota: 'vpcs', code: 'VpcLimitExceeded' });
  const { state } = call.world;
  const vpc: Vpc = { id: newID(state.random, 'vpc'), cidr, isDefault: false, tags };
  save(call, 'vpc', vpc);
  save(call, 'route-table', newRouteTable(state, { vpcID: vpc.id, cidr, subnets: [] }, { main: true }));
  save(call, 'security-group', defaultGroup(vpc.id));
  return { vpc: vpcXml(call, vpc, 'pending') };
}

function dependencies(word: string, id: string): AwsError {
  return new AwsError('DependencyViolation', `The ${word} '${id}' has dependencies and cannot be deleted.`);
}

/** "You must detach or delete all gateways and resources that are associated with the VPC": the main route table goes with it. */
function deleteVpc(call: Call, input: Fields): Record<string, Xml> {
  const { id } = named(call, 'vpc', must(input, 'VpcId'));
  const held = regionOf(call);
  const tables = allTrue(held, 'route-table').filter(({ vpcID }) => vpcID === id);
  const attached = allTrue(held, 'vpn-gateway').some(
    ({ attachment }) =>
      attachment?.vpcID === id && !['detached', undefined].includes(stateAt(attachment.life, call.now)),
  );
  const subnets = allTrue(held, 'subnet').some(({ vpcID }) => vpcID === id);
  const groups = allTrue(held, 'security-group').filter(({ vpcID }) => vpcID === id);
  if (attached || subnets || tables.some(({ main }) => !main) || groups.some(({ name }) => name !== 'default'))
    throw dependencies('vpc', id);
  for (const group of groups) erase(call, 'security-group', group.id);
  for (const table of tables) erase(call, 'route-table', table.id);
  erase(call, 'vpc', id);
  return { return: true };
}

function createSubnet(call: Call, input: Fields): Record<string, Xml> {
  const vpc = named(call, 'vpc', must(input, 'VpcId'));
  const cidr = block(input, 'InvalidSubnet.Range');
  const tags = newTags(input, 'subnet');
  if (!inside(cidr, vpc.cidr)) throw new AwsError('InvalidSubnet.Range', `The CIDR '${cidr}' is invalid.`);
  const others = allTrue(regionOf(call), 'subnet').filter(({ vpcID }) => vpcID === vpc.id);
  if (others.some((other) => inside(cidr, other.cidr) || inside(other.cidr, cidr)))
    throw new AwsError('InvalidSubnet.Conflict', `The CIDR '${cidr}' conflicts with another subnet`);
  overQuota(call, { have: others.length, quota: 'subnetsPerVpc', code: 'SubnetLimitExceeded' });
  const { region } = call.route;
  const zone = may(input, 'AvailabilityZone') ?? `${region}a`;
  if (!new RegExp(`^${region}[a-f]$`).test(zone))
    throw new AwsError('InvalidZone.NotFound', `The zone '${zone}' does not exist.`);
  const subnet: Subnet = { id: newID(call.world.state.random, 'subnet'), vpcID: vpc.id, cidr, zone, tags };
  save(call, 'subnet', subnet);
  return { subnet: subnetXml(call, subnet) };
}

/** Its association with a route table goes with it. */
function deleteSubnet(call: Call, input: Fields): Record<string, Xml> {
  const { id } = named(call, 'subnet', must(input, 'SubnetId'));
  const instances = allTrue(regionOf(call), 'instance').some(
    ({ subnetID, life }) => subnetID === id && !['terminated', undefined].includes(stateAt(life, call.now)),
  );
  if (instances || heldByBalancers(call, id)) throw dependencies('subnet', id);
  const table = allTrue(regionOf(call), 'route-table').find(({ associations }) => Object.hasOwn(associations, id));
  if (table) {
    const { [id]: _, ...associations } = table.associations;
    save(call, 'route-table', { ...table, associations });
  }
  erase(call, 'subnet', id);
  return { return: true };
}

export const vpcChangeOperations: Record<string, Ec2Operation> = {
  CreateVpc: {
    effect: 'write',
    input: {
      CidrBlock: required(text()),
      InstanceTenancy: text({ oneOf: ['default'] }),
      TagSpecification: tagSpecifications,
    },
    authorize: onNew('ec2:CreateVpc', 'vpc'),
    run: createVpc,
  },
  DeleteVpc: {
    effect: 'write',
    input: { VpcId: required(text()) },
    authorize: on('ec2:DeleteVpc', { VpcId: 'vpc' }),
    run: deleteVpc,
  },
  CreateSubnet: {
    effect: 'write',
    input: {
      VpcId: required(text()),
      CidrBlock: required(text()),
      AvailabilityZone: text(),
      TagSpecification: tagSpecifications,
    },
    authorize: onNew('ec2:CreateSubnet', 'subnet', { VpcId: 'vpc' }),
    run: createSubnet,
  },
  DeleteSubnet: {
    effect: 'write',
    input: { SubnetId: required(text()) },
    authorize: on('ec2:DeleteSubnet', { SubnetId: 'subnet' }),
    run: deleteSubnet,
  },
};
