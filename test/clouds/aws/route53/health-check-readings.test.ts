// SPDX-License-Identifier: GPL-3.0-or-later
import type * as Route53 from '@aws-sdk/client-route-53';
import { expect, test } from '@jest/globals';
import type { CheckSettings, EndpointCheck } from '../../../../src/clouds/aws/route53/health-check.ts';
import { configFor, healthCheckOf, settingsOf } from '../../../../src/clouds/aws/route53/health-check-readings.ts';
import {
  nextReference,
  isReferenceFor,
  referenceFor,
  uidInReference,
} from '../../../../src/clouds/aws/route53/health-check-reference.ts';
import { healthStatusOf } from '../../../../src/clouds/aws/route53/health-status.ts';

const uid = '0a1b2c3d-1111-2222-3333-444455556666';
const active: EndpointCheck = {
  type: 'HTTPS',
  host: 'seoul.seojun.shop',
  port: 443,
  path: '/',
  intervalSeconds: 30,
  failureThreshold: 1,
  measureLatency: false,
  sni: true,
  regions: [],
  inverted: false,
  disabled: false,
};

test.each<[string, CheckSettings]>([
  ['an endpoint by name', active],
  [
    'an endpoint by address, with a text to find',
    { ...active, type: 'HTTP', sni: false, ip: '3.36.122.217', port: 80, searchString: 'Seoul' },
  ],
  ['some regions only', { ...active, regions: ['ap-northeast-1', 'eu-west-1', 'us-east-1'] }],
  [
    'a calculated one',
    { type: 'Calculated', children: ['a', 'b'], healthThreshold: 1, inverted: false, disabled: false },
  ],
  [
    'an alarm',
    {
      type: 'CloudWatchAlarm',
      alarm: { region: 'ap-northeast-2', name: 'seoul-db-lag' },
      insufficientData: 'Unhealthy',
      inverted: true,
      disabled: true,
    },
  ],
])('Settings for %s read as they were written.', (_, settings) => {
  expect(settingsOf(configFor(settings))).toEqual(settings);
});

test('TCP has no path, no text and no TLS.', () => {
  const { path: _path, ...rest } = active;
  const tcp: EndpointCheck = { ...rest, type: 'TCP', sni: false };
  expect(settingsOf(configFor(tcp))).toEqual(tcp);
  expect(configFor({ ...tcp, searchString: 'x' })).toMatchObject({ Type: 'TCP' });
});

test('What AWS leaves out has its defaults, and all regions by name are all regions.', () => {
  const Regions = [
    'us-east-1',
    'us-west-1',
    'us-west-2',
    'eu-west-1',
    'ap-southeast-1',
    'ap-southeast-2',
    'ap-northeast-1',
    'sa-east-1',
  ];
  expect(
    settingsOf({
      Type: 'HTTP',
      FullyQualifiedDomainName: 'x.example',
      Regions: Regions as Route53.HealthCheckRegion[],
    }),
  ).toEqual({
    ...active,
    type: 'HTTP',
    host: 'x.example',
    port: 80,
    sni: false,
    failureThreshold: 3,
  });
});

test('A check of a type that is not known here is looked at, and never made.', () => {
  const check = healthCheckOf({
    Id: 'h1',
    CallerReference: 'x',
    HealthCheckVersion: 3,
    HealthCheckConfig: { Type: 'RECOVERY_CONTROL' },
    LinkedService: { ServicePrincipal: 'arc.amazonaws.com' },
  });
  expect(check).toMatchObject({
    version: 3,
    madeBy: 'arc.amazonaws.com',
    settings: { type: 'Other', name: 'RECOVERY_CONTROL' },
  });
  expect(() => configFor(check.settings)).toThrow('RECOVERY_CONTROL');
});

test('A reference fits into 64 characters, says whose it is, and another one for the same is known by it.', () => {
  const reference = referenceFor(uid, 'seoul/HTTPS/30');
  const another = nextReference(reference, 35 * 36 ** 3);
  expect(another.length).toBeLessThanOrEqual(64);
  expect([uidInReference(reference), uidInReference(another)]).toEqual([uid, uid]);
  expect(isReferenceFor(another, reference)).toBe(true);
  expect([0, 1, 36].map((burnt) => nextReference(reference, burnt))).toEqual([
    reference,
    `${reference}.1`,
    `${reference}.10`,
  ]);
  expect(isReferenceFor(referenceFor(uid, 'tokyo/HTTPS/30'), reference)).toBe(false);
  expect(uidInReference('terraform-20261122')).toBeUndefined();
});

const says = (Region: string, Status: string, at = 0): Route53.HealthCheckObservation => ({
  Region: Region as Route53.HealthCheckRegion,
  StatusReport: { Status, CheckedTime: new Date(at) },
});
const good = 'Success: HTTP Status Code 200, OK';
const bad = 'Failure: Connection timed out. The endpoint or the internet connection is down.';
const of = (passing: number, failing: number) => [
  ...Array.from({ length: passing }, () => says('us-east-1', good, 5000)),
  ...Array.from({ length: failing }, () => says('eu-west-1', bad, 4000)),
];

test('An endpoint is healthy while more than 18 % of the checkers say so.', () => {
  expect(healthStatusOf('h1', active, of(3, 13)).healthy).toBe(true);
  expect(healthStatusOf('h1', active, of(2, 14)).healthy).toBe(false);
  // 9 of 50 are 18 %
  expect(healthStatusOf('h1', active, of(9, 41)).healthy).toBe(false);
  expect(healthStatusOf('h1', active, []).healthy).toBeUndefined();
});

test('An inverted check is healthy while it fails, and a disabled one always, unless it is inverted.', () => {
  expect(healthStatusOf('h1', { ...active, inverted: true }, of(0, 16)).healthy).toBe(true);
  expect(healthStatusOf('h1', { ...active, inverted: true }, of(16, 0)).healthy).toBe(false);
  expect(healthStatusOf('h1', { ...active, disabled: true }, of(0, 16)).healthy).toBe(true);
  expect(healthStatusOf('h1', { ...active, disabled: true, inverted: true }, of(0, 16)).healthy).toBe(false);
});

test("Checkers are counted by region, and the most frequent reason is told without AWS's first word.", () => {
  expect(healthStatusOf('h1', active, [...of(2, 2), says('eu-west-1', 'Failure: HTTP Status Code 503', 6000)])).toEqual(
    {
      id: 'h1',
      healthy: true,
      checkersHealthy: 2,
      checkers: 5,
      regions: [
        { region: 'eu-west-1', healthy: 0, checkers: 3 },
        { region: 'us-east-1', healthy: 2, checkers: 2 },
      ],
      lastFailure: 'Connection timed out. The endpoint or the internet connection is down.',
      checkedAt: 6000,
    },
  );
});
