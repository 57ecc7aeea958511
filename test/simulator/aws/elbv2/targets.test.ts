// SPDX-License-Identifier: GPL-3.0-or-later
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  CreateListenerCommand,
  CreateTargetGroupCommand,
  DeleteLoadBalancerCommand,
  DeleteTargetGroupCommand,
  DeregisterTargetsCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ModifyListenerCommand,
  ModifyTargetGroupCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { expect, test } from '@jest/globals';
import { balancerInDns } from '../../../../src/simulator/aws/elbv2/dns.ts';
import { elbTimes } from '../../../../src/simulator/aws/elbv2/times.ts';
import { ec2Times } from '../../../../src/simulator/aws/ec2/times.ts';
import { fromJson } from '../../../../src/simulator/kernel/snapshot.ts';
import type { AwsState } from '../../../../src/simulator/aws/state.ts';
import { seoul } from '../client.ts';
import {
  balancer,
  forward,
  group,
  health,
  instance,
  listener,
  minute,
  newRegion,
  refusal,
  second,
  type Region,
} from './world.ts';

async function openPort(region: Region, FromPort = 80): Promise<void> {
  const IpPermissions = [{ IpProtocol: 'tcp', FromPort, ToPort: FromPort, IpRanges: [{ CidrIp: '10.26.0.0/16' }] }];
  const GroupId = `sg-${region.vpc.id.slice(4)}`;
  await region.ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
}

test('A target group has AWS’s defaults, knows its load balancers, and changes its check in place.', async () => {
  const region = newRegion();
  const arn = await group(region);
  const { LoadBalancerArn = '' } = await balancer(region);
  await listener(region, LoadBalancerArn, arn);
  const change = { TargetGroupArn: arn, HealthCheckPath: '/health', Matcher: { HttpCode: '200-299' } };
  await region.elb.send(new ModifyTargetGroupCommand(change));
  const { TargetGroups = [] } = await region.elb.send(new DescribeTargetGroupsCommand({ LoadBalancerArn }));
  expect(TargetGroups).toMatchObject([
    {
      TargetGroupName: 'TG-Seoul',
      HealthCheckIntervalSeconds: 30,
      HealthCheckTimeoutSeconds: 5,
      HealthyThresholdCount: 5,
      UnhealthyThresholdCount: 2,
      HealthCheckPath: '/health',
      Matcher: { HttpCode: '200-299' },
      TargetType: 'instance',
      LoadBalancerArns: [LoadBalancerArn],
    },
  ]);
});

test('DuplicateTargetGroupName: the same settings are the same group, others are refused.', async () => {
  const region = newRegion();
  expect(await group(region)).toBe(await group(region));
  const input = { Name: 'TG-Seoul', Protocol: 'HTTP', Port: 8080, VpcId: region.vpc.id } as const;
  expect(await refusal(region.elb.send(new CreateTargetGroupCommand(input)))).toMatchObject({
    code: 'DuplicateTargetGroupName',
    status: 400,
  });
});

test('TooManyTargetGroups: the quota of the region.', async () => {
  const region = newRegion({ quotas: { targetGroups: 1 } });
  await group(region);
  expect(await refusal(group(region, 'another'))).toMatchObject({ code: 'TooManyTargetGroups' });
});

test('ResourceInUse: a group that a listener sends to; afterwards it goes, and once more without an error.', async () => {
  const region = newRegion();
  const arn = await group(region);
  const { LoadBalancerArn = '' } = await balancer(region);
  await listener(region, LoadBalancerArn, arn);
  const drop = () => region.elb.send(new DeleteTargetGroupCommand({ TargetGroupArn: arn }));
  expect(await refusal(drop())).toEqual({
    code: 'ResourceInUse',
    status: 400,
    message: `Target group '${arn}' is currently in use by a listener or a rule`,
  });
  await region.elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }));
  await drop();
  await drop();
});

test('TargetGroupNotFound, ValidationError: what is looked at or made of nothing.', async () => {
  const region = newRegion();
  const Names = ['TG-Tokyo'];
  expect(await refusal(region.elb.send(new DescribeTargetGroupsCommand({ Names })))).toMatchObject({
    code: 'TargetGroupNotFound',
    status: 400,
  });
  const input = { Name: 'a', Protocol: 'HTTP', Port: 80, VpcId: 'vpc-0123456789abcdef0' } as const;
  expect(await refusal(region.elb.send(new CreateTargetGroupCommand(input)))).toMatchObject({
    code: 'ValidationError',
  });
  const slow = { TargetGroupArn: await group(region), HealthCheckTimeoutSeconds: 30 };
  expect(await refusal(region.elb.send(new ModifyTargetGroupCommand(slow)))).toMatchObject({ code: 'ValidationError' });
});

test('InvalidTarget: an instance that is not there, or does not run yet.', async () => {
  const region = newRegion();
  const arn = await group(region);
  const register = (Id: string) =>
    refusal(region.elb.send(new RegisterTargetsCommand({ TargetGroupArn: arn, Targets: [{ Id }] })));
  expect(await register('i-0123456789abcdef0')).toMatchObject({ code: 'InvalidTarget', status: 400 });
  const id = await instance(region);
  await region.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
  expect(await register(id)).toMatchObject({ code: 'InvalidTarget' });
});

