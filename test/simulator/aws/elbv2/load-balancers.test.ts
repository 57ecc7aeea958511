// SPDX-License-Identifier: GPL-3.0-or-later
import {
  AddTagsCommand,
  CreateTargetGroupCommand,
  DeleteLoadBalancerCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
  ModifyLoadBalancerAttributesCommand,
  RemoveTagsCommand,
  SetSecurityGroupsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { DeleteSecurityGroupCommand, CreateSecurityGroupCommand, DeleteSubnetCommand } from '@aws-sdk/client-ec2';
import { expect, test } from '@jest/globals';
import { accountID, seoul } from '../client.ts';
import { balancer, clientsOf, group, listener, minute, newRegion, refusal } from './world.ts';

test('A load balancer over two zones is provisioning, then active; its name in DNS and its zone are those of its region.', async () => {
  const region = newRegion();
  const { elb, clock, vpc } = region;
  const made = await balancer(region);
  expect(made).toMatchObject({
    LoadBalancerName: 'seoul-alb',
    CanonicalHostedZoneId: 'ZWKZPGTI48KDX',
    Scheme: 'internet-facing',
    Type: 'application',
    VpcId: vpc.id,
    State: { Code: 'provisioning' },
    SecurityGroups: [`sg-${vpc.id.slice(4)}`],
    CreatedTime: new Date(clock.now()),
  });
  expect(made.LoadBalancerArn).toMatch(
    new RegExp(`^arn:aws:elasticloadbalancing:${seoul}:${accountID}:loadbalancer/app/seoul-alb/[0-9a-f]{16}$`),
  );
  expect(made.DNSName).toMatch(new RegExp(`^seoul-alb-\\d{10}\\.${seoul}\\.elb\\.amazonaws\\.com$`));
  expect(made.AvailabilityZones?.map(({ ZoneName }) => ZoneName)).toEqual([`${seoul}a`, `${seoul}c`]);
  await clock.advance(3 * minute);
  const { LoadBalancers = [] } = await elb.send(new DescribeLoadBalancersCommand({ Names: ['seoul-alb'] }));
  expect(LoadBalancers[0]?.State).toEqual({ Code: 'active' });
});

test.each([
  ['ap-northeast-1', 'Z14GRHDCWA56QT'],
  ['us-east-1', 'Z35SXDOTRQ7X7K'],
  ['us-west-2', 'Z1H1FL5HABSF5'],
  ['eu-west-1', 'Z32O12XQLNTSW2'],
  ['eu-west-2', 'ZHURV8PSTC4K8'],
  ['eu-central-1', 'Z215JYRZR1TBD5'],
])('Load balancers in %s are in the hosted zone %s.', async (name, zone) => {
  const region = newRegion({}, name);
  expect((await balancer(region)).CanonicalHostedZoneId).toBe(zone);
});

test('ValidationError: one subnet is not enough, and a name has at most 32 characters.', async () => {
  const region = newRegion();
  const [first = ''] = region.vpc.subnets;
  expect(await refusal(balancer(region, { Subnets: [first] }))).toEqual({
    code: 'ValidationError',
    status: 400,
    message: 'At least two subnets in two different Availability Zones must be specified',
  });
  expect(await refusal(balancer(region, { Name: 'a'.repeat(33) }))).toMatchObject({ code: 'ValidationError' });
  expect(await refusal(balancer(region, { Name: 'internal-a' }))).toMatchObject({ code: 'ValidationError' });
  expect(region.account.balancing(seoul).loadBalancers).toEqual([]);
});

test('InvalidConfigurationRequest: two subnets of one zone, or of two VPCs.', async () => {
  const region = newRegion();
  const [first = '', , third = ''] = region.vpc.subnets;
  const code = 'InvalidConfigurationRequest';
  expect(await refusal(balancer(region, { Subnets: [first, third] }))).toMatchObject({ code, status: 400 });
  const other = region.account.makeVpc({
    region: seoul,
    cidr: '10.9.0.0/16',
    subnets: [{ cidr: '10.9.0.0/24', zone: `${seoul}c` }],
  });
  expect(await refusal(balancer(region, { Subnets: [first, other.subnets[0] ?? ''] }))).toMatchObject({ code });
});

test('SubnetNotFound, InvalidSecurityGroup: what it stands on must be there, and in the same VPC.', async () => {
  const region = newRegion();
  const [first = ''] = region.vpc.subnets;
  const Subnets = [first, 'subnet-0123456789abcdef0'];
  expect(await refusal(balancer(region, { Subnets }))).toMatchObject({ code: 'SubnetNotFound', status: 400 });
  const code = 'InvalidSecurityGroup';
  expect(await refusal(balancer(region, { SecurityGroups: ['sg-0123456789abcdef0'] }))).toMatchObject({ code });
  const other = region.account.makeVpc({ region: seoul, cidr: '10.9.0.0/16' });
  const foreign = `sg-${other.id.slice(4)}`;
  expect(await refusal(balancer(region, { SecurityGroups: [foreign] }))).toMatchObject({ code });
});

test('SetSecurityGroups: these and no others; of the same VPC, of a load balancer that is there.', async () => {
  const region = newRegion();
  const { LoadBalancerArn = '' } = await balancer(region);
  const set = (arn: string, ...SecurityGroups: string[]) =>
    region.elb.send(new SetSecurityGroupsCommand({ LoadBalancerArn: arn, SecurityGroups }));
  const input = { GroupName: 'web', Description: 'web', VpcId: region.vpc.id };
  const { GroupId = '' } = await region.ec2.send(new CreateSecurityGroupCommand(input));
  expect((await set(LoadBalancerArn, GroupId)).SecurityGroupIds).toEqual([GroupId]);
  expect(region.account.balancing(seoul).loadBalancers).toMatchObject([{ securityGroups: [GroupId] }]);
  const nobody = 'sg-0123456789abcdef0';
  expect(await refusal(set(LoadBalancerArn, nobody))).toMatchObject({ code: 'InvalidSecurityGroup', status: 400 });
  expect(await refusal(set(LoadBalancerArn))).toMatchObject({ code: 'InvalidConfigurationRequest' });
  expect(await refusal(set(`${LoadBalancerArn}0`, GroupId))).toMatchObject({ code: 'LoadBalancerNotFound' });
});

test('DuplicateLoadBalancerName: the same settings are the same load balancer, whose tags stay as they are; others are refused.', async () => {
  const region = newRegion();
  const first = await balancer(region, { Tags: [{ Key: 'owner', Value: 'me' }] });
  const again = await balancer(region, { Tags: [{ Key: 'owner', Value: 'you' }] });
  expect(again.LoadBalancerArn).toBe(first.LoadBalancerArn);
  expect(region.account.balancing(seoul).loadBalancers).toMatchObject([{ tags: { owner: 'me' } }]);
  expect(await refusal(balancer(region, { Scheme: 'internal' }))).toEqual({
    code: 'DuplicateLoadBalancerName',
    status: 400,
    message: "A load balancer with the same name 'seoul-alb' exists, but with different settings",
  });
});

test('TooManyLoadBalancers: the quota of the region.', async () => {
  const region = newRegion({ quotas: { loadBalancers: 1 } });
  await balancer(region);
  expect(await refusal(balancer(region, { Name: 'another' }))).toMatchObject({ code: 'TooManyLoadBalancers' });
});

test('LoadBalancerNotFound: a look by a name or an ARN that is not there; others’ regions are not seen.', async () => {
  const region = newRegion();
  const code = 'LoadBalancerNotFound';
  const look = (input: object) => refusal(region.elb.send(new DescribeLoadBalancersCommand(input)));
  expect(await look({ Names: ['seoul-alb'] })).toMatchObject({ code, status: 400 });
  const { LoadBalancerArn = '' } = await balancer(region);
  expect(await look({ Names: ['seoul-alb', 'tokyo-alb'] })).toMatchObject({ code });
  expect(await look({ LoadBalancerArns: [`${LoadBalancerArn}0`] })).toMatchObject({ code });
  expect((await region.elb.send(new DescribeLoadBalancersCommand({}))).LoadBalancers).toHaveLength(1);
});

test('What was made is not seen before its time has come: LoadBalancerNotFound.', async () => {
  const region = newRegion({ lagMs: (service) => (service === 'elasticloadbalancing' ? 5000 : 0) });
  const { LoadBalancerArn } = await balancer(region);
  const look = () => region.elb.send(new DescribeListenersCommand({ LoadBalancerArn }));
  expect(await refusal(look())).toMatchObject({ code: 'LoadBalancerNotFound' });
  await region.clock.advance(5000);
  expect((await look()).Listeners).toEqual([]);
});

test('A deleted load balancer takes its listeners with it; to delete it again is no error; groups and subnets are held a little longer.', async () => {
  const region = newRegion();
  const { elb, ec2, account, clock, vpc } = region;
  const { GroupId = '' } = await ec2.send(
    new CreateSecurityGroupCommand({ GroupName: 'SG-ALB', Description: 'web', VpcId: vpc.id }),
  );
  const { LoadBalancerArn = '' } = await balancer(region, { SecurityGroups: [GroupId] });
  await listener(region, LoadBalancerArn, await group(region));
  const code = 'DependencyViolation';
  const drop = () => ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
  const dropSubnet = () => ec2.send(new DeleteSubnetCommand({ SubnetId: vpc.subnets[0] }));
  expect(await refusal(drop())).toMatchObject({ code, message: `resource ${GroupId} has a dependent object` });
  await elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }));
  await elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }));
  expect(account.balancing(seoul)).toMatchObject({ loadBalancers: [], listeners: [], targetGroups: [{}] });
  expect(await refusal(drop())).toMatchObject({ code });
  expect(await refusal(dropSubnet())).toMatchObject({ code });
  await clock.advance(minute);
  await drop();
  await dropSubnet();
});

