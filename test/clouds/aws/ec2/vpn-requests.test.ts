// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { load, makeClient } from '../../../../src/clouds/aws/clients.ts';
import { parametersOf, type AwsRequest } from '../../../../src/clouds/aws/request.ts';
import * as route from '../../../../src/clouds/aws/ec2/route-requests.ts';
import type { TunnelWish } from '../../../../src/clouds/aws/ec2/tunnel-specification.ts';
import * as vpn from '../../../../src/clouds/aws/ec2/vpn-requests.ts';
import { awsDefaults } from '../../../../src/clouds/aws/ec2/vpn.ts';

const tags = { Name: 'office', 'hybridcloud.dev/owner': 'u1' };
const tagList = [
  { Key: 'Name', Value: 'office' },
  { Key: 'hybridcloud.dev/owner', Value: 'u1' },
];
const presharedKey = 'Zq9_never.shown_anywhere';
const at = { table: 'rtb-1', cidr: '192.168.0.0/20', gateway: 'vgw-1' };

const first: TunnelWish = { ...awsDefaults, insideCIDR: '169.254.40.0/30', presharedKey };
const second: TunnelWish = {
  phase1: { encryption: ['AES256'] },
  phase2: { dhGroups: [14, 20] },
  ikeVersions: ['ikev2'],
};

const connection = vpn.createVpnConnection({
  customerGateway: 'cgw-1',
  gateway: 'vgw-1',
  staticRoutesOnly: true,
  localCIDR: '192.168.0.0/20',
  remoteCIDR: '10.26.0.0/16',
  tunnels: [first, second],
  tags,
});
const customerGateway = { ip: '123.142.252.25', asn: 65000, deviceName: 'u1', tags };

const requests: readonly [AwsRequest, string, object][] = [
  [
    vpn.createVpnGateway(64512, tags),
    'CreateVpnGateway',
    {
      Type: 'ipsec.1',
      AmazonSideAsn: 64512,
      TagSpecifications: [{ ResourceType: 'vpn-gateway', Tags: tagList }],
    },
  ],
  [vpn.attachVpnGateway('vgw-1', 'vpc-1'), 'AttachVpnGateway', { VpnGatewayId: 'vgw-1', VpcId: 'vpc-1' }],
  [vpn.detachVpnGateway('vgw-1', 'vpc-1'), 'DetachVpnGateway', { VpnGatewayId: 'vgw-1', VpcId: 'vpc-1' }],
  [vpn.deleteVpnGateway('vgw-1'), 'DeleteVpnGateway', { VpnGatewayId: 'vgw-1' }],
  [
    vpn.createCustomerGateway(customerGateway),
    'CreateCustomerGateway',
    {
      Type: 'ipsec.1',
      IpAddress: '123.142.252.25',
      BgpAsn: 65000,
      DeviceName: 'u1',
      TagSpecifications: [{ ResourceType: 'customer-gateway', Tags: tagList }],
    },
  ],
  [vpn.deleteCustomerGateway('cgw-1'), 'DeleteCustomerGateway', { CustomerGatewayId: 'cgw-1' }],
  [vpn.deleteVpnConnection('vpn-1'), 'DeleteVpnConnection', { VpnConnectionId: 'vpn-1' }],
  [
    vpn.changeCustomerGateway('vpn-1', 'cgw-2'),
    'ModifyVpnConnection',
    { VpnConnectionId: 'vpn-1', CustomerGatewayId: 'cgw-2' },
  ],
  [
    vpn.changeTrafficSelector('vpn-1', { localCIDR: '10.0.0.0/8', remoteCIDR: '0.0.0.0/0' }),
    'ModifyVpnConnectionOptions',
    { VpnConnectionId: 'vpn-1', LocalIpv4NetworkCidr: '10.0.0.0/8', RemoteIpv4NetworkCidr: '0.0.0.0/0' },
  ],
  [
    vpn.modifyTunnel('vpn-1', '3.34.5.6', {
      startupAction: 'start',
      dpdTimeoutAction: 'restart',
      dpdTimeoutSeconds: 30,
    }),
    'ModifyVpnTunnelOptions',
    {
      VpnConnectionId: 'vpn-1',
      VpnTunnelOutsideIpAddress: '3.34.5.6',
      TunnelOptions: { StartupAction: 'start', DPDTimeoutAction: 'restart', DPDTimeoutSeconds: 30 },
    },
  ],
  [
    vpn.createStaticRoute('vpn-1', at.cidr),
    'CreateVpnConnectionRoute',
    { VpnConnectionId: 'vpn-1', DestinationCidrBlock: at.cidr },
  ],
  [
    vpn.deleteStaticRoute('vpn-1', at.cidr),
    'DeleteVpnConnectionRoute',
    { VpnConnectionId: 'vpn-1', DestinationCidrBlock: at.cidr },
  ],
  [vpn.tagResource('vgw-1', tags), 'CreateTags', { Resources: ['vgw-1'], Tags: tagList }],
  [vpn.untagResource('vgw-1', ['b', 'a']), 'DeleteTags', { Resources: ['vgw-1'], Tags: [{ Key: 'a' }, { Key: 'b' }] }],
  [
    route.enablePropagation('rtb-1', 'vgw-1'),
    'EnableVgwRoutePropagation',
    { RouteTableId: 'rtb-1', GatewayId: 'vgw-1' },
  ],
  [
    route.disablePropagation('rtb-1', 'vgw-1'),
    'DisableVgwRoutePropagation',
    { RouteTableId: 'rtb-1', GatewayId: 'vgw-1' },
  ],
  [route.createRoute(at), 'CreateRoute', { RouteTableId: 'rtb-1', DestinationCidrBlock: at.cidr, GatewayId: 'vgw-1' }],
  [
    route.replaceRoute(at),
    'ReplaceRoute',
    { RouteTableId: 'rtb-1', DestinationCidrBlock: at.cidr, GatewayId: 'vgw-1' },
  ],
  [route.deleteRoute('rtb-1', at.cidr), 'DeleteRoute', { RouteTableId: 'rtb-1', DestinationCidrBlock: at.cidr }],
];

