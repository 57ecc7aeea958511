// SPDX-License-Identifier: GPL-3.0-or-later
/** Virtual private gateways: one VPC at a time has one, and one has one VPC. */
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { may, must, required, text, type Fields } from '../protocol/model.ts';
import type { Xml } from '../protocol/xml.ts';
import { refuseTooManyChanging, refuseWhilePending } from './changing.ts';
import { select, type Filters } from './describe.ts';
import { allTrue, named, newID, regionOf, save } from './entities.ts';
import { filters, invalid, tagSpecifications, texts } from './input.ts';
import { alive, life, stateAt } from './life.ts';
import { on, onAll, onNew } from './permission.ts';
import { items, type Ec2Operation } from './protocol.ts';
import { overQuota } from './quotas.ts';
import type { Attachment, VpnGateway } from './state.ts';
import { newTags, tagSet } from './tags.ts';

/** API_CreateVpnGateway: private ASNs of 16 and of 32 bits; 64512 unless told. */
function asnOf(input: Fields): number {
  const given = may(input, 'AmazonSideAsn') ?? '64512';
  const asn = Number(given);
  const fits = (asn >= 64512 && asn <= 65534) || (asn >= 4_200_000_000 && asn <= 4_294_967_294);
  if (!/^\d+$/.test(given) || !fits)
    throw invalid('amazonSideAsn', given, 'The ASN must be from 64512 to 65534 or from 4200000000 to 4294967294.');
  return asn;
}

function create(call: Call, input: Fields): Record<string, Xml> {
  const asn = asnOf(input);
  const tags = newTags(input, 'vpn-gateway');
  const held = allTrue(regionOf(call), 'vpn-gateway').filter((one) => alive(one.life, call.now));
  overQuota(call, { have: held.length, quota: 'vpnGateways', code: 'VpnGatewayLimitExceeded' });
  refuseTooManyChanging(call, 'VpnGatewayLimitExceeded');
  const zone = may(input, 'AvailabilityZone');
  const gateway: VpnGateway = {
    id: newID(call.world.state.random, 'vpn-gateway'),
    asn,
    tags,
    // AWS CLI reference, create-vpn-gateway: it is available in the very answer
    life: life(call.now, ['available']),
    ...(zone === undefined ? {} : { zone }),
  };
  save(call, 'vpn-gateway', gateway);
  return { vpnGateway: gatewayXml(gateway, call.now) };
}

function attachments({ attachment }: VpnGateway, now: number): { vpcId: string; state: string }[] {
  const state = attachment && stateAt(attachment.life, now);
  return attachment && state !== undefined ? [{ vpcId: attachment.vpcID, state }] : [];
}

function gatewayXml(gateway: VpnGateway, now: number): Xml {
  return {
    vpnGatewayId: gateway.id,
    state: stateAt(gateway.life, now),
    type: 'ipsec.1',
    availabilityZone: gateway.zone,
    attachments: items(attachments(gateway, now)),
    amazonSideAsn: gateway.asn,
    tagSet: tagSet(gateway.tags),
  };
}

function gatewayFilters(now: number): Filters<VpnGateway> {
  return {
    'vpn-gateway-id': ({ id }) => [id],
    'amazon-side-asn': ({ asn }) => [String(asn)],
    'availability-zone': ({ zone }) => [zone],
    'attachment.state': (gateway) => attachments(gateway, now).map(({ state }) => state),
    'attachment.vpc-id': (gateway) => attachments(gateway, now).map(({ vpcId }) => vpcId),
    state: (gateway) => [stateAt(gateway.life, now)],
    type: () => ['ipsec.1'],
  };
}

function describe(call: Call, input: Fields): Record<string, Xml> {
  const wanted = { kind: 'vpn-gateway', ids: 'VpnGatewayId', filters: gatewayFilters(call.now) } as const;
  return { vpnGatewaySet: items(select(call, input, wanted).map((one) => gatewayXml(one, call.now))) };
}

/** @throws {AwsError} InvalidVpnGatewayState (EC2 API reference, "Error codes"). */
export function availableGateway(call: Call, id: string): VpnGateway {
  const gateway = named(call, 'vpn-gateway', id);
  if (stateAt(gateway.life, call.now) !== 'available')
    throw new AwsError('InvalidVpnGatewayState', `The VPN gateway '${id}' is not in an available state.`);
  return gateway;
}

type Held = VpnGateway & { readonly attachment: Attachment };

function holds(gateway: VpnGateway, now: number): gateway is Held {
  const { attachment } = gateway;
  return attachment !== undefined && !['detached', undefined].includes(stateAt(attachment.life, now));
}

