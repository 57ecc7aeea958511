// SPDX-License-Identifier: GPL-3.0-or-later
/** Looks at virtual private clouds and their subnets. */
import type { Call } from '../call.ts';
import type { Fields } from '../protocol/model.ts';
import type { Xml } from '../protocol/xml.ts';
import { page, select, type Filters } from './describe.ts';
import { filters, paging, texts } from './input.ts';
import { onAll } from './permission.ts';
import { items, type Ec2Operation } from './protocol.ts';
import type { Subnet, Vpc } from './state.ts';
import { tagSet } from './tags.ts';

const vpcFilters: Filters<Vpc> = {
  'vpc-id': ({ id }) => [id],
  cidr: ({ cidr }) => [cidr],
  'cidr-block-association.cidr-block': ({ cidr }) => [cidr],
  'is-default': ({ isDefault }) => [String(isDefault)],
  state: () => ['available'],
};

const subnetFilters: Filters<Subnet> = {
  'subnet-id': ({ id }) => [id],
  'vpc-id': ({ vpcID }) => [vpcID],
  'cidr-block': ({ cidr }) => [cidr],
  'availability-zone': ({ zone }) => [zone],
  state: () => ['available'],
};

function describeVpcs(call: Call, input: Fields): Record<string, Xml> {
  const found = select(call, input, { kind: 'vpc', ids: 'VpcId', filters: vpcFilters });
  const { part, more } = page(found, input, 'VpcId');
  return { vpcSet: items(part.map((vpc) => vpcXml(call, vpc))), ...more };
}

export function vpcXml(
  { principal }: Call,
  { id, cidr, isDefault, tags }: Vpc,
  state: 'pending' | 'available' = 'available',
): Xml {
  const association = { associationId: `vpc-cidr-assoc-${id.slice(4)}`, cidrBlock: cidr };
  return {
    vpcId: id,
    ownerId: principal.account,
    state,
    cidrBlock: cidr,
    cidrBlockAssociationSet: items([{ ...association, cidrBlockState: { state: 'associated' } }]),
    instanceTenancy: 'default',
    isDefault,
    tagSet: tagSet(tags),
  };
}

function describeSubnets(call: Call, input: Fields): Record<string, Xml> {
  const found = select(call, input, { kind: 'subnet', ids: 'SubnetId', filters: subnetFilters });
  const { part, more } = page(found, input, 'SubnetId');
  return { subnetSet: items(part.map((subnet) => subnetXml(call, subnet))), ...more };
}

export function subnetXml({ principal, route }: Call, { id, vpcID, cidr, zone, tags }: Subnet): Xml {
  return {
    subnetId: id,
    subnetArn: `arn:aws:ec2:${route.region}:${principal.account}:subnet/${id}`,
    ownerId: principal.account,
    state: 'available',
    vpcId: vpcID,
    cidrBlock: cidr,
    availabilityZone: zone,
    tagSet: tagSet(tags),
  };
}

export const vpcOperations: Record<string, Ec2Operation> = {
  DescribeVpcs: {
    effect: 'read',
    input: { VpcId: texts, Filter: filters, ...paging },
    authorize: onAll('ec2:DescribeVpcs'),
    run: describeVpcs,
  },
  DescribeSubnets: {
    effect: 'read',
    input: { SubnetId: texts, Filter: filters, ...paging },
    authorize: onAll('ec2:DescribeSubnets'),
    run: describeSubnets,
  },
};
