// SPDX-License-Identifier: GPL-3.0-or-later
/** Named after the error codes of the EC2 API reference. */
import {
  AttachVpnGatewayCommand,
  CreateRouteCommand,
  CreateVpnConnectionCommand,
  CreateVpnConnectionRouteCommand,
  CreateVpnGatewayCommand,
  DeleteCustomerGatewayCommand,
  DeleteRouteCommand,
  DeleteVpnConnectionCommand,
  DeleteVpnConnectionRouteCommand,
  DeleteVpnGatewayCommand,
  DescribeCustomerGatewaysCommand,
  DescribeRouteTablesCommand,
  DescribeVpcsCommand,
  DescribeVpnConnectionsCommand,
  DescribeVpnGatewaysCommand,
  DetachVpnGatewayCommand,
  EnableVgwRoutePropagationCommand,
  ModifyVpnTunnelOptionsCommand,
  ReplaceRouteCommand,
} from '@aws-sdk/client-ec2';
import { expect, test } from '@jest/globals';
import { connected, connection, customerGateway, gateways, minute, newRegion, refusal, vpcCidr } from './world.ts';

const none = '-0123456789abcdef0';

test.each([
  ['InvalidVpnConnectionID.NotFound', new DescribeVpnConnectionsCommand({ VpnConnectionIds: [`vpn${none}`] })],
  ['InvalidVpnConnectionID.NotFound', new DeleteVpnConnectionCommand({ VpnConnectionId: `vpn${none}` })],
  ['InvalidVpnGatewayID.NotFound', new DescribeVpnGatewaysCommand({ VpnGatewayIds: [`vgw${none}`] })],
  ['InvalidVpnGatewayID.NotFound', new DeleteVpnGatewayCommand({ VpnGatewayId: `vgw${none}` })],
  ['InvalidCustomerGatewayID.NotFound', new DescribeCustomerGatewaysCommand({ CustomerGatewayIds: [`cgw${none}`] })],
  ['InvalidCustomerGatewayID.NotFound', new DeleteCustomerGatewayCommand({ CustomerGatewayId: `cgw${none}` })],
  ['InvalidVpcID.NotFound', new DescribeVpcsCommand({ VpcIds: [`vpc${none}`] })],
  ['InvalidRouteTableID.NotFound', new DescribeRouteTablesCommand({ RouteTableIds: [`rtb${none}`] })],
] as const)('%s', async (code, command) => {
  expect(await refusal(newRegion().ec2.send(command as DescribeVpcsCommand))).toMatchObject({ code, status: 400 });
});

test('InvalidVpnGatewayID.NotFound names every id that is missing.', async () => {
  const { ec2 } = newRegion();
  const { VpnGateway } = await ec2.send(new CreateVpnGatewayCommand({ Type: 'ipsec.1' }));
  const ids = [VpnGateway?.VpnGatewayId ?? '', 'vgw-1', 'vgw-2'];
  expect(await refusal(ec2.send(new DescribeVpnGatewaysCommand({ VpnGatewayIds: ids })))).toMatchObject({
    message: "The vpnGateway IDs 'vgw-1, vgw-2' do not exist",
  });
});

test('InvalidCustomerGatewayID.NotFound: what is not visible yet cannot be used, nor described, nor listed.', async () => {
  const region = newRegion({ lagMs: 30_000 });
  const { ec2, clock } = region;
  const { VpnGateway } = await ec2.send(new CreateVpnGatewayCommand({ Type: 'ipsec.1' }));
  const cgw = await customerGateway(region, '203.0.113.10');
  const create = new CreateVpnConnectionCommand({
    Type: 'ipsec.1',
    CustomerGatewayId: cgw,
    VpnGatewayId: VpnGateway?.VpnGatewayId,
  });
  const code = 'InvalidCustomerGatewayID.NotFound';
  expect(await refusal(ec2.send(create))).toMatchObject({ code });
  const byID = new DescribeCustomerGatewaysCommand({ CustomerGatewayIds: [cgw] });
  expect(await refusal(ec2.send(byID))).toMatchObject({ code });
  expect((await ec2.send(new DescribeCustomerGatewaysCommand({}))).CustomerGateways).toEqual([]);
  // the truth is known to AWS: the second is the first
  expect(await customerGateway(region, '203.0.113.10')).toBe(cgw);
  await clock.advance(30_000);
  expect((await ec2.send(byID)).CustomerGateways).toHaveLength(1);
  expect((await ec2.send(create)).VpnConnection?.State).toBe('pending');
});

