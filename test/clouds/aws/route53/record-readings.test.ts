// SPDX-License-Identifier: GPL-3.0-or-later
import type * as Route53 from '@aws-sdk/client-route-53';
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { recordSetFor, recordSetOf, zoneOf } from '../../../../src/clouds/aws/route53/record-readings.ts';
import type { RecordSet, RoutingPolicy } from '../../../../src/clouds/aws/route53/route53.ts';

const plain = { TTL: 60, ResourceRecords: [{ Value: '3.36.122.217' }] };
const named = { Name: 'gslb.seojun.shop.', Type: 'A' } as const;

test.each<[string, Partial<Route53.ResourceRecordSet>, RoutingPolicy]>([
  ['simple', {}, { type: 'Simple' }],
  ['failover', { SetIdentifier: 'a', Failover: 'SECONDARY' }, { type: 'Failover', role: 'Secondary' }],
  ['weighted, also with none', { SetIdentifier: 'a', Weight: 0 }, { type: 'Weighted', weight: 0 }],
  ['latency', { SetIdentifier: 'a', Region: 'ap-northeast-2' }, { type: 'Latency', region: 'ap-northeast-2' }],
  [
    'geolocation',
    { SetIdentifier: 'a', GeoLocation: { CountryCode: '*' } },
    { type: 'Geolocation', location: { country: '*' } },
  ],
  ['multivalue', { SetIdentifier: 'a', MultiValueAnswer: true }, { type: 'Multivalue' }],
  [
    'by networks',
    { SetIdentifier: 'a', CidrRoutingConfig: { CollectionId: 'c', LocationName: '*' } },
    { type: 'Other', given: { CidrRoutingConfig: { CollectionId: 'c', LocationName: '*' } } },
  ],
])('A record set is read as %s, and written as it was.', (_, given, policy) => {
  const whole = { ...named, ...given, ...plain };
  const read = recordSetOf(whole);
  expect(read.policy).toEqual(policy);
  expect(recordSetFor(read)).toEqual(whole);
});

test('An alias has no TTL of its own, and the name of its target one spelling.', () => {
  const AliasTarget = {
    HostedZoneId: 'Z2',
    DNSName: 'dualstack.Seoul-ALB-1.elb.amazonaws.com.',
    EvaluateTargetHealth: true,
  };
  expect(recordSetOf({ ...named, AliasTarget })).toEqual({
    name: 'gslb.seojun.shop',
    type: 'A',
    policy: { type: 'Simple' },
    data: { alias: { name: 'dualstack.seoul-alb-1.elb.amazonaws.com', zone: 'Z2', evaluateTargetHealth: true } },
  });
});

test('The wildcard of an answer is the one that people write, and values come in one order.', () => {
  const read = recordSetOf({
    ...named,
    Name: '\\052.seojun.shop.',
    TTL: 5,
    ResourceRecords: [{ Value: 'b' }, { Value: 'a' }],
  });
  expect(read).toMatchObject({ name: '*.seojun.shop', data: { ttl: 5, values: ['a', 'b'] } });
});

test('A zone comes without the path in its id, and says who made it.', () => {
  const given = { Id: '/hostedzone/Z1', Name: 'Seojun.shop.', CallerReference: 'x', ResourceRecordSetCount: 4 };
  expect(zoneOf(given)).toEqual({ id: 'Z1', name: 'seojun.shop', private: false, records: 4 });
  expect(
    zoneOf({
      ...given,
      Config: { PrivateZone: true },
      LinkedService: { ServicePrincipal: 'servicediscovery.amazonaws.com' },
    }),
  ).toMatchObject({ private: true, madeBy: 'servicediscovery.amazonaws.com' });
});

const policy: fc.Arbitrary<RoutingPolicy> = fc.oneof(
  fc.constant({ type: 'Simple' } as const),
  fc.constantFrom('Primary' as const, 'Secondary' as const).map((role) => ({ type: 'Failover', role }) as const),
  fc.integer({ min: 0, max: 255 }).map((weight) => ({ type: 'Weighted', weight }) as const),
  fc.constant({ type: 'Latency', region: 'us-east-1' } as const),
  fc
    .constantFrom({ continent: 'EU' }, { country: 'US', subdivision: 'WA' })
    .map((location) => ({ type: 'Geolocation', location }) as const),
  fc.constant({ type: 'Multivalue' } as const),
);
const data = fc.oneof(
  fc.record({ ttl: fc.nat(86_400), values: fc.array(fc.ipV4(), { minLength: 1 }).map((values) => values.sort()) }),
  fc.record({
    alias: fc.record({
      name: fc.constant('x.elb.amazonaws.com'),
      zone: fc.constant('Z2'),
      evaluateTargetHealth: fc.boolean(),
    }),
  }),
);

test('Whatever we write reads the same.', () => {
  const record: fc.Arbitrary<RecordSet> = fc.record(
    {
      name: fc.constantFrom('*.seojun.shop', 'gslb.seojun.shop'),
      type: fc.constant('A'),
      policy,
      data,
      healthCheckID: fc.uuid(),
    },
    { requiredKeys: ['name', 'type', 'policy', 'data'] },
  );
  fc.assert(
    fc.property(record, (one) => {
      const identified = one.policy.type === 'Simple' ? one : { ...one, setIdentifier: 'seoul' };
      expect(recordSetOf(recordSetFor(identified))).toEqual(identified);
    }),
  );
});
