// SPDX-License-Identifier: GPL-3.0-or-later
/** Refusals that come from two things that do not go together; named after the error codes of the EC2 API reference. */
import {
  AttachVpnGatewayCommand,
  CreateCustomerGatewayCommand,
  CreateRouteCommand,
  CreateVpnConnectionCommand,
  CreateVpnConnectionRouteCommand,
  CreateVpnGatewayCommand,
  DeleteVpnConnectionCommand,
  DeleteVpnConnectionRouteCommand,
  DescribeCustomerGatewaysCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  DescribeVpnConnectionsCommand,
  DetachVpnGatewayCommand,
  ModifyVpnConnectionCommand,
  ReplaceRouteCommand,
} from '@aws-sdk/client-ec2';
import { expect, test } from '@jest/globals';
import { connected, customerGateway, gateways, minute, newRegion, refusal, vpcCidr } from './world.ts';

const type = { Type: 'ipsec.1' } as const;

test.each([[true], [false]])(
  'AsnConflict: a customer gateway with Amazon’s own ASN is not connected; static: %s.',
  async (StaticRoutesOnly) => {
    const region = newRegion();
    const { ec2, clock } = region;
    const { vgw } = await gateways(region);
    const made = await ec2.send(
      new CreateCustomerGatewayCommand({ ...type, IpAddress: '203.0.113.11', BgpAsn: 64_512 }),
    );
    const CustomerGatewayId = made.CustomerGateway?.CustomerGatewayId;
    await clock.advance(minute);
    const create = { ...type, CustomerGatewayId, VpnGatewayId: vgw, Options: { StaticRoutesOnly } };
    expect(await refusal(ec2.send(new CreateVpnConnectionCommand(create)))).toMatchObject({
      code: 'AsnConflict',
      status: 400,
      message: 'The ASN of the specified customer gateway and virtual private gateway are the same.',
    });
    expect((await ec2.send(new DescribeVpnConnectionsCommand({}))).VpnConnections).toEqual([]);
  },
);

test('InvalidParameterValue: ASNs that AWS reserves, everywhere or in a region; elsewhere they are taken.', async () => {
  const { ec2, root } = newRegion();
  const make = (BgpAsn: number) =>
    ec2.send(new CreateCustomerGatewayCommand({ ...type, IpAddress: '203.0.113.10', BgpAsn }));
  expect(await refusal(make(7224))).toMatchObject({ code: 'InvalidParameterValue' });
  expect((await make(10_124)).CustomerGateway?.BgpAsn).toBe('10124');
  const tokyo = { host: 'ec2.ap-northeast-1.amazonaws.com', signedFor: 'ap-northeast-1' };
  const form = { Action: 'CreateCustomerGateway', Type: 'ipsec.1', IpAddress: '203.0.113.10', BgpAsn: '10124' };
  expect(await root.query('ec2', form, tokyo)).toMatchObject({ status: 400, code: 'InvalidParameterValue' });
});

test('InvalidParameterCombination: an address, and an ASN, is given once.', async () => {
  const { ec2 } = newRegion();
  const make = (more: object) =>
    ec2.send(new CreateCustomerGatewayCommand({ ...type, IpAddress: '203.0.113.10', ...more }));
  const code = 'InvalidParameterCombination';
  expect(await refusal(make({ BgpAsn: 65_000, BgpAsnExtended: 4_200_000_000 }))).toMatchObject({ code });
  expect(await refusal(make({ PublicIp: '203.0.113.10' }))).toMatchObject({ code });
});

