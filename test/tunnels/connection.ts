// SPDX-License-Identifier: GPL-3.0-or-later
/** A connection in the simulated EC2, made through the real SDK as the second runbook does it, and what AWS then says of it. */
import * as EC2 from '@aws-sdk/client-ec2';
import { parseCustomerGatewayConfiguration } from '../../src/clouds/aws/customer-gateway-configuration.ts';
import { vpnConnectionOf } from '../../src/clouds/aws/vpn-readings.ts';
import { gatewayModel } from '../../src/kinds/site-vpn/gateway/from-aws.ts';
import { renderGateway } from '../../src/kinds/site-vpn/gateway/render.ts';
import { createAws } from '../../src/simulator/aws/index.ts';
import { realClock } from '../../src/simulator/kernel/clock.ts';
import { inProcess } from '../simulator/aws/sdk.ts';
import { site, vpc } from './network.ts';

const region = 'ap-northeast-2';

/** Time is real here, and AWS's minutes for each change are none. */
const atOnce = {
  connectionCreate: 0,
  connectionModify: 0,
  connectionDelete: 0,
  customerGatewayCreate: 0,
  customerGatewayDelete: 0,
  gatewayDelete: 0,
  attach: 0,
  detach: 0,
  staticRoute: 0,
};

/** As the runbook has it: IKEv2, AES-256, SHA2-256, group 14; the second with GCM and a curve. */
const tunnels: readonly EC2.VpnTunnelOptionsSpecification[] = [
  { encryption: 'AES256', integrity: 'SHA2-256', group: 14, TunnelInsideCidr: '169.254.40.0/30' },
  { encryption: 'AES256-GCM-16', integrity: 'SHA2-384', group: 20, TunnelInsideCidr: '169.254.40.4/30' },
].map(({ encryption, integrity, group, TunnelInsideCidr }) => ({
  TunnelInsideCidr,
  IKEVersions: [{ Value: 'ikev2' }],
  Phase1EncryptionAlgorithms: [{ Value: encryption }],
  Phase2EncryptionAlgorithms: [{ Value: encryption }],
  Phase1IntegrityAlgorithms: [{ Value: integrity }],
  Phase2IntegrityAlgorithms: [{ Value: integrity }],
  Phase1DHGroupNumbers: [{ Value: group }],
  Phase2DHGroupNumbers: [{ Value: group }],
}));

export async function makeConnection() {
  const aws = createAws({ clock: realClock(), ec2Times: atOnce });
  const account = aws.account('123456789012');
  const { accessKeyID: accessKeyId, secretAccessKey } = account.rootKey;
  const ec2 = new EC2.EC2Client({
    region,
    credentials: { accessKeyId, secretAccessKey },
    requestHandler: inProcess(aws.service) as never,
  });
  const { id: VpcId, mainRouteTable } = account.makeVpc({ region, cidr: vpc.cidr, tags: { Name: 'MY-VPC' } });
  const { VpnGateway } = await ec2.send(new EC2.CreateVpnGatewayCommand({ Type: 'ipsec.1' }));
  const VpnGatewayId = VpnGateway?.VpnGatewayId;
  await ec2.send(new EC2.AttachVpnGatewayCommand({ VpnGatewayId, VpcId }));
  await ec2.send(new EC2.EnableVgwRoutePropagationCommand({ GatewayId: VpnGatewayId, RouteTableId: mainRouteTable }));
  const { CustomerGateway } = await ec2.send(
    new EC2.CreateCustomerGatewayCommand({ Type: 'ipsec.1', IpAddress: site.publicIP, BgpAsn: 65_000 }),
  );
  const { VpnConnection } = await ec2.send(
    new EC2.CreateVpnConnectionCommand({
      Type: 'ipsec.1',
      VpnGatewayId,
      CustomerGatewayId: CustomerGateway?.CustomerGatewayId,
      Options: { StaticRoutesOnly: true, TunnelOptions: [...tunnels] },
    }),
  );
  const connectionID = VpnConnection?.VpnConnectionId ?? '';
  await ec2.send(
    new EC2.CreateVpnConnectionRouteCommand({ VpnConnectionId: connectionID, DestinationCidrBlock: site.cidr }),
  );
  return { account, region, connectionID, ec2 };
}

export type Made = Awaited<ReturnType<typeof makeConnection>>;

async function described({ ec2, connectionID }: Made): Promise<EC2.VpnConnection> {
  const { VpnConnections = [] } = await ec2.send(
    new EC2.DescribeVpnConnectionsCommand({ VpnConnectionIds: [connectionID] }),
  );
  return VpnConnections[0] ?? {};
}

/** UP or DOWN by outside address, as AWS says it. */
export async function telemetry(made: Made): Promise<Readonly<Record<string, string>>> {
  const { VgwTelemetry = [] } = await described(made);
  return Object.fromEntries(VgwTelemetry.map(({ OutsideIpAddress = '', Status = '' }) => [OutsideIpAddress, Status]));
}

/** Contents by name: what the operator gives to the person who installs the gateway, in the variant for userland ESP. */
export async function gatewayFiles(made: Made): Promise<ReadonlyMap<string, string>> {
  const found = await described(made);
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
