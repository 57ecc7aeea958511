// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * The writes to gateways and VPN connections, as data. The mark goes on in the create call: never a moment in which the thing is
 * nobody's. None of these creates has a client token; what AWS does with a second one is said at each.
 */
import type * as EC2 from '@aws-sdk/client-ec2';
import type { Tags } from '../../../core/owner-mark.ts';
import { write, type AwsRequest } from '../request.ts';
import { toTagList } from '../tags.ts';
import { specificationOf, type TunnelWish } from './tunnel-specification.ts';

const ipsec = 'ipsec.1';

function tagged(type: EC2.ResourceType, tags: Tags): { TagSpecifications: EC2.TagSpecification[] } {
  return { TagSpecifications: [{ ResourceType: type, Tags: toTagList(tags) }] };
}

/** A second one makes a second gateway. Without an ASN AWS gives 64512. */
export function createVpnGateway(amazonASN: number | undefined, tags: Tags): AwsRequest {
  return write('ec2', 'CreateVpnGateway', {
    Type: ipsec,
    ...(amazonASN === undefined ? {} : { AmazonSideAsn: amazonASN }),
    ...tagged('vpn-gateway', tags),
  } satisfies EC2.CreateVpnGatewayCommandInput);
}

export function attachVpnGateway(gateway: string, vpc: string): AwsRequest {
  return write('ec2', 'AttachVpnGateway', {
    VpnGatewayId: gateway,
    VpcId: vpc,
  } satisfies EC2.AttachVpnGatewayCommandInput);
}

export function detachVpnGateway(gateway: string, vpc: string): AwsRequest {
  return write('ec2', 'DetachVpnGateway', {
    VpnGatewayId: gateway,
    VpcId: vpc,
  } satisfies EC2.DetachVpnGatewayCommandInput);
}

export function deleteVpnGateway(gateway: string): AwsRequest {
  return write('ec2', 'DeleteVpnGateway', { VpnGatewayId: gateway } satisfies EC2.DeleteVpnGatewayCommandInput);
}

export interface NewCustomerGateway {
  readonly ip: string;
  readonly asn: number;
  /** Up to 255 characters. */
  readonly deviceName: string;
  readonly tags: Tags;
}

/** Larger ASNs have a field of their own (API reference, CreateCustomerGateway). */
const largestShortASN = 2_147_483_647;

/**
 * AWS answers with an existing gateway of the same type, address, ASN and device name, and then sets no tags: whoever gets the answer
 * looks whose it is. The device name is what makes it one's own.
 */
export function createCustomerGateway({ ip, asn, deviceName, tags }: NewCustomerGateway): AwsRequest {
  return write('ec2', 'CreateCustomerGateway', {
    Type: ipsec,
    IpAddress: ip,
    ...(asn > largestShortASN ? { BgpAsnExtended: asn } : { BgpAsn: asn }),
    DeviceName: deviceName,
    ...tagged('customer-gateway', tags),
  } satisfies EC2.CreateCustomerGatewayCommandInput);
}

export function deleteCustomerGateway(id: string): AwsRequest {
  return write('ec2', 'DeleteCustomerGateway', {
    CustomerGatewayId: id,
  } satisfies EC2.DeleteCustomerGatewayCommandInput);
}

export interface NewConnection {
  readonly customerGateway: string;
  readonly gateway: string;
  readonly staticRoutesOnly: boolean;
  /** The site's side. */
  readonly localCIDR: string;
  /** AWS's side. */
  readonly remoteCIDR: string;
  readonly tunnels: readonly [TunnelWish, TunnelWish];
  readonly tags: Tags;
}

/** AWS answers with the existing connection of the same two gateways, if there is one, unchanged: whoever gets the answer looks whose it is. */
export function createVpnConnection(wish: NewConnection): AwsRequest {
  return write('ec2', 'CreateVpnConnection', {
    Type: ipsec,
    CustomerGatewayId: wish.customerGateway,
    VpnGatewayId: wish.gateway,
    Options: {
      StaticRoutesOnly: wish.staticRoutesOnly,
      LocalIpv4NetworkCidr: wish.localCIDR,
      RemoteIpv4NetworkCidr: wish.remoteCIDR,
      TunnelInsideIpVersion: 'ipv4',
      TunnelOptions: wish.tunnels.map(specificationOf),
    },
    ...tagged('vpn-connection', wish.tags),
  } satisfies EC2.CreateVpnConnectionCommandInput);
}

export function deleteVpnConnection(id: string): AwsRequest {
  return write('ec2', 'DeleteVpnConnection', { VpnConnectionId: id } satisfies EC2.DeleteVpnConnectionCommandInput);
}

/** Keeps the connection and its tunnels' addresses; both tunnels go down for it. */
export function changeCustomerGateway(id: string, customerGateway: string): AwsRequest {
  return write('ec2', 'ModifyVpnConnection', {
    VpnConnectionId: id,
    CustomerGatewayId: customerGateway,
  } satisfies EC2.ModifyVpnConnectionCommandInput);
}

export interface TrafficSelector {
  readonly localCIDR: string;
  readonly remoteCIDR: string;
}

/** Both tunnels go down for it. */
export function changeTrafficSelector(id: string, { localCIDR, remoteCIDR }: TrafficSelector): AwsRequest {
  return write('ec2', 'ModifyVpnConnectionOptions', {
    VpnConnectionId: id,
    LocalIpv4NetworkCidr: localCIDR,
    RemoteIpv4NetworkCidr: remoteCIDR,
  } satisfies EC2.ModifyVpnConnectionOptionsCommandInput);
}

/** One tunnel, named by its outside address, goes down for it; options that the wish does not name stay as they are. */
export function modifyTunnel(id: string, outsideIP: string, wish: TunnelWish): AwsRequest {
  return write('ec2', 'ModifyVpnTunnelOptions', {
    VpnConnectionId: id,
    VpnTunnelOutsideIpAddress: outsideIP,
    TunnelOptions: specificationOf(wish),
  } satisfies EC2.ModifyVpnTunnelOptionsCommandInput);
}

/** From the gateway to a prefix of the site; of connections with static routing only. */
export function createStaticRoute(id: string, cidr: string): AwsRequest {
  return write('ec2', 'CreateVpnConnectionRoute', {
    VpnConnectionId: id,
    DestinationCidrBlock: cidr,
  } satisfies EC2.CreateVpnConnectionRouteCommandInput);
}

export function deleteStaticRoute(id: string, cidr: string): AwsRequest {
  return write('ec2', 'DeleteVpnConnectionRoute', {
    VpnConnectionId: id,
    DestinationCidrBlock: cidr,
  } satisfies EC2.DeleteVpnConnectionRouteCommandInput);
}

/** On any of gateways, connections and customer gateways: for adoption and for tags of the user's own. */
export function tagResource(id: string, tags: Tags): AwsRequest {
  return write('ec2', 'CreateTags', { Resources: [id], Tags: toTagList(tags) } satisfies EC2.CreateTagsCommandInput);
}

/** Whatever their values are. */
export function untagResource(id: string, keys: readonly string[]): AwsRequest {
  return write('ec2', 'DeleteTags', {
    Resources: [id],
    Tags: [...keys].sort().map((Key) => ({ Key })),
  } satisfies EC2.DeleteTagsCommandInput);
}