test.each(requests.map(([request, action, input]) => ({ request, action, input })))(
  '$action is asked for with exactly what it needs',
  ({ request, action, input }) => {
    expect(request).toEqual({ service: 'ec2', action, effect: 'write', input });
  },
);

test('the SDK has every one of them', async () => {
  await load(['ec2']);
  const wire = { send: () => Promise.reject(new Error('nothing is sent')), throttled: () => undefined };
  const credentials = { accessKeyID: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'nothing is signed with it' };
  const { command } = await makeClient('ec2', { wire, region: 'ap-northeast-2', credentials });
  for (const [{ action, input }] of requests) expect(() => command(action, input)).not.toThrow();
});

test('a connection is made with both tunnels as they are wished, by the names of requests', () => {
  const algorithms = {
    encryption: awsDefaults.phase1.encryption.map((Value) => ({ Value })),
    integrity: awsDefaults.phase1.integrity.map((Value) => ({ Value })),
  };
  const groups = (of: readonly number[]) => of.map((Value) => ({ Value }));
  expect(connection.input).toEqual({
    Type: 'ipsec.1',
    CustomerGatewayId: 'cgw-1',
    VpnGatewayId: 'vgw-1',
    Options: {
      StaticRoutesOnly: true,
      LocalIpv4NetworkCidr: '192.168.0.0/20',
      RemoteIpv4NetworkCidr: '10.26.0.0/16',
      TunnelInsideIpVersion: 'ipv4',
      TunnelOptions: [
        {
          TunnelInsideCidr: '169.254.40.0/30',
          PreSharedKey: presharedKey,
          IKEVersions: [{ Value: 'ikev1' }, { Value: 'ikev2' }],
          Phase1EncryptionAlgorithms: algorithms.encryption,
          Phase1IntegrityAlgorithms: algorithms.integrity,
          Phase1DHGroupNumbers: groups(awsDefaults.phase1.dhGroups),
          Phase1LifetimeSeconds: 28_800,
          Phase2EncryptionAlgorithms: algorithms.encryption,
          Phase2IntegrityAlgorithms: algorithms.integrity,
          Phase2DHGroupNumbers: groups(awsDefaults.phase2.dhGroups),
          Phase2LifetimeSeconds: 3600,
          RekeyMarginTimeSeconds: 270,
          RekeyFuzzPercentage: 100,
          ReplayWindowSize: 1024,
          DPDTimeoutSeconds: 40,
          DPDTimeoutAction: 'clear',
          StartupAction: 'add',
        },
        {
          IKEVersions: [{ Value: 'ikev2' }],
          Phase1EncryptionAlgorithms: [{ Value: 'AES256' }],
          Phase2DHGroupNumbers: [{ Value: 14 }, { Value: 20 }],
        },
      ],
    },
    TagSpecifications: [{ ResourceType: 'vpn-connection', Tags: tagList }],
  });
});

test('a pre-shared key is in what is sent and in nothing that is shown of it', () => {
  for (const request of [connection, vpn.modifyTunnel('vpn-1', '3.34.5.6', { presharedKey })]) {
    expect(JSON.stringify(request.input)).toContain(presharedKey);
    const shown = JSON.stringify(parametersOf(request.input));
    expect(shown).not.toContain(presharedKey);
    expect(shown).toContain('[redacted]');
  }
});

test('an ASN of four bytes goes where AWS wants it', () => {
  const { input } = vpn.createCustomerGateway({ ...customerGateway, asn: 4_200_000_000 });
  expect(input).toMatchObject({ BgpAsnExtended: 4_200_000_000 });
  expect(input).not.toHaveProperty('BgpAsn');
});
