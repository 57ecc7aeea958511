// SPDX-License-Identifier: GPL-3.0-or-later
/** The life of a VPN connection through the real SDK, from nothing to a tunnel and away again. */
import {
  CreateTagsCommand,
  CreateVpnConnectionCommand,
  CreateVpnConnectionRouteCommand,
  DeleteCustomerGatewayCommand,
  DeleteTagsCommand,
  DeleteVpnConnectionCommand,
  DeleteVpnConnectionRouteCommand,
  DeleteVpnGatewayCommand,
  DescribeCustomerGatewaysCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  DescribeVpnConnectionsCommand,
  DescribeVpnGatewaysCommand,
  DetachVpnGatewayCommand,
  DisableVgwRoutePropagationCommand,
  EnableVgwRoutePropagationCommand,
  paginateDescribeVpcs,
  type RouteTable,
} from '@aws-sdk/client-ec2';
import { expect, test } from '@jest/globals';
import { connected, connection, gateways, minute, newRegion, outsides, vpcCidr } from './world.ts';

test('The network that was set up is described: VPC, subnets, route tables with their routes and associations.', async () => {
  const { ec2, vpc } = newRegion();
  const { Vpcs } = await ec2.send(new DescribeVpcsCommand({ VpcIds: [vpc.id] }));
  expect(Vpcs).toMatchObject([
    { VpcId: vpc.id, CidrBlock: vpcCidr, State: 'available', Tags: [{ Key: 'Name', Value: 'main' }] },
  ]);
  expect(Vpcs?.[0]?.CidrBlockAssociationSet).toMatchObject([{ CidrBlock: vpcCidr }]);
  const { Subnets } = await ec2.send(new DescribeSubnetsCommand({ Filters: [{ Name: 'vpc-id', Values: [vpc.id] }] }));
  expect(new Set(Subnets?.map(({ SubnetId }) => SubnetId))).toEqual(new Set(vpc.subnets));
  const { RouteTables } = await ec2.send(
    new DescribeRouteTablesCommand({ Filters: [{ Name: 'vpc-id', Values: [vpc.id] }] }),
  );
  const isMain = (table: RouteTable) => table.RouteTableId === vpc.mainRouteTable;
  expect(RouteTables?.sort((a, b) => Number(isMain(b)) - Number(isMain(a)))).toMatchObject([
    {
      RouteTableId: vpc.mainRouteTable,
      Associations: [{ Main: true }],
      Routes: [{ DestinationCidrBlock: vpcCidr, GatewayId: 'local', Origin: 'CreateRouteTable', State: 'active' }],
      PropagatingVgws: [],
    },
    {
      Associations: [{ Main: false, SubnetId: vpc.subnets[1] }],
      Routes: [{ GatewayId: 'local' }, { NatGatewayId: 'nat-0123456789abcdef0', DestinationCidrBlock: '0.0.0.0/0' }],
    },
  ]);
});

test('Gateways are attached and available after some seconds.', async () => {
  const region = newRegion();
  const { ec2 } = region;
  const { vgw, cgw } = await gateways(region);
  const { VpnGateways } = await ec2.send(new DescribeVpnGatewaysCommand({ VpnGatewayIds: [vgw] }));
  expect(VpnGateways).toMatchObject([
    { State: 'available', AmazonSideAsn: 64_512, VpcAttachments: [{ State: 'attached', VpcId: region.vpc.id }] },
  ]);
  const { CustomerGateways } = await ec2.send(new DescribeCustomerGatewaysCommand({ CustomerGatewayIds: [cgw] }));
  expect(CustomerGateways).toMatchObject([{ State: 'available', IpAddress: '203.0.113.10', BgpAsn: '65000' }]);
});

function addresses(list: readonly { OutsideIpAddress?: string | undefined }[] = []): Set<string | undefined> {
  return new Set(list.map(({ OutsideIpAddress }) => OutsideIpAddress));
}

test('A connection is pending, then available; its telemetry shows two tunnels, down, from the start.', async () => {
  const region = newRegion();
  const { ec2, clock } = region;
  const { vgw, cgw } = await gateways(region);
  const { VpnConnection: made } = await ec2.send(
    new CreateVpnConnectionCommand({ Type: 'ipsec.1', VpnGatewayId: vgw, CustomerGatewayId: cgw }),
  );
  expect(made).toMatchObject({ State: 'pending', Category: 'VPN', Options: { TunnelOptions: [{}, {}] }, Routes: [] });
  expect(JSON.stringify(made?.Options)).toContain('"TunnelOptions":[{},{}]');
  const id = made?.VpnConnectionId ?? '';
  const pending = await connection(region, id);
  expect(pending.State).toBe('pending');
  expect(pending.VgwTelemetry).toHaveLength(2);
  for (const one of pending.VgwTelemetry ?? [])
    expect(one).toMatchObject({ Status: 'DOWN', StatusMessage: 'IPSEC IS DOWN', AcceptedRouteCount: 0 });
  expect(pending.VgwTelemetry?.[0]?.LastStatusChange?.getTime()).toBe(clock.now());
  await clock.advance(5 * minute);
  const available = await connection(region, id);
  expect(available).toMatchObject({
    State: 'available',
    Type: 'ipsec.1',
    Options: {
      EnableAcceleration: false,
      StaticRoutesOnly: false,
      LocalIpv4NetworkCidr: '0.0.0.0/0',
      RemoteIpv4NetworkCidr: '0.0.0.0/0',
      TunnelInsideIpVersion: 'ipv4',
    },
  });
  expect(addresses(available.VgwTelemetry)).toEqual(addresses(available.Options?.TunnelOptions));
});

