// SPDX-License-Identifier: GPL-3.0-or-later
/** The calls of each step, as a plan shows them: EC2's names, secrets left out. Pure. */
import { parametersOf } from '../../clouds/aws/request.ts';
import { toTagList } from '../../clouds/aws/tags.ts';
import type { Phase, TunnelOptions } from '../../clouds/aws/vpn.ts';
import type { Tags } from '../../core/owner-mark.ts';
import type { PlannedCall } from '../../core/step.ts';
import type { ConnectionStep, CustomerGatewayStep, GatewayStep, OwnOptions, SiteVpnStep, TableStep } from './steps.ts';

type Input = Readonly<Record<string, unknown>>;

function call(action: string, input: Input): PlannedCall {
  return { service: 'ec2', action, parameters: parametersOf(input) };
}

function onSecret(verb: string, secret: string): PlannedCall {
  return { service: 'kubernetes', action: `${verb} secrets`, parameters: [{ name: 'name', value: secret }] };
}

function tagged(type: string, tags: Tags): Input {
  return { TagSpecifications: [{ ResourceType: type, Tags: toTagList(tags) }] };
}

function tagging(id: string, tags: Tags): PlannedCall {
  return call('CreateTags', { Resources: [id], Tags: toTagList(tags) });
}

function untagging(id: string, tags: Tags): PlannedCall {
  return call('DeleteTags', { Resources: [id], Tags: toTagList(tags) });
}

function phase(name: 'Phase1' | 'Phase2', { encryption, integrity, dhGroups, lifetimeSeconds }: Phase): Input {
  const values = (list: readonly (string | number)[]) => list.map((Value) => ({ Value }));
  return {
    [`${name}EncryptionAlgorithms`]: values(encryption),
    [`${name}IntegrityAlgorithms`]: values(integrity),
    [`${name}DHGroupNumbers`]: values(dhGroups),
    [`${name}LifetimeSeconds`]: lifetimeSeconds,
  };
}

/** Requests have other names than replies: IKEVersions, DPDTimeoutSeconds (EC2 API reference, VpnTunnelOptionsSpecification). */
function tunnel(options: TunnelOptions, { insideCIDR, presharedKeySecret }: OwnOptions): Input {
  return {
    ...(insideCIDR === undefined ? {} : { TunnelInsideCidr: insideCIDR }),
    ...(presharedKeySecret === undefined ? {} : { PreSharedKey: `(of Secret ${presharedKeySecret})` }),
    IKEVersions: options.ikeVersions.map((Value) => ({ Value })),
    ...phase('Phase1', options.phase1),
    ...phase('Phase2', options.phase2),
    RekeyMarginTimeSeconds: options.rekeyMarginSeconds,
    RekeyFuzzPercentage: options.rekeyFuzzPercent,
    ReplayWindowSize: options.replayWindowPackets,
    DPDTimeoutSeconds: options.dpdTimeoutSeconds,
    DPDTimeoutAction: options.dpdTimeoutAction,
    StartupAction: options.startupAction,
  };
}

function gatewayCall(step: GatewayStep): PlannedCall {
  switch (step.do) {
    case 'CreateVpnGateway':
      return call('CreateVpnGateway', {
        Type: 'ipsec.1',
        AmazonSideAsn: step.amazonASN,
        ...tagged('vpn-gateway', step.tags),
      });
    case 'AdoptVpnGateway':
      return tagging(step.gateway, step.tags);
    case 'ReleaseVpnGateway':
      return untagging(step.gateway, step.tags);
    case 'AttachVpnGateway':
    case 'DetachVpnGateway':
      return call(step.do, { VpnGatewayId: step.gateway, VpcId: step.vpc });
    case 'DeleteVpnGateway':
      return call(step.do, { VpnGatewayId: step.gateway });
  }
}

/** BgpAsn takes 31 bits, BgpAsnExtended the rest. */
function asn(number: number): Input {
  return number > 2_147_483_647 ? { BgpAsnExtended: number } : { BgpAsn: number };
}

