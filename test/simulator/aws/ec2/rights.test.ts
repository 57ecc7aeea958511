// SPDX-License-Identifier: GPL-3.0-or-later
/** Who may do what: IAM, DryRun, signatures, throttling. */
import {
  CreateRouteCommand,
  CreateTagsCommand,
  CreateVpnConnectionCommand,
  CreateVpnGatewayCommand,
  DeleteVpnConnectionCommand,
  DeleteVpnGatewayCommand,
  DescribeVpcsCommand,
  DescribeVpnConnectionsCommand,
  DescribeVpnGatewaysCommand,
  ModifyVpnConnectionCommand,
} from '@aws-sdk/client-ec2';
import { expect, test } from '@jest/globals';
import { accountID, seoul, type Credentials } from '../client.ts';
import { connected, customerGateway, ec2Client, gateways, minute, newRegion, refusal, type Region } from './world.ts';

const arn = (kind: string, id = '*') => `arn:aws:ec2:${seoul}:${accountID}:${kind}/${id}`;
const allow = (Action: string | string[], Resource: string | string[] = '*', Condition?: object) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition ? { Condition } : {}),
});

async function user({ root, world, clock }: Region, ...statements: object[]) {
  const made = await root.user('operator', statements);
  return ec2Client(world, clock, made.credentials as Credentials);
}

test('UnauthorizedOperation: says who may not do what, on what, and why; without resource for reads.', async () => {
  const region = newRegion();
  const ec2 = await user(region, allow('ec2:DescribeVpcs'));
  expect((await ec2.send(new DescribeVpcsCommand({}))).Vpcs).toHaveLength(1);
  const caller = `arn:aws:iam::${accountID}:user/operator`;
  expect(await refusal(ec2.send(new DescribeVpnGatewaysCommand({})))).toEqual({
    code: 'UnauthorizedOperation',
    status: 403,
    message: `You are not authorized to perform this operation. User: ${caller} is not authorized to perform: ec2:DescribeVpnGateways because no identity-based policy allows the ec2:DescribeVpnGateways action`,
  });
  const { message } = await refusal(ec2.send(new CreateVpnGatewayCommand({ Type: 'ipsec.1' })));
  expect(message).toContain(`perform: ec2:CreateVpnGateway on resource: ${arn('vpn-gateway')} because`);
});

test('UnauthorizedOperation: a create wants its tags (aws:RequestTag) and the right to tag; the parts may be told by their tags (aws:ResourceTag).', async () => {
  const region = newRegion();
  const { vgw, cgw } = await gateways(region);
  const mine = { StringEquals: { 'aws:RequestTag/owner': 'me' } };
  const untagging = await user(region, allow('ec2:CreateVpnGateway'));
  const tagged = new CreateVpnGatewayCommand({
    Type: 'ipsec.1',
    TagSpecifications: [{ ResourceType: 'vpn-gateway', Tags: [{ Key: 'owner', Value: 'me' }] }],
  });
  expect((await refusal(untagging.send(tagged))).message).toContain('perform: ec2:CreateTags on resource');
  await untagging.send(new CreateVpnGatewayCommand({ Type: 'ipsec.1' }));
  const ec2 = await user(
    region,
    allow('ec2:CreateVpnConnection', arn('vpn-connection'), mine),
    allow('ec2:CreateVpnConnection', [arn('customer-gateway'), arn('vpn-gateway')], {
      StringEquals: { 'aws:ResourceTag/owner': 'me' },
    }),
    allow('ec2:CreateTags', arn('*'), { StringEquals: { 'ec2:CreateAction': 'CreateVpnConnection' } }),
  );
  const create = (owner: string) =>
    ec2.send(
      new CreateVpnConnectionCommand({
        Type: 'ipsec.1',
        VpnGatewayId: vgw,
        CustomerGatewayId: cgw,
        TagSpecifications: [{ ResourceType: 'vpn-connection', Tags: [{ Key: 'owner', Value: owner }] }],
      }),
    );
  const code = 'UnauthorizedOperation';
  expect((await refusal(create('you'))).message).toContain(arn('vpn-connection'));
  expect((await refusal(create('me'))).message).toContain(arn('customer-gateway', cgw));
  const tags = [{ Key: 'owner', Value: 'me' }];
  await region.ec2.send(new CreateTagsCommand({ Resources: [vgw, cgw], Tags: tags }));
  expect((await create('me')).VpnConnection?.Tags).toEqual(tags);
  // tags of what is there are another action's matter
  expect(await refusal(ec2.send(new CreateTagsCommand({ Resources: [cgw], Tags: tags })))).toMatchObject({ code });
});

