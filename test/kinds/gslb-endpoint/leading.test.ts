// SPDX-License-Identifier: GPL-3.0-or-later
/** A site that is taken out of the spec stays as long as the name leads there. */
import { expect, test } from '@jest/globals';
import { facts } from '../../../src/kinds/gslb-endpoint/facts.ts';
import { plan } from '../../../src/kinds/gslb-endpoint/plan/plan.ts';
import { balancer, changedGslb } from '../../api/good-gslb-endpoints.ts';
import { desired, empty, made, type Observed } from './pieces.ts';
import { found } from './sites/pieces.ts';

const regions = { seoul: 'ap-northeast-2', tokyo: 'ap-northeast-1' } as const;
type City = keyof typeof regions;
const both = ['seoul', 'tokyo'] as const;

/** Endpoints that are named, and sites that stand. */
function wish(named: readonly City[], standing: readonly City[], drained?: City) {
  const endpoints = named.map((name) => ({
    name,
    weight: 1,
    target: balancer(`${name}-alb`, regions[name]),
    state: name === drained ? 'Drained' : 'Active',
  }));
  const sites = standing.map((name) => ({ name, region: regions[name], loadBalancer: `${name}-alb` }));
  const haproxy = { configMapName: 'gslb', servers: [{ name: 'london', address: '20.117.241.211' }] };
  const safety = { maxRemovedPercent: 100 };
  const more = standing.length > 0 ? { sites } : {};
  return desired(changedGslb({ policy: 'Weighted', endpoints, haproxy, safety, ...more }));
}

/** Both sites stand, the name is answered with both, and all name servers know. */
function served(): Observed {
  const at = (name: City) => ({ dnsName: `${name}-alb-1.elb.amazonaws.com`, zone: `Z-${name}` });
  const aliasOf = (name: City) => ({ name: at(name).dnsName, zone: at(name).zone, evaluateTargetHealth: true });
  const balancers = both.map((name) => ({ name: `${name}-alb`, region: regions[name], at: at(name) }));
  const world = made(wish(both, both), { ...empty, balancers, sites: both.map((name) => found(name)) });
  const sites = world.sites.map((one) => {
    const named = at(one.site as City);
    return one.balancer ? { ...one, balancer: { ...one.balancer, dnsName: named.dnsName } } : one;
  });
  const records = world.records.map((one) =>
    'alias' in one.data ? { ...one, data: { alias: aliasOf(one.setIdentifier as City) } } : one,
  );
  return { ...world, balancers, sites, records, change: 'InSync' };
}

const only = wish(['seoul'], ['seoul']);

function shown(goal: ReturnType<typeof wish>, world: Observed): readonly string[] {
  const { steps, hold } = plan(goal, world);
  return [
    ...steps.map((step) => ('site' in step ? `${step.do} ${step.site}` : step.do)),
    ...(hold ? [hold.reason] : []),
  ];
}

const without = (world: Observed, name: City): Observed => ({
  ...world,
  records: world.records.filter(({ setIdentifier }) => setIdentifier !== name),
});

test('All as it is wanted: at rest.', () => {
  expect(shown(wish(both, both), served())).toEqual([]);
});

test('A site that is given up with its endpoint: first the record, then all name servers, then what it is made of.', () => {
  expect(shown(only, served())).toEqual(['ChangeRecords']);
  expect(shown(only, { ...without(served(), 'tokyo'), change: 'Pending' })).toEqual(['ChangePending']);
  expect(shown(only, without(served(), 'tokyo'))).toEqual(['DeleteLoadBalancer tokyo']);
});

test('The record cannot be changed: the site stays, however it is written there.', () => {
  const world = served();
  const missing = { ...world, balancers: world.balancers.map(({ at: _, ...one }) => one) };
  expect(shown(only, missing)).toEqual(['LoadBalancerNotFound']);
  const console_ = world.records.map((one) =>
    'alias' in one.data
      ? { ...one, data: { alias: { ...one.data.alias, name: `dualstack.${one.data.alias.name}` } } }
      : one,
  );
  expect(shown(only, { ...missing, records: console_ })).toEqual(['LoadBalancerNotFound']);
});

test('It is drained first, and goes when nobody is answered with it.', () => {
  const drained = wish(both, ['seoul'], 'tokyo');
  expect(shown(drained, served())).toEqual(['ChangeRecords']);
  expect(shown(drained, without(served(), 'tokyo'))).toEqual(['DeleteLoadBalancer tokyo']);
});

test('An endpoint goes on naming it: a person is asked, and the name goes on working.', () => {
  for (const standing of [['seoul'], []] as const) {
    const goal = wish(both, standing);
    expect(shown(goal, served())).toEqual(['SiteStillNamed']);
    const { hold, serving } = plan(goal, served());
    expect(hold).toMatchObject({
      why: 'Blocked',
      message: expect.stringMatching(/endpoint \w+ still names .*-alb: .* Take the endpoint out/),
    });
    expect(serving === true || serving.reason !== 'SiteStillNamed').toBe(true);
  }
});

test('It is told and looked at until nothing of it is left, and nothing may come that was asked for.', () => {
  const world = served();
  const told = (sites: Observed['sites'], begun: readonly { key: string; at: string; step: string }[] = []) => {
    const { sites: all = [] } = facts({ ...only, last: { begun: [...begun] } }, { ...world, sites }).fields as {
      readonly sites?: readonly { readonly name: string }[];
    };
    return all.map(({ name }) => name);
  };
  const [seoul, tokyo] = world.sites;
  const [one] = tokyo?.instances ?? [];
  if (!seoul || !tokyo || !one) throw new Error('they do not stand');
  expect(told(world.sites)).toEqual(['seoul', 'tokyo']);
  const leaving = { ...found('tokyo'), instances: [{ ...one, state: 'shutting-down' }] };
  expect(told([seoul, leaving])).toEqual(['seoul', 'tokyo']);
  const gone = { ...found('tokyo'), instances: [{ ...one, state: 'terminated' }] };
  expect(told([seoul, gone])).toEqual(['seoul']);
  expect(
    told([seoul, gone], [{ key: 'LaunchInstance/tokyo/1', at: '2026-01-05T09:00:00Z', step: 'LaunchInstance' }]),
  ).toEqual(['seoul', 'tokyo']);
});