test('InvalidOption.Conflict: a connection is not moved to a pair of gateways that has one.', async () => {
  const region = newRegion();
  const { ec2, clock } = region;
  const { id, vgw } = await connected(region);
  const CustomerGatewayId = await customerGateway(region, '203.0.113.11');
  await clock.advance(minute);
  const other = await ec2.send(new CreateVpnConnectionCommand({ ...type, CustomerGatewayId, VpnGatewayId: vgw }));
  await clock.advance(5 * minute);
  const move = new ModifyVpnConnectionCommand({ VpnConnectionId: id, CustomerGatewayId });
  expect(await refusal(ec2.send(move))).toMatchObject({ code: 'InvalidOption.Conflict', status: 400 });
  await ec2.send(new DeleteVpnConnectionCommand({ VpnConnectionId: other.VpnConnection?.VpnConnectionId }));
  await clock.advance(2 * minute);
  expect((await ec2.send(move)).VpnConnection).toMatchObject({ CustomerGatewayId, State: 'modifying' });
});

test('InvalidParameterValue: a gateway is neither attached nor detached while a connection of it comes or goes.', async () => {
  const region = newRegion();
  const { ec2, vpc, clock } = region;
  const { VpnGateway } = await ec2.send(new CreateVpnGatewayCommand(type));
  const both = { VpnGatewayId: VpnGateway?.VpnGatewayId, VpcId: vpc.id };
  const CustomerGatewayId = await customerGateway(region, '203.0.113.10');
  await clock.advance(minute);
  const create = { ...type, CustomerGatewayId, VpnGatewayId: VpnGateway?.VpnGatewayId };
  const { VpnConnection } = await ec2.send(new CreateVpnConnectionCommand(create));
  const pending = {
    code: 'InvalidParameterValue',
    status: 400,
    message: 'This call cannot be completed because there are pending VPNs or Virtual Interfaces',
  };
  expect(await refusal(ec2.send(new AttachVpnGatewayCommand(both)))).toEqual(pending);
  await clock.advance(5 * minute);
  await ec2.send(new AttachVpnGatewayCommand(both));
  await clock.advance(minute);
  await ec2.send(new DeleteVpnConnectionCommand({ VpnConnectionId: VpnConnection?.VpnConnectionId }));
  expect(await refusal(ec2.send(new DetachVpnGatewayCommand(both)))).toEqual(pending);
  await clock.advance(2 * minute);
  await ec2.send(new DetachVpnGatewayCommand(both));
});

test('VpnConnectionLimitExceeded, VpnGatewayLimitExceeded: too much changes at a time; it goes away by waiting.', async () => {
  const region = newRegion({ quotas: { mutatingVpnObjects: 1 } });
  const { ec2, clock } = region;
  const { vgw, cgw } = await gateways(region);
  await ec2.send(new CreateVpnConnectionCommand({ ...type, CustomerGatewayId: cgw, VpnGatewayId: vgw }));
  const CustomerGatewayId = await customerGateway(region, '203.0.113.11');
  await clock.advance(minute);
  const second = new CreateVpnConnectionCommand({ ...type, CustomerGatewayId, VpnGatewayId: vgw });
  const message = 'The maximum number of mutating objects has been reached.';
  expect(await refusal(ec2.send(second))).toMatchObject({ code: 'VpnConnectionLimitExceeded', message });
  const gateway = new CreateVpnGatewayCommand(type);
  expect(await refusal(ec2.send(gateway))).toMatchObject({ code: 'VpnGatewayLimitExceeded', message });
  await clock.advance(5 * minute);
  await ec2.send(gateway);
  await ec2.send(second);
});

test('InvalidParameterValue: what lies in the VPC is not routed to a gateway, what is larger or elsewhere is.', async () => {
  const region = newRegion();
  const { ec2, vpc } = region;
  const { vgw } = await gateways(region);
  const to = (DestinationCidrBlock: string) => ({
    RouteTableId: vpc.mainRouteTable,
    GatewayId: vgw,
    DestinationCidrBlock,
  });
  const refused = await refusal(ec2.send(new CreateRouteCommand(to('172.31.9.0/24'))));
  expect(refused).toMatchObject({ code: 'InvalidParameterValue', status: 400 });
  expect(refused.message).toMatch(
    /^The destination CIDR block 172\.31\.9\.0\/24 is equal to or more specific than one/,
  );
  expect(await refusal(ec2.send(new CreateRouteCommand(to(vpcCidr))))).toMatchObject({ code: 'RouteAlreadyExists' });
  expect(await refusal(ec2.send(new ReplaceRouteCommand(to(vpcCidr))))).toMatchObject({
    code: 'InvalidParameterValue',
  });
  await ec2.send(new CreateRouteCommand(to('172.16.0.0/12')));
  await ec2.send(new CreateRouteCommand(to('172.32.0.0/24')));
});

