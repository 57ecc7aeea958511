// SPDX-License-Identifier: GPL-3.0-or-later
import type * as EC2 from '@aws-sdk/client-ec2';
import { expect, test } from '@jest/globals';
import { awsDefaults } from '../../../../src/clouds/aws/ec2/vpn.ts';
import {
  customerGatewayOf,
  routeTableOf,
  vpcOf,
  vpnConnectionOf,
  vpnGatewayOf,
} from '../../../../src/clouds/aws/ec2/vpn-readings.ts';

const presharedKey = 'Zq9_never.shown_anywhere';

/** As DescribeVpnConnections answers for a connection whose second tunnel got options of its own. */
const found: EC2.VpnConnection = {
  VpnConnectionId: 'vpn-0a1',
  State: 'available',
  Category: 'VPN',
  Type: 'ipsec.1',
  CustomerGatewayId: 'cgw-0a1',
  VpnGatewayId: 'vgw-0a1',
  CustomerGatewayConfiguration: `<vpn_connection><pre_shared_key>${presharedKey}</pre_shared_key></vpn_connection>`,
  Options: {
    EnableAcceleration: false,
    StaticRoutesOnly: true,
    LocalIpv4NetworkCidr: '192.168.0.0/20',
    RemoteIpv4NetworkCidr: '10.26.0.0/16',
    TunnelInsideIpVersion: 'ipv4',
    TunnelOptions: [
      {
        OutsideIpAddress: '52.79.100.7',
        TunnelInsideCidr: '169.254.40.4/30',
        PreSharedKey: presharedKey,
        Phase1EncryptionAlgorithms: [{ Value: 'AES256-GCM-16' }],
        Phase1DHGroupNumbers: [{ Value: 20 }],
        Phase2LifetimeSeconds: 1800,
        IkeVersions: [{ Value: 'ikev2' }],
        DpdTimeoutSeconds: 30,
        DpdTimeoutAction: 'restart',
        StartupAction: 'start',
      },
      { OutsideIpAddress: '3.34.5.6', TunnelInsideCidr: '169.254.40.0/30', PreSharedKey: presharedKey },
    ],
  },
  Routes: [
    { DestinationCidrBlock: '192.168.16.0/20', State: 'pending', Source: 'Static' },
    { DestinationCidrBlock: '192.168.8.0/24', State: 'deleted', Source: 'Static' },
    { DestinationCidrBlock: '192.168.0.0/20', State: 'available', Source: 'Static' },
  ],
  Tags: [{ Key: 'Name', Value: 'office' }],
  VgwTelemetry: [
    {
      OutsideIpAddress: '52.79.100.7',
      Status: 'UP',
      LastStatusChange: new Date('2026-01-02T03:04:05Z'),
      StatusMessage: '3 BGP ROUTES',
      AcceptedRouteCount: 3,
    },
    { OutsideIpAddress: '3.34.5.6', Status: 'DOWN', StatusMessage: 'IPSEC IS DOWN', AcceptedRouteCount: 0 },
  ],
};

test('a connection is read in our words: tunnels by address, telemetry joined to options, deleted routes left out', () => {
  const connection = vpnConnectionOf(found);
  expect(connection).toMatchObject({
    id: 'vpn-0a1',
    state: 'available',
    customerGateway: 'cgw-0a1',
    gateway: 'vgw-0a1',
    staticRoutesOnly: true,
    localCIDR: '192.168.0.0/20',
    remoteCIDR: '10.26.0.0/16',
    routes: [
      { cidr: '192.168.0.0/20', state: 'available' },
      { cidr: '192.168.16.0/20', state: 'pending' },
    ],
    tags: { Name: 'office' },
  });
  expect(
    connection.tunnels.map(({ outsideIP, insideCIDR, telemetry }) => ({ outsideIP, insideCIDR, telemetry })),
  ).toEqual([
    {
      outsideIP: '3.34.5.6',
      insideCIDR: '169.254.40.0/30',
      telemetry: { status: 'DOWN', message: 'IPSEC IS DOWN', acceptedRoutes: 0 },
    },
    {
      outsideIP: '52.79.100.7',
      insideCIDR: '169.254.40.4/30',
      telemetry: {
        status: 'UP',
        since: Date.parse('2026-01-02T03:04:05Z'),
        message: '3 BGP ROUTES',
        acceptedRoutes: 3,
      },
    },
  ]);
});

test("an option that AWS does not name has AWS's default, and one that it names has no other value", () => {
  const [untouched, chosen] = vpnConnectionOf(found).tunnels;
  expect(untouched?.options).toEqual(awsDefaults);
  expect(chosen?.options).toEqual({
    ...awsDefaults,
    ikeVersions: ['ikev2'],
    phase1: { ...awsDefaults.phase1, encryption: ['AES256-GCM-16'], dhGroups: [20] },
    phase2: { ...awsDefaults.phase2, lifetimeSeconds: 1800 },
    dpdTimeoutSeconds: 30,
    dpdTimeoutAction: 'restart',
    startupAction: 'start',
  });
});

test('neither pre-shared keys nor the customer gateway configuration are in what is read', () => {
  expect(JSON.stringify(found)).toContain(presharedKey);
  expect(JSON.stringify(vpnConnectionOf(found))).not.toContain(presharedKey);
});

