// SPDX-License-Identifier: GPL-3.0-or-later
/** VPCs, subnets and route tables made and deleted by calls. */
import {
  AssociateRouteTableCommand,
  AttachVpnGatewayCommand,
  CreateRouteTableCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  CreateVpnGatewayCommand,
  DeleteRouteTableCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  DetachVpnGatewayCommand,
} from '@aws-sdk/client-ec2';
import { expect, test } from '@jest/globals';
import { minute, newRegion, refusal, type Region } from './world.ts';

async function madeVpc({ ec2 }: Pick<Region, 'ec2'>, CidrBlock = '10.26.0.0/16') {
  const tags = [{ ResourceType: 'vpc' as const, Tags: [{ Key: 'Name', Value: 'MY-VPC' }] }];
  const { Vpc = {} } = await ec2.send(new CreateVpcCommand({ CidrBlock, TagSpecifications: tags }));
  return Vpc;
}

const tablesOf = async ({ ec2 }: Pick<Region, 'ec2'>, vpc: string | undefined) =>
  (await ec2.send(new DescribeRouteTablesCommand({ Filters: [{ Name: 'vpc-id', Values: [vpc ?? ''] }] }))).RouteTables;

test('A VPC comes with its main route table and local route; subnets and tables are made in it, and all goes again.', async () => {
  const region = newRegion();
  const { ec2 } = region;
  const vpc = await madeVpc(region, '10.26.3.4/16');
  expect(vpc).toMatchObject({ State: 'pending', CidrBlock: '10.26.0.0/16', Tags: [{ Key: 'Name', Value: 'MY-VPC' }] });
  const { VpcId } = vpc;
  const { Vpcs } = await ec2.send(new DescribeVpcsCommand({ Filters: [{ Name: 'tag:Name', Values: ['MY-VPC'] }] }));
  expect(Vpcs).toMatchObject([{ VpcId, State: 'available', IsDefault: false }]);
  expect(await tablesOf(region, VpcId)).toMatchObject([
    { Associations: [{ Main: true }], Routes: [{ DestinationCidrBlock: '10.26.0.0/16', GatewayId: 'local' }] },
  ]);
  const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: '10.26.1.0/24' }));
  expect(Subnet).toMatchObject({ VpcId, AvailabilityZone: 'ap-northeast-2a', State: 'available' });
  const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId }));
  const pair = { RouteTableId: RouteTable?.RouteTableId, SubnetId: Subnet?.SubnetId };
  const associated = await ec2.send(new AssociateRouteTableCommand(pair));
  expect(associated.AssociationState?.State).toBe('associated');
  expect(await ec2.send(new AssociateRouteTableCommand(pair))).toMatchObject({
    AssociationId: associated.AssociationId,
  });
  const others = new DeleteRouteTableCommand({ RouteTableId: RouteTable?.RouteTableId });
  expect(await refusal(ec2.send(others))).toMatchObject({ code: 'DependencyViolation' });
  await ec2.send(new DeleteSubnetCommand({ SubnetId: Subnet?.SubnetId }));
  await ec2.send(others);
  await ec2.send(new DeleteVpcCommand({ VpcId }));
  expect(await tablesOf(region, VpcId)).toEqual([]);
  expect((await ec2.send(new DescribeSubnetsCommand({ Filters: [] }))).Subnets).toHaveLength(2);
  expect(await refusal(ec2.send(new DescribeVpcsCommand({ VpcIds: [VpcId ?? ''] })))).toMatchObject({
    code: 'InvalidVpcID.NotFound',
  });
});

test('DependencyViolation: a VPC with an attached gateway, a subnet or a table of one’s own stays; so does a main table.', async () => {
  const region = newRegion();
  const { ec2, clock } = region;
  const { VpcId } = await madeVpc(region);
  const gone = () => refusal(ec2.send(new DeleteVpcCommand({ VpcId })));
  const code = 'DependencyViolation';
  const { VpnGateway } = await ec2.send(new CreateVpnGatewayCommand({ Type: 'ipsec.1' }));
  const both = { VpcId, VpnGatewayId: VpnGateway?.VpnGatewayId };
  await ec2.send(new AttachVpnGatewayCommand(both));
  expect(await gone()).toMatchObject({
    code,
    status: 400,
    message: `The vpc '${VpcId}' has dependencies and cannot be deleted.`,
  });
  await clock.advance(minute);
  await ec2.send(new DetachVpnGatewayCommand(both));
  expect(await gone()).toMatchObject({ code });
  await clock.advance(minute);
  const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId }));
  expect(await gone()).toMatchObject({ code });
  const main = (await tablesOf(region, VpcId))?.find(({ Associations }) => Associations?.[0]?.Main);
  const removal = (RouteTableId: string | undefined) => ec2.send(new DeleteRouteTableCommand({ RouteTableId }));
  expect(await refusal(removal(main?.RouteTableId))).toMatchObject({ code });
  await removal(RouteTable?.RouteTableId);
  await ec2.send(new DeleteVpcCommand({ VpcId }));
});

