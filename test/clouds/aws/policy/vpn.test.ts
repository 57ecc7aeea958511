// SPDX-License-Identifier: GPL-3.0-or-later
/** What SiteVpn's policy does not let its holder do, and what it is like to live with: lag, and a mark that is missing. */
import { expect, test } from '@jest/globals';
import { operatorPolicy, operatorStatements } from '../../../../src/clouds/aws/policy/operator.ts';
import { write, type AwsRequest } from '../../../../src/clouds/aws/request.ts';
import { markOf, type Tags } from '../../../../src/core/owner-mark.ts';
import { account, statusOf } from '../../../kinds/stage.ts';
import { makeOfficeVpc, region } from '../../../kinds/site-vpn/office.ts';
import { written } from '../../../kinds/site-vpn/stories.ts';
import { castWith, denialsOf, roleSession } from '../cast.ts';

const vpn = { cluster: 'cluster-1', vpcs: ['vpc-*'], gateways: [] };
const statements = operatorStatements('SiteVpn');
const always = statements.filter(({ feature }) => feature === 'always');
const tagsOf = (cluster: string) => markOf({ uid: 'u', cluster, object: 'SiteVpn/default/office' });
const list = (tags: Tags) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
const tagged = (ResourceType: string, tags: Tags) => ({ TagSpecifications: [{ ResourceType, Tags: list(tags) }] });

interface Answer {
  readonly VpnGateway: { readonly VpnGatewayId: string };
}

/** The operator's role, in somebody else's hands, beside a gateway of each: ours, another cluster's, nobody's. */
async function holder(vpcs: readonly string[] = vpn.vpcs, given = statements) {
  const cast = await castWith(operatorPolicy({ partition: 'aws', vpn: { ...vpn, vpcs } }, given), { kind: 'SiteVpn' });
  const { stage, root } = cast;
  const vpc = makeOfficeVpc(stage);
  const made = async (more: AwsRequest['input']) =>
    (await root.send<Answer>(write('ec2', 'CreateVpnGateway', { Type: 'ipsec.1', ...more }))).VpnGateway.VpnGatewayId;
  const [ours, others, nobodys] = [
    await made(tagged('vpn-gateway', tagsOf('cluster-1'))),
    await made(tagged('vpn-gateway', tagsOf('cluster-2'))),
    await made({}),
  ];
  const role = await roleSession(stage);
  const refusal = async (action: string, input: AwsRequest['input'], as = role): Promise<string | undefined> => {
    const request: AwsRequest = write('ec2', action, input);
    await as.send(request).catch(() => undefined);
    return stage.aws.calls.at(-1)?.errorCode;
  };
  const gateways = () => stage.aws.account(account).network(region).vpnGateways;
  return { stage, root, vpc, ours, others, nobodys, refusal, gateways };
}

const unauthorized = 'UnauthorizedOperation';

test("attack-29: who holds it changes only what bears its cluster's mark.", async () => {
  const { ours, others, nobodys, refusal } = await holder();
  for (const VpnGatewayId of [others, nobodys]) {
    expect(await refusal('DeleteVpnGateway', { VpnGatewayId })).toBe(unauthorized);
    expect(await refusal('DeleteTags', { Resources: [VpnGatewayId] })).toBe(unauthorized);
  }
  expect(await refusal('CreateTags', { Resources: [others], Tags: list(tagsOf('cluster-1')) })).toBe(unauthorized);
  expect(await refusal('DeleteVpnGateway', { VpnGatewayId: ours })).toBeUndefined();
});

test('attack-29: no connection is made on gateways without the mark.', async () => {
  const { ours, nobodys, refusal, root, stage } = await holder();
  const device = { Type: 'ipsec.1', BgpAsn: 65_000, IpAddress: '203.0.113.10' };
  const made = async (more: AwsRequest['input']) =>
    (
      await root.send<{ CustomerGateway: { CustomerGatewayId: string } }>(
        write('ec2', 'CreateCustomerGateway', { ...device, ...more }),
      )
    ).CustomerGateway.CustomerGatewayId;
  const [mine, theirs] = [await made(tagged('customer-gateway', tagsOf('cluster-1'))), await made({ DeviceName: 'x' })];
  await stage.clock.advance(60_000);
  const between = (CustomerGatewayId: string, VpnGatewayId: string) =>
    refusal('CreateVpnConnection', {
      Type: 'ipsec.1',
      CustomerGatewayId,
      VpnGatewayId,
      ...tagged('vpn-connection', tagsOf('cluster-1')),
    });
  expect(await between(theirs, ours)).toBe(unauthorized);
  expect(await between(mine, nobodys)).toBe(unauthorized);
  expect(await between(mine, ours)).toBeUndefined();
  // whether a service tells a request's tags for each of its resources or only for those that get them, is not told everywhere
  const byRequest = operatorPolicy({ partition: 'aws', vpn }, statements).Statement.filter(
    ({ Action, Condition }) =>
      Action.includes('ec2:CreateVpnConnection') && JSON.stringify(Condition).includes('RequestTag'),
  );
  expect(byRequest.map(({ Resource }) => Resource)).toEqual([['arn:aws:ec2:*:*:vpn-connection/*']]);
});