test('UnauthorizedOperation: only what has the owner’s tag is deleted.', async () => {
  const region = newRegion();
  const { id } = await connected(region);
  const ec2 = await user(
    region,
    allow('ec2:DeleteVpnConnection', arn('vpn-connection'), { StringEquals: { 'aws:ResourceTag/owner': 'me' } }),
  );
  const remove = new DeleteVpnConnectionCommand({ VpnConnectionId: id });
  expect(await refusal(ec2.send(remove))).toMatchObject({ code: 'UnauthorizedOperation', status: 403 });
  await region.ec2.send(new CreateTagsCommand({ Resources: [id], Tags: [{ Key: 'owner', Value: 'me' }] }));
  await ec2.send(remove);
});

test('UnauthorizedOperation: route tables are told by their VPC (ec2:Vpc, an ARN).', async () => {
  const region = newRegion();
  const { vgw } = await gateways(region);
  const other = region.account.makeVpc({ region: seoul, cidr: '10.9.0.0/16', routeTables: [{ main: true }] });
  const inVpc = { ArnLike: { 'ec2:Vpc': arn('vpc', region.vpc.id) } };
  const ec2 = await user(region, allow('ec2:CreateRoute', arn('route-table'), inVpc));
  const route = (RouteTableId = '') =>
    ec2.send(new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: '192.168.0.0/20', GatewayId: vgw }));
  await route(region.vpc.routeTables[0]);
  expect(await refusal(route(other.routeTables[0]))).toMatchObject({ code: 'UnauthorizedOperation' });
});

test('UnauthorizedOperation: what EC2 does not show yet has no tags for a policy that asks for them; for another it is NotFound.', async () => {
  const region = newRegion();
  const make = new CreateVpnGatewayCommand({
    Type: 'ipsec.1',
    TagSpecifications: [{ ResourceType: 'vpn-gateway', Tags: [{ Key: 'owner', Value: 'me' }] }],
  });
  const mine = { StringEquals: { 'aws:ResourceTag/owner': 'me' } };
  const limited = await user(region, allow('ec2:DeleteVpnGateway', arn('vpn-gateway'), mine));
  region.world.setLag(20_000);
  const { VpnGateway: { VpnGatewayId } = {} } = await region.ec2.send(make);
  const remove = new DeleteVpnGatewayCommand({ VpnGatewayId });
  expect(await refusal(limited.send(remove))).toMatchObject({ code: 'UnauthorizedOperation' });
  expect(await refusal(region.ec2.send(remove))).toMatchObject({ code: 'InvalidVpnGatewayID.NotFound' });
  await region.clock.advance(20_000);
  await limited.send(remove);
});

test('A connection is moved by who may change the connection: the gateways that it gets are not asked about.', async () => {
  const region = newRegion();
  const { id } = await connected(region);
  const CustomerGatewayId = await customerGateway(region, '203.0.113.11');
  await region.clock.advance(minute);
  const ec2 = await user(region, allow('ec2:ModifyVpnConnection', arn('vpn-connection', id)));
  await ec2.send(new ModifyVpnConnectionCommand({ VpnConnectionId: id, CustomerGatewayId }));
});

test('DryRunOperation: who may is told so with 412, and nothing is made; who may not is refused all the same.', async () => {
  const region = newRegion();
  const create = new CreateVpnGatewayCommand({ Type: 'ipsec.1', DryRun: true });
  expect(await refusal(region.ec2.send(create))).toEqual({
    code: 'DryRunOperation',
    status: 412,
    message: 'Request would have succeeded, but DryRun flag is set.',
  });
  expect(region.account.network(seoul).vpnGateways).toEqual([]);
  expect(await refusal((await user(region)).send(create))).toMatchObject({
    code: 'UnauthorizedOperation',
    status: 403,
  });
});

