// SPDX-License-Identifier: GPL-3.0-or-later
/** What requests may say, and what is refused of it. */
import {
  CreateCustomerGatewayCommand,
  CreateVpnConnectionCommand,
  CreateVpnGatewayCommand,
  DescribeVpnGatewaysCommand,
  type VpnTunnelOptionsSpecification,
} from '@aws-sdk/client-ec2';
import { expect, test } from '@jest/globals';
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

test('MissingParameter: what an action needs.', async () => {
  const { ec2, root } = newRegion();
  expect(await refusal(ec2.send(new CreateCustomerGatewayCommand({ Type: 'ipsec.1' })))).toMatchObject({
    code: 'MissingParameter',
  });
  const form = { Action: 'DeleteVpnGateway', Version: '2016-11-15' };
  const ask = { host: 'ec2.ap-northeast-2.amazonaws.com', signedFor: 'ap-northeast-2' };
  expect(await root.query('ec2', form, ask)).toMatchObject({ status: 400, code: 'MissingParameter' });
  const unknown = { ...form, VpnGatewayId: 'vgw-1', Force: 'true' };
  expect(await root.query('ec2', unknown, ask)).toMatchObject({ status: 400, code: 'UnknownParameter' });
  expect(await root.query('ec2', { ...form, Action: 'RunInstances' }, ask)).toMatchObject({ code: 'InvalidAction' });
});
