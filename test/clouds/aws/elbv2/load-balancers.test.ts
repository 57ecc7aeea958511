// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import {
  createListener,
  createLoadBalancer,
  createTargetGroup,
  deleteListener,
  deleteLoadBalancer,
  deleteTargetGroup,
  deregisterTarget,
  modifyListener,
  modifyTargetGroup,
  registerTarget,
  tagBalancing,
  untagBalancing,
} from '../../../../src/clouds/aws/elbv2/load-balancer-requests.ts';
import { LoadBalancers } from '../../../../src/clouds/aws/elbv2/load-balancers.ts';
import { markOf, type Tags } from '../../../../src/core/owner-mark.ts';
import { failure, minute, now, owner, seoul, sitesWorld, tokyo, type SitesWorld } from '../sites-world.ts';

const tags = markOf(owner);
const check = {
  protocol: 'HTTP',
  port: 'traffic-port',
  path: '/',
  intervalSeconds: 10,
  timeoutSeconds: 5,
  healthyThreshold: 2,
  unhealthyThreshold: 2,
  matcher: '200',
};

function region(world: SitesWorld, name = seoul) {
  const balancers = new LoadBalancers(world.session(name), world.scope);
  const { id: vpc, subnets } = world.vpcs[name] ?? { id: '', subnets: [] };
  const make = (more: { name?: string; tags?: Tags } = {}) =>
    balancers.write(createLoadBalancer({ name: 'seoul-alb', tags, ...more, subnets, securityGroups: [] }));
  const group = () => balancers.write(createTargetGroup({ name: 'TG-Seoul', vpc, port: 80, check, tags }));
  return { balancers, make, group, vpc };
}

test('A load balancer is found by its name in its region, with where an alias to it points, and its mark.', async () => {
  const world = sitesWorld();
  const { balancers, make, vpc } = region(world);
  expect(await balancers.named('seoul-alb', now)).toBeUndefined();
  await make();
  const made = world.home.balancing(seoul).loadBalancers[0];
  expect(await balancers.named('seoul-alb', now)).toMatchObject({
    arn: made?.arn,
    dnsName: made?.dnsName,
    zone: 'ZWKZPGTI48KDX',
    state: 'provisioning',
    vpc,
  });
  expect((await balancers.marked('seoul-alb', now))?.tags).toEqual(tags);
  expect(await region(world, tokyo).balancers.named('seoul-alb', now)).toBeUndefined();
  await world.clock.advance(5 * minute);
  expect((await balancers.named('seoul-alb', now))?.state).toBe('active');
});

test('One list serves whoever asks for load balancers, until something is written.', async () => {
  const world = sitesWorld();
  const { balancers, make } = region(world);
  const age = { maxAgeMs: minute };
  const lists = () => world.aws.calls.filter(({ action }) => action === 'DescribeLoadBalancers').length;
  await Promise.all(['a', 'b', 'c'].map((name) => balancers.named(name, age)));
  expect(lists()).toBe(1);
  await make();
  expect(await balancers.named('seoul-alb', age)).toBeDefined();
  expect(lists()).toBe(2);
});

test('Many load balancers come in pages, and none is missed.', async () => {
  const world = sitesWorld({ quotas: { loadBalancers: 1000 } });
  const { balancers, make } = region(world);
  for (let n = 0; n < 401; n++) await make({ name: `alb-${n}` });
  for (const name of ['alb-0', 'alb-399', 'alb-400']) expect((await balancers.named(name, now))?.name).toBe(name);
});

test('Made once more it is the same one, with the tags that it has; with other settings it is a conflict.', async () => {
  const world = sitesWorld();
  const { balancers, make } = region(world);
  await make({ tags: {} });
  await make();
  expect((await balancers.marked('seoul-alb', now))?.tags).toEqual({});
  const [first = '', second = ''] = world.vpcs[seoul]?.subnets ?? [];
  const other = { name: 'seoul-alb', subnets: [second, first], securityGroups: ['sg-1'], tags };
  expect(await failure(balancers.write(createLoadBalancer(other)))).toMatchObject({ class: 'Invalid' });
  const arn = world.home.balancing(seoul).loadBalancers[0]?.arn ?? '';
  await balancers.write(tagBalancing(arn, tags));
  expect((await balancers.marked('seoul-alb', now))?.tags).toEqual(tags);
  await balancers.write(untagBalancing(arn, tags));
  expect(await balancers.fresh(arn)).toEqual({ tags: {} });
});

