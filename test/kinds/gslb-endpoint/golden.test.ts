// SPDX-License-Identifier: GPL-3.0-or-later
/** The record sets of each policy, as they are sent. */
import { expect, test } from '@jest/globals';
import type { Spec } from '../../api/manifests.ts';
import { changed } from '../../api/manifests.ts';
import { changedGslb, checked, served } from '../../api/good-gslb-endpoints.ts';
import { isOfCertificate, type RecordStep } from '../../../src/kinds/gslb-endpoint/steps.ts';
import { requestOf } from '../../../src/kinds/gslb-endpoint/requests.ts';
import { desired, empty, weighted, wayOf } from './pieces.ts';

const mark = {
  Name: 'a-gslb.seojun.shop.',
  Type: 'TXT',
  TTL: 300,
  ResourceRecords: [
    {
      Value:
        '"heritage=external-dns,external-dns/owner=hybridcloud/cluster-1/uid-1,external-dns/resource=gslbendpoint/default/gslb"',
    },
  ],
};

/** What the one batch creates, but for the owner record. */
function sent(spec: Spec, from = empty): readonly object[] {
  const batches = wayOf(desired(spec), from).steps.filter(
    (step): step is RecordStep => 'changes' in step && !isOfCertificate(step),
  );
  expect(batches).toHaveLength(1);
  const [batch] = batches;
  const input = (batch && requestOf(batch).input) as {
    ChangeBatch: { Changes: { Action: string; ResourceRecordSet: object }[] };
  };
  const [first, ...rest] = input.ChangeBatch.Changes;
  expect(first).toEqual({ Action: 'CREATE', ResourceRecordSet: mark });
  expect(new Set(rest.map(({ Action }) => Action))).toEqual(new Set(['CREATE']));
  return rest.map(({ ResourceRecordSet }) => ResourceRecordSet);
}

const answer = (value: string) => ({
  Name: 'gslb.seojun.shop.',
  Type: 'A',
  TTL: 60,
  ResourceRecords: [{ Value: value }],
});
const [seoul, london, oregon] = ['3.36.122.1', '3.36.122.2', '3.36.122.3'].map(answer);

test('Simple: one record set with all addresses, and no identifier.', () => {
  const addresses = ['47.242.248.113', '20.117.241.211', '3.36.122.217', '35.247.86.177'];
  expect(sent(served('Simple', { target: { type: 'Addresses', addresses } }))).toEqual([
    { ...seoul, ResourceRecords: addresses.toSorted().map((Value) => ({ Value })) },
  ]);
});

test('Failover: primary and secondary; preferred the other way round, the roles are exchanged.', () => {
  const spec = served('Failover', { role: 'Primary', ...checked() }, { role: 'Secondary' });
  const [primary, secondary] = [{ Failover: 'PRIMARY' }, { Failover: 'SECONDARY' }];
  const check = { HealthCheckId: '<health check of seoul>' };
  expect(sent(spec)).toEqual([
    { ...london, ...secondary, SetIdentifier: 'london' },
    { ...seoul, ...primary, SetIdentifier: 'seoul', ...check },
  ]);
  const both = served('Failover', { role: 'Primary' }, { role: 'Secondary', ...checked() });
  expect(sent(changed({ failover: { prefer: 'Secondary' } }, both))).toEqual([
    { ...london, ...primary, SetIdentifier: 'london', HealthCheckId: '<health check of london>' },
    { ...seoul, ...secondary, SetIdentifier: 'seoul' },
  ]);
});

test('Failover of the runbook: aliases to load balancers by their canonical zones, with its identifiers.', () => {
  const at = (region: string, name: string) => ({
    name,
    region,
    at: { dnsName: `${name}-1.${region}.elb.amazonaws.com`, zone: `Z-${region}` },
  });
  const world = { ...empty, balancers: [at('ap-northeast-2', 'seoul-alb'), at('ap-northeast-1', 'tokyo-alb')] };
  const alias = (name: string, HostedZoneId: string) => ({
    Name: 'gslb.seojun.shop.',
    Type: 'A',
    AliasTarget: { HostedZoneId, DNSName: name, EvaluateTargetHealth: true },
  });
  expect(sent(changedGslb({}), world)).toEqual([
    {
      ...alias('seoul-alb-1.ap-northeast-2.elb.amazonaws.com.', 'Z-ap-northeast-2'),
      SetIdentifier: 'Seoul-Active',
      Failover: 'PRIMARY',
      HealthCheckId: '<health check of seoul>',
    },
    {
      ...alias('tokyo-alb-1.ap-northeast-1.elb.amazonaws.com.', 'Z-ap-northeast-1'),
      SetIdentifier: 'Tokyo-Active',
      Failover: 'SECONDARY',
      HealthCheckId: '<health check of tokyo>',
    },
  ]);
});

test('Weighted: each with its weight; a drained one is left out and keeps its check.', () => {
  const check = (name: string) => ({ HealthCheckId: `<health check of ${name}>` });
  expect(sent(weighted(10, 0))).toEqual([
    { ...london, SetIdentifier: 'london', Weight: 0, ...check('london') },
    { ...seoul, SetIdentifier: 'seoul', Weight: 10, ...check('seoul') },
  ]);
  const drained = served('Weighted', { weight: 1, state: 'Drained', ...checked() }, { weight: 1, ...checked() });
  expect(sent(drained)).toMatchObject([{ SetIdentifier: 'london' }]);
  expect(wayOf(desired(drained), empty).end.checks).toHaveLength(2);
});

test('Latency: each with its region.', () => {
  expect(sent(served('Latency', { region: 'ap-northeast-2' }, { region: 'eu-west-2' }))).toEqual([
    { ...london, SetIdentifier: 'london', Region: 'eu-west-2' },
    { ...seoul, SetIdentifier: 'seoul', Region: 'ap-northeast-2' },
  ]);
});

test('Geolocation: continent, country and state, and the rest.', () => {
  const spec = served(
    'Geolocation',
    { geolocation: { continent: 'AS' } },
    { geolocation: { country: 'US', subdivision: 'CA' } },
    { geolocation: { country: '*' } },
  );
  expect(sent(spec)).toEqual([
    { ...london, SetIdentifier: 'london', GeoLocation: { CountryCode: 'US', SubdivisionCode: 'CA' } },
    { ...oregon, SetIdentifier: 'oregon', GeoLocation: { CountryCode: '*' } },
    { ...seoul, SetIdentifier: 'seoul', GeoLocation: { ContinentCode: 'AS' } },
  ]);
});

test('Multivalue: each address by itself, with its check.', () => {
  expect(sent(served('Multivalue', checked(), {}))).toEqual([
    { ...london, SetIdentifier: 'london', MultiValueAnswer: true },
    { ...seoul, SetIdentifier: 'seoul', MultiValueAnswer: true, HealthCheckId: '<health check of seoul>' },
  ]);
});
