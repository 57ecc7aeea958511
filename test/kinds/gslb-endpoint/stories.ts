// SPDX-License-Identifier: GPL-3.0-or-later
/** What happens to GslbEndpoints in life, as short plays on a stage: together they make every call to AWS that the operator can make. */
import { deepEqual, equal, notDeepEqual } from 'node:assert/strict';
import { createLoadBalancer, setSecurityGroups } from '../../../src/clouds/aws/elbv2/load-balancer-requests.ts';
import { write } from '../../../src/clouds/aws/request.ts';
import type { Cast } from '../../clouds/aws/cast.ts';
import { account, isReady, statusOf, type Manifest } from '../stage.ts';
import { endpoint, gslb, london, region, seoul } from './city.ts';

export type Story = (cast: Cast) => Promise<void>;

const name = 'gslb';

/** Its id. */
async function makeZone({ root }: Cast): Promise<string> {
  const { HostedZone } = await root.send<{ HostedZone: { Id: string } }>(
    write('route53', 'CreateHostedZone', { Name: 'seojun.shop', CallerReference: 'zone' }),
  );
  return HostedZone.Id.replace('/hostedzone/', '');
}

async function apply({ stage, aws }: Cast, spec: object = {}): Promise<void> {
  const manifest = gslb(spec) as unknown as Manifest;
  await stage.apply({ name, spec: { ...manifest.spec, aws: { region, ...aws } } });
}

async function settled({ stage }: Cast): Promise<void> {
  await stage.until(name, (object, { next }) => next === 'later' && isReady(object));
}

async function remove({ stage }: Cast): Promise<void> {
  await stage.remove(name);
  await stage.until(name, () => false);
  equal(stage.object(name), undefined);
}

const withChecks = (change: object) => ({
  endpoints: [
    endpoint('seoul', seoul, { role: 'Primary', healthCheck: { type: 'TCP', address: seoul, port: 443, ...change } }),
    endpoint('london', london, { role: 'Secondary' }),
  ],
});

const changes: Story = async (cast) => {
  await makeZone(cast);
  await apply(cast);
  await settled(cast);
  await apply(cast, withChecks({ intervalSeconds: 10, failureThreshold: 5 }));
  await settled(cast);
  await apply(cast, withChecks({ intervalSeconds: 30, failureThreshold: 5 }));
  await settled(cast);
  equal(cast.stage.aws.route53.checks().length, 2);
  await remove(cast);
  deepEqual(cast.stage.aws.route53.checks(), []);
};

const loadBalancer: Story = async (cast) => {
  await makeZone(cast);
  const { subnets } = cast.stage.aws.account(account).makeVpc({
    region,
    cidr: '10.26.0.0/16',
    subnets: ['a', 'c'].map((zone, at) => ({ cidr: `10.26.${at}.0/24`, zone: `${region}${zone}` })),
    routeTables: [{ main: true, routes: [{ destination: '0.0.0.0/0', target: 'igw-0a26000000000004a' }] }],
  });
  await cast.root.send(
    createLoadBalancer({ name: 'seoul-alb', subnets: subnets.map(String), securityGroups: [], tags: {} }),
  );
  await cast.stage.clock.advance(600_000);
  const target = { type: 'LoadBalancer', loadBalancer: { name: 'seoul-alb', region } };
  await apply(cast, { record: { name }, policy: 'Simple', endpoints: [{ name: 'seoul', target }] });
  await settled(cast);
};

const certificate: Story = async (cast) => {
  await makeZone(cast);
  const endpoints = [{ name: 'seoul', target: { type: 'Addresses', addresses: [seoul] } }];
  await apply(cast, { policy: 'Simple', endpoints, certificate: { domains: ['gslb.seojun.shop'] } });
  await settled(cast);
  equal(statusOf(cast.stage.object(name), 'Ready'), 'True');
  await remove(cast);
};

const answered = { endpoints: [{ name: 'seoul', target: { type: 'Addresses', addresses: [seoul] } }] };

const certificateThatStays: Story = async (cast) => {
  await makeZone(cast);
  const stays = { policy: 'Simple', ...answered, deletionPolicy: 'Retain' };
  await apply(cast, { ...stays, certificate: { domains: ['gslb.seojun.shop'] } });
  await settled(cast);
  await remove(cast);
};

/** Of several zones of one name that is the way to say which. */
const zoneByID: Story = async (cast) => {
  const id = await makeZone(cast);
  await apply(cast, { policy: 'Simple', ...answered, zone: { id } });
  await settled(cast);
};

const tokyo = 'ap-northeast-1';