test('InvalidVpnConnection.InvalidState: a connection that is pending or being modified takes no change and no route.', async () => {
  const region = newRegion();
  const { ec2, clock } = region;
  const { vgw, cgw } = await gateways(region);
  const input = { Type: 'ipsec.1', CustomerGatewayId: cgw, VpnGatewayId: vgw, Options: { StaticRoutesOnly: true } };
  const id = (await ec2.send(new CreateVpnConnectionCommand(input))).VpnConnection?.VpnConnectionId ?? '';
  const [first, second] = (await connection(region, id)).Options?.TunnelOptions ?? [];
  const route = new CreateVpnConnectionRouteCommand({ VpnConnectionId: id, DestinationCidrBlock: '10.10.0.0/16' });
  const modify = (VpnTunnelOutsideIpAddress = '') =>
    new ModifyVpnTunnelOptionsCommand({
      VpnConnectionId: id,
      VpnTunnelOutsideIpAddress,
      TunnelOptions: { DPDTimeoutSeconds: 40 },
    });
  const state = { code: 'InvalidVpnConnection.InvalidState', status: 400 };
  expect(await refusal(ec2.send(route))).toMatchObject(state);
  expect(await refusal(ec2.send(modify(first?.OutsideIpAddress)))).toMatchObject(state);
  await clock.advance(5 * minute);
  await ec2.send(modify(first?.OutsideIpAddress));
  expect((await connection(region, id)).State).toBe('modifying');
  expect(await refusal(ec2.send(modify(second?.OutsideIpAddress)))).toMatchObject(state);
  expect(await refusal(ec2.send(route))).toMatchObject(state);
  await clock.advance(10 * minute);
  await ec2.send(route);
});

test('InvalidVpnConnection.InvalidType: no static routes on a dynamic connection.', async () => {
  const region = newRegion();
  const { id } = await connected(region);
  const route = { VpnConnectionId: id, DestinationCidrBlock: '10.10.0.0/16' };
  const code = 'InvalidVpnConnection.InvalidType';
  expect(await refusal(region.ec2.send(new CreateVpnConnectionRouteCommand(route)))).toMatchObject({ code });
  expect(await refusal(region.ec2.send(new DeleteVpnConnectionRouteCommand(route)))).toMatchObject({ code });
});

test('IncorrectState: gateways in use, by an attachment or a connection that is not deleted yet, stay.', async () => {
  const region = newRegion();
  const { ec2, clock, vpc } = region;
  const { vgw, cgw, id } = await connected(region);
  const removals = [
    new DeleteVpnGatewayCommand({ VpnGatewayId: vgw }),
    new DeleteCustomerGatewayCommand({ CustomerGatewayId: cgw }),
  ] as const;
  const [gateway, customer] = removals;
  const code = 'IncorrectState';
  expect(await refusal(ec2.send(customer))).toMatchObject({ code, message: 'The customer gateway is in use.' });
  const unused = await ec2.send(new CreateVpnGatewayCommand({ Type: 'ipsec.1' }));
  const other = region.account.makeVpc({ region: 'ap-northeast-2', cidr: '10.0.0.0/16' });
  const { VpnGatewayId } = unused.VpnGateway ?? {};
  await ec2.send(new AttachVpnGatewayCommand({ VpnGatewayId, VpcId: other.id }));
  expect(await refusal(ec2.send(new DeleteVpnGatewayCommand({ VpnGatewayId })))).toMatchObject({ code });
  await ec2.send(new DetachVpnGatewayCommand({ VpnGatewayId: vgw, VpcId: vpc.id }));
  await clock.advance(minute);
  expect(await refusal(ec2.send(gateway))).toMatchObject({ code, message: 'The VPN gateway is in use.' });
  await ec2.send(new DeleteVpnConnectionCommand({ VpnConnectionId: id }));
  expect(await refusal(ec2.send(gateway))).toMatchObject({ code });
  expect(await refusal(ec2.send(customer))).toMatchObject({ code });
  await clock.advance(2 * minute);
  await ec2.send(gateway);
  await ec2.send(customer);
});