test('AuthFailure, RequestExpired: a key that nobody has, a wrong secret, a clock that is wrong.', async () => {
  const { world, clock, account } = newRegion();
  const { rootKey } = account;
  const list = (credentials: Credentials) =>
    refusal(ec2Client(world, clock, credentials).send(new DescribeVpcsCommand({})));
  expect(await list({ ...rootKey, accessKeyID: 'AKIAAAAAAAAAAAAAAAAA' })).toMatchObject({
    code: 'AuthFailure',
    status: 401,
  });
  expect(await list({ ...rootKey, secretAccessKey: 'x' })).toMatchObject({ code: 'AuthFailure', status: 401 });
  const late = ec2Client(world, clock, rootKey);
  Object.defineProperty(late.config, 'systemClockOffset', {
    value: clock.now() - Date.now() - 20 * minute,
    writable: true,
  });
  expect(await refusal(late.send(new DescribeVpcsCommand({})))).toMatchObject({ code: 'RequestExpired', status: 400 });
});

test('RequestLimitExceeded: by fault rule and by rate, with 503 and without effect.', async () => {
  const region = newRegion({ rate: (service) => (service === 'ec2' ? { burst: 3, perSecond: 1 } : undefined) });
  const { ec2, world, clock, account } = region;
  const create = new CreateVpnGatewayCommand({ Type: 'ipsec.1' });
  world.faults.add({ kind: 'throttle', service: 'ec2', action: 'CreateVpnGateway', nth: 1 });
  const limited = { code: 'RequestLimitExceeded', status: 503 };
  expect(await refusal(ec2.send(create))).toMatchObject(limited);
  for (let n = 0; n < 3; n++) await ec2.send(create);
  expect(await refusal(ec2.send(create))).toMatchObject(limited);
  expect(account.network(seoul).vpnGateways).toHaveLength(3);
  await clock.advance(1000);
  await ec2.send(create);
});

test('A lost answer leaves the connection behind; asking again finds it.', async () => {
  const region = newRegion();
  const { ec2, world, account } = region;
  const { vgw, cgw } = await gateways(region);
  const create = new CreateVpnConnectionCommand({ Type: 'ipsec.1', VpnGatewayId: vgw, CustomerGatewayId: cgw });
  world.faults.add({ kind: 'answerLost', service: 'ec2', action: 'CreateVpnConnection', nth: 1 });
  await expect(ec2.send(create)).rejects.toThrow('socket hang up');
  const [left] = account.network(seoul).vpnConnections;
  expect(left).toMatchObject({ state: 'pending', customerGatewayID: cgw, vpnGatewayID: vgw });
  expect((await ec2.send(create)).VpnConnection?.VpnConnectionId).toBe(left?.id);
});

test('Regions and accounts are apart.', async () => {
  const region = newRegion();
  await customerGateway(region, '203.0.113.10');
  const { world, clock, account } = region;
  expect(account.network('us-east-1').customerGateways).toEqual([]);
  const other = ec2Client(world, clock, world.account('210987654321').rootKey);
  expect((await other.send(new DescribeVpcsCommand({}))).Vpcs).toEqual([]);
  expect((await other.send(new DescribeVpnConnectionsCommand({}))).VpnConnections).toEqual([]);
});

test('The call log has every parameter but the keys.', async () => {
  const region = newRegion();
  await connected(region, { TunnelOptions: [{ PreSharedKey: 'abcdefgh.1_A' }] });
  const create = region.world.calls.find(({ action }) => action === 'CreateVpnConnection');
  expect(create?.parameters).toMatchObject({ Type: 'ipsec.1', 'Options.TunnelOptions.1.PreSharedKey': '***' });
  expect(create).toMatchObject({ service: 'ec2', region: seoul, effect: 'write', applied: true });
});
