// SPDX-License-Identifier: GPL-3.0-or-later
/** A connection in the simulated EC2, made through the real SDK as the second runbook does it, and what AWS then says of it. */
import * as EC2 from '@aws-sdk/client-ec2';
import { parseCustomerGatewayConfiguration } from '../../src/clouds/aws/ec2/customer-gateway-configuration.ts';
import { vpnConnectionOf } from '../../src/clouds/aws/ec2/vpn-readings.ts';
import { gatewayModel } from '../../src/kinds/site-vpn/gateway/from-aws.ts';
import { renderGateway } from '../../src/kinds/site-vpn/gateway/render.ts';
import { createAws } from '../../src/simulator/aws/index.ts';
import { VirtualClock } from '../../src/simulator/kernel/clock.ts';
import { accountID, seoul as region } from '../simulator/aws/client.ts';
import { ec2Client } from '../simulator/aws/ec2/world.ts';
import { site, vpc } from './network.ts';
import type { Files } from './site.ts';

const minute = 60_000;

/** The first as the runbook has it, with AWS's own defaults; the second with GCM and a curve, and as the operator's defaults are: AWS begins, too. */
const tunnels: readonly EC2.VpnTunnelOptionsSpecification[] = [
  { encryption: 'AES256', integrity: 'SHA2-256', group: 14, own: { TunnelInsideCidr: '169.254.40.0/30' } },
  {
    encryption: 'AES256-GCM-16',
    integrity: 'SHA2-384',
    group: 20,
    own: { TunnelInsideCidr: '169.254.40.4/30', StartupAction: 'start', DPDTimeoutAction: 'restart' },
  },
].map(({ encryption, integrity, group, own }) => ({
  ...own,
  IKEVersions: [{ Value: 'ikev2' }],
  Phase1EncryptionAlgorithms: [{ Value: encryption }],
  Phase2EncryptionAlgorithms: [{ Value: encryption }],
  Phase1IntegrityAlgorithms: [{ Value: integrity }],
  Phase2IntegrityAlgorithms: [{ Value: integrity }],
  Phase1DHGroupNumbers: [{ Value: group }],
  Phase2DHGroupNumbers: [{ Value: group }],
}));

/** AWS's own time is virtual and has passed: everything is available. */
export async function makeConnection() {
  const clock = new VirtualClock();
  const aws = createAws({ clock });
  const account = aws.account(accountID);
  const ec2 = ec2Client(aws, clock, account.rootKey);
  const { id: VpcId, mainRouteTable } = account.makeVpc({ region, cidr: vpc.cidr, tags: { Name: 'MY-VPC' } });
  const { VpnGateway } = await ec2.send(new EC2.CreateVpnGatewayCommand({ Type: 'ipsec.1' }));
  const VpnGatewayId = VpnGateway?.VpnGatewayId;
  await ec2.send(new EC2.AttachVpnGatewayCommand({ VpnGatewayId, VpcId }));
  const { CustomerGateway } = await ec2.send(
    new EC2.CreateCustomerGatewayCommand({ Type: 'ipsec.1', IpAddress: site.publicIP, BgpAsn: 65_000 }),
  );
  await clock.advance(minute);
  await ec2.send(new EC2.EnableVgwRoutePropagationCommand({ GatewayId: VpnGatewayId, RouteTableId: mainRouteTable }));
  const { VpnConnection } = await ec2.send(
    new EC2.CreateVpnConnectionCommand({
      Type: 'ipsec.1',
      VpnGatewayId,
      CustomerGatewayId: CustomerGateway?.CustomerGatewayId,
      Options: { StaticRoutesOnly: true, TunnelOptions: [...tunnels] },
    }),
  );
  await clock.advance(5 * minute);
  const VpnConnectionId = VpnConnection?.VpnConnectionId;
  await ec2.send(new EC2.CreateVpnConnectionRouteCommand({ VpnConnectionId, DestinationCidrBlock: site.cidr }));
  await clock.advance(minute);
  return { clock, account, region, ec2 };
}

/** What AWS says of the region's only connection. */
export async function described(ec2: EC2.EC2Client): Promise<EC2.VpnConnection> {
  const { VpnConnections = [] } = await ec2.send(new EC2.DescribeVpnConnectionsCommand({}));
  return VpnConnections[0] ?? {};
}

/** What the operator gives to the person who installs the gateway, in the variant for userland ESP. */
export async function gatewayFiles(ec2: EC2.EC2Client): Promise<Files> {
  const found = await described(ec2);
  const device = { type: 'StrongSwan', binding: 'Policy' } as const;
  const model = gatewayModel({
    device,
    configuration: parseCustomerGatewayConfiguration(found.CustomerGatewayConfiguration ?? ''),
    connection: vpnConnectionOf(found),
    site: { publicIP: site.publicIP, cidrs: [site.cidr] },
    vpc: { cidrs: [vpc.cidr] },
  });
  return new Map(renderGateway(device, model).files.map(({ name, content }) => [name, content]));
}
