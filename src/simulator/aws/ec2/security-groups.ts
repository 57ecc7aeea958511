// SPDX-License-Identifier: GPL-3.0-or-later
/** Security groups with their ingress rules; everything may leave. Source: API_CreateSecurityGroup and its siblings; "Error codes". */
import { truth } from '../../kernel/versioned.ts';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { may, must, required, text, type Fields } from '../protocol/model.ts';
import type { Xml } from '../protocol/xml.ts';
import { page, select, type Filters } from './describe.ts';
import { allTrue, erase, named, newID, regionOf, save } from './entities.ts';
import { filters, paging, tagSpecifications, texts } from './input.ts';
import { stateAt } from './life.ts';
import { on, onAll, onNew } from './permission.ts';
import { items, type Ec2Operation } from './protocol.ts';
import { overQuota } from './quotas.ts';
import { permissions, permissionsXml, rulesIn, same, wordsOf } from './security-group-rules.ts';
import type { Rule, SecurityGroup } from './state.ts';
import { newTags, tagSet } from './tags.ts';

/** VPC User Guide, "Default security groups": members may reach each other. The id follows from the VPC's. */
export function defaultGroup(vpcID: string): SecurityGroup {
  const id = `sg-${vpcID.slice('vpc-'.length)}`;
  const source = { group: id };
  const ingress: Rule[] = [{ protocol: '-1', from: -1, to: -1, source }];
  return { id, vpcID, name: 'default', description: 'default VPC security group', ingress, tags: [] };
}

function create(call: Call, input: Fields): Record<string, Xml> {
  const name = must(input, 'GroupName');
  const held = allTrue(regionOf(call), 'security-group');
  const vpcID = may(input, 'VpcId') ?? allTrue(regionOf(call), 'vpc').find(({ isDefault }) => isDefault)?.id;
  if (vpcID === undefined) throw new AwsError('VPCIdNotSpecified', 'No default VPC for this user');
  named(call, 'vpc', vpcID);
  const tags = newTags(input, 'security-group');
  if (name.startsWith('sg-'))
    throw new AwsError('InvalidParameterValue', `Value (${name}) for parameter GroupName is invalid.`);
  if (held.some((one) => one.vpcID === vpcID && one.name === name))
    throw new AwsError('InvalidGroup.Duplicate', `The security group '${name}' already exists for VPC '${vpcID}'`);
  overQuota(call, { have: held.length, quota: 'securityGroups', code: 'SecurityGroupLimitExceeded' });
  const description = must(input, 'GroupDescription');
  const id = newID(call.world.state.random, 'security-group');
  save(call, 'security-group', { id, vpcID, name, description, ingress: [], tags });
  return { return: true, groupId: id, tagSet: tagSet(tags) };
}

const groupFilters: Filters<SecurityGroup> = {
  'group-id': ({ id }) => [id],
  'group-name': ({ name }) => [name],
  'vpc-id': ({ vpcID }) => [vpcID],
  description: ({ description }) => [description],
};

function describe(call: Call, input: Fields): Record<string, Xml> {
  const found = select(call, input, { kind: 'security-group', ids: 'GroupId', filters: groupFilters });
  const { part, more } = page(found, input, 'GroupId');
  const account = call.principal.account;
  const everywhere: Rule = { protocol: '-1', from: -1, to: -1, source: { cidr: '0.0.0.0/0' } };
  const list = part.map(({ id, name, description, vpcID, ingress, tags }) => ({
    ownerId: account,
    groupId: id,
    groupName: name,
    groupDescription: description,
    vpcId: vpcID,
    ipPermissions: permissionsXml(ingress, account),
    ipPermissionsEgress: permissionsXml([everywhere], account),
    tagSet: tagSet(tags),
  }));
  return { securityGroupInfo: items(list), ...more };
}

