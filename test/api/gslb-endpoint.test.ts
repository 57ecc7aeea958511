// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, test } from '@jest/globals';
import { array, assert, constantFrom, property, record } from 'fast-check';
import { toSchema } from '../../src/api/crd.ts';
import { gslbEndpoint, parseGslbEndpoint, type GslbEndpointStatus } from '../../src/api/gslb-endpoint.ts';
import { certificateRules } from '../../src/api/gslb-endpoint/certificate.ts';
import { siteRules } from '../../src/api/gslb-endpoint/sites.ts';
import { haproxyRules } from '../../src/api/gslb-endpoint/haproxy.ts';
import { badGslbs } from './bad-gslb-endpoints.ts';
import { brokenRules, mayBecome, rulesIn } from './cel.ts';
import { withDefaults } from './defaulting.ts';
import { changedGslb, checked, goodGslb, goodGslbs, served } from './good-gslb-endpoints.ts';
import type { Spec } from './manifests.ts';

const schema = toSchema(gslbEndpoint.specSchema);

function parsed(spec: unknown) {
  const result = parseGslbEndpoint(spec);
  if (!result.ok) throw new Error(result.message);
  return result.spec;
}

test('The shortest GslbEndpoint gets every default of the manual.', () => {
  const endpoint = { name: 'seoul', target: { type: 'Addresses', addresses: ['3.36.122.217'] } };
  const spec = {
    aws: { region: 'ap-northeast-2' },
    zone: { name: 'seojun.shop' },
    record: { name: 'gslb', ttlSeconds: 60 },
    policy: 'Simple',
    endpoints: [endpoint],
  };
  expect(parsed(spec)).toEqual({
    ...spec,
    managementPolicy: 'Apply',
    deletionPolicy: 'Delete',
    record: { name: 'gslb', type: 'A', ttlSeconds: 60 },
    endpoints: [
      { ...endpoint, target: { ...endpoint.target, targetHealth: 'Evaluate' }, provider: 'Other', state: 'Active' },
    ],
    safety: { maxRemovedPercent: 50 },
    readiness: { healthyEndpoints: 1 },
    telemetry: { intervalSeconds: 60 },
  });
  expect(parsed(served('Multivalue', checked())).endpoints[0]?.healthCheck).toEqual({
    type: 'TCP',
    address: '3.36.122.217',
    port: 443,
    sni: 'Enabled',
    intervalSeconds: 30,
    failureThreshold: 3,
    latencyGraphs: 'Disabled',
    healthyWhen: 'Passing',
  });
});

test('The API server fills in the same defaults as our code.', () => {
  for (const { spec } of goodGslbs) expect(withDefaults(schema, spec)).toEqual(parsed(spec));
  for (const { spec } of goodGslbs) expect(parsed(parsed(spec))).toEqual(parsed(spec));
});

describe('Every bad GslbEndpoint is refused on one line that names the field and the cure:', () => {
  test.each(badGslbs)('$name', ({ spec, message, parsed: ours }) => {
    const result = parseGslbEndpoint(spec);
    expect(result).toEqual({ ok: false, message: expect.stringContaining(ours ?? message) });
    if (!result.ok) expect(result.message).toMatch(/^spec[\w.:-]* .*[:;,].*$|^spec[^:\n]*: [^\n]*$/);
  });
});

test('There are at least 100 bad GslbEndpoints, and no two are the same.', () => {
  expect(badGslbs.length).toBeGreaterThanOrEqual(100);
  expect(new Set(badGslbs.map(({ spec }) => JSON.stringify(spec))).size).toBe(badGslbs.length);
});

test('What our code refuses by a rule of ours, the CEL text of that rule refuses too, with the same message.', () => {
  const byRule = badGslbs.filter(({ parsed: ours }) => ours === undefined);
  expect(byRule.length).toBeGreaterThanOrEqual(60);
  for (const { spec, message } of byRule)
    expect(brokenRules(schema, withDefaults(schema, spec)).join('\n')).toContain(message);
});

describe('Every good GslbEndpoint passes our code and the CEL text:', () => {
  test.each(goodGslbs)('$name', ({ spec }) => {
    expect(brokenRules(schema, parsed(spec))).toEqual([]);
  });
});

test('Every rule on a value is broken by at least one bad GslbEndpoint, so none is idle.', () => {
  const { aws, certificate, haproxy, sites } = schema.properties ?? {};
  const elsewhere = [aws, certificate, haproxy, sites].flatMap((part) => (part ? rulesIn(part) : []));
  const known = new Set(
    [...elsewhere, ...haproxyRules, ...certificateRules, ...siteRules].map(({ message }) => message),
  );
  const idle = rulesIn(schema)
    .filter(({ rule, message }) => !rule.includes('oldSelf') && !known.has(message))
    .filter(({ message }) => !badGslbs.some((bad) => message.includes(bad.parsed ?? bad.message)));
  expect(idle).toEqual([]);
});

