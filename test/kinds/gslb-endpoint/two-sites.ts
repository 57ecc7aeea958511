// SPDX-License-Identifier: GPL-3.0-or-later
/** A city with a default network in two regions, for sites behind load balancers, and what is seen of such sites. */
import type { KubeObject } from '../../../src/core/objects.ts';
import { quickEc2Times } from '../../../src/simulator/aws/ec2/times.ts';
import { quickElbTimes } from '../../../src/simulator/aws/elbv2/times.ts';
import { city, gslb, region, type City } from './city.ts';

export const tokyo = 'ap-northeast-1';

export interface TwoRegions extends City {
  readonly home: () => ReturnType<City['aws']['account']>;
  /** Instances that run or will. */
  readonly up: (where: string) => readonly { readonly id: string; readonly configuration: string | undefined }[];
  readonly isServing: (where: string) => boolean;
  /** Ready, synced, and both sites serve. */
  readonly settled: () => boolean;
}

export async function twoRegions(): Promise<TwoRegions> {
  const world = await city({ aws: { ec2Times: quickEc2Times, elbTimes: quickElbTimes } });
  const home = () => world.aws.account('123456789012');
  for (const where of [region, tokyo])
    home().makeVpc({
      region: where,
      cidr: '172.31.0.0/16',
      isDefault: true,
      subnets: ['a', 'c'].map((zone, at) => ({ cidr: `172.31.${at * 16}.0/20`, zone: `${where}${zone}` })),
      routeTables: [{ main: true, routes: [{ destination: '0.0.0.0/0', target: 'igw-0def0000000000002' }] }],
    });
  return {
    ...world,
    home,
    up: (where) =>
      home()
        .machines(where)
        .instances.filter(({ state }) => state === 'running' || state === 'pending')
        .map(({ id, tags }) => ({ id, configuration: tags['hybridcloud.dev/configuration'] })),
    isServing: (where) =>
      home()
        .balancing(where)
        .targetGroups.some(({ targets }) => targets.some(({ health }) => health.state === 'healthy')),
    settled: () =>
      world.is('Ready', 'True') &&
      world.is('Synced', 'True') &&
      (world.status().sites ?? []).filter(({ phase }) => phase === 'Serving').length === 2,
  };
}

/** One name to a site in Seoul and one in Tokyo, before the web server at `address`; `more` goes into their endpoints. */
export function twoSites(
  address: string,
  more: { readonly seoul: object; readonly tokyo: object },
  spec: object = {},
): KubeObject {
  const target = (name: string, where: string) => ({
    name,
    target: { type: 'LoadBalancer', loadBalancer: { name: `${name}-alb`, region: where }, targetHealth: 'Evaluate' },
  });
  return gslb({
    record: { name: 'gslb' },
    endpoints: [
      { ...target('seoul', region), ...more.seoul },
      { ...target('tokyo', tokyo), ...more.tokyo },
    ],
    haproxy: { configMapName: 'gslb-haproxy', servers: [{ name: 'web', address, port: 80 }] },
    sites: [
      { name: 'seoul', region, loadBalancer: 'seoul-alb' },
      { name: 'tokyo', region: tokyo, loadBalancer: 'tokyo-alb' },
    ],
    ...spec,
  });
}