/** All or nothing. */
function authorizeIngress(call: Call, input: Fields): Record<string, Xml> {
  const group = named(call, 'security-group', must(input, 'GroupId'));
  const rules = rulesIn(regionOf(call), input);
  for (const rule of rules)
    if (group.ingress.some((one) => same(one, rule)))
      throw new AwsError('InvalidPermission.Duplicate', `the specified rule "${wordsOf(rule)}" already exists`);
  const have = group.ingress.length + rules.length - 1;
  overQuota(call, { have, quota: 'rulesPerSecurityGroup', code: 'RulesPerSecurityGroupLimitExceeded' });
  save(call, 'security-group', { ...group, ingress: [...group.ingress, ...rules] });
  return { return: true };
}

function revokeIngress(call: Call, input: Fields): Record<string, Xml> {
  const group = named(call, 'security-group', must(input, 'GroupId'));
  const rules = rulesIn(regionOf(call), input);
  if (rules.some((rule) => !group.ingress.some((one) => same(one, rule))))
    throw new AwsError('InvalidPermission.NotFound', 'The specified rule does not exist in this security group.');
  save(call, 'security-group', {
    ...group,
    ingress: group.ingress.filter((one) => !rules.some((rule) => same(one, rule))),
  });
  return { return: true };
}

/** Network interfaces of instances and load balancers are in it, or another group's rule names it (hashicorp/terraform-provider-aws#1671). */
function used(call: Call, id: string): boolean {
  const held = regionOf(call);
  const instances = allTrue(held, 'instance').some(
    ({ securityGroups, life }) =>
      securityGroups.includes(id) && !['terminated', undefined].includes(stateAt(life, call.now)),
  );
  const rules = allTrue(held, 'security-group').some(
    (one) => one.id !== id && one.ingress.some(({ source }) => 'group' in source && source.group === id),
  );
  return instances || rules || heldByBalancers(call, id);
}

/** A security group or a subnet in which load balancers have network interfaces, or had them a moment ago. */
export function heldByBalancers({ world, principal, route, now }: Call, id: string): boolean {
  const elb = world.state.elb?.get(`${principal.account}/${route.region}`);
  const standing = [...(elb?.loadBalancers.values() ?? [])].flatMap((slot) => truth(slot) ?? []);
  return (
    standing.some(({ securityGroups, subnets }) => securityGroups.includes(id) || subnets.includes(id)) ||
    (elb?.lingering.get(id) ?? 0) > now
  );
}

function remove(call: Call, input: Fields): Record<string, Xml> {
  const { id, name } = named(call, 'security-group', must(input, 'GroupId'));
  if (name === 'default')
    throw new AwsError('CannotDelete', `the specified group: "${id}" name: "default" cannot be deleted by a user`);
  if (used(call, id)) throw new AwsError('DependencyViolation', `resource ${id} has a dependent object`);
  erase(call, 'security-group', id);
  return { return: true, groupId: id };
}

const group = { GroupId: required(text()) };
const onGroup = (action: string): Ec2Operation['authorize'] => on(action, { GroupId: 'security-group' });

export const securityGroupOperations: Record<string, Ec2Operation> = {
  CreateSecurityGroup: {
    effect: 'write',
    input: {
      GroupName: required(text({ max: 255 })),
      GroupDescription: required(text({ max: 255 })),
      VpcId: text(),
      TagSpecification: tagSpecifications,
    },
    authorize: onNew('ec2:CreateSecurityGroup', 'security-group', { VpcId: 'vpc' }),
    run: create,
  },
  DescribeSecurityGroups: {
    effect: 'read',
    input: { GroupId: texts, Filter: filters, ...paging },
    authorize: onAll('ec2:DescribeSecurityGroups'),
    run: describe,
  },
  AuthorizeSecurityGroupIngress: {
    effect: 'write',
    input: { ...group, IpPermissions: required(permissions) },
    authorize: onGroup('ec2:AuthorizeSecurityGroupIngress'),
    run: authorizeIngress,
  },
  RevokeSecurityGroupIngress: {
    effect: 'write',
    input: { ...group, IpPermissions: required(permissions) },
    authorize: onGroup('ec2:RevokeSecurityGroupIngress'),
    run: revokeIngress,
  },
  DeleteSecurityGroup: {
    effect: 'write',
    input: group,
    authorize: onGroup('ec2:DeleteSecurityGroup'),
    run: remove,
  },
};
