// SPDX-License-Identifier: GPL-3.0-or-later
/** Runbook 2's last step: a failover between load balancers of two regions, by the whole operator. */
import { expect, test } from '@jest/globals';
import { Aws } from '../../../src/clouds/aws/aws.ts';
import { createLoadBalancer } from '../../../src/clouds/aws/elbv2/load-balancer-requests.ts';
import { unfenced } from '../../../src/wire/guard.ts';
import { createWire } from '../../../src/wire/wire.ts';
import { city, gslb, type City } from './city.ts';

const account = '123456789012';
const [seoul, tokyo] = ['ap-northeast-2', 'ap-northeast-1'];

async function makeBalancer({ aws, clock }: City, region: string, name: string): Promise<void> {
  const home = aws.account(account);
  const { subnets } = home.makeVpc({
    region,
    cidr: '10.26.0.0/16',
    subnets: ['a', 'c'].map((zone, n) => ({ cidr: `10.26.${n}.0/24`, zone: `${region}${zone}` })),
  });
  const wire = createWire({ transport: aws.service, clock, fence: unfenced });
  const session = new Aws({ wire, clock }).bare({ region, account, credentials: home.rootKey });
  await session.send(createLoadBalancer({ name, subnets, securityGroups: [], tags: {} }));
}

function endpoint(name: string, region: string, role: string): object {
  return {
    name,
    role,
    target: { type: 'LoadBalancer', loadBalancer: { name: `${name}-alb`, region } },
    healthCheck: { type: 'HTTPS', host: `${name}.seojun.shop`, failureThreshold: 1 },
  };
}

const manifest = gslb({
  record: { name: 'gslb' },
  endpoints: [endpoint('seoul', seoul, 'Primary'), endpoint('tokyo', tokyo, 'Secondary')],
});

test('Load balancers are looked up by name and region, and what is answered waits for the one that is missing.', async () => {
  const world = await city();
  await makeBalancer(world, seoul, 'seoul-alb');
  const { records } = world.operator();
  await world.apply(manifest);
  await world.until(() => world.because('Stalled') === 'LoadBalancerNotFound', 120);
  expect(world.records()).toEqual([]);
  await makeBalancer(world, tokyo, 'tokyo-alb');
  await world.until(() => world.is('Ready', 'True') && world.is('Synced', 'True'), 600);
  const sets = world.aws.route53.records(world.zone).filter(({ type }) => type === 'A');
  const of = (region: string) => world.aws.account(account).balancing(region).loadBalancers[0];
  expect(
    sets.map(({ setIdentifier, alias }) => [setIdentifier, alias?.dnsName.replace(/[.]$/, ''), alias?.zoneID]),
  ).toEqual([
    ['seoul', of(seoul)?.dnsName.toLowerCase(), 'ZWKZPGTI48KDX'],
    ['tokyo', of(tokyo)?.dnsName.toLowerCase(), 'Z14GRHDCWA56QT'],
  ]);
  // at rest one list a region and drift interval
  records.length = 0;
  await world.pass(1200);
  const lists = records.filter(({ call }) => call.action === 'DescribeLoadBalancers').length;
  expect(lists).toBeGreaterThanOrEqual(2);
  expect(lists).toBeLessThanOrEqual(6);
  await world.end();
});