test('VpnGatewayAttachmentLimitExceeded, InvalidVpcState: one VPC a gateway, one gateway a VPC, until it is detached.', async () => {
  const region = newRegion();
  const { ec2, account, vpc, clock } = region;
  const other = account.makeVpc({ region: 'ap-northeast-2', cidr: '10.0.0.0/16' });
  const { vgw } = await gateways(region);
  const { VpnGateway } = await ec2.send(new CreateVpnGatewayCommand({ Type: 'ipsec.1' }));
  const attach = (VpnGatewayId: string | undefined, VpcId: string) =>
    ec2.send(new AttachVpnGatewayCommand({ VpnGatewayId, VpcId }));
  expect(await refusal(attach(vgw, other.id))).toMatchObject({
    code: 'VpnGatewayAttachmentLimitExceeded',
    status: 400,
  });
  expect(await refusal(attach(VpnGateway?.VpnGatewayId, vpc.id))).toMatchObject({ code: 'InvalidVpcState' });
  await ec2.send(new DetachVpnGatewayCommand({ VpnGatewayId: vgw, VpcId: vpc.id }));
  expect(await refusal(attach(VpnGateway?.VpnGatewayId, vpc.id))).toMatchObject({ code: 'InvalidVpcState' });
  await clock.advance(minute);
  expect((await attach(VpnGateway?.VpnGatewayId, vpc.id)).VpcAttachment?.State).toBe('attaching');
});

test('InvalidVpnGatewayAttachment.NotFound: what is not attached, or not to that VPC, cannot be detached.', async () => {
  const region = newRegion();
  const { ec2, account, vpc, clock } = region;
  const other = account.makeVpc({ region: 'ap-northeast-2', cidr: '10.0.0.0/16' });
  const { vgw } = await gateways(region);
  const detach = (VpcId: string) => ec2.send(new DetachVpnGatewayCommand({ VpnGatewayId: vgw, VpcId }));
  const code = 'InvalidVpnGatewayAttachment.NotFound';
  expect(await refusal(detach(other.id))).toMatchObject({ code });
  await detach(vpc.id);
  await clock.advance(minute);
  expect(await refusal(detach(vpc.id))).toMatchObject({ code });
});

test('InvalidVpnGatewayState: a gateway on its way out is neither attached nor connected.', async () => {
  const { ec2, vpc } = newRegion();
  const { VpnGateway } = await ec2.send(new CreateVpnGatewayCommand({ Type: 'ipsec.1' }));
  const VpnGatewayId = VpnGateway?.VpnGatewayId;
  await ec2.send(new DeleteVpnGatewayCommand({ VpnGatewayId }));
  expect(await refusal(ec2.send(new AttachVpnGatewayCommand({ VpnGatewayId, VpcId: vpc.id })))).toMatchObject({
    code: 'InvalidVpnGatewayState',
  });
});

test('InvalidCustomerGatewayState: a customer gateway takes some seconds before it can be connected.', async () => {
  const region = newRegion();
  const { vgw } = await gateways(region);
  const CustomerGatewayId = await customerGateway(region, '203.0.113.11');
  const create = new CreateVpnConnectionCommand({ Type: 'ipsec.1', CustomerGatewayId, VpnGatewayId: vgw });
  expect(await refusal(region.ec2.send(create))).toMatchObject({ code: 'InvalidCustomerGatewayState' });
});

test('VpnGatewayLimitExceeded, CustomerGatewayLimitExceeded: the quotas of a region.', async () => {
  const region = newRegion({ quotas: { vpnGateways: 1, customerGateways: 1 } });
  const { ec2 } = region;
  await gateways(region);
  expect(await refusal(ec2.send(new CreateVpnGatewayCommand({ Type: 'ipsec.1' })))).toMatchObject({
    code: 'VpnGatewayLimitExceeded',
    status: 400,
  });
  expect(await refusal(customerGateway(region, '203.0.113.11'))).toMatchObject({
    code: 'CustomerGatewayLimitExceeded',
  });
});

