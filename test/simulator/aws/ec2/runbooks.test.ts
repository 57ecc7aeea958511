// SPDX-License-Identifier: GPL-3.0-or-later
/** What a demonstration finds in its account, and that `simulate` serves and keeps it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateCustomerGatewayCommand,
  CreateVpcCommand,
  CreateVpnConnectionCommand,
  CreateVpnGatewayCommand,
  DescribeRouteTablesCommand,
  DescribeVpcsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { expect, test } from '@jest/globals';
import { simulatedAccount, simulatedWorlds, type SimulatedWorlds } from '../../../../src/cli/simulated-worlds.ts';
import { runbookIDs, seedRunbooks } from '../../../../src/simulator/aws/ec2/runbooks.ts';
import { quickEc2Times } from '../../../../src/simulator/aws/ec2/times.ts';
import { createAws } from '../../../../src/simulator/aws/index.ts';
import { VirtualClock } from '../../../../src/simulator/kernel/clock.ts';
import { accountID, seoul } from '../client.ts';
import { connection, ec2Client } from './world.ts';

test('The runbooks’ account has MY-VPC with its two named route tables, and a default VPC; ids never change.', async () => {
  const clock = new VirtualClock();
  const world = createAws({ clock, seed: 99 });
  const account = world.account(accountID);
  const made = seedRunbooks(account, { region: seoul });
  const ec2 = ec2Client(world, clock, account.rootKey);
  const byName = (Name: string) => [{ Name: 'tag:Name', Values: [Name] }];
  const { Vpcs } = await ec2.send(new DescribeVpcsCommand({ Filters: byName('MY-VPC') }));
  expect(Vpcs).toMatchObject([{ VpcId: runbookIDs.mine, CidrBlock: '10.26.0.0/16', IsDefault: false }]);
  const { RouteTables } = await ec2.send(new DescribeRouteTablesCommand({ Filters: byName('MY-*-SUBNET-RTB') }));
  expect(RouteTables?.map(({ RouteTableId }) => RouteTableId).sort()).toEqual([...made.mine.routeTables].sort());
  expect(RouteTables).toMatchObject([
    { RouteTableId: runbookIDs.publicTable, Associations: [{ Main: false }, { Main: false }] },
    { RouteTableId: runbookIDs.privateTable, Associations: [{ Main: false }, { Main: false }] },
  ]);
  const { Vpcs: defaults } = await ec2.send(
    new DescribeVpcsCommand({ Filters: [{ Name: 'is-default', Values: ['true'] }] }),
  );
  expect(defaults).toMatchObject([{ VpcId: runbookIDs.default, CidrBlock: '172.31.0.0/16' }]);
});

test('The site of the runbook dials by itself: with quick times both tunnels are up within five seconds.', async () => {
  const clock = new VirtualClock();
  const world = createAws({ clock, ec2Times: quickEc2Times });
  const account = world.account(accountID);
  seedRunbooks(account, { region: seoul });
  const ec2 = ec2Client(world, clock, account.rootKey);
  const type = { Type: 'ipsec.1' } as const;
  const { VpnGateway } = await ec2.send(new CreateVpnGatewayCommand(type));
  const site = new CreateCustomerGatewayCommand({ ...type, IpAddress: '123.142.252.25' });
  const { CustomerGateway } = await ec2.send(site);
  await clock.advance(1000);
  const { VpnConnection } = await ec2.send(
    new CreateVpnConnectionCommand({
      ...type,
      CustomerGatewayId: CustomerGateway?.CustomerGatewayId,
      VpnGatewayId: VpnGateway?.VpnGatewayId,
      Options: { StaticRoutesOnly: true },
    }),
  );
  await clock.advance(4000);
  const { VgwTelemetry } = await connection({ ec2 }, VpnConnection?.VpnConnectionId ?? '');
  expect(VgwTelemetry?.map(({ Status }) => Status)).toEqual(['UP', 'UP']);
});

function clientOf({ env }: SimulatedWorlds): EC2Client {
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } = env;
  return new EC2Client({
    region: env['AWS_REGION'] ?? '',
    endpoint: env['AWS_ENDPOINT_URL'] ?? '',
    credentials: { accessKeyId, secretAccessKey },
  });
}

test('EC2 answers on the endpoint of `simulate`, and its state file keeps what is in it.', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ec2-state-'));
  const state = join(folder, 'worlds.json');
  const first = await simulatedWorlds({ state });
  const ec2 = clientOf(first);
  const type = { Type: 'ipsec.1' } as const;
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.26.0.0/16' }));
  const { VpnGateway } = await ec2.send(new CreateVpnGatewayCommand(type));
  await ec2.send(new CreateCustomerGatewayCommand({ ...type, IpAddress: '203.0.113.10' }));
  const account = first.aws.account(simulatedAccount);
  account.makeDevice({ region: seoul, ip: '203.0.113.10' });
  ec2.destroy();
  await first.close();
  const again = await simulatedWorlds({ state });
  try {
    const kept = clientOf(again);
    const { Vpcs } = await kept.send(new DescribeVpcsCommand({ VpcIds: [Vpc?.VpcId ?? ''] }));
    expect(Vpcs).toMatchObject([{ CidrBlock: '10.26.0.0/16' }]);
    const { vpnGateways, customerGateways } = again.aws.account(simulatedAccount).network(seoul);
    expect(vpnGateways).toMatchObject([{ id: VpnGateway?.VpnGatewayId }]);
    expect(customerGateways).toMatchObject([{ ip: '203.0.113.10' }]);
    kept.destroy();
  } finally {
    await again.close();
    await rm(folder, { recursive: true });
  }
});
