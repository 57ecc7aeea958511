// SPDX-License-Identifier: GPL-3.0-or-later
/** Every state follows the one before it after its own time, not a millisecond earlier. */
import {
  AttachVpnGatewayCommand,
  CreateCustomerGatewayCommand,
  CreateVpnConnectionCommand,
  CreateVpnConnectionRouteCommand,
  CreateVpnGatewayCommand,
  DeleteCustomerGatewayCommand,
  DeleteVpnConnectionCommand,
  DeleteVpnConnectionRouteCommand,
  DeleteVpnGatewayCommand,
  DescribeCustomerGatewaysCommand,
  DescribeVpnGatewaysCommand,
  DetachVpnGatewayCommand,
  ModifyVpnConnectionOptionsCommand,
} from '@aws-sdk/client-ec2';
import { expect, test } from '@jest/globals';
import { ec2Times, type Ec2Times } from '../../../../src/simulator/aws/ec2/times.ts';
import { connected, connection, customerGateway, gateways, minute, newRegion, type Region } from './world.ts';

const type = { Type: 'ipsec.1' } as const;
const destination = { DestinationCidrBlock: '10.10.0.0/16' };

const gateway = async ({ ec2 }: Region, id: string) =>
  (await ec2.send(new DescribeVpnGatewaysCommand({ VpnGatewayIds: [id] }))).VpnGateways?.[0];
const customer = async ({ ec2 }: Region, id: string) =>
  (await ec2.send(new DescribeCustomerGatewaysCommand({ CustomerGatewayIds: [id] }))).CustomerGateways?.[0];

/** Starts it, and gives the look at its state. */
type Start = (region: Region) => Promise<() => Promise<string | undefined>>;

const rows: readonly [time: keyof Ec2Times, from: string, to: string, start: Start][] = [
  [
    'customerGatewayCreate',
    'pending',
    'available',
    async (region) => {
      const id = await customerGateway(region, '203.0.113.10');
      return async () => (await customer(region, id))?.State;
    },
  ],
  [
    'customerGatewayDelete',
    'deleting',
    'deleted',
    async (region) => {
      const made = new CreateCustomerGatewayCommand({ ...type, IpAddress: '203.0.113.10' });
      const { CustomerGateway } = await region.ec2.send(made);
      await region.clock.advance(minute);
      const id = CustomerGateway?.CustomerGatewayId ?? '';
      await region.ec2.send(new DeleteCustomerGatewayCommand({ CustomerGatewayId: id }));
      return async () => (await customer(region, id))?.State;
    },
  ],
  [
    'gatewayDelete',
    'deleting',
    'deleted',
    async (region) => {
      const { VpnGateway } = await region.ec2.send(new CreateVpnGatewayCommand(type));
      const id = VpnGateway?.VpnGatewayId ?? '';
      await region.ec2.send(new DeleteVpnGatewayCommand({ VpnGatewayId: id }));
      return async () => (await gateway(region, id))?.State;
    },
  ],
  [
    'attach',
    'attaching',
    'attached',
    async (region) => {
      const { VpnGateway } = await region.ec2.send(new CreateVpnGatewayCommand(type));
      const id = VpnGateway?.VpnGatewayId ?? '';
      await region.ec2.send(new AttachVpnGatewayCommand({ VpnGatewayId: id, VpcId: region.vpc.id }));
      return async () => (await gateway(region, id))?.VpcAttachments?.[0]?.State;
    },
  ],
  [
    'detach',
    'detaching',
    'detached',
    async (region) => {
      const { vgw } = await gateways(region);
      await region.ec2.send(new DetachVpnGatewayCommand({ VpnGatewayId: vgw, VpcId: region.vpc.id }));
      return async () => (await gateway(region, vgw))?.VpcAttachments?.[0]?.State;
    },
  ],
  [
    'connectionCreate',
    'pending',
    'available',
    async (region) => {
      const { vgw, cgw } = await gateways(region);
      const create = new CreateVpnConnectionCommand({ ...type, VpnGatewayId: vgw, CustomerGatewayId: cgw });
      const { VpnConnection } = await region.ec2.send(create);
      return async () => (await connection(region, VpnConnection?.VpnConnectionId ?? '')).State;
    },
  ],
  [
    'connectionModify',
    'modifying',
    'available',
    async (region) => {
      const { id } = await connected(region);
      const wish = { VpnConnectionId: id, LocalIpv4NetworkCidr: '10.10.0.0/16' };
      await region.ec2.send(new ModifyVpnConnectionOptionsCommand(wish));
      return async () => (await connection(region, id)).State;
    },
  ],
  [
    'connectionDelete',
    'deleting',
    'deleted',
    async (region) => {
      const { id } = await connected(region);
      await region.ec2.send(new DeleteVpnConnectionCommand({ VpnConnectionId: id }));
      return async () => (await connection(region, id)).State;
    },
  ],
  [
    'staticRoute',
    'pending',
    'available',
    async (region) => {
      const { id } = await connected(region, { StaticRoutesOnly: true });
      await region.ec2.send(new CreateVpnConnectionRouteCommand({ VpnConnectionId: id, ...destination }));
      return async () => (await connection(region, id)).Routes?.[0]?.State;
    },
  ],
  [
    'staticRoute',
    'deleting',
    'gone',
    async (region) => {
      const { id } = await connected(region, { StaticRoutesOnly: true });
      await region.ec2.send(new CreateVpnConnectionRouteCommand({ VpnConnectionId: id, ...destination }));
      await region.clock.advance(minute);
      await region.ec2.send(new DeleteVpnConnectionRouteCommand({ VpnConnectionId: id, ...destination }));
      return async () => (await connection(region, id)).Routes?.[0]?.State ?? 'gone';
    },
  ],
  [
    'deletedShows',
    'deleted',
    'gone',
    async (region) => {
      const { id } = await connected(region);
      await region.ec2.send(new DeleteVpnConnectionCommand({ VpnConnectionId: id }));
      await region.clock.advance(ec2Times.connectionDelete);
      return () =>
        connection(region, id).then(
          ({ State }) => State,
          ({ name }: Error) => (name === 'InvalidVpnConnectionID.NotFound' ? 'gone' : name),
        );
    },
  ],
];

test.each(rows)('%s: from %s to %s.', async (time, from, to, start) => {
  const region = newRegion();
  const look = await start(region);
  expect(await look()).toBe(from);
  await region.clock.advance(ec2Times[time] - 1);
  expect(await look()).toBe(from);
  await region.clock.advance(1);
  expect(await look()).toBe(to);
});