test.each([['vpnConnections'], ['vpnConnectionsPerGateway']] as const)(
  'VpnConnectionLimitExceeded: the quota %s.',
  async (quota) => {
    const region = newRegion({ quotas: { [quota]: 1 } });
    const { vgw } = await connected(region);
    const CustomerGatewayId = await customerGateway(region, '203.0.113.11');
    await region.clock.advance(minute);
    const create = new CreateVpnConnectionCommand({ Type: 'ipsec.1', CustomerGatewayId, VpnGatewayId: vgw });
    expect(await refusal(region.ec2.send(create))).toMatchObject({ code: 'VpnConnectionLimitExceeded' });
  },
);

test('RouteLimitExceeded: the quota of static routes.', async () => {
  const region = newRegion({ quotas: { staticRoutesPerConnection: 1 } });
  const { id } = await connected(region, { StaticRoutesOnly: true });
  const add = (DestinationCidrBlock: string) =>
    region.ec2.send(new CreateVpnConnectionRouteCommand({ VpnConnectionId: id, DestinationCidrBlock }));
  await add('10.10.0.0/16');
  await add('10.10.0.0/16');
  expect(await refusal(add('10.20.0.0/16'))).toMatchObject({ code: 'RouteLimitExceeded' });
});

test('RouteAlreadyExists, InvalidRoute.NotFound: one route a destination; only what is there is replaced or deleted.', async () => {
  const region = newRegion();
  const { ec2, vpc } = region;
  const { vgw } = await gateways(region);
  const route = { RouteTableId: vpc.mainRouteTable, DestinationCidrBlock: '10.10.0.0/16' };
  const to = { ...route, GatewayId: vgw };
  expect(await refusal(ec2.send(new DeleteRouteCommand(route)))).toMatchObject({ code: 'InvalidRoute.NotFound' });
  expect(await refusal(ec2.send(new ReplaceRouteCommand(to)))).toMatchObject({
    code: 'InvalidParameterValue',
    message: "There is no route defined for '10.10.0.0/16' in the route table. Use CreateRoute instead.",
  });
  await ec2.send(new CreateRouteCommand(to));
  expect(await refusal(ec2.send(new CreateRouteCommand(to)))).toMatchObject({ code: 'RouteAlreadyExists' });
  await ec2.send(new ReplaceRouteCommand(to));
  await ec2.send(new DeleteRouteCommand(route));
  const local = { ...route, DestinationCidrBlock: vpcCidr };
  expect(await refusal(ec2.send(new DeleteRouteCommand(local)))).toMatchObject({ code: 'InvalidParameterValue' });
});

test('Gateway.NotAttached: only an attached gateway propagates; a route to one that left is a blackhole.', async () => {
  const region = newRegion();
  const { ec2, vpc, clock } = region;
  const { vgw } = await gateways(region);
  const RouteTableId = vpc.mainRouteTable;
  await ec2.send(new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: '10.10.0.0/16', GatewayId: vgw }));
  await ec2.send(new DetachVpnGatewayCommand({ VpnGatewayId: vgw, VpcId: vpc.id }));
  const enable = new EnableVgwRoutePropagationCommand({ RouteTableId, GatewayId: vgw });
  expect(await refusal(ec2.send(enable))).toMatchObject({ code: 'Gateway.NotAttached' });
  await clock.advance(minute);
  const { RouteTables } = await ec2.send(new DescribeRouteTablesCommand({ RouteTableIds: [RouteTableId] }));
  expect(RouteTables?.[0]?.Routes?.[1]).toMatchObject({ GatewayId: vgw, State: 'blackhole' });
  const other = new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: '10.20.0.0/16', GatewayId: vgw });
  expect(await refusal(ec2.send(other))).toMatchObject({ code: 'InvalidParameterValue' });
});
