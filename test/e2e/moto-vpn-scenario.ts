// SPDX-License-Identifier: GPL-3.0-or-later
/** The life of a VPN as calls, the same ones whoever answers; and the answers in a form that two worlds can be compared by. */
import * as ec2 from '@aws-sdk/client-ec2';

/** What was answered by the name of the step: the reply, or code, status and message of the refusal. */
export type Told = Readonly<Record<string, unknown>>;

type Ask = <O extends object>(step: string, command: object) => Promise<Partial<O>>;

const type = { Type: 'ipsec.1' } as const;
/** Of an id that nobody has. */
const none = '-0123456789abcdef0';

function tags<T extends string>(ResourceType: T, Key: string, Value: string) {
  return { TagSpecifications: [{ ResourceType, Tags: [{ Key, Value }] }] };
}

function filter(Name: string, ...Values: string[]) {
  return { Filters: [{ Name, Values }] };
}

/** A reply or a refusal without what differs from run to run: ids are told by their kind and the order in which they came. */
class Teller {
  readonly #ids = new Map<string, string>();
  readonly told: Record<string, unknown> = {};

  tell(step: string, answer: unknown): void {
    const text = JSON.stringify(answer, (name, value: unknown) => (passing.has(name) ? undefined : value));
    this.told[step] = JSON.parse(
      text.replaceAll(/\b([a-z]+)-[0-9a-f]{17}\b/g, (id, kind: string) => this.#nth(id, kind)),
    );
  }

  #nth(id: string, kind: string): string {
    if (id.endsWith(none)) return id;
    const before = [...this.#ids.values()].filter((name) => name.startsWith(`${kind}-`)).length;
    const name = this.#ids.get(id) ?? `${kind}-${before + 1}`;
    this.#ids.set(id, name);
    return name;
  }
}

/** Times and tokens; and what our simulator, which has no instances and no IPv6, does not say of a VPC or a subnet. */
const passing = new Set([
  '$metadata',
  'LastStatusChange',
  'ClientToken',
  'DhcpOptionsId',
  'Ipv6CidrBlockAssociationSet',
  'AvailabilityZoneId',
  'AssignIpv6AddressOnCreation',
  'AvailableIpAddressCount',
  'DefaultForAz',
  'Ipv6Native',
  'MapPublicIpOnLaunch',
  'PrivateDnsNameOptionsOnLaunch',
  // an association's id is the VPC's here, one of its own there
  'AssociationId',
]);

export async function lifeOfAVpn(client: ec2.EC2Client): Promise<Told> {
  const teller = new Teller();
  const ask: Ask = async (step, command) => {
    try {
      const answer = await client.send(command as ec2.DescribeVpcsCommand);
      teller.tell(step, answer);
      return answer as object;
    } catch (error) {
      const { name, message, $metadata } = error as ec2.EC2ServiceException;
      const status = $metadata?.httpStatusCode ?? 0;
      teller.tell(step, status < 500 ? { code: name, status, message } : { status });
      return {};
    }
  };
  const network = await makeNetwork(ask);
  const gateways = await makeGateways(ask, network.vpc);
  const vpn = await connect(ask, { ...network, ...gateways });
  await refusals(ask, network);
  await takeDown(ask, { ...network, ...gateways, vpn });
  return teller.told;
}

interface Network {
  readonly vpc: string;
  readonly subnet: string;
  readonly table: string;
}

async function makeNetwork(ask: Ask): Promise<Network> {
  const create = new ec2.CreateVpcCommand({ CidrBlock: '10.26.0.0/16', ...tags('vpc', 'Name', 'MY-VPC') });
  const { Vpc } = await ask<ec2.CreateVpcCommandOutput>('CreateVpc', create);
  const vpc = Vpc?.VpcId ?? '';
  await ask('DescribeVpcs', new ec2.DescribeVpcsCommand({ VpcIds: [vpc] }));
  await ask('DescribeVpcs by tag', new ec2.DescribeVpcsCommand(filter('tag:Name', 'MY-VPC')));
  const zone = { AvailabilityZone: 'ap-northeast-2a' };
  const { Subnet } = await ask<ec2.CreateSubnetCommandOutput>(
    'CreateSubnet',
    new ec2.CreateSubnetCommand({ VpcId: vpc, CidrBlock: '10.26.1.0/24', ...zone }),
  );
  const subnet = Subnet?.SubnetId ?? '';
  await ask('DescribeSubnets', new ec2.DescribeSubnetsCommand(filter('vpc-id', vpc)));
  const { RouteTable } = await ask<ec2.CreateRouteTableCommandOutput>(
    'CreateRouteTable',
    new ec2.CreateRouteTableCommand({ VpcId: vpc }),
  );
  const table = RouteTable?.RouteTableId ?? '';
  const pair = { RouteTableId: table, SubnetId: subnet };
  await ask('AssociateRouteTable', new ec2.AssociateRouteTableCommand(pair));
  return { vpc, subnet, table };
}

async function makeGateways(ask: Ask, vpc: string): Promise<{ vgw: string; cgw: string }> {
  const { VpnGateway } = await ask<ec2.CreateVpnGatewayCommandOutput>(
    'CreateVpnGateway',
    new ec2.CreateVpnGatewayCommand({ ...type, AmazonSideAsn: 64_512, ...tags('vpn-gateway', 'owner', 'me') }),
  );
  const vgw = VpnGateway?.VpnGatewayId ?? '';
  await ask('AttachVpnGateway', new ec2.AttachVpnGatewayCommand({ VpnGatewayId: vgw, VpcId: vpc }));
  const attached = new ec2.DescribeVpnGatewaysCommand(filter('attachment.vpc-id', vpc));
  await ask('DescribeVpnGateways by VPC', attached);
  await ask('DescribeVpnGateways by tag', new ec2.DescribeVpnGatewaysCommand(filter('tag:owner', 'me')));
  await ask('CreateVpnGateway with DryRun', new ec2.CreateVpnGatewayCommand({ ...type, DryRun: true }));
  const site = { ...type, IpAddress: '123.142.252.25', BgpAsn: 65_000, DeviceName: 'uid' };
  const { CustomerGateway } = await ask<ec2.CreateCustomerGatewayCommandOutput>(
    'CreateCustomerGateway',
    new ec2.CreateCustomerGatewayCommand({ ...site, ...tags('customer-gateway', 'owner', 'me') }),
  );
  const cgw = CustomerGateway?.CustomerGatewayId ?? '';
  await ask('DescribeCustomerGateways', new ec2.DescribeCustomerGatewaysCommand({ CustomerGatewayIds: [cgw] }));
  await ask('CreateCustomerGateway again', new ec2.CreateCustomerGatewayCommand(site));
  return { vgw, cgw };
}

async function connect(ask: Ask, { vgw, cgw, table }: Network & { vgw: string; cgw: string }): Promise<string> {
  const TunnelOptions = [{ TunnelInsideCidr: '169.254.10.0/30', PreSharedKey: 'abcdefgh.1_A' }];
  const create = {
    ...type,
    CustomerGatewayId: cgw,
    VpnGatewayId: vgw,
    Options: { StaticRoutesOnly: true, TunnelOptions },
    ...tags('vpn-connection', 'owner', 'me'),
  };
  const { VpnConnection } = await ask<ec2.CreateVpnConnectionCommandOutput>(
    'CreateVpnConnection',
    new ec2.CreateVpnConnectionCommand(create),
  );
  const vpn = VpnConnection?.VpnConnectionId ?? '';
  await ask('DescribeVpnConnections', new ec2.DescribeVpnConnectionsCommand({ VpnConnectionIds: [vpn] }));
  await ask('DescribeVpnConnections by tag', new ec2.DescribeVpnConnectionsCommand(filter('tag:owner', 'me')));
  await ask('CreateVpnConnection again', new ec2.CreateVpnConnectionCommand(create));
  const destination = { DestinationCidrBlock: '192.168.0.0/20' };
  const route = new ec2.CreateVpnConnectionRouteCommand({ VpnConnectionId: vpn, ...destination });
  await ask('CreateVpnConnectionRoute', route);
  const propagation = { RouteTableId: table, GatewayId: vgw };
  await ask('EnableVgwRoutePropagation', new ec2.EnableVgwRoutePropagationCommand(propagation));
  await ask('DisableVgwRoutePropagation', new ec2.DisableVgwRoutePropagationCommand(propagation));
  const to = { ...propagation, ...destination };
  await ask('CreateRoute', new ec2.CreateRouteCommand(to));
  await ask('CreateRoute again', new ec2.CreateRouteCommand(to));
  await ask('CreateRoute into the VPC', new ec2.CreateRouteCommand({ ...to, DestinationCidrBlock: '10.26.3.0/24' }));
  await ask('ReplaceRoute', new ec2.ReplaceRouteCommand(to));
  await ask('DescribeRouteTables', new ec2.DescribeRouteTablesCommand({ RouteTableIds: [table] }));
  const gone = new ec2.DeleteRouteCommand({ RouteTableId: table, ...destination });
  await ask('DeleteRoute', gone);
  await ask('DeleteRoute again', gone);
  await ask('CreateTags', new ec2.CreateTagsCommand({ Resources: [vpn], Tags: [{ Key: 'a', Value: 'b' }] }));
  await ask('DeleteTags', new ec2.DeleteTagsCommand({ Resources: [vpn], Tags: [{ Key: 'a' }] }));
  return vpn;
}

async function refusals(ask: Ask, { vpc, table }: Network): Promise<void> {
  const missing: readonly [string, object][] = [
    ['DescribeVpcs', new ec2.DescribeVpcsCommand({ VpcIds: [`vpc${none}`] })],
    ['DescribeRouteTables', new ec2.DescribeRouteTablesCommand({ RouteTableIds: [`rtb${none}`] })],
    ['DescribeVpnGateways', new ec2.DescribeVpnGatewaysCommand({ VpnGatewayIds: [`vgw${none}`] })],
    ['DescribeCustomerGateways', new ec2.DescribeCustomerGatewaysCommand({ CustomerGatewayIds: [`cgw${none}`] })],
    ['DescribeVpnConnections', new ec2.DescribeVpnConnectionsCommand({ VpnConnectionIds: [`vpn${none}`] })],
    ['AttachVpnGateway', new ec2.AttachVpnGatewayCommand({ VpnGatewayId: `vgw${none}`, VpcId: vpc })],
    ['DeleteVpnGateway', new ec2.DeleteVpnGatewayCommand({ VpnGatewayId: `vgw${none}` })],
    ['DeleteCustomerGateway', new ec2.DeleteCustomerGatewayCommand({ CustomerGatewayId: `cgw${none}` })],
    ['DeleteVpnConnection', new ec2.DeleteVpnConnectionCommand({ VpnConnectionId: `vpn${none}` })],
  ];
  for (const [action, command] of missing) await ask(`${action} of a missing one`, command);
  const subnet = (CidrBlock: string) => new ec2.CreateSubnetCommand({ VpcId: vpc, CidrBlock });
  await ask('CreateVpc too large', new ec2.CreateVpcCommand({ CidrBlock: '10.0.0.0/8' }));
  await ask('CreateVpc of no block', new ec2.CreateVpcCommand({ CidrBlock: '10.0.0/16' }));
  await ask('CreateSubnet elsewhere', subnet('10.27.1.0/24'));
  await ask('CreateSubnet overlapping', subnet('10.26.1.128/25'));
  await ask('DeleteVpc in use', new ec2.DeleteVpcCommand({ VpcId: vpc }));
  await ask('DeleteRouteTable in use', new ec2.DeleteRouteTableCommand({ RouteTableId: table }));
  const nowhere = new ec2.CreateCustomerGatewayCommand({ ...type, IpAddress: '999.1.1.1', BgpAsn: 65_000 });
  await ask('CreateCustomerGateway of no address', nowhere);
}

async function takeDown(ask: Ask, made: Network & { vgw: string; cgw: string; vpn: string }): Promise<void> {
  const { vpc, subnet, table, vgw, cgw, vpn } = made;
  const attachment = { VpnGatewayId: vgw, VpcId: vpc };
  await ask('DetachVpnGateway', new ec2.DetachVpnGatewayCommand(attachment));
  await ask('DetachVpnGateway again', new ec2.DetachVpnGatewayCommand(attachment));
  await ask('DescribeVpnGateways detached', new ec2.DescribeVpnGatewaysCommand({ VpnGatewayIds: [vgw] }));
  const remaining = new ec2.CreateCustomerGatewayCommand({ ...type, IpAddress: '123.142.252.26', BgpAsn: 65_000 });
  const { CustomerGateway } = await ask<ec2.CreateCustomerGatewayCommandOutput>(
    'CreateCustomerGateway, a second',
    remaining,
  );
  const other = CustomerGateway?.CustomerGatewayId ?? '';
  const second = new ec2.CreateVpnConnectionCommand({ ...type, CustomerGatewayId: other, VpnGatewayId: vgw });
  const { VpnConnection } = await ask<ec2.CreateVpnConnectionCommandOutput>('CreateVpnConnection, a second', second);
  await ask('DeleteCustomerGateway in use', new ec2.DeleteCustomerGatewayCommand({ CustomerGatewayId: other }));
  for (const id of [vpn, VpnConnection?.VpnConnectionId ?? ''])
    await ask('DeleteVpnConnection', new ec2.DeleteVpnConnectionCommand({ VpnConnectionId: id }));
  await ask('DescribeVpnConnections deleted', new ec2.DescribeVpnConnectionsCommand({ VpnConnectionIds: [vpn] }));
  await ask('DeleteCustomerGateway', new ec2.DeleteCustomerGatewayCommand({ CustomerGatewayId: cgw }));
  const gone = new ec2.DescribeCustomerGatewaysCommand({ CustomerGatewayIds: [cgw] });
  await ask('DescribeCustomerGateways deleted', gone);
  await ask('DeleteVpnGateway', new ec2.DeleteVpnGatewayCommand({ VpnGatewayId: vgw }));
  await ask('DescribeVpnGateways deleted', new ec2.DescribeVpnGatewaysCommand({ VpnGatewayIds: [vgw] }));
  await ask('DeleteSubnet', new ec2.DeleteSubnetCommand({ SubnetId: subnet }));
  await ask('DeleteRouteTable', new ec2.DeleteRouteTableCommand({ RouteTableId: table }));
  await ask('DeleteVpc', new ec2.DeleteVpcCommand({ VpcId: vpc }));
}