test('Zone and name cannot be changed, and the message says what to do instead.', () => {
  const zone = schema.properties?.['zone'] ?? {};
  const name = schema.properties?.['record']?.properties?.['name'] ?? {};
  const messages = [...rulesIn(zone), ...rulesIn(name)].map(({ message }) => message).join('\n');
  expect(messages).toContain('zone cannot be changed');
  expect(messages).toContain('record.name cannot be changed');
  expect(mayBecome(zone, { name: 'seojun.shop' }, { name: 'seojun.shop' })).toBe(true);
  expect(mayBecome(zone, { name: 'seojun.shop' }, { name: 'other.shop' })).toBe(false);
  expect(mayBecome(name, 'gslb', 'www')).toBe(false);
});

test('Anything at all may stand in a spec without an exception.', () => {
  for (const spec of [
    undefined,
    null,
    7,
    'x',
    [],
    { endpoints: {} },
    changedGslb({ endpoints: null }),
    changedGslb({ endpoints: [null] }),
    changedGslb({ record: 7 }),
    changedGslb({ endpoints: [{ name: 'seoul' }] }),
  ])
    expect(parseGslbEndpoint(spec).ok).toBe(false);
});

const pieces = record(
  {
    role: constantFrom('Primary', 'Secondary'),
    weight: constantFrom(0, 255),
    region: constantFrom('ap-northeast-2', 'eu-west-2'),
    geolocation: constantFrom({ country: '*' }, { continent: 'AS' }),
    state: constantFrom('Active', 'Drained'),
    healthCheck: constantFrom(checked()['healthCheck'] as Spec),
    target: constantFrom<Spec>(
      { type: 'Addresses', addresses: ['3.36.122.217'] },
      { type: 'Addresses', addresses: ['3.36.122.217', '3.36.122.218'] },
      { type: 'Hostname', hostname: 'www.example.net' },
      { type: 'LoadBalancer', loadBalancer: { name: 'seoul-alb', region: 'ap-northeast-2' } },
    ),
  },
  { requiredKeys: [] },
);

test('For any endpoints under any policy, our code and the CEL text say the same.', () => {
  const policies = constantFrom('Simple', 'Failover', 'Weighted', 'Latency', 'Geolocation', 'Multivalue');
  assert(
    property(policies, array(pieces, { minLength: 1, maxLength: 3 }), (policy, endpoints) => {
      // not of another realm, which cel-js does not take
      const spec = JSON.parse(JSON.stringify(served(policy, ...(endpoints as Spec[])))) as Spec;
      const broken = brokenRules(schema, withDefaults(schema, spec));
      const result = parseGslbEndpoint(spec);
      expect([spec, result.ok]).toEqual([spec, broken.length === 0]);
      if (!result.ok) expect(broken.some((message) => result.message.endsWith(message))).toBe(true);
    }),
    { numRuns: 400 },
  );
});

test('It has a manifest that teaches it to an API server, with its short name and columns.', () => {
  const crd = gslbEndpoint.crd();
  expect(crd.metadata.name).toBe('gslbendpoints.hybridcloud.dev');
  expect(crd.spec.names.shortNames).toEqual(['gslb']);
  const narrow = (crd.spec.versions[0]?.additionalPrinterColumns ?? []).filter(({ priority }) => !priority);
  expect(narrow.map(({ name }) => name.toUpperCase())).toEqual([
    'READY',
    'SYNCED',
    'REASON',
    'POLICY',
    'FQDN',
    'HEALTHY',
    'SERVING',
    'AGE',
  ]);
});

test('A whole status is taken as it is.', () => {
  const status: GslbEndpointStatus = {
    fqdn: 'gslb.seojun.shop',
    zoneID: 'Z0123456789ABCDEFGHIJ',
    healthy: '1/2',
    serving: ['seoul'],
    servingNames: 'seoul',
    endpoints: [
      {
        name: 'seoul',
        provider: 'AWS',
        role: 'Primary',
        health: 'Healthy',
        since: '2026-01-05T09:00:00Z',
        serving: true,
        healthCheckID: '0a1b2c3d-1111-2222-3333-444455556666',
        checkersHealthy: '16/16',
        failoverSeconds: 90,
      },
      { name: 'tokyo', provider: 'AWS', health: 'Unhealthy', serving: false, lastFailure: 'Failure: timed out' },
    ],
    failoverSeconds: 90,
    changeStatus: 'INSYNC',
    checkerRanges: ['15.177.0.0/18'],
  };
  expect(gslbEndpoint.statusSchema.parse(status)).toEqual(status);
  expect(parseGslbEndpoint(goodGslb()).ok).toBe(true);
});
