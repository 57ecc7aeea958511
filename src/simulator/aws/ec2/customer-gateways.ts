// SPDX-License-Identifier: GPL-3.0-or-later
/** Customer gateways: what AWS knows of the device at the other end. */
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { may, must, required, text, whole, type Fields } from '../protocol/model.ts';
import type { Xml } from '../protocol/xml.ts';
import { customerAsn } from './asn.ts';
import { addressNumber } from './cidr.ts';
import { select, type Filters } from './describe.ts';
import { allTrue, named, newID, regionOf, save } from './entities.ts';
import { filters, invalid, tagSpecifications, texts } from './input.ts';
import { alive, life, stateAt } from './life.ts';
import { on, onAll, onNew } from './permission.ts';
import { items, type Ec2Operation } from './protocol.ts';
import { overQuota } from './quotas.ts';
import type { CustomerGateway } from './state.ts';
import { newTags, tagSet } from './tags.ts';

function addressOf(input: Fields): string {
  const [named, deprecated] = [may(input, 'IpAddress'), may(input, 'PublicIp')];
  if (named !== undefined && deprecated !== undefined)
    throw new AwsError('InvalidParameterCombination', 'PublicIp and IpAddress cannot be specified together.');
  const ip = named ?? deprecated;
  if (ip === undefined) throw new AwsError('MissingParameter', 'The request must contain the parameter ipAddress');
  if (addressNumber(ip) === undefined) throw invalid('ipAddress', ip, 'It is not a valid IPv4 address.');
  return ip;
}

/**
 * API_CreateCustomerGateway: an identical request returns the gateway that is there, whoever made it and whatever its tags; a device name of
 * one's own makes another.
 */
function create(call: Call, input: Fields): Record<string, Xml> {
  const ip = addressOf(input);
  const asn = customerAsn(call, input);
  const deviceName = may(input, 'DeviceName');
  const tags = newTags(input, 'customer-gateway');
  const held = allTrue(regionOf(call), 'customer-gateway').filter((one) => alive(one.life, call.now));
  const same = held.find((one) => one.ip === ip && one.asn === asn && one.deviceName === deviceName);
  if (same) return { customerGateway: gatewayXml(same, call.now) };
  overQuota(call, { have: held.length, quota: 'customerGateways', code: 'CustomerGatewayLimitExceeded' });
  const gateway: CustomerGateway = {
    id: newID(call.world.state.random, 'customer-gateway'),
    ip,
    asn,
    tags,
    life: life(call.now, ['pending', call.world.ec2Times.customerGatewayCreate], ['available']),
    ...(deviceName === undefined ? {} : { deviceName }),
  };
  save(call, 'customer-gateway', gateway);
  return { customerGateway: gatewayXml(gateway, call.now) };
}

function gatewayXml({ id, ip, asn, deviceName, tags, life }: CustomerGateway, now: number): Xml {
  const large = Number(asn) > 2_147_483_647;
  return {
    customerGatewayId: id,
    state: stateAt(life, now),
    type: 'ipsec.1',
    ipAddress: ip,
    ...(large ? { bgpAsnExtended: asn } : { bgpAsn: asn }),
    deviceName,
    tagSet: tagSet(tags),
  };
}

function gatewayFilters(now: number): Filters<CustomerGateway> {
  return {
    'customer-gateway-id': ({ id }) => [id],
    'bgp-asn': ({ asn }) => [asn],
    'ip-address': ({ ip }) => [ip],
    state: (gateway) => [stateAt(gateway.life, now)],
    type: () => ['ipsec.1'],
  };
}

function describe(call: Call, input: Fields): Record<string, Xml> {
  const wanted = { kind: 'customer-gateway', ids: 'CustomerGatewayId', filters: gatewayFilters(call.now) } as const;
  return { customerGatewaySet: items(select(call, input, wanted).map((one) => gatewayXml(one, call.now))) };
}

/** API_DeleteCustomerGateway: the VPN connection must be deleted before. */
function remove(call: Call, input: Fields): Record<string, Xml> {
  const gateway = named(call, 'customer-gateway', must(input, 'CustomerGatewayId'));
  const used = allTrue(regionOf(call), 'vpn-connection').some(
    (one) => one.customerGatewayID === gateway.id && !['deleted', undefined].includes(stateAt(one.life, call.now)),
  );
  if (used) throw new AwsError('IncorrectState', 'The customer gateway is in use.');
  const { customerGatewayDelete, deletedShows } = call.world.ec2Times;
  if (stateAt(gateway.life, call.now) !== 'deleting')
    save(call, 'customer-gateway', {
      ...gateway,
      life: life(call.now, ['deleting', customerGatewayDelete], ['deleted', deletedShows]),
    });
  return { return: true };
}

export const customerGatewayOperations: Record<string, Ec2Operation> = {
  CreateCustomerGateway: {
    effect: 'write',
    input: {
      Type: required(text({ oneOf: ['ipsec.1'] })),
      IpAddress: text(),
      PublicIp: text(),
      BgpAsn: whole(1, 2_147_483_647),
      BgpAsnExtended: whole(2_147_483_648, 4_294_967_295),
      DeviceName: text({ max: 255 }),
      TagSpecification: tagSpecifications,
    },
    authorize: onNew('ec2:CreateCustomerGateway', 'customer-gateway'),
    run: create,
  },
  DescribeCustomerGateways: {
    effect: 'read',
    input: { CustomerGatewayId: texts, Filter: filters },
    authorize: onAll('ec2:DescribeCustomerGateways'),
    run: describe,
  },
  DeleteCustomerGateway: {
    effect: 'write',
    input: { CustomerGatewayId: required(text()) },
    authorize: on('ec2:DeleteCustomerGateway', { CustomerGatewayId: 'customer-gateway' }),
    run: remove,
  },
};
