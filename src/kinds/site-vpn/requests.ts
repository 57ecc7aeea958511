// SPDX-License-Identifier: GPL-3.0-or-later
/** The one request to EC2 that each step is, as data: what is shown in a plan, and what is sent. Pure. */
import type { AwsRequest } from '../../clouds/aws/request.ts';
import {
  createRoute,
  deleteRoute,
  disablePropagation,
  enablePropagation,
} from '../../clouds/aws/ec2/route-requests.ts';
import type { TunnelWish } from '../../clouds/aws/ec2/tunnel-specification.ts';
import * as ec2 from '../../clouds/aws/ec2/vpn-requests.ts';
import type { TunnelOptions } from '../../clouds/aws/ec2/vpn.ts';
import type { PushStep } from './push/steps.ts';
import type {
  ConnectionStep,
  CustomerGatewayStep,
  GatewayStep,
  OwnOptions,
  SiteVpnStep,
  TableStep,
  FilesStep,
} from './steps.ts';
import type { RouterStep } from './openstack/steps.ts';

/** Pre-shared keys by the name of their Secret: a step has only the name. */
export type Keys = ReadonlyMap<string, string>;

/** What stands in a plan for a key; nobody is shown either. */
const unread: Keys = new Map();

function wish(options: TunnelOptions, { insideCIDR, presharedKeySecret: secret }: OwnOptions, keys: Keys): TunnelWish {
  return {
    ...options,
    ...(insideCIDR === undefined ? {} : { insideCIDR }),
    ...(secret === undefined ? {} : { presharedKey: keys.get(secret) ?? '(unread)' }),
  };
}

function gatewayRequest(step: GatewayStep): AwsRequest {
  switch (step.do) {
    case 'CreateVpnGateway':
      return ec2.createVpnGateway(step.amazonASN, step.tags);
    case 'AdoptVpnGateway':
      return ec2.tagResource(step.gateway, step.tags);
    case 'ReleaseVpnGateway':
      return ec2.untagResource(step.gateway, Object.keys(step.tags));
    case 'AttachVpnGateway':
      return ec2.attachVpnGateway(step.gateway, step.vpc);
    case 'DetachVpnGateway':
      return ec2.detachVpnGateway(step.gateway, step.vpc);
    case 'DeleteVpnGateway':
      return ec2.deleteVpnGateway(step.gateway);
  }
}

function customerGatewayRequest(step: CustomerGatewayStep): AwsRequest {
  switch (step.do) {
    case 'CreateCustomerGateway':
      return ec2.createCustomerGateway(step);
    case 'AdoptCustomerGateway':
    case 'TagCustomerGateway':
      return ec2.tagResource(step.customerGateway, step.tags);
    case 'ReleaseCustomerGateway':
      return ec2.untagResource(step.customerGateway, Object.keys(step.tags));
    case 'DeleteCustomerGateway':
      return ec2.deleteCustomerGateway(step.customerGateway);
  }
}

function connectionRequest(step: ConnectionStep, keys: Keys): AwsRequest {
  switch (step.do) {
    case 'CreateVpnConnection': {
      const [one, two] = step.own;
      return ec2.createVpnConnection({
        ...step,
        tunnels: [wish(step.options, one, keys), wish(step.options, two, keys)],
      });
    }
    case 'AdoptVpnConnection':
    case 'TagVpnConnection':
      return ec2.tagResource(step.connection, step.tags);
    case 'ReleaseVpnConnection':
      return ec2.untagResource(step.connection, Object.keys(step.tags));
    case 'MoveVpnConnection':
      return ec2.changeCustomerGateway(step.connection, step.customerGateway);
    case 'SetTrafficSelectors':
      return ec2.changeTrafficSelector(step.connection, step);
    case 'ModifyTunnel':
      return ec2.modifyTunnel(step.connection, step.outsideIP, wish(step.options, step, keys));
    case 'CreateStaticRoute':
      return ec2.createStaticRoute(step.connection, step.cidr);
    case 'DeleteStaticRoute':
      return ec2.deleteStaticRoute(step.connection, step.cidr);
    case 'DeleteVpnConnection':
      return ec2.deleteVpnConnection(step.connection);
  }
}

function tableRequest(step: TableStep): AwsRequest {
  switch (step.do) {
    case 'EnablePropagation':
      return enablePropagation(step.table, step.gateway);
    case 'DisablePropagation':
      return disablePropagation(step.table, step.gateway);
    case 'CreateRoute':
      return createRoute(step);
    case 'DeleteRoute':
      return deleteRoute(step.table, step.cidr);
  }
}

export type Ec2Step = Exclude<SiteVpnStep, FilesStep | PushStep | RouterStep>;

function isOnCustomer(step: GatewayStep | CustomerGatewayStep): step is CustomerGatewayStep {
  return 'customerGateway' in step || step.do === 'CreateCustomerGateway';
}

export function requestOf(step: Ec2Step, keys: Keys = unread): AwsRequest {
  if ('table' in step) return tableRequest(step);
  if ('connection' in step || step.do === 'CreateVpnConnection') return connectionRequest(step, keys);
  return isOnCustomer(step) ? customerGatewayRequest(step) : gatewayRequest(step);
}
