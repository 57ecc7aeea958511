// SPDX-License-Identifier: GPL-3.0-or-later
/** What requests may say, and what is refused of it. */
import {
  CreateCustomerGatewayCommand,
  CreateRouteCommand,
  CreateTagsCommand,
  CreateVpnConnectionCommand,
  CreateVpnGatewayCommand,
  DescribeSubnetsCommand,
  DescribeVpnGatewaysCommand,
  type VpnTunnelOptionsSpecification,
} from '@aws-sdk/client-ec2';
import { expect, test } from '@jest/globals';
import { Client, seoul } from '../client.ts';
import { connected, customerGateway, gateways, minute, newRegion, refusal } from './world.ts';

const wrong: readonly [string, VpnTunnelOptionsSpecification][] = [
  ['a key that starts with zero', { PreSharedKey: '0abcdefgh' }],
  ['a key that is too short', { PreSharedKey: 'abcdefg' }],
  ['a key with other characters', { PreSharedKey: 'abcdefgh"' }],
  ['an inside block that is reserved', { TunnelInsideCidr: '169.254.5.0/30' }],
  ['the block of the metadata service', { TunnelInsideCidr: '169.254.169.252/30' }],
  ['an inside block of another size', { TunnelInsideCidr: '169.254.10.0/29' }],
  ['an inside block that is not on its border', { TunnelInsideCidr: '169.254.10.1/30' }],
  ['an inside block from elsewhere', { TunnelInsideCidr: '10.0.0.0/30' }],
  ['an unknown algorithm', { Phase1EncryptionAlgorithms: [{ Value: 'AES512' }] }],
  ['a group that phase 1 does not know', { Phase1DHGroupNumbers: [{ Value: 5 }] }],
  ['a lifetime out of range', { Phase1LifetimeSeconds: 28_801 }],
  ['a phase 2 that outlives phase 1', { Phase1LifetimeSeconds: 3600, Phase2LifetimeSeconds: 3600 }],
  ['a margin over half of phase 2', { Phase2LifetimeSeconds: 900, RekeyMarginTimeSeconds: 451 }],
  ['a time-out under 30 seconds', { DPDTimeoutSeconds: 29 }],
  ['an unknown action', { DPDTimeoutAction: 'hold' }],
];

test.each(wrong)(
  'InvalidParameterValue: tunnel options with %s, and no value of a key is repeated.',
  async (_, tunnel) => {
    const region = newRegion();
    const { vgw, cgw } = await gateways(region);
    const create = new CreateVpnConnectionCommand({
      Type: 'ipsec.1',
      CustomerGatewayId: cgw,
      VpnGatewayId: vgw,
      Options: { TunnelOptions: [{}, tunnel] },
    });
    const refused = await refusal(region.ec2.send(create));
    expect(refused).toMatchObject({ code: 'InvalidParameterValue', status: 400 });
    if (tunnel.PreSharedKey !== undefined) expect(refused.message).not.toContain(tunnel.PreSharedKey);
    expect(JSON.stringify(region.world.calls)).not.toContain(tunnel.PreSharedKey ?? 'PreSharedKey":"');
  },
);

test('InvalidParameterValue: inside blocks are unique on a gateway, unknown filters and wrong tag types are refused.', async () => {
  const region = newRegion();
  const { ec2, clock } = region;
  const TunnelOptions = [{ TunnelInsideCidr: '169.254.10.0/30' }];
  const { vgw } = await connected(region, { TunnelOptions });
  const CustomerGatewayId = await customerGateway(region, '203.0.113.11');
  await clock.advance(minute);
  const input = { Type: 'ipsec.1', CustomerGatewayId, VpnGatewayId: vgw, Options: { TunnelOptions } };
  const code = 'InvalidParameterValue';
  expect(await refusal(ec2.send(new CreateVpnConnectionCommand(input)))).toMatchObject({ code });
  const Filters = [{ Name: 'vpc', Values: ['a'] }];
  expect(await refusal(ec2.send(new DescribeVpnGatewaysCommand({ Filters })))).toMatchObject({
    code,
    message: "The filter 'vpc' is invalid",
  });
  const TagSpecifications = [{ ResourceType: 'vpc' as const, Tags: [{ Key: 'a', Value: 'b' }] }];
  expect(await refusal(ec2.send(new CreateVpnGatewayCommand({ Type: 'ipsec.1', TagSpecifications })))).toMatchObject({
    code,
  });
  const IpAddress = '999.1.1.1';
  expect(await refusal(ec2.send(new CreateCustomerGatewayCommand({ Type: 'ipsec.1', IpAddress })))).toMatchObject({
    code,
  });
});