test('Listeners redirect to HTTPS or forward, and are changed in place.', async () => {
  const world = sitesWorld();
  const { balancers, make, group } = region(world);
  await make();
  await group();
  const balancer = (await balancers.named('seoul-alb', now))?.arn ?? '';
  const target = await balancers.targetGroup('TG-Seoul', now);
  expect(target).toMatchObject({ name: 'TG-Seoul', port: 80, check, tags, loadBalancers: [] });
  const targetGroup = target?.arn ?? '';
  const http = { port: 80, protocol: 'HTTP' } as const;
  await balancers.write(createListener(balancer, { ...http, action: { type: 'ToHTTPS' } }, tags));
  expect(await balancers.listeners(balancer, now)).toMatchObject([{ ...http, action: { type: 'ToHTTPS' } }]);
  const arn = (await balancers.listeners(balancer, now))[0]?.arn ?? '';
  const forward = { type: 'Forward', targetGroup } as const;
  await balancers.write(modifyListener(arn, { ...http, action: forward }));
  expect(await balancers.listeners(balancer, now)).toMatchObject([{ ...http, action: forward }]);
  await balancers.write(modifyTargetGroup(targetGroup, { ...check, path: '/health' }));
  expect((await balancers.targetGroup('TG-Seoul', now))?.check.path).toBe('/health');
  expect(await failure(balancers.write(deleteTargetGroup(targetGroup)))).toMatchObject({ reason: 'Conflict' });
  await balancers.write(deleteListener(arn));
  await balancers.write(deleteTargetGroup(targetGroup));
  expect(await balancers.targetGroup('TG-Seoul', now)).toBeUndefined();
});

test('A certificate that is not issued, a target that does not run, a quota: what passes and what does not.', async () => {
  const world = sitesWorld({ quotas: { loadBalancers: 1 } });
  const { balancers, make, group } = region(world);
  await make();
  await group();
  const balancer = (await balancers.named('seoul-alb', now))?.arn ?? '';
  const targetGroup = (await balancers.targetGroup('TG-Seoul', now))?.arn ?? '';
  const certificate = `arn:aws:acm:${seoul}:123456789012:certificate/0`;
  const action = { type: 'Forward', targetGroup } as const;
  const policy = 'ELBSecurityPolicy-TLS13-1-2-2021-06';
  const https = { port: 443, protocol: 'HTTPS', action, certificate, policy } as const;
  const passing = { class: 'Transient', reason: 'Conflict' };
  const create = createListener(balancer, https, tags);
  expect(create.input).toMatchObject({ SslPolicy: policy });
  expect(await failure(balancers.write(create))).toMatchObject(passing);
  const register = balancers.write(registerTarget(targetGroup, 'i-0123456789abcdef0'));
  expect(await failure(register)).toMatchObject(passing);
  expect(await failure(make({ name: 'another' }))).toMatchObject({ class: 'Denied', reason: 'QuotaReached' });
  await balancers.write(deregisterTarget(targetGroup, 'i-0123456789abcdef0'));
  expect(await balancers.targets(targetGroup, now)).toEqual([]);
});

test('What is gone is nothing, not an error; to delete it again neither.', async () => {
  const world = sitesWorld();
  const { balancers, make } = region(world);
  await make();
  const { arn = '' } = (await balancers.named('seoul-alb', now)) ?? {};
  await balancers.write(deleteLoadBalancer(arn));
  await balancers.write(deleteLoadBalancer(arn));
  expect(await balancers.fresh(arn)).toBeUndefined();
  expect(await balancers.listeners(arn, now)).toEqual([]);
  expect(await balancers.targets(arn.replace('loadbalancer/app', 'targetgroup'), now)).toEqual([]);
});
