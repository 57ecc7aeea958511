// SPDX-License-Identifier: GPL-3.0-or-later
/** From EC2's replies to our words. What is secret in a reply ends here: no function copies what it does not name. */
import type * as EC2 from '@aws-sdk/client-ec2';
import { fromTagList } from '../tags.ts';
import {
  awsDefaults,
  type Attachment,
  type CustomerGateway,
  type Phase,
  type Route,
  type RouteTable,
  type Tunnel,
  type TunnelOptions,
  type Vpc,
  type VpnConnection,
  type VpnGateway,
  type VpnState,
} from './vpn.ts';

export function vpcOf(found: EC2.Vpc): Vpc {
  const primary = found.CidrBlock;
  const blocks = (found.CidrBlockAssociationSet ?? [])
    .filter(({ CidrBlockState }) => CidrBlockState?.State === 'associated' || CidrBlockState?.State === 'associating')
    .flatMap(({ CidrBlock }) => CidrBlock ?? []);
  return {
    id: found.VpcId ?? '',
    account: found.OwnerId ?? '',
    state: found.State ?? '',
    cidrs: [...new Set([...(primary === undefined ? [] : [primary]), ...blocks.sort()])],
    tags: fromTagList(found.Tags),
  };
}

function targetOf(route: EC2.Route): string | undefined {
  return (
    route.GatewayId ??
    route.NatGatewayId ??
    route.TransitGatewayId ??
    route.VpcPeeringConnectionId ??
    route.NetworkInterfaceId ??
    route.InstanceId ??
    route.EgressOnlyInternetGatewayId ??
    route.LocalGatewayId ??
    route.CarrierGatewayId ??
    route.CoreNetworkArn ??
    route.OdbNetworkArn
  );
}

function routeOf(route: EC2.Route): Route {
  const target = targetOf(route);
  return {
    destination: route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock ?? route.DestinationPrefixListId ?? '',
    ...(target === undefined ? {} : { target }),
    origin: route.Origin ?? '',
    state: route.State ?? '',
  };
}

export function routeTableOf(found: EC2.RouteTable): RouteTable {
  const associations = (found.Associations ?? []).filter(
    ({ AssociationState }) => AssociationState?.State !== 'disassociated' && AssociationState?.State !== 'failed',
  );
  return {
    id: found.RouteTableId ?? '',
    vpc: found.VpcId ?? '',
    main: associations.some(({ Main }) => Main),
    subnets: associations.flatMap(({ SubnetId }) => SubnetId ?? []).sort(),
    routes: (found.Routes ?? []).map(routeOf),
    propagating: (found.PropagatingVgws ?? []).flatMap(({ GatewayId }) => GatewayId ?? []).sort(),
    tags: fromTagList(found.Tags),
  };
}

/** Where a reply to a create has no state yet, it is pending. */
const stateOf = (state: string | undefined): VpnState => (state ?? 'pending') as VpnState;

function attachmentOf({ VpcId = '', State = 'attaching' }: EC2.VpcAttachment): Attachment {
  return { vpc: VpcId, state: State };
}

export function vpnGatewayOf(found: EC2.VpnGateway): VpnGateway {
  return {
    id: found.VpnGatewayId ?? '',
    state: stateOf(found.State),
    amazonASN: found.AmazonSideAsn ?? 0,
    attachments: (found.VpcAttachments ?? []).map(attachmentOf).filter(({ state }) => state !== 'detached'),
    tags: fromTagList(found.Tags),
  };
}

export function customerGatewayOf(found: EC2.CustomerGateway): CustomerGateway {
  return {
    id: found.CustomerGatewayId ?? '',
    state: stateOf(found.State),
    ...(found.IpAddress ? { ip: found.IpAddress } : {}),
    asn: Number(found.BgpAsnExtended ?? found.BgpAsn ?? 0),
    ...(found.DeviceName ? { deviceName: found.DeviceName } : {}),
    ...(found.CertificateArn ? { certificate: found.CertificateArn } : {}),
    tags: fromTagList(found.Tags),
  };
}

type Listed<T> = readonly { readonly Value?: T | undefined }[] | undefined;

/** An empty list is what AWS answers for one that was never set, too. */
function valuesOf<T>(list: Listed<T>, byDefault: readonly T[]): readonly T[] {
  const values = (list ?? []).flatMap(({ Value }) => (Value === undefined ? [] : [Value]));
  return values.length > 0 ? values : byDefault;
}

interface PhaseFound {
  readonly encryption: Listed<string>;
  readonly integrity: Listed<string>;
  readonly dhGroups: Listed<number>;
  readonly lifetime: number | undefined;
}

