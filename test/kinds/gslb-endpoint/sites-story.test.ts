// SPDX-License-Identifier: GPL-3.0-or-later
/** A site that the operator makes, and the name that points to it, by the whole operator. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { city, gslb, region, type City } from './city.ts';

let world: City;
beforeEach(async () => {
  world = await city();
  world.aws.account('123456789012').makeVpc({
    region,
    cidr: '172.31.0.0/16',
    isDefault: true,
    subnets: ['a', 'c'].map((zone, at) => ({ cidr: `172.31.${at * 16}.0/20`, zone: `${region}${zone}` })),
    routeTables: [{ main: true, routes: [{ destination: '0.0.0.0/0', target: 'igw-0def0000000000002' }] }],
  });
});
afterEach(() => world.end());

test('HAProxy on an instance, its load balancer, and the name that points there; deletion takes all away.', async () => {
  world.operator();
  const target = { type: 'LoadBalancer', loadBalancer: { name: 'seoul-alb', region } };
  await world.apply(
    gslb({
      record: { name: 'gslb' },
      policy: 'Simple',
      endpoints: [{ name: 'seoul', target }],
      haproxy: { configMapName: 'gslb-haproxy', servers: [{ name: 'london', address: '20.117.241.211', port: 80 }] },
      sites: [{ name: 'seoul', region, loadBalancer: 'seoul-alb' }],
    }),
  );
  await world.until(() => world.is('Ready', 'True') && world.is('Synced', 'True'), 3600);
  expect(world.records()).toEqual(['a-gslb.seojun.shop TXT', 'gslb.seojun.shop A']);
  expect(world.status().sites).toMatchObject([{ name: 'seoul', phase: 'Serving', loadBalancer: 'seoul-alb' }]);
  await world.remove();
  await world.until(() => world.object() === undefined, 3600);
  expect(world.records()).toEqual([]);
  const { instances } = world.aws.account('123456789012').machines(region);
  expect(instances.filter(({ state }) => state === 'running' || state === 'pending')).toEqual([]);
});
