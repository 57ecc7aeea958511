// SPDX-License-Identifier: GPL-3.0-or-later
/** A region with the real SDK's client in front of it. */
import {
  AttachVpnGatewayCommand,
  CreateCustomerGatewayCommand,
  CreateVpnConnectionCommand,
  CreateVpnGatewayCommand,
  DescribeVpnConnectionsCommand,
  EC2Client,
  type CreateVpnConnectionCommandInput,
  type VpnConnection,
  type VpnConnectionOptionsSpecification,
} from '@aws-sdk/client-ec2';
import { createAws, type AwsOptions, type AwsWorld } from '../../../../src/simulator/aws/index.ts';
import { VirtualClock } from '../../../../src/simulator/kernel/clock.ts';
import { accountID, Client, seoul, type Credentials } from '../client.ts';
import { inProcess } from '../sdk.ts';

export const vpcCidr = '172.31.0.0/16';

export function ec2Client(
  world: AwsWorld,
  clock: VirtualClock,
  { accessKeyID, ...rest }: Credentials,
  region = seoul,
): EC2Client {
  const client = new EC2Client({
    region,
    credentials: { accessKeyId: accessKeyID, ...rest },
    maxAttempts: 1,
    requestHandler: inProcess(world.service) as never,
  });
  // requests are signed by the world's clock
  const offset = { get: () => clock.now() - Date.now(), set: () => undefined };
  Object.defineProperty(client.config, 'systemClockOffset', offset);
  return client;
}

export function newRegion(options: Partial<AwsOptions> = {}) {
  const clock = new VirtualClock();
  const world = createAws({ clock, ...options });
  const account = world.account(accountID);
  const vpc = account.makeVpc({
    region: seoul,
    cidr: vpcCidr,
    tags: { Name: 'main' },
    subnets: [{ cidr: '172.31.1.0/24' }, { cidr: '172.31.2.0/24', zone: `${seoul}b` }],
    routeTables: [
      { main: true, tags: { Name: 'main' } },
      { subnets: [1], routes: [{ destination: '0.0.0.0/0', target: 'nat-0123456789abcdef0' }] },
    ],
  });
  const ec2 = ec2Client(world, clock, account.rootKey);
  const root = new Client(world, clock, account.rootKey);
  return { clock, world, account, vpc, ec2, root };
}

export type Region = ReturnType<typeof newRegion>;

export const minute = 60_000;

/** A gateway that is attached, and a customer gateway, both ready. */
export async function gateways({ ec2, vpc, clock }: Region, ip = '203.0.113.10') {
  const made = await ec2.send(new CreateVpnGatewayCommand({ Type: 'ipsec.1' }));
  const vgw = made.VpnGateway?.VpnGatewayId ?? '';
  await ec2.send(new AttachVpnGatewayCommand({ VpnGatewayId: vgw, VpcId: vpc.id }));
  const cgw = await customerGateway({ ec2 }, ip);
  await clock.advance(minute);
  return { vgw, cgw };
}

export async function customerGateway({ ec2 }: Pick<Region, 'ec2'>, IpAddress: string): Promise<string> {
  const made = await ec2.send(new CreateCustomerGatewayCommand({ Type: 'ipsec.1', BgpAsn: 65_000, IpAddress }));
  return made.CustomerGateway?.CustomerGatewayId ?? '';
}

/** A connection between the two, available. */
export async function connected(
  region: Region,
  Options: VpnConnectionOptionsSpecification = {},
  more: Partial<CreateVpnConnectionCommandInput> = {},
) {
  const { vgw, cgw } = await gateways(region);
  const input = { Type: 'ipsec.1', VpnGatewayId: vgw, CustomerGatewayId: cgw, Options, ...more };
  const { VpnConnection: made = {} } = await region.ec2.send(new CreateVpnConnectionCommand(input));
  await region.clock.advance(5 * minute);
  return { vgw, cgw, id: made.VpnConnectionId ?? '', made };
}

export async function connection({ ec2 }: Pick<Region, 'ec2'>, id: string): Promise<VpnConnection> {
  const { VpnConnections = [] } = await ec2.send(new DescribeVpnConnectionsCommand({ VpnConnectionIds: [id] }));
  return VpnConnections[0] ?? {};
}

/** Outside addresses of its tunnels, in the order of the options. */
export async function outsides(region: Pick<Region, 'ec2'>, id: string): Promise<[string, string]> {
  const { Options } = await connection(region, id);
  const [first, second] = (Options?.TunnelOptions ?? []).map(({ OutsideIpAddress = '' }) => OutsideIpAddress);
  return [first ?? '', second ?? ''];
}

/** Code and status of a refusal. */
export async function refusal(sent: Promise<unknown>): Promise<{ code: string; status: number; message: string }> {
  try {
    await sent;
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    return { code: name, status: $metadata?.httpStatusCode ?? 0, message };
  }
  throw new Error('It was not refused.');
}