test('MissingParameter, UnknownParameter, InvalidAction: what an action needs, and what it does not know.', async () => {
  const { ec2, root } = newRegion();
  expect(await refusal(ec2.send(new CreateCustomerGatewayCommand({ Type: 'ipsec.1' })))).toMatchObject({
    code: 'MissingParameter',
  });
  const form = { Action: 'DeleteVpnGateway', Version: '2016-11-15' };
  const ask = { host: 'ec2.ap-northeast-2.amazonaws.com', signedFor: 'ap-northeast-2' };
  expect(await root.query('ec2', form, ask)).toMatchObject({ status: 400, code: 'MissingParameter' });
  const unknown = { ...form, VpnGatewayId: 'vgw-1', Force: 'true' };
  expect(await root.query('ec2', unknown, ask)).toMatchObject({ status: 400, code: 'UnknownParameter' });
  expect(await root.query('ec2', { ...form, Action: 'StopInstances' }, ask)).toMatchObject({ code: 'InvalidAction' });
});

const ask = { host: `ec2.${seoul}.amazonaws.com`, signedFor: seoul };
const form = { Action: 'DescribeVpnGateways', Version: '2016-11-15' };

test('MissingAction, NoSuchVersion, MissingAuthenticationToken: a request that is none.', async () => {
  const { world, clock, root } = newRegion();
  expect(await root.query('ec2', { Version: form.Version }, ask)).toMatchObject({ status: 400, code: 'MissingAction' });
  const old = { ...form, Version: '2008-02-01' };
  expect(await root.query('ec2', old, ask)).toMatchObject({ status: 400, code: 'NoSuchVersion' });
  const nobody = new Client(world, clock, undefined);
  expect(await nobody.query('ec2', form, ask)).toMatchObject({ status: 403, code: 'MissingAuthenticationToken' });
});

test('InvalidID, InvalidSubnetID.NotFound, InvalidGatewayID.NotFound: what is tagged, looked at, or routed to.', async () => {
  const region = newRegion();
  const { ec2, vpc } = region;
  const tag = new CreateTagsCommand({ Resources: ['office'], Tags: [{ Key: 'a', Value: 'b' }] });
  expect(await refusal(ec2.send(tag))).toMatchObject({ code: 'InvalidID', message: "The ID 'office' is not valid" });
  const SubnetIds = ['subnet-0123456789abcdef0'];
  expect(await refusal(ec2.send(new DescribeSubnetsCommand({ SubnetIds })))).toMatchObject({
    code: 'InvalidSubnetID.NotFound',
  });
  const to = { RouteTableId: vpc.mainRouteTable, DestinationCidrBlock: '10.10.0.0/16', GatewayId: 'vgw-none' };
  expect(await refusal(ec2.send(new CreateRouteCommand(to)))).toMatchObject({ code: 'InvalidGatewayID.NotFound' });
});

test('TagLimitExceeded, InvalidParameterValue: at most 50 tags, each key once, none of AWS’s own; nothing of it is done.', async () => {
  const region = newRegion();
  const { ec2, account } = region;
  const { id, cgw } = await connected(region);
  const tag = (...Tags: { Key: string; Value: string }[]) =>
    ec2.send(new CreateTagsCommand({ Resources: [cgw, id], Tags }));
  const many = Array.from({ length: 50 }, (_, n) => ({ Key: `k${n}`, Value: '' }));
  await tag(...many);
  expect(await refusal(tag({ Key: 'k50', Value: '' }))).toMatchObject({ code: 'TagLimitExceeded', status: 400 });
  const code = 'InvalidParameterValue';
  expect(await refusal(tag({ Key: 'AWS:a', Value: '' }))).toMatchObject({ code });
  expect(await refusal(tag({ Key: 'k1', Value: 'a' }, { Key: 'k1', Value: 'b' }))).toMatchObject({ code });
  expect(await refusal(tag({ Key: 'k'.repeat(129), Value: '' }))).toMatchObject({ code });
  expect(await refusal(tag({ Key: 'k1', Value: 'v'.repeat(257) }))).toMatchObject({ code });
  expect(account.network(seoul).vpnConnections).toMatchObject([{ tags: { k1: '' } }]);
});
