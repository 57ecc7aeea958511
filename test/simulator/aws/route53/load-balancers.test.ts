// SPDX-License-Identifier: GPL-3.0-or-later
import { RegisterTargetsCommand, CreateTargetGroupCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { expect, test } from '@jest/globals';
import { balancer, listener, minute, newRegion } from '../elbv2/world.ts';
import { nowhere } from './asking.ts';
import { alias } from './sets.ts';
import { a, change, create, route53Client, zone } from './world.ts';

test('An alias answers with the addresses of a load balancer, and fails over when no target of it is healthy.', async () => {
  const region = newRegion({ quotas: { route53RequestsPerSecond: 1000 } });
  const { world, clock, account, elb, vpc } = region;
  const input = { Name: 'web', Protocol: 'HTTP', Port: 80, VpcId: vpc.id, TargetType: 'ip' } as const;
  const { TargetGroups = [] } = await elb.send(new CreateTargetGroupCommand(input));
  const { TargetGroupArn = '' } = TargetGroups[0] ?? {};
  const { LoadBalancerArn = '', DNSName = '', CanonicalHostedZoneId = '' } = await balancer(region);
  await listener(region, LoadBalancerArn, TargetGroupArn);
  const target = { Id: '172.31.1.10', Port: 80 };
  await elb.send(new RegisterTargetsCommand({ TargetGroupArn, Targets: [target] }));
  const tell = (health: 'healthy' | 'unhealthy') =>
    account.tellTarget({ region: 'ap-northeast-2', group: 'web', id: target.Id, health });
  tell('healthy');
  const r53 = route53Client(world, clock, account.rootKey);
  const id = await zone({ r53, clock });
  const primary = {
    ...alias('www.example.com', `dualstack.${DNSName}`, CanonicalHostedZoneId),
    SetIdentifier: '1',
    Failover: 'PRIMARY' as const,
  };
  const secondary = a('www.example.com', '192.0.2.2', { SetIdentifier: '2', Failover: 'SECONDARY' });
  await change({ r53 }, id, ...create(primary, secondary));
  await clock.advance(10 * minute);
  const ask = () => world.route53.answer({ name: 'www.example.com', type: 'A', client: nowhere }).answers;
  const before = ask();
  expect(before.length).toBeGreaterThanOrEqual(2);
  expect(before.map(({ value }) => value)).not.toContain('192.0.2.2');
  expect(before.every(({ ttl }) => ttl === 60)).toBe(true);
  tell('unhealthy');
  await clock.advance(5 * minute);
  expect(ask().map(({ value }) => value)).toEqual(['192.0.2.2']);
});