test('RouteLimitExceeded: the quota of a route table’s own routes, the local one among them.', async () => {
  const region = newRegion({ quotas: { routesPerTable: 2 } });
  const { vgw } = await gateways(region);
  const add = (DestinationCidrBlock: string) =>
    region.ec2.send(
      new CreateRouteCommand({ RouteTableId: region.vpc.mainRouteTable, GatewayId: vgw, DestinationCidrBlock }),
    );
  await add('10.10.0.0/16');
  expect(await refusal(add('10.20.0.0/16'))).toMatchObject({ code: 'RouteLimitExceeded', status: 400 });
});

test('InvalidRoute.Malformed, InvalidRoute.NotFound: the static routes of a connection.', async () => {
  const region = newRegion();
  const { ec2 } = region;
  const { id } = await connected(region, { StaticRoutesOnly: true });
  const route = (DestinationCidrBlock: string) => ({ VpnConnectionId: id, DestinationCidrBlock });
  const add = new CreateVpnConnectionRouteCommand(route('10.10.0/16'));
  expect(await refusal(ec2.send(add))).toMatchObject({ code: 'InvalidRoute.Malformed' });
  const remove = (cidr: string) => refusal(ec2.send(new DeleteVpnConnectionRouteCommand(route(cidr))));
  expect(await remove('10.10.0.0')).toMatchObject({ code: 'InvalidRoute.Malformed' });
  expect(await remove('10.10.0.0/16')).toMatchObject({ code: 'InvalidRoute.NotFound' });
});

test.each([
  ['InvalidVpcID.Malformed', new DescribeVpcsCommand({ VpcIds: ['vpc-main'] })],
  ['InvalidVpcID.Malformed', new AttachVpnGatewayCommand({ VpnGatewayId: 'vgw-1', VpcId: 'vgw-01234567' })],
  ['InvalidSubnetID.Malformed', new DescribeSubnetsCommand({ SubnetIds: ['subnet-0123456789'] })],
  ['InvalidRouteTableId.Malformed', new DescribeRouteTablesCommand({ RouteTableIds: ['rtb-XYZ'] })],
  ['InvalidCustomerGatewayId.Malformed', new DescribeCustomerGatewaysCommand({ CustomerGatewayIds: ['cgw'] })],
] as const)('%s', async (code, command) => {
  const { ec2 } = newRegion();
  const { VpnGateway } = await ec2.send(new CreateVpnGatewayCommand(type));
  const sent = command instanceof AttachVpnGatewayCommand ? VpnGateway?.VpnGatewayId : undefined;
  const asked =
    sent === undefined ? command : new AttachVpnGatewayCommand({ VpnGatewayId: sent, VpcId: 'vgw-01234567' });
  expect(await refusal(ec2.send(asked as DescribeVpcsCommand))).toMatchObject({ code, status: 400 });
});

test('FilterLimitExceeded, InvalidNextToken: what a look may ask at once, and where its next page begins.', async () => {
  const { ec2 } = newRegion();
  const Values = Array.from({ length: 201 }, (_, n) => `v${n}`);
  const filtered = new DescribeVpnConnectionsCommand({ Filters: [{ Name: 'tag:a', Values }] });
  expect(await refusal(ec2.send(filtered))).toMatchObject({ code: 'FilterLimitExceeded', status: 400 });
  const paged = new DescribeVpcsCommand({ MaxResults: 5, NextToken: 'elsewhere' });
  expect(await refusal(ec2.send(paged))).toMatchObject({ code: 'InvalidNextToken' });
});