function customerGatewayCall(step: CustomerGatewayStep): PlannedCall {
  switch (step.do) {
    case 'CreateCustomerGateway':
      return call(step.do, {
        Type: 'ipsec.1',
        IpAddress: step.ip,
        ...asn(step.asn),
        DeviceName: step.deviceName,
        ...tagged('customer-gateway', step.tags),
      });
    case 'AdoptCustomerGateway':
    case 'TagCustomerGateway':
      return tagging(step.customerGateway, step.tags);
    case 'ReleaseCustomerGateway':
      return untagging(step.customerGateway, step.tags);
    case 'DeleteCustomerGateway':
      return call(step.do, { CustomerGatewayId: step.customerGateway });
  }
}

type Creation = Extract<ConnectionStep, { do: 'CreateVpnConnection' }>;

function creation(step: Creation): PlannedCall {
  return call(step.do, {
    Type: 'ipsec.1',
    VpnGatewayId: step.gateway,
    CustomerGatewayId: step.customerGateway,
    Options: {
      StaticRoutesOnly: step.staticRoutesOnly,
      LocalIpv4NetworkCidr: step.localCIDR,
      RemoteIpv4NetworkCidr: step.remoteCIDR,
      TunnelOptions: step.own.map((own) => tunnel(step.options, own)),
    },
    ...tagged('vpn-connection', step.tags),
  });
}

function connectionCall(step: Exclude<ConnectionStep, Creation>): PlannedCall {
  const on = { VpnConnectionId: step.connection };
  switch (step.do) {
    case 'AdoptVpnConnection':
    case 'TagVpnConnection':
      return tagging(step.connection, step.tags);
    case 'ReleaseVpnConnection':
      return untagging(step.connection, step.tags);
    case 'MoveVpnConnection':
      return call('ModifyVpnConnection', { ...on, CustomerGatewayId: step.customerGateway });
    case 'SetTrafficSelectors':
      return call('ModifyVpnConnectionOptions', {
        ...on,
        LocalIpv4NetworkCidr: step.localCIDR,
        RemoteIpv4NetworkCidr: step.remoteCIDR,
      });
    case 'ModifyTunnel':
      return call('ModifyVpnTunnelOptions', {
        ...on,
        VpnTunnelOutsideIpAddress: step.outsideIP,
        TunnelOptions: tunnel(step.options, step),
      });
    case 'CreateStaticRoute':
      return call('CreateVpnConnectionRoute', { ...on, DestinationCidrBlock: step.cidr });
    case 'DeleteStaticRoute':
      return call('DeleteVpnConnectionRoute', { ...on, DestinationCidrBlock: step.cidr });
    case 'DeleteVpnConnection':
      return call(step.do, on);
  }
}

function tableCall(step: TableStep): PlannedCall {
  const on = { RouteTableId: step.table, GatewayId: step.gateway };
  switch (step.do) {
    case 'EnablePropagation':
      return call('EnableVgwRoutePropagation', on);
    case 'DisablePropagation':
      return call('DisableVgwRoutePropagation', on);
    case 'CreateRoute':
      return call('CreateRoute', { ...on, DestinationCidrBlock: step.cidr });
    case 'DeleteRoute':
      return call('DeleteRoute', { RouteTableId: step.table, DestinationCidrBlock: step.cidr });
  }
}

/** Writes, in order. A read that a step makes for its own safety is not shown. */
export function calls(step: SiteVpnStep): readonly PlannedCall[] {
  if (step.do === 'DeliverGatewayFiles') return [onSecret(step.effect, step.secret)];
  if (step.do === 'RemoveGatewayFiles') return [onSecret('delete', step.secret)];
  if (step.do === 'CreateVpnConnection') return [creation(step)];
  if ('table' in step) return [tableCall(step)];
  if ('connection' in step) return [connectionCall(step)];
  if (isOnCustomer(step)) return [customerGatewayCall(step)];
  return [gatewayCall(step)];
}

function isOnCustomer(step: GatewayStep | CustomerGatewayStep): step is CustomerGatewayStep {
  return 'customerGateway' in step || step.do === 'CreateCustomerGateway';
}
