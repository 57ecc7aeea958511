// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * A second opinion on our simulated EC2: the life of a VPN, the same calls to Python's moto. What both answer alike is compared whole; every
 * difference that is known is a test of its own, named after what moto does, with AWS's side in our simulator's words and its source there.
 */
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ec2Times, type Ec2Times } from '../../src/simulator/aws/ec2/times.ts';
import { createAws } from '../../src/simulator/aws/index.ts';
import { VirtualClock } from '../../src/simulator/kernel/clock.ts';
import { accountID, seoul } from '../simulator/aws/client.ts';
import { ec2Client } from '../simulator/aws/ec2/world.ts';
import { motoVersion, startMoto } from './moto-server.ts';
import { lifeOfAVpn, type Told } from './moto-vpn-scenario.ts';

const version = motoVersion();
const where = version === undefined ? describe.skip : describe;
jest.setTimeout(60_000);

/** As moto: every state is there at once; what is deleted still shows. */
function atOnce(): Ec2Times {
  const none = Object.fromEntries(Object.keys(ec2Times).map((name) => [name, 0])) as unknown as Ec2Times;
  return { ...none, deletedShows: ec2Times.deletedShows };
}

async function askMoto(): Promise<Told> {
  const moto = await startMoto();
  const credentials = { accessKeyId: 'AKIAOPERATOR', secretAccessKey: 'the-secret-of-the-operator' };
  const client = new EC2Client({ region: seoul, endpoint: moto.url, maxAttempts: 1, credentials });
  try {
    return await lifeOfAVpn(client);
  } finally {
    client.destroy();
    await moto.stop();
  }
}

function askOurs(): Promise<Told> {
  const clock = new VirtualClock();
  const world = createAws({ clock, ec2Times: atOnce() });
  return lifeOfAVpn(ec2Client(world, clock, world.account(accountID).rootKey));
}

/** Answered alike: codes, statuses and messages of refusals, too. */
const alike: readonly string[] = [
  'DescribeVpcs',
  'DescribeVpcs by tag',
  'CreateSubnet',
  'DescribeSubnets',
  'AssociateRouteTable',
  'CreateVpnGateway',
  'AttachVpnGateway',
  'DescribeVpnGateways by VPC',
  'DescribeVpnGateways by tag',
  'CreateRoute',
  'ReplaceRoute',
  'DeleteRoute',
  'DeleteRoute again',
  'CreateTags',
  'DeleteTags',
  'DescribeRouteTables of a missing one',
  'DescribeVpnConnections of a missing one',
  'DeleteCustomerGateway of a missing one',
  'DeleteVpnConnection of a missing one',
  'CreateVpc too large',
  'CreateVpc of no block',
  'CreateSubnet elsewhere',
  'CreateSubnet overlapping',
  'DeleteVpc in use',
  'DeleteRouteTable in use',
  'DetachVpnGateway',
  'DescribeVpnGateways detached',
  'DeleteVpnConnection',
  'DeleteCustomerGateway',
  'DeleteVpnGateway',
  'DescribeVpnGateways deleted',
  'DeleteSubnet',
];

interface Difference {
  readonly moto: string;
  readonly steps: Readonly<Record<string, { readonly theirs: unknown; readonly ours: unknown }>>;
}

const holds = expect.objectContaining;
const refused = (code: string, message: unknown = expect.any(String)) => ({ code, status: 400, message });
const notImplemented = { status: 500 };
const silent = { theirs: expect.anything(), ours: expect.anything() };