/** EC2 API reference, "Error codes": a gateway's limit of VPCs is one; a VPC that has a gateway is in the wrong state. */
function attach(call: Call, input: Fields): Record<string, Xml> {
  const gateway = availableGateway(call, must(input, 'VpnGatewayId'));
  const vpc = named(call, 'vpc', must(input, 'VpcId'));
  if (holds(gateway, call.now))
    throw new AwsError(
      'VpnGatewayAttachmentLimitExceeded',
      `The maximum number of attachments has been reached for the VPN gateway ${gateway.id}.`,
    );
  const other = allTrue(regionOf(call), 'vpn-gateway').find(
    (one) => one.attachment?.vpcID === vpc.id && holds(one, call.now),
  );
  if (other)
    throw new AwsError(
      'InvalidVpcState',
      `VPC ${vpc.id} is currently attached to the Virtual Private Gateway ${other.id}`,
    );
  refuseWhilePending(call, gateway.id);
  const attachment: Attachment = {
    vpcID: vpc.id,
    life: life(call.now, ['attaching', call.world.ec2Times.attach], ['attached']),
  };
  save(call, 'vpn-gateway', { ...gateway, attachment });
  return { attachment: { vpcId: vpc.id, state: stateAt(attachment.life, call.now) } };
}

/** VPN connections that are there do not hold it back; those that come or go do. */
function detach(call: Call, input: Fields): Record<string, Xml> {
  const gateway = named(call, 'vpn-gateway', must(input, 'VpnGatewayId'));
  const vpcID = must(input, 'VpcId');
  if (!holds(gateway, call.now) || gateway.attachment.vpcID !== vpcID)
    throw new AwsError(
      'InvalidVpnGatewayAttachment.NotFound',
      `The attachment with vpn gateway ID '${gateway.id}' and vpc ID '${vpcID}' does not exist`,
    );
  if (stateAt(gateway.attachment.life, call.now) !== 'detaching') {
    refuseWhilePending(call, gateway.id);
    const { detach, deletedShows } = call.world.ec2Times;
    const leaving = life(call.now, ['detaching', detach], ['detached', deletedShows]);
    save(call, 'vpn-gateway', { ...gateway, attachment: { vpcID, life: leaving } });
  }
  return { return: true };
}

/** In use: attached, or with a VPN connection that is not deleted (hashicorp/terraform-provider-aws#5831). */
function remove(call: Call, input: Fields): Record<string, Xml> {
  const gateway = named(call, 'vpn-gateway', must(input, 'VpnGatewayId'));
  const used = allTrue(regionOf(call), 'vpn-connection').some(
    (one) => one.vpnGatewayID === gateway.id && !['deleted', undefined].includes(stateAt(one.life, call.now)),
  );
  if (used || holds(gateway, call.now)) throw new AwsError('IncorrectState', 'The VPN gateway is in use.');
  const { gatewayDelete, deletedShows } = call.world.ec2Times;
  if (stateAt(gateway.life, call.now) !== 'deleting')
    save(call, 'vpn-gateway', {
      ...gateway,
      life: life(call.now, ['deleting', gatewayDelete], ['deleted', deletedShows]),
    });
  return { return: true };
}

const one = { VpnGatewayId: required(text()) };
const attachment = { ...one, VpcId: required(text()) };
const both = { VpcId: 'vpc', VpnGatewayId: 'vpn-gateway' } as const;

export const vpnGatewayOperations: Record<string, Ec2Operation> = {
  CreateVpnGateway: {
    effect: 'write',
    input: {
      Type: required(text({ oneOf: ['ipsec.1'] })),
      AvailabilityZone: text(),
      AmazonSideAsn: text(),
      TagSpecification: tagSpecifications,
    },
    authorize: onNew('ec2:CreateVpnGateway', 'vpn-gateway'),
    run: create,
  },
  DescribeVpnGateways: {
    effect: 'read',
    input: { VpnGatewayId: texts, Filter: filters },
    authorize: onAll('ec2:DescribeVpnGateways'),
    run: describe,
  },
  AttachVpnGateway: { effect: 'write', input: attachment, authorize: on('ec2:AttachVpnGateway', both), run: attach },
  DetachVpnGateway: { effect: 'write', input: attachment, authorize: on('ec2:DetachVpnGateway', both), run: detach },
  DeleteVpnGateway: {
    effect: 'write',
    input: one,
    authorize: on('ec2:DeleteVpnGateway', { VpnGatewayId: 'vpn-gateway' }),
    run: remove,
  },
};