test('attack-29: without the statement for adoption what nobody marked cannot be marked.', async () => {
  const request = { Tags: list(tagsOf('cluster-1')) };
  const { nobodys, refusal } = await holder(vpn.vpcs, always);
  expect(await refusal('CreateTags', { Resources: [nobodys], ...request })).toBe(unauthorized);
  const adopting = await holder();
  expect(await adopting.refusal('CreateTags', { Resources: [adopting.nobodys], ...request })).toBeUndefined();
});

test('attack-29: what is made has to bear the mark of its cluster, and no other.', async () => {
  const { refusal, gateways } = await holder();
  const before = gateways().length;
  for (const more of [{}, tagged('vpn-gateway', tagsOf('cluster-2')), tagged('vpn-gateway', { Name: 'x' })])
    expect(await refusal('CreateVpnGateway', { Type: 'ipsec.1', ...more })).toBe(unauthorized);
  expect(gateways()).toHaveLength(before);
  const ours = tagged('vpn-gateway', tagsOf('cluster-1'));
  expect(await refusal('CreateVpnGateway', { Type: 'ipsec.1', ...ours })).toBeUndefined();
});

test('attack-29: route tables and attachments of other VPCs stay.', async () => {
  const { stage, vpc, ours, refusal } = await holder(['vpc-00000000000000000']);
  expect(await refusal('AttachVpnGateway', { VpnGatewayId: ours, VpcId: vpc })).toBe(unauthorized);
  const [table] = stage.aws.account(account).network(region).routeTables;
  const route = { RouteTableId: table?.id, DestinationCidrBlock: '0.0.0.0/0', GatewayId: ours };
  expect(await refusal('CreateRoute', route)).toBe(unauthorized);
  expect(await refusal('DeleteRoute', { RouteTableId: table?.id, DestinationCidrBlock: '0.0.0.0/0' })).toBe(
    unauthorized,
  );
});

test('No statement is a wildcard, and each that changes something names what, or whose.', () => {
  const chosen = { partition: 'aws', vpn: { ...vpn, vpcs: ['vpc-1'], gateways: ['vgw-1'] } };
  for (const { Action, Resource, Condition } of operatorPolicy(chosen, statements).Statement) {
    expect(Action.filter((action) => action.includes('*'))).toEqual([]);
    if (Action.every((action) => /^(ec2:Describe|iam:Simulate)/.test(action))) continue;
    for (const resource of Resource) expect(resource).toMatch(/^arn:aws:ec2:\*:\*:[a-z-]+\/(vpc-1|vgw-1|\*)$/);
    if (Resource.some((resource) => resource.endsWith('/*'))) expect(Condition).toBeDefined();
  }
});

test('A gateway of others that no one named gets no statement.', () => {
  const names = operatorPolicy({ partition: 'aws', vpn }, statements).Statement.map(({ Sid }) => Sid);
  expect(names).not.toContain('VpnUseOthers');
});

test('With exactly its policy, where EC2 shows late what was made: refusals for the mark that does not show yet pass, and nothing stalls.', async () => {
  const cast = await castWith(operatorPolicy({ partition: 'aws', vpn }, always), {
    kind: 'SiteVpn',
    giveUp: () => false,
  });
  const { stage } = cast;
  makeOfficeVpc(stage);
  stage.aws.setLag((service) => (service === 'ec2' ? 20_000 : 0));
  await stage.apply(written(cast));
  const stalls: unknown[] = [];
  await stage.until('office', (object, { next }) => {
    if (statusOf(object, 'Stalled') === 'True') stalls.push(object.status);
    return next === 'later' && statusOf(object, 'Synced') === 'True';
  });
  expect(stalls).toEqual([]);
  expect(stage.aws.calls.filter(({ errorCode }) => errorCode === unauthorized)).not.toEqual([]);
});

test.each(['Observe', 'Plan'])(
  'For an object that is only looked at (%s) the statement VpnLook is enough.',
  async (managementPolicy) => {
    const look = statements.filter(({ sid }) => sid === 'VpnLook');
    const cast = await castWith(operatorPolicy({ partition: 'aws', vpn }, look), { kind: 'SiteVpn' });
    const { stage } = cast;
    makeOfficeVpc(stage);
    const { name, spec } = written(cast);
    await stage.apply({ name, spec: { ...spec, managementPolicy } });
    await stage.until(name, (_object, { next }) => next === 'later');
    expect(denialsOf(stage)).toEqual([]);
  },
);