/** Each step that is answered differently stands in one of them, with as much of both answers as tells it. */
const differences: readonly Difference[] = [
  {
    moto: 'a VPC is available in the very answer that made it; AWS says pending',
    steps: {
      CreateVpc: {
        theirs: { Vpc: holds({ State: 'available', VpcId: 'vpc-1', CidrBlock: '10.26.0.0/16' }) },
        ours: { Vpc: holds({ State: 'pending', VpcId: 'vpc-1', CidrBlock: '10.26.0.0/16' }) },
      },
    },
  },
  {
    moto: 'route tables know nothing of propagation',
    steps: {
      CreateRouteTable: {
        theirs: { RouteTable: expect.not.objectContaining({ PropagatingVgws: [] }) },
        ours: { RouteTable: holds({ PropagatingVgws: [] }) },
      },
      EnableVgwRoutePropagation: { theirs: notImplemented, ours: {} },
      DisableVgwRoutePropagation: { theirs: notImplemented, ours: {} },
    },
  },
  {
    moto: 'DryRun is ignored: the gateway is made',
    steps: {
      'CreateVpnGateway with DryRun': {
        theirs: { VpnGateway: holds({ VpnGatewayId: 'vgw-2', State: 'available' }) },
        ours: { code: 'DryRunOperation', status: 412, message: expect.any(String) },
      },
    },
  },
  {
    moto: 'a device’s name is dropped, and the same request makes another customer gateway',
    steps: {
      CreateCustomerGateway: {
        theirs: { CustomerGateway: expect.not.objectContaining({ DeviceName: 'uid' }) },
        ours: { CustomerGateway: holds({ DeviceName: 'uid', CustomerGatewayId: 'cgw-1' }) },
      },
      DescribeCustomerGateways: {
        theirs: { CustomerGateways: [expect.not.objectContaining({ DeviceName: 'uid' })] },
        ours: { CustomerGateways: [holds({ DeviceName: 'uid', State: 'available' })] },
      },
      'CreateCustomerGateway again': {
        theirs: { CustomerGateway: holds({ CustomerGatewayId: 'cgw-2', Tags: [] }) },
        ours: { CustomerGateway: holds({ CustomerGatewayId: 'cgw-1', Tags: [{ Key: 'owner', Value: 'me' }] }) },
      },
      'DescribeCustomerGateways deleted': {
        theirs: { CustomerGateways: [holds({ CustomerGatewayId: 'cgw-1', State: 'deleted' })] },
        ours: { CustomerGateways: [holds({ CustomerGatewayId: 'cgw-1', State: 'deleted', DeviceName: 'uid' })] },
      },
    },
  },
  {
    moto: 'a connection has no options, tunnels, telemetry or routes, and its XML is a constant',
    steps: Object.fromEntries(
      ['DescribeVpnConnections', 'DescribeVpnConnections by tag'].map((step) => [
        step,
        {
          theirs: {
            // the same call made two by then
            VpnConnections: expect.arrayContaining([
              holds({ CustomerGatewayConfiguration: expect.stringContaining('<ip_address>12.1.2.3</ip_address>') }),
              expect.not.objectContaining({ Options: expect.anything(), VgwTelemetry: expect.anything() }),
            ]),
          },
          ours: {
            VpnConnections: [
              holds({
                CustomerGatewayConfiguration: expect.stringContaining('<ip_address>123.142.252.25</ip_address>'),
                Options: holds({ StaticRoutesOnly: true }),
                VgwTelemetry: [holds({ Status: 'DOWN' }), holds({ Status: 'DOWN' })],
              }),
            ],
          },
        },
      ]),
    ),
  },
  {
    moto: 'two connections are made between the same two gateways',
    steps: {
      CreateVpnConnection: {
        theirs: { VpnConnection: holds({ VpnConnectionId: 'vpn-1', State: 'available' }) },
        ours: { VpnConnection: holds({ VpnConnectionId: 'vpn-1', Category: 'VPN', Routes: [] }) },
      },
      'CreateVpnConnection again': {
        theirs: { VpnConnection: holds({ VpnConnectionId: 'vpn-2' }) },
        ours: { VpnConnection: holds({ VpnConnectionId: 'vpn-1' }) },
      },
    },
  },
  {
    moto: 'static routes of a connection are not there',
    steps: { CreateVpnConnectionRoute: { theirs: notImplemented, ours: {} } },
  },
  {
    moto: 'what lies in the VPC is routed to a gateway',
    steps: {
      'CreateRoute into the VPC': { theirs: { Return: true }, ours: refused('InvalidParameterValue') },
      DescribeRouteTables: {
        theirs: { RouteTables: [holds({ Routes: expect.arrayContaining([holds({ GatewayId: 'vgw-1' })]) })] },
        ours: { RouteTables: [holds({ Routes: [holds({ GatewayId: 'local' }), holds({ GatewayId: 'vgw-1' })] })] },
      },
    },
  },
  {
    moto: 'gateways that are missing are an empty list',
    steps: {
      'DescribeVpnGateways of a missing one': {
        theirs: { VpnGateways: [] },
        ours: refused('InvalidVpnGatewayID.NotFound'),
      },
      'DescribeCustomerGateways of a missing one': {
        theirs: { CustomerGateways: [] },
        ours: refused('InvalidCustomerGatewayID.NotFound'),
      },
    },
  },
  {
    moto: 'a customer gateway’s address is any text',
    steps: {
      'CreateCustomerGateway of no address': {
        theirs: { CustomerGateway: holds({ IpAddress: '999.1.1.1' }) },
        ours: refused('InvalidParameterValue'),
      },
    },
  },
  {
    moto: 'a gateway is detached twice',
    steps: { 'DetachVpnGateway again': { theirs: {}, ours: refused('InvalidVpnGatewayAttachment.NotFound') } },
  },
  {
    moto: 'a customer gateway that is in use is deleted',
    steps: {
      'DeleteCustomerGateway in use': {
        theirs: {},
        ours: refused('IncorrectState', 'The customer gateway is in use.'),
      },
      // their ids count on from all that was made more
      'CreateCustomerGateway, a second': silent,
      'CreateVpnConnection, a second': silent,
    },
  },
  {
    moto: 'a deleted connection keeps its XML, and so its keys',
    steps: {
      'DescribeVpnConnections deleted': {
        theirs: { VpnConnections: [holds({ State: 'deleted', CustomerGatewayConfiguration: expect.any(String) })] },
        ours: {
          VpnConnections: [expect.not.objectContaining({ CustomerGatewayConfiguration: expect.any(String) })],
        },
      },
    },
  },
  {
    moto: 'a deleted subnet stays associated, so that neither its table nor the VPC goes',
    steps: {
      DeleteRouteTable: { theirs: refused('DependencyViolation'), ours: {} },
      DeleteVpc: { theirs: refused('DependencyViolation'), ours: {} },
    },
  },
  {
    moto: 'some refusals have words of its own',
    steps: Object.fromEntries(
      [
        ['CreateRoute again', 'RouteAlreadyExists'],
        ['DescribeVpcs of a missing one', 'InvalidVpcID.NotFound'],
        ['AttachVpnGateway of a missing one', 'InvalidVpnGatewayID.NotFound'],
        ['DeleteVpnGateway of a missing one', 'InvalidVpnGatewayID.NotFound'],
      ].map(([step = '', code = '']) => [step, { theirs: refused(code), ours: refused(code) }]),
    ),
  },
];

where(version === undefined ? "skipped: Python's moto is not installed" : `Against moto ${version}`, () => {
  let theirs: Told;
  let ours: Told;

  beforeAll(async () => {
    [theirs, ours] = await Promise.all([askMoto(), askOurs()]);
  });

  test.each(alike)('the same answer: %s.', (step) => {
    expect(theirs[step]).toBeDefined();
    expect(ours[step]).toEqual(theirs[step]);
  });

  test.each(differences)('moto differs from AWS: $moto.', ({ steps }) => {
    for (const [step, told] of Object.entries(steps)) {
      expect({ [step]: theirs[step] }).toEqual({ [step]: told.theirs });
      expect({ [step]: ours[step] }).toEqual({ [step]: told.ours });
      expect({ [step]: ours[step] }).not.toEqual({ [step]: theirs[step] });
    }
  });

  test('no step is left out.', () => {
    const known = [...alike, ...differences.flatMap(({ steps }) => Object.keys(steps))];
    expect(Object.keys(ours).sort()).toEqual(known.sort());
    expect(Object.keys(theirs).sort()).toEqual(Object.keys(ours).sort());
  });
});