test('OperationNotPermitted: deletion protection.', async () => {
  const region = newRegion();
  const { LoadBalancerArn = '' } = await balancer(region);
  const protect = (Value: string) => {
    const Attributes = [{ Key: 'deletion_protection.enabled', Value }];
    return region.elb.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn, Attributes }));
  };
  const drop = () => region.elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }));
  await protect('true');
  expect(await refusal(drop())).toMatchObject({ code: 'OperationNotPermitted', status: 400 });
  expect(await refusal(protect('yes'))).toMatchObject({ code: 'ValidationError' });
  await protect('false');
  await drop();
});

test('Tags come and go: DuplicateTagKeys, TooManyTags are refused, and nothing of it is done.', async () => {
  const region = newRegion();
  const { elb } = region;
  const { LoadBalancerArn = '' } = await balancer(region);
  const arn = await group(region);
  const ResourceArns = [LoadBalancerArn, arn];
  const tag = (...Tags: { Key: string; Value: string }[]) => elb.send(new AddTagsCommand({ ResourceArns, Tags }));
  await tag({ Key: 'a', Value: '1' }, { Key: 'b', Value: '2' });
  await elb.send(new RemoveTagsCommand({ ResourceArns, TagKeys: ['a'] }));
  const { TagDescriptions = [] } = await elb.send(new DescribeTagsCommand({ ResourceArns }));
  expect(TagDescriptions).toEqual(
    ResourceArns.map((ResourceArn) => ({ ResourceArn, Tags: [{ Key: 'b', Value: '2' }] })),
  );
  const twice = [1, 2].map((n) => ({ Key: 'c', Value: String(n) }));
  expect(await refusal(tag(...twice))).toMatchObject({ code: 'DuplicateTagKeys', status: 400 });
  const many = Array.from({ length: 50 }, (_, n) => ({ Key: `k${n}`, Value: '' }));
  expect(await refusal(tag(...many))).toMatchObject({ code: 'TooManyTags', status: 400 });
  expect(region.account.balancing(seoul).targetGroups).toMatchObject([{ tags: { b: '2' } }]);
});