test('A target is unused, then initial, then healthy once its instance has booted and is let in to; Route 53 sees the same.', async () => {
  const region = newRegion();
  const { clock, world } = region;
  const arn = await group(region);
  const id = await instance(region, arn);
  expect(await health(region, arn)).toEqual(['unused Target.NotInUse']);
  const { GroupId = '' } = await region.ec2.send(
    new CreateSecurityGroupCommand({ GroupName: 'SG-ALB', Description: 'web', VpcId: region.vpc.id }),
  );
  const { LoadBalancerArn = '', DNSName = '' } = await balancer(region, { SecurityGroups: [GroupId] });
  await listener(region, LoadBalancerArn, arn);
  const inDns = () => {
    const state = fromJson(world.snapshot()) as AwsState;
    return balancerInDns({ state, ec2Times }, `dualstack.${DNSName.toUpperCase()}.`, clock.now());
  };
  expect(await health(region, arn)).toEqual(['initial Elb.RegistrationInProgress']);
  expect(inDns()).toMatchObject({ healthy: false });
  await clock.advance(elbTimes.provisioning);
  expect(await health(region, arn)).toEqual(['initial Elb.InitialHealthChecking']);
  await clock.advance(30 * second);
  // nobody has opened the port of the default group
  expect(await health(region, arn)).toEqual(['unhealthy Target.Timeout']);
  await openPort(region);
  expect(await health(region, arn)).toEqual(['healthy']);
  expect(inDns()).toMatchObject({ healthy: true });
  expect(inDns()?.addresses).toHaveLength(2);
  region.account.tellTarget({ region: seoul, group: 'TG-Seoul', id, health: 'unhealthy' });
  expect(await health(region, arn)).toEqual(['unhealthy Target.FailedHealthChecks']);
  expect(inDns()).toMatchObject({ healthy: false });
  region.account.tellTarget({ region: seoul, group: 'TG-Seoul', id, health: undefined });
  await region.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
  expect(await health(region, arn)).toEqual(['unused Target.InvalidState']);
  expect(inDns()).toMatchObject({ healthy: false });
  expect(balancerInDns({ state: fromJson(world.snapshot()) as AwsState, ec2Times }, 'else.where', 0)).toBeUndefined();
});

test('A deregistered target drains for 300 seconds where a load balancer uses the group; one that is not there is no error.', async () => {
  const region = newRegion();
  const { clock, elb } = region;
  const arn = await group(region);
  const Id = await instance(region, arn);
  const deregister = (id: string) =>
    elb.send(new DeregisterTargetsCommand({ TargetGroupArn: arn, Targets: [{ Id: id }] }));
  await deregister(Id);
  expect(await health(region, arn)).toEqual([]);
  const { LoadBalancerArn = '' } = await balancer(region);
  await listener(region, LoadBalancerArn, arn);
  await elb.send(new RegisterTargetsCommand({ TargetGroupArn: arn, Targets: [{ Id }] }));
  await clock.advance(5 * minute);
  await deregister(Id);
  await deregister('i-0123456789abcdef0');
  expect(await health(region, arn)).toEqual(['draining Target.DeregistrationInProgress']);
  await clock.advance(5 * minute - 1);
  expect(await health(region, arn)).toHaveLength(1);
  await clock.advance(1);
  expect(await health(region, arn)).toEqual([]);
  const asked = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: arn, Targets: [{ Id, Port: 80 }] }));
  expect(asked.TargetHealthDescriptions?.[0]?.TargetHealth).toMatchObject({ Reason: 'Target.NotRegistered' });
});

test('A target that drains comes back when it is registered again, and starts anew.', async () => {
  const region = newRegion();
  const arn = await group(region);
  const Id = await instance(region, arn);
  const { LoadBalancerArn = '' } = await balancer(region);
  await listener(region, LoadBalancerArn, arn);
  await openPort(region);
  await region.clock.advance(5 * minute);
  const Targets = [{ Id }];
  await region.elb.send(new DeregisterTargetsCommand({ TargetGroupArn: arn, Targets }));
  await region.elb.send(new RegisterTargetsCommand({ TargetGroupArn: arn, Targets }));
  expect(await health(region, arn)).toEqual(['initial Elb.InitialHealthChecking']);
  await region.clock.advance(30 * second);
  expect(await health(region, arn)).toEqual(['healthy']);
});

test('Targets are checked as long as their load balancer uses the group, whichever of its listeners does.', async () => {
  const region = newRegion();
  const { elb, clock } = region;
  const arn = await group(region);
  await instance(region, arn);
  const { LoadBalancerArn = '' } = await balancer(region);
  const first = await listener(region, LoadBalancerArn, arn);
  await openPort(region);
  await clock.advance(5 * minute);
  expect(await health(region, arn)).toEqual(['healthy']);
  const DefaultActions = forward(arn);
  await elb.send(new CreateListenerCommand({ LoadBalancerArn, Protocol: 'HTTP', Port: 8080, DefaultActions }));
  const RedirectConfig = { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' } as const;
  const away = [{ Type: 'redirect', RedirectConfig }] as const;
  await elb.send(new ModifyListenerCommand({ ListenerArn: first, DefaultActions: [...away] }));
  expect(await health(region, arn)).toEqual(['healthy']);
  await elb.send(new ModifyListenerCommand({ ListenerArn: first, DefaultActions }));
  expect(await health(region, arn)).toEqual(['healthy']);
});