function phaseOf(found: PhaseFound, byDefault: Phase): Phase {
  return {
    encryption: valuesOf(found.encryption, byDefault.encryption),
    integrity: valuesOf(found.integrity, byDefault.integrity),
    dhGroups: valuesOf(found.dhGroups, byDefault.dhGroups),
    lifetimeSeconds: found.lifetime ?? byDefault.lifetimeSeconds,
  };
}

function optionsOf(found: EC2.TunnelOption): TunnelOptions {
  return {
    ikeVersions: valuesOf<string>(found.IkeVersions, awsDefaults.ikeVersions),
    phase1: phaseOf(
      {
        encryption: found.Phase1EncryptionAlgorithms,
        integrity: found.Phase1IntegrityAlgorithms,
        dhGroups: found.Phase1DHGroupNumbers,
        lifetime: found.Phase1LifetimeSeconds,
      },
      awsDefaults.phase1,
    ),
    phase2: phaseOf(
      {
        encryption: found.Phase2EncryptionAlgorithms,
        integrity: found.Phase2IntegrityAlgorithms,
        dhGroups: found.Phase2DHGroupNumbers,
        lifetime: found.Phase2LifetimeSeconds,
      },
      awsDefaults.phase2,
    ),
    rekeyMarginSeconds: found.RekeyMarginTimeSeconds ?? awsDefaults.rekeyMarginSeconds,
    rekeyFuzzPercent: found.RekeyFuzzPercentage ?? awsDefaults.rekeyFuzzPercent,
    replayWindowPackets: found.ReplayWindowSize ?? awsDefaults.replayWindowPackets,
    dpdTimeoutSeconds: found.DpdTimeoutSeconds ?? awsDefaults.dpdTimeoutSeconds,
    dpdTimeoutAction: found.DpdTimeoutAction ?? awsDefaults.dpdTimeoutAction,
    startupAction: found.StartupAction ?? awsDefaults.startupAction,
  };
}

function tunnelOf(outsideIP: string, found: EC2.TunnelOption, seen: EC2.VgwTelemetry): Tunnel {
  const since = seen.LastStatusChange?.getTime();
  return {
    outsideIP,
    ...(found.TunnelInsideCidr ? { insideCIDR: found.TunnelInsideCidr } : {}),
    options: optionsOf(found),
    telemetry: {
      status: seen.Status === 'UP' ? 'UP' : 'DOWN',
      ...(since === undefined ? {} : { since }),
      message: seen.StatusMessage ?? '',
      acceptedRoutes: seen.AcceptedRouteCount ?? 0,
    },
  };
}

const numeric = new Intl.Collator('en', { numeric: true });
const inOrder = (a: string, b: string) => numeric.compare(a, b);

/** An address that only one of the two lists names is a tunnel too: in the first moments there is telemetry and `TunnelOptions: [{}, {}]`. */
function tunnelsOf(found: EC2.VpnConnection): Tunnel[] {
  const options = new Map((found.Options?.TunnelOptions ?? []).map((one) => [one.OutsideIpAddress ?? '', one]));
  const telemetry = new Map((found.VgwTelemetry ?? []).map((one) => [one.OutsideIpAddress ?? '', one]));
  return [...new Set([...options.keys(), ...telemetry.keys()])]
    .filter((ip) => ip !== '')
    .sort(inOrder)
    .map((ip) => tunnelOf(ip, options.get(ip) ?? {}, telemetry.get(ip) ?? {}));
}

const anywhere = '0.0.0.0/0';

export function vpnConnectionOf(found: EC2.VpnConnection): VpnConnection {
  const { Options: options = {} } = found;
  return {
    id: found.VpnConnectionId ?? '',
    state: stateOf(found.State),
    customerGateway: found.CustomerGatewayId ?? '',
    ...(found.VpnGatewayId ? { gateway: found.VpnGatewayId } : {}),
    staticRoutesOnly: options.StaticRoutesOnly ?? false,
    localCIDR: options.LocalIpv4NetworkCidr ?? anywhere,
    remoteCIDR: options.RemoteIpv4NetworkCidr ?? anywhere,
    ...(found.PreSharedKeyArn ? { presharedKeyARN: found.PreSharedKeyArn } : {}),
    routes: (found.Routes ?? [])
      .map((route) => ({ cidr: route.DestinationCidrBlock ?? '', state: stateOf(route.State) }))
      .filter(({ state }) => state !== 'deleted')
      .sort((a, b) => inOrder(a.cidr, b.cidr)),
    tunnels: tunnelsOf(found),
    tags: fromTagList(found.Tags),
  };
}
