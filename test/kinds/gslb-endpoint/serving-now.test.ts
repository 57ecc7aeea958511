// SPDX-License-Identifier: GPL-3.0-or-later
/** Who serves, by the records that are there. Against the simulated Route 53: served.test.ts. */
import { expect, test } from '@jest/globals';
import type { GslbEndpointSpec } from '../../../src/api/gslb-endpoint.ts';
import type { RecordSet, RoutingPolicy } from '../../../src/clouds/aws/route53/route53.ts';
import { continentOf } from '../../../src/kinds/gslb-endpoint/continents.ts';
import type { Observed } from '../../../src/kinds/gslb-endpoint/observed.ts';
import { servingNow } from '../../../src/kinds/gslb-endpoint/serving-now.ts';

type Given = Readonly<Record<string, Pick<RecordSet, 'policy'> & Partial<RecordSet>>>;

/** Endpoints by name with their records; who of them has a check that says no. */
function serving(given: Given, bad: readonly string[], more: Partial<Observed> = {}): readonly string[] {
  const sets = Object.entries(given).map(([name, one]): RecordSet => {
    const data = { ttl: 60, values: [name] };
    return {
      name: 'gslb.seojun.shop',
      type: 'A',
      setIdentifier: name,
      data,
      healthCheckID: `check of ${name}`,
      ...one,
    };
  });
  const spec = { endpoints: Object.keys(given).map((name) => ({ name })) } as unknown as GslbEndpointSpec;
  const statuses = bad.map((name) => ({ id: `check of ${name}`, healthy: false }));
  return servingNow(spec, { checks: [], sites: [], statuses, ...more } as unknown as Observed, sets);
}

const at = (location: Extract<RoutingPolicy, { type: 'Geolocation' }>['location']) => ({
  policy: { type: 'Geolocation', location } as const,
});
const world = {
  rest: at({ country: '*' }),
  asia: at({ continent: 'AS' }),
  korea: at({ country: 'KR' }),
  germany: at({ country: 'DE' }),
  us: at({ country: 'US' }),
  virginia: at({ country: 'US', subdivision: 'VA' }),
};

test.each<[string, readonly string[], readonly string[]]>([
  ['all are well: each its own', [], ['rest', 'asia', 'korea', 'germany', 'us', 'virginia']],
  ['a country is out: the next larger place takes it', ['korea'], ['rest', 'asia', 'germany', 'us', 'virginia']],
  ['the rest is out: nobody else can take it', ['rest'], ['rest', 'asia', 'korea', 'germany', 'us', 'virginia']],
  [
    'rest and a country without a continent of its own are out',
    ['rest', 'germany'],
    ['rest', 'asia', 'korea', 'germany', 'us', 'virginia'],
  ],
  ['rest and a country whose continent is well', ['rest', 'korea'], ['rest', 'asia', 'germany', 'us', 'virginia']],
  [
    'rest, country and state are out: the state answers',
    ['rest', 'us', 'virginia'],
    ['rest', 'asia', 'korea', 'germany', 'us', 'virginia'],
  ],
])('By location, %s.', (_, bad, expected) => {
  expect(serving(world, bad)).toEqual(expected);
});

const primary = { policy: { type: 'Failover', role: 'Primary' } } as const;
const secondary = { policy: { type: 'Failover', role: 'Secondary' } } as const;

test('What counts is the check that a record has, not the one that the endpoint will have.', () => {
  expect(serving({ a: { ...primary, healthCheckID: 'check of b' }, b: secondary }, ['a'])).toEqual(['a']);
  expect(serving({ a: primary, b: secondary }, ['a'])).toEqual(['b']);
});

test('A load balancer of a site counts as its targets do where that is evaluated; one of others as healthy.', () => {
  const site = (state: string) => ({
    sites: [{ balancer: { dnsName: 'Seoul-alb-1.elb.amazonaws.com' }, targets: [{ id: 'i-1', port: 80, state }] }],
  });
  const alias = (name: string, evaluateTargetHealth: boolean) => ({
    a: { ...primary, data: { alias: { name, zone: 'Z', evaluateTargetHealth } } },
    b: secondary,
  });
  const seen = (name: string, evaluate: boolean, state: string) =>
    serving(alias(name, evaluate), [], site(state) as unknown as Partial<Observed>);
  expect(seen('seoul-alb-1.elb.amazonaws.com', true, 'unhealthy')).toEqual(['b']);
  expect(seen('seoul-alb-1.elb.amazonaws.com', true, 'healthy')).toEqual(['a']);
  expect(seen('seoul-alb-1.elb.amazonaws.com', false, 'unhealthy')).toEqual(['a']);
  expect(seen('other-1.elb.amazonaws.com', true, 'unhealthy')).toEqual(['a']);
});

test('Countries are on continents, everywhere else is on none.', () => {
  expect(['KR', 'DE', 'US', 'BR', '*', 'ZZ'].map(continentOf)).toEqual(['AS', 'EU', 'NA', 'SA', undefined, undefined]);
});