function makeDefaultVpcs({ stage }: Cast): void {
  for (const where of [region, tokyo])
    stage.aws.account(account).makeVpc({
      region: where,
      cidr: '172.31.0.0/16',
      isDefault: true,
      subnets: ['a', 'c'].map((letter, at) => ({ cidr: `172.31.${at * 16}.0/20`, zone: `${where}${letter}` })),
      routeTables: [{ main: true, routes: [{ destination: '0.0.0.0/0', target: 'igw-0def0000000000002' }] }],
    });
}

const regions = [region, tokyo];

/** Runbook 2 in small: an HAProxy in one region or two behind load balancers, the second one from an image of the first. */
const standing = (names: readonly string[], server: string, path = '/') => ({
  record: { name },
  policy: names.length > 1 ? 'Failover' : 'Simple',
  endpoints: names.map((site, at) => ({
    name: site,
    ...(names.length > 1 ? { role: ['Primary', 'Secondary'][at] } : {}),
    target: { type: 'LoadBalancer', loadBalancer: { name: `${site}-alb`, region: regions[at] } },
  })),
  haproxy: { configMapName: 'gslb-haproxy', servers: [{ name: 'web', address: server, port: 80 }] },
  sites: names.map((site, at) => ({
    name: site,
    region: regions[at],
    loadBalancer: `${site}-alb`,
    healthCheckPath: path,
  })),
});

const balancerOf = ({ stage }: Cast) => stage.aws.account(account).balancing(region).loadBalancers[0];

/** The load balancer gets the VPC's default group. What it had. */
async function regroup(cast: Cast): Promise<readonly string[]> {
  const { stage, root } = cast;
  const { securityGroups } = stage.aws.account(account).machines(region);
  const others = securityGroups.find(({ name: called }) => called === 'default');
  const before = balancerOf(cast);
  await root.send(setSecurityGroups(before?.arn ?? '', [others?.id ?? '']));
  return before?.securityGroups ?? [];
}

function runningIn({ stage }: Cast): readonly string[] {
  const { instances } = stage.aws.account(account).machines(region);
  return instances.filter(({ state }) => state === 'running').map(({ id }) => id);
}

const siteThatChanges: Story = async (cast) => {
  await makeZone(cast);
  makeDefaultVpcs(cast);
  await apply(cast, { ...standing(['seoul'], seoul), certificate: { domains: ['gslb.seojun.shop'] } });
  await settled(cast);
  const groups = await regroup(cast);
  const first = runningIn(cast);
  // another configuration and another check; without the certificate its listener and its port go
  await apply(cast, { ...standing(['seoul'], london, '/alive'), certificate: null });
  await settled(cast);
  deepEqual(balancerOf(cast)?.securityGroups, groups);
  // one serves, and it is another
  const serving = runningIn(cast);
  equal(serving.length, 1);
  notDeepEqual(serving, first);
  await remove(cast);
  deepEqual(cast.stage.aws.account(account).balancing(region).loadBalancers, []);
};

const twoSites = ['seoul', 'tokyo'];

const sitesThatLeave: Story = async (cast) => {
  await makeZone(cast);
  makeDefaultVpcs(cast);
  await apply(cast, standing(twoSites, seoul));
  await settled(cast);
  await apply(cast, { ...standing(['seoul'], seoul), safety: { maxRemovedPercent: 100 } });
  await settled(cast);
  const { images, snapshots } = cast.stage.aws.account(account).machines(tokyo);
  deepEqual([images, snapshots], [[], []]);
};

const sitesThatStay: Story = async (cast) => {
  await makeZone(cast);
  makeDefaultVpcs(cast);
  await apply(cast, { ...standing(twoSites, seoul), deletionPolicy: 'Retain' });
  await settled(cast);
  await remove(cast);
  equal(cast.stage.aws.account(account).balancing(tokyo).loadBalancers.length, 1);
};

export const stories: Readonly<Record<string, Story>> = {
  'a name whose spec changes': changes,
  'a load balancer': loadBalancer,
  'a certificate': certificate,
  'a certificate that stays': certificateThatStays,
  'a zone by its id': zoneByID,
  'a site that changes': siteThatChanges,
  'two sites, then one': sitesThatLeave,
  'two sites that stay': sitesThatStay,
};

/** Stories that need what only one field of the spec brings with it. All others are of every object. */
export const featureOf: Readonly<Record<string, string>> = {
  'a load balancer': 'LoadBalancer',
  'a certificate': 'certificate',
  'a certificate that stays': 'certificate',
  'a zone by its id': 'zone.id',
  'a site that changes': 'sites',
  'two sites, then one': 'sites',
  'two sites that stay': 'sites',
};