test('Static routes become available, are propagated while a tunnel is up, and only then; so are prefixes learned by BGP.', async () => {
  const region = newRegion();
  const { ec2, clock, account, vpc } = region;
  const { vgw, id } = await connected(region, { StaticRoutesOnly: true });
  const route = { VpnConnectionId: id, DestinationCidrBlock: '10.10.3.7/16' };
  await ec2.send(new CreateVpnConnectionRouteCommand(route));
  expect((await connection(region, id)).Routes).toEqual([
    { DestinationCidrBlock: '10.10.0.0/16', Source: 'Static', State: 'pending' },
  ]);
  await clock.advance(minute);
  expect((await connection(region, id)).Routes).toMatchObject([{ State: 'available' }]);
  const propagation = { GatewayId: vgw, RouteTableId: vpc.mainRouteTable };
  await ec2.send(new EnableVgwRoutePropagationCommand(propagation));
  const learned = async () => {
    const { RouteTables } = await ec2.send(new DescribeRouteTablesCommand({ RouteTableIds: [vpc.mainRouteTable] }));
    const [table] = RouteTables ?? [];
    const routes = table?.Routes?.filter(({ Origin }) => Origin === 'EnableVgwRoutePropagation');
    return { gateways: table?.PropagatingVgws, routes };
  };
  expect(await learned()).toEqual({ gateways: [{ GatewayId: vgw }], routes: [] });
  const [, outsideIP] = await outsides(region, id);
  account.tunnel(id, outsideIP).set({ status: 'UP' });
  const up = (await connection(region, id)).VgwTelemetry?.find((one) => one.OutsideIpAddress === outsideIP);
  expect(up).toMatchObject({ Status: 'UP', AcceptedRouteCount: 1 });
  expect(up?.LastStatusChange?.getTime()).toBe(clock.now());
  expect((await learned()).routes).toMatchObject([{ DestinationCidrBlock: '10.10.0.0/16', GatewayId: vgw }]);
  await ec2.send(new DeleteVpnConnectionRouteCommand(route));
  expect((await connection(region, id)).Routes).toMatchObject([{ State: 'deleting' }]);
  expect((await learned()).routes).toEqual([]);
  await clock.advance(minute);
  expect((await connection(region, id)).Routes).toEqual([]);
  await ec2.send(new DisableVgwRoutePropagationCommand(propagation));
  expect(await learned()).toEqual({ gateways: [], routes: [] });
});

test('A dynamic connection brings the prefixes of its tunnels that are up, and says how many.', async () => {
  const region = newRegion();
  const { ec2, account, vpc } = region;
  const { vgw, id } = await connected(region);
  await ec2.send(new EnableVgwRoutePropagationCommand({ GatewayId: vgw, RouteTableId: vpc.mainRouteTable }));
  const [outsideIP] = await outsides(region, id);
  account.tunnel(id, outsideIP).set({ status: 'UP', prefixes: ['10.10.0.0/16', '10.20.0.0/16'] });
  const { VgwTelemetry } = await connection(region, id);
  expect(VgwTelemetry?.find((one) => one.Status === 'UP')).toMatchObject({
    AcceptedRouteCount: 2,
    StatusMessage: '2 BGP ROUTES',
  });
  const { RouteTables } = await ec2.send(
    new DescribeRouteTablesCommand({ Filters: [{ Name: 'route.gateway-id', Values: [vgw] }] }),
  );
  expect(RouteTables?.[0]?.Routes?.map(({ DestinationCidrBlock }) => DestinationCidrBlock)).toEqual([
    vpcCidr,
    '10.10.0.0/16',
    '10.20.0.0/16',
  ]);
  account.tunnel(id, outsideIP).set({ status: 'DOWN', message: 'x' });
  expect((await connection(region, id)).VgwTelemetry).toContainEqual(
    expect.objectContaining({ Status: 'DOWN', StatusMessage: 'x', AcceptedRouteCount: 0 }),
  );
});