test('tunnels stand in the order of their addresses whatever the order of the reply, as numbers and not as text', () => {
  const turned = {
    ...found,
    Options: { ...found.Options, TunnelOptions: [...(found.Options?.TunnelOptions ?? [])].reverse() },
    VgwTelemetry: [...(found.VgwTelemetry ?? [])].reverse(),
  };
  expect(vpnConnectionOf(turned)).toEqual(vpnConnectionOf(found));
  const telemetry = ['13.9.0.1', '13.124.0.1'].map((OutsideIpAddress) => ({ OutsideIpAddress }));
  const tunnels = vpnConnectionOf({ VgwTelemetry: telemetry }).tunnels;
  expect(tunnels.map(({ outsideIP }) => outsideIP)).toEqual(['13.9.0.1', '13.124.0.1']);
});

test('a connection made a moment ago has no tunnels yet, and what AWS leaves out is not invented', () => {
  const made: EC2.VpnConnection = {
    VpnConnectionId: 'vpn-0b2',
    State: 'pending',
    CustomerGatewayId: 'cgw-0a1',
    Options: { TunnelOptions: [{}, {}] },
  };
  expect(vpnConnectionOf(made)).toEqual({
    id: 'vpn-0b2',
    state: 'pending',
    customerGateway: 'cgw-0a1',
    staticRoutesOnly: false,
    localCIDR: '0.0.0.0/0',
    remoteCIDR: '0.0.0.0/0',
    routes: [],
    tunnels: [],
    tags: {},
  });
});

test('a VPC has the blocks that are in use, the primary one first', () => {
  const blocks = [
    { CidrBlock: '10.27.0.0/16', CidrBlockState: { State: 'associated' as const } },
    { CidrBlock: '10.26.0.0/16', CidrBlockState: { State: 'associated' as const } },
    { CidrBlock: '10.99.0.0/16', CidrBlockState: { State: 'disassociated' as const } },
  ];
  expect(
    vpcOf({
      VpcId: 'vpc-0a1',
      OwnerId: '123456789012',
      State: 'available',
      CidrBlock: '10.27.0.0/16',
      CidrBlockAssociationSet: blocks,
      Tags: [{ Key: 'Name', Value: 'MY-VPC' }],
    }),
  ).toEqual({
    id: 'vpc-0a1',
    account: '123456789012',
    state: 'available',
    cidrs: ['10.27.0.0/16', '10.26.0.0/16'],
    tags: { Name: 'MY-VPC' },
  });
});

test('a route table names its routes with what they lead to, its subnets and the gateways that propagate into it', () => {
  expect(
    routeTableOf({
      RouteTableId: 'rtb-0a1',
      VpcId: 'vpc-0a1',
      Associations: [
        { Main: true, AssociationState: { State: 'associated' } },
        { Main: false, SubnetId: 'subnet-2', AssociationState: { State: 'associated' } },
        { Main: false, SubnetId: 'subnet-1', AssociationState: { State: 'associated' } },
        { Main: false, SubnetId: 'subnet-0', AssociationState: { State: 'disassociated' } },
      ],
      PropagatingVgws: [{ GatewayId: 'vgw-2' }, { GatewayId: 'vgw-1' }],
      Routes: [
        { DestinationCidrBlock: '10.26.0.0/16', GatewayId: 'local', Origin: 'CreateRouteTable', State: 'active' },
        { DestinationIpv6CidrBlock: '::/0', EgressOnlyInternetGatewayId: 'eigw-1', Origin: 'CreateRoute' },
        { DestinationPrefixListId: 'pl-1', NatGatewayId: 'nat-1', Origin: 'CreateRoute', State: 'blackhole' },
      ],
    }),
  ).toEqual({
    id: 'rtb-0a1',
    vpc: 'vpc-0a1',
    main: true,
    subnets: ['subnet-1', 'subnet-2'],
    propagating: ['vgw-1', 'vgw-2'],
    routes: [
      { destination: '10.26.0.0/16', target: 'local', origin: 'CreateRouteTable', state: 'active' },
      { destination: '::/0', target: 'eigw-1', origin: 'CreateRoute', state: '' },
      { destination: 'pl-1', target: 'nat-1', origin: 'CreateRoute', state: 'blackhole' },
    ],
    tags: {},
  });
});

test('a virtual private gateway shows no attachment that is over, and a large ASN is read where AWS puts it', () => {
  expect(
    vpnGatewayOf({
      VpnGatewayId: 'vgw-0a1',
      State: 'available',
      AmazonSideAsn: 64512,
      VpcAttachments: [
        { VpcId: 'vpc-old', State: 'detached' },
        { VpcId: 'vpc-0a1', State: 'attaching' },
      ],
    }),
  ).toEqual({
    id: 'vgw-0a1',
    state: 'available',
    amazonASN: 64512,
    attachments: [{ vpc: 'vpc-0a1', state: 'attaching' }],
    tags: {},
  });
  const gateway = { CustomerGatewayId: 'cgw-0a1', State: 'available', Type: 'ipsec.1', IpAddress: '123.142.252.25' };
  expect(customerGatewayOf({ ...gateway, BgpAsn: '65000', DeviceName: 'one' })).toEqual({
    id: 'cgw-0a1',
    state: 'available',
    ip: '123.142.252.25',
    asn: 65000,
    deviceName: 'one',
    tags: {},
  });
  expect(customerGatewayOf({ ...gateway, BgpAsnExtended: '4200000000' }).asn).toBe(4_200_000_000);
});