test('IdempotentParameterMismatch: CreateRouteTable has a client token; the same request is answered with the same table.', async () => {
  const region = newRegion();
  const { ec2, vpc } = region;
  const create = (more: object = {}) =>
    ec2.send(new CreateRouteTableCommand({ VpcId: vpc.id, ClientToken: 'once', ...more }));
  const first = await create();
  expect(first.ClientToken).toBe('once');
  expect((await create()).RouteTable?.RouteTableId).toBe(first.RouteTable?.RouteTableId);
  const other = await madeVpc(region);
  expect(await refusal(create({ VpcId: other.VpcId }))).toMatchObject({
    code: 'IdempotentParameterMismatch',
    status: 400,
  });
  expect((await create({ ClientToken: 'twice' })).RouteTable?.RouteTableId).not.toBe(first.RouteTable?.RouteTableId);
  expect(await tablesOf(region, vpc.id)).toHaveLength(4);
});

test('The call log and the SDK make a client token where nobody gave one: two calls, two tables.', async () => {
  const { ec2, vpc, world } = newRegion();
  const made = [];
  for (let n = 0; n < 2; n++) made.push(await ec2.send(new CreateRouteTableCommand({ VpcId: vpc.id })));
  expect(new Set(made.map(({ RouteTable }) => RouteTable?.RouteTableId)).size).toBe(2);
  expect(world.calls.every(({ parameters }) => 'ClientToken' in parameters)).toBe(true);
});

test.each([
  ['InvalidVpc.Range', '10.0.0.0/15'],
  ['InvalidVpc.Range', '10.0.0.0/29'],
  ['InvalidParameterValue', '10.0.0/16'],
])('%s: a VPC of %s.', async (code, CidrBlock) => {
  expect(await refusal(newRegion().ec2.send(new CreateVpcCommand({ CidrBlock })))).toMatchObject({ code, status: 400 });
});

test('InvalidSubnet.Range, InvalidSubnet.Conflict, InvalidZone.NotFound: a subnet lies in its VPC, beside the others.', async () => {
  const { ec2, vpc } = newRegion();
  const make = (CidrBlock: string, more: object = {}) =>
    refusal(ec2.send(new CreateSubnetCommand({ VpcId: vpc.id, CidrBlock, ...more })));
  expect(await make('10.0.0.0/24')).toMatchObject({ code: 'InvalidSubnet.Range' });
  expect(await make('172.31.9.0/29')).toMatchObject({ code: 'InvalidSubnet.Range' });
  expect(await make('172.31.1.128/25')).toMatchObject({ code: 'InvalidSubnet.Conflict' });
  expect(await make('172.31.0.0/20')).toMatchObject({ code: 'InvalidSubnet.Conflict' });
  expect(await make('172.31.9.0/24', { AvailabilityZone: 'eu-west-1a' })).toMatchObject({
    code: 'InvalidZone.NotFound',
  });
});

test('Resource.AlreadyAssociated: a subnet has one route table.', async () => {
  const { ec2, vpc } = newRegion();
  const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId: vpc.id }));
  const pair = { RouteTableId: RouteTable?.RouteTableId, SubnetId: vpc.subnets[1] };
  expect(await refusal(ec2.send(new AssociateRouteTableCommand(pair)))).toMatchObject({
    code: 'Resource.AlreadyAssociated',
  });
});

test.each([
  ['VpcLimitExceeded', 'vpcs', new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' })],
  ['SubnetLimitExceeded', 'subnetsPerVpc', new CreateSubnetCommand({ VpcId: '', CidrBlock: '172.31.9.0/24' })],
  ['RouteTableLimitExceeded', 'routeTablesPerVpc', new CreateRouteTableCommand({ VpcId: '' })],
] as const)('%s: the quota %s.', async (code, quota, command) => {
  const { ec2, vpc } = newRegion({ quotas: { [quota]: 1 } });
  if ('VpcId' in command.input) command.input.VpcId = vpc.id;
  expect(await refusal(ec2.send(command as CreateVpcCommand))).toMatchObject({ code, status: 400 });
});