test('All of it is taken down in order; what is deleted shows for a while, and then does not exist.', async () => {
  const region = newRegion();
  const { ec2, clock, vpc } = region;
  const { vgw, cgw, id } = await connected(region);
  await ec2.send(new DeleteVpnConnectionCommand({ VpnConnectionId: id }));
  expect((await connection(region, id)).State).toBe('deleting');
  await clock.advance(2 * minute);
  const deleted = await connection(region, id);
  expect(deleted.State).toBe('deleted');
  expect(deleted.CustomerGatewayConfiguration).toBeUndefined();
  await ec2.send(new DeleteCustomerGatewayCommand({ CustomerGatewayId: cgw }));
  await ec2.send(new DetachVpnGatewayCommand({ VpnGatewayId: vgw, VpcId: vpc.id }));
  const gateway = async () =>
    (await ec2.send(new DescribeVpnGatewaysCommand({ VpnGatewayIds: [vgw] }))).VpnGateways?.[0];
  expect((await gateway())?.VpcAttachments).toMatchObject([{ State: 'detaching' }]);
  await clock.advance(minute);
  expect((await gateway())?.VpcAttachments).toMatchObject([{ State: 'detached' }]);
  await ec2.send(new DeleteVpnGatewayCommand({ VpnGatewayId: vgw }));
  expect((await gateway())?.State).toBe('deleting');
  await clock.advance(70 * minute);
  expect((await ec2.send(new DescribeVpnConnectionsCommand({}))).VpnConnections).toEqual([]);
  expect((await ec2.send(new DescribeVpnGatewaysCommand({}))).VpnGateways).toEqual([]);
  expect((await ec2.send(new DescribeCustomerGatewaysCommand({}))).CustomerGateways).toEqual([]);
});

test('Tags come with the creation, are added, overwritten and taken away, and filters find by them.', async () => {
  const region = newRegion();
  const { ec2 } = region;
  const tags = [
    { Key: 'owner', Value: 'a' },
    { Key: 'Name', Value: 'site' },
  ];
  const { id, cgw } = await connected(
    region,
    {},
    { TagSpecifications: [{ ResourceType: 'vpn-connection', Tags: tags }] },
  );
  await ec2.send(new CreateTagsCommand({ Resources: [id, cgw], Tags: [{ Key: 'owner', Value: 'b' }] }));
  const found = async (Name: string, ...Values: string[]) =>
    (await ec2.send(new DescribeVpnConnectionsCommand({ Filters: [{ Name, Values }] }))).VpnConnections?.length;
  expect([await found('tag:owner', 'a', 'b'), await found('tag:owner', 'a')]).toEqual([1, 0]);
  expect([await found('tag-key', 'Name'), await found('tag:Name', 's*'), await found('tag:name', '*')]).toEqual([
    1, 1, 0,
  ]);
  await ec2.send(new DeleteTagsCommand({ Resources: [id], Tags: [{ Key: 'owner', Value: 'a' }, { Key: 'Name' }] }));
  expect((await connection(region, id)).Tags).toEqual([{ Key: 'owner', Value: 'b' }]);
  const both = new DescribeVpnConnectionsCommand({
    Filters: [
      { Name: 'state', Values: ['available'] },
      { Name: 'customer-gateway-id', Values: ['cgw-none'] },
    ],
  });
  expect((await ec2.send(both)).VpnConnections).toEqual([]);
});

test('A restored world goes on where it was: states, telemetry, keys; what came later is gone.', async () => {
  const region = newRegion();
  const { world, ec2, account } = region;
  const empty = JSON.parse(JSON.stringify(world.snapshot()));
  const { id } = await connected(region, { StaticRoutesOnly: true });
  const [outsideIP] = await outsides(region, id);
  account.tunnel(id, outsideIP).set({ status: 'UP' });
  const before = await connection(region, id);
  const kept = JSON.parse(JSON.stringify(world.snapshot()));
  await ec2.send(new DeleteVpnConnectionCommand({ VpnConnectionId: id }));
  world.restore(kept);
  expect(await connection(region, id)).toEqual(before);
  world.restore(empty);
  expect((await ec2.send(new DescribeVpnConnectionsCommand({}))).VpnConnections).toEqual([]);
  expect((await ec2.send(new DescribeVpcsCommand({}))).Vpcs).toHaveLength(1);
});

test('With lag, a change shows late to readers, and is judged at once.', async () => {
  const region = newRegion();
  const { world, ec2, clock, account } = region;
  const { id, cgw } = await connected(region);
  world.setLag(30_000);
  await ec2.send(new CreateTagsCommand({ Resources: [id], Tags: [{ Key: 'a', Value: 'b' }] }));
  await ec2.send(new DeleteVpnConnectionCommand({ VpnConnectionId: id }));
  expect(await connection(region, id)).toMatchObject({ State: 'available', Tags: [] });
  expect(account.network('ap-northeast-2').vpnConnections).toMatchObject([{ id, state: 'deleting', tags: { a: 'b' } }]);
  await clock.advance(30_000);
  expect(await connection(region, id)).toMatchObject({ State: 'deleting', Tags: [{ Key: 'a' }] });
  await clock.advance(minute);
  await ec2.send(new DeleteCustomerGatewayCommand({ CustomerGatewayId: cgw }));
});

test('Many VPCs come in pages.', async () => {
  const region = newRegion();
  for (let n = 0; n < 11; n++) region.account.makeVpc({ region: 'ap-northeast-2', cidr: `10.${n}.0.0/16` });
  const pages: number[] = [];
  for await (const { Vpcs } of paginateDescribeVpcs({ client: region.ec2, pageSize: 5 }, {}))
    pages.push(Vpcs?.length ?? 0);
  expect(pages).toEqual([5, 5, 2]);
});
