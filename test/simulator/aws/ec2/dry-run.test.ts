// SPDX-License-Identifier: GPL-3.0-or-later
/** Every call there is, asked with `DryRun`. */
import { expect, test } from '@jest/globals';
import { customerGatewayOperations } from '../../../../src/simulator/aws/ec2/customer-gateways.ts';
import { modifyOperations } from '../../../../src/simulator/aws/ec2/modify.ts';
import { routeTableChangeOperations } from '../../../../src/simulator/aws/ec2/route-table-changes.ts';
import { routeTableOperations } from '../../../../src/simulator/aws/ec2/route-tables.ts';
import { routeOperations } from '../../../../src/simulator/aws/ec2/routes.ts';
import { staticRouteOperations } from '../../../../src/simulator/aws/ec2/static-routes.ts';
import { tagOperations } from '../../../../src/simulator/aws/ec2/tags.ts';
import { vpcChangeOperations } from '../../../../src/simulator/aws/ec2/vpc-changes.ts';
import { vpcOperations } from '../../../../src/simulator/aws/ec2/vpcs.ts';
import { vpnConnectionOperations } from '../../../../src/simulator/aws/ec2/vpn-connections.ts';
import { vpnGatewayOperations } from '../../../../src/simulator/aws/ec2/vpn-gateways.ts';
import { accountID, seoul } from '../client.ts';
import { connected, newRegion, outsides } from './world.ts';

const operations = {
  ...vpcOperations,
  ...vpcChangeOperations,
  ...routeTableOperations,
  ...routeTableChangeOperations,
  ...routeOperations,
  ...vpnGatewayOperations,
  ...customerGatewayOperations,
  ...vpnConnectionOperations,
  ...staticRouteOperations,
  ...modifyOperations,
  ...tagOperations,
};

type Ids = Record<'vpc' | 'subnet' | 'rtb' | 'vgw' | 'cgw' | 'vpn' | 'outside', string>;

/** What each call needs besides; a look needs nothing. */
function forms(id: Ids): Record<string, Record<string, string>> {
  const type = { Type: 'ipsec.1' };
  const connection = { VpnConnectionId: id.vpn };
  const attachment = { VpnGatewayId: id.vgw, VpcId: id.vpc };
  const table = { RouteTableId: id.rtb };
  const destination = { DestinationCidrBlock: '10.10.0.0/16' };
  const tag = { 'ResourceId.1': id.vpn, 'Tag.1.Key': 'a', 'Tag.1.Value': 'b' };
  return {
    CreateVpc: { CidrBlock: '10.0.0.0/16' },
    DeleteVpc: { VpcId: id.vpc },
    CreateSubnet: { VpcId: id.vpc, CidrBlock: '172.31.9.0/24' },
    DeleteSubnet: { SubnetId: id.subnet },
    CreateRouteTable: { VpcId: id.vpc, ClientToken: 'once' },
    DeleteRouteTable: table,
    AssociateRouteTable: { ...table, SubnetId: id.subnet },
    CreateRoute: { ...table, ...destination, GatewayId: id.vgw },
    ReplaceRoute: { ...table, ...destination, GatewayId: id.vgw },
    DeleteRoute: { ...table, ...destination },
    EnableVgwRoutePropagation: { ...table, GatewayId: id.vgw },
    DisableVgwRoutePropagation: { ...table, GatewayId: id.vgw },
    CreateVpnGateway: type,
    AttachVpnGateway: attachment,
    DetachVpnGateway: attachment,
    DeleteVpnGateway: { VpnGatewayId: id.vgw },
    CreateCustomerGateway: { ...type, IpAddress: '203.0.113.11' },
    DeleteCustomerGateway: { CustomerGatewayId: id.cgw },
    CreateVpnConnection: { ...type, VpnGatewayId: id.vgw, CustomerGatewayId: id.cgw },
    DeleteVpnConnection: connection,
    CreateVpnConnectionRoute: { ...connection, ...destination },
    DeleteVpnConnectionRoute: { ...connection, ...destination },
    ModifyVpnConnection: { ...connection, CustomerGatewayId: id.cgw },
    ModifyVpnConnectionOptions: { ...connection, LocalIpv4NetworkCidr: '10.10.0.0/16' },
    ModifyVpnTunnelOptions: {
      ...connection,
      VpnTunnelOutsideIpAddress: id.outside,
      'TunnelOptions.DPDTimeoutSeconds': '40',
    },
    CreateTags: tag,
    DeleteTags: tag,
  };
}

test('DryRunOperation: no call does anything with DryRun, and each says 412.', async () => {
  const region = newRegion();
  const { root, world, account, vpc } = region;
  const { id: vpn, vgw, cgw } = await connected(region, { StaticRoutesOnly: true });
  const [outside] = await outsides(region, vpn);
  const ids = { vpc: vpc.id, subnet: vpc.subnets[0] ?? '', rtb: vpc.mainRouteTable, vgw, cgw, vpn, outside };
  const asked = forms(ids);
  const writes = Object.entries(operations).filter(([, { effect }]) => effect === 'write');
  expect(Object.keys(asked).sort()).toEqual(writes.map(([action]) => action).sort());
  const before = JSON.stringify([account.network(seoul), world.account(accountID).terminations(seoul)]);
  for (const Action of Object.keys(operations)) {
    const form = { Action, Version: '2016-11-15', DryRun: 'true', ...asked[Action] };
    const ask = { host: `ec2.${seoul}.amazonaws.com`, signedFor: seoul };
    const { status, code } = await root.query('ec2', form, ask);
    expect([Action, status, code]).toEqual([Action, 412, 'DryRunOperation']);
  }
  expect(JSON.stringify([account.network(seoul), account.terminations(seoul)])).toBe(before);
});