test('AccessDenied: a load balancer with tags needs the right to tag, and rights may go by tags.', async () => {
  const region = newRegion();
  const mine = { StringEquals: { 'aws:ResourceTag/owner': 'me' } };
  const allow = (Action: string, Condition?: object) => ({
    Effect: 'Allow',
    Action: `elasticloadbalancing:${Action}`,
    Resource: '*',
    ...(Condition ? { Condition } : {}),
  });
  const user = await region.root.user('operator', [allow('CreateLoadBalancer'), allow('DeleteLoadBalancer', mine)]);
  const operator = { ...region, ...clientsOf(region.world, region.clock, user.credentials ?? region.account.rootKey) };
  const Tags = [{ Key: 'owner', Value: 'me' }];
  const refused = await refusal(balancer(operator, { Tags }));
  expect(refused).toMatchObject({ code: 'AccessDenied', status: 403 });
  expect(refused.message).toContain('perform: elasticloadbalancing:AddTags on resource: arn:aws:elasticloadbalancing');
  const { LoadBalancerArn = '' } = await balancer(operator);
  const drop = () => operator.elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }));
  expect(await refusal(drop())).toMatchObject({ code: 'AccessDenied' });
  await region.elb.send(new AddTagsCommand({ ResourceArns: [LoadBalancerArn], Tags }));
  await drop();
  const create = new CreateTargetGroupCommand({ Name: 'a', Protocol: 'HTTP', Port: 80, VpcId: region.vpc.id });
  expect(await refusal(operator.elb.send(create))).toMatchObject({ code: 'AccessDenied' });
});
