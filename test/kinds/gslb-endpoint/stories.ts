// SPDX-License-Identifier: GPL-3.0-or-later
/** What happens to GslbEndpoints in life, as short plays on a stage: together they make every call to AWS that the operator can make. */
import { deepEqual, equal } from 'node:assert/strict';
import { createLoadBalancer } from '../../../src/clouds/aws/load-balancer-requests.ts';
import { write } from '../../../src/clouds/aws/request.ts';
import type { Cast } from '../../clouds/aws/cast.ts';
import { account, isReady, statusOf, type Manifest } from '../stage.ts';
import { endpoint, gslb, london, region, seoul } from './city.ts';

export type Story = (cast: Cast) => Promise<void>;

const name = 'gslb';

async function makeZone({ root }: Cast): Promise<void> {
  await root.send(write('route53', 'CreateHostedZone', { Name: 'seojun.shop', CallerReference: 'zone' }));
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

export const stories: Readonly<Record<string, Story>> = {
  'a name whose spec changes': changes,
  'a load balancer': loadBalancer,
  'a certificate': certificate,
};

/** Stories that need what only one field of the spec brings with it. All others are of every object. */
export const featureOf: Readonly<Record<string, string>> = {
  'a load balancer': 'LoadBalancer',
  'a certificate': 'certificate',
};
