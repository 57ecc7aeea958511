// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, test } from '@jest/globals';
import { assert, constantFrom, integer, property, tuple } from 'fast-check';
import { toSchema } from '../../src/api/crd.ts';
import { parseSiteVpn, siteVpn, type SiteVpnStatus } from '../../src/api/site-vpn.ts';
import { contains, isCanonical, overlaps } from '../../src/api/site-vpn/cidr.ts';
import type { Schema } from '../../src/api/structural.ts';
import { badSiteVpns } from './bad-site-vpns.ts';
import { brokenRules, mayBecome, rulesIn } from './cel.ts';
import { withDefaults } from './defaulting.ts';
import { atOpenStack, changedVpn, goodSiteVpn, goodSiteVpns } from './good-site-vpns.ts';

const schema = toSchema(siteVpn.specSchema);

function parsed(spec: unknown) {
  const result = parseSiteVpn(spec);
  if (!result.ok) throw new Error(result.message);
  return result.spec;
}

test('The shortest SiteVpn gets every default of the manual.', () => {
  const phase = { encryption: ['AES256'], integrity: ['SHA2-256'], dhGroups: [14] };
  expect(parsed(goodSiteVpn())).toEqual({
    managementPolicy: 'Apply',
    deletionPolicy: 'Delete',
    aws: { region: 'ap-northeast-2' },
    vpc: { tag: { Name: 'MY-VPC' } },
    routeTables: { selection: 'All', routes: 'Propagated' },
    gateway: {},
    site: { publicIP: '123.142.252.25', cidrs: ['192.168.0.0/20'] },
    routing: 'Static',
    connection: { localCIDR: '0.0.0.0/0', remoteCIDR: '0.0.0.0/0' },
    tunnels: {
      cryptoPolicy: 'Strong',
      ikeVersions: ['ikev2'],
      phase1: { ...phase, lifetimeSeconds: 28_800 },
      phase2: { ...phase, lifetimeSeconds: 3600 },
      rekeyMarginSeconds: 270,
      rekeyFuzzPercent: 100,
      replayWindowPackets: 1024,
      dpdTimeoutSeconds: 30,
      dpdAction: 'restart',
      startup: 'start',
      tunnel1: {},
      tunnel2: {},
    },
    readiness: { tunnelsUp: 1 },
    telemetry: { intervalSeconds: 60 },
  });
});

test('The API server fills in the same defaults as our code.', () => {
  for (const { spec } of goodSiteVpns) expect(withDefaults(schema, spec)).toEqual(parsed(spec));
  for (const { spec } of goodSiteVpns) expect(parsed(parsed(spec))).toEqual(parsed(spec));
});

describe('Every bad SiteVpn is refused on one line that names the field and the cure:', () => {
  test.each(badSiteVpns)('$name', ({ spec, message, parsed: ours }) => {
    const result = parseSiteVpn(spec);
    expect(result).toEqual({ ok: false, message: expect.stringContaining(ours ?? message) });
    if (!result.ok) expect(result.message).toMatch(/^spec[\w.:-]* .*[:;,].*$|^spec[^:\n]*: [^\n]*$/);
  });
});

test('There are at least 100 bad SiteVpns, and no two are the same.', () => {
  expect(badSiteVpns.length).toBeGreaterThanOrEqual(100);
  expect(new Set(badSiteVpns.map(({ spec }) => JSON.stringify(spec))).size).toBe(badSiteVpns.length);
});

test('What our code refuses by a rule of ours, the CEL text of that rule refuses too, with the same message.', () => {
  const byRule = badSiteVpns.filter(({ parsed: ours }) => ours === undefined);
  expect(byRule.length).toBeGreaterThanOrEqual(60);
  for (const { spec, message } of byRule)
    expect(brokenRules(schema, withDefaults(schema, spec)).join('\n')).toContain(message);
});

describe('Every good SiteVpn passes our code and the CEL text:', () => {
  test.each(goodSiteVpns)('$name', ({ spec }) => {
    expect(brokenRules(schema, parsed(spec))).toEqual([]);
  });
});

test('Every rule on a value is broken by at least one bad SiteVpn, so none is idle.', () => {
  const shared = toSchema(siteVpn.specSchema).properties?.['aws'];
  const known = new Set(shared ? rulesIn(shared).map(({ message }) => message) : []);
  const idle = rulesIn(schema)
    .filter(({ rule, message }) => !rule.includes('oldSelf') && !known.has(message))
    .filter(({ message }) => !badSiteVpns.some((bad) => message.includes(bad.message)));
  expect(idle).toEqual([]);
});

test('Every default that is an object passes the rules beside it: an API server checks it before it fills in what is inside.', () => {
  const faults: string[] = [];
  const look = (part: Schema) => {
    if (part.default !== undefined) faults.push(...brokenRules(part, JSON.parse(JSON.stringify(part.default))));
    for (const below of Object.values(part.properties ?? {})) look(below);
  };
  look(schema);
  expect(faults).toEqual([]);
});

test('The VPC and the Secret of the device cannot be changed, and the message says what to do instead.', () => {
  const vpc = schema.properties?.['vpc'] ?? {};
  const name = schema.properties?.['device']?.properties?.['secretRef']?.properties?.['name'] ?? {};
  expect(
    rulesIn(vpc)
      .map(({ message }) => message)
      .join('\n'),
  ).toContain('vpc cannot be changed');
  expect(
    rulesIn(name)
      .map(({ message }) => message)
      .join('\n'),
  ).toContain('device.secretRef.name cannot be changed');
  const now = { id: 'vpc-0a1b2c3d' };
  expect(mayBecome(vpc, now, now)).toBe(true);
  expect(mayBecome(vpc, { id: 'vpc-0a1b2c3e' }, now)).toBe(false);
  expect(mayBecome(name, 'office', 'home')).toBe(false);
});

test('A router of a cloud is left, or another cloud taken, only once nothing is set at it any more.', () => {
  const { openstack: set } = parsed(changedVpn(atOpenStack()));
  const cloud = schema.properties?.['openstack'] ?? {};
  const elsewhere = { ...set, authURL: 'https://other.example.com/v3' };
  const cleared = { ...set, routes: 'Absent' };
  expect(mayBecome(cloud, set, elsewhere)).toBe(false);
  expect(mayBecome(cloud, set, { ...set, nextHop: '192.168.0.11', router: { name: 'other' } })).toBe(true);
  expect(mayBecome(cloud, cleared, elsewhere)).toBe(true);
  const { openstack: _left, ...without } = parsed(changedVpn(atOpenStack()));
  expect(mayBecome(schema, parsed(changedVpn(atOpenStack())), without)).toBe(false);
  expect(mayBecome(schema, parsed(changedVpn(atOpenStack({ routes: 'Absent' }))), without)).toBe(true);
  expect(mayBecome(schema, without, parsed(changedVpn(atOpenStack())))).toBe(true);
});

test('Anything at all may stand in a spec without an exception, and a refusal does not repeat it.', () => {
  for (const spec of [
    undefined,
    null,
    7,
    'x',
    [],
    { site: [] },
    changedVpn({ site: null }),
    changedVpn({ tunnels: 7 }),
  ])
    expect(parseSiteVpn(spec).ok).toBe(false);
  const result = parseSiteVpn(
    changedVpn({ 'tunnels.tunnel1': { presharedKeySecretRef: { name: 'wJalrXUtnFEMI.K7MDENG' } } }),
  );
  expect(result.ok ? '' : result.message).toContain('presharedKeySecretRef.name must be the name of a Secret');
  expect(result.ok ? '' : result.message).not.toContain('wJalr');
});

function fields(part: Schema, path: string): [string, Schema][] {
  const below = Object.entries({ ...part.properties, ...(part.items ? { '[]': part.items } : {}) });
  return below.flatMap(([name, child]) => [
    [`${path}.${name}`, child] as [string, Schema],
    ...fields(child, `${path}.${name}`),
  ]);
}

const inWords = (value: unknown) => (Array.isArray(value) ? value.join(',') : `${value as string | number}`);

test('The manual says every default in words, and gives an example, a choice or a default for every value.', () => {
  const all = fields(schema, 'spec').filter(([, part]) => part.type !== 'object');
  const silent = all.filter(
    ([, part]) => part.default !== undefined && !part.description?.includes(`Default: ${inWords(part.default)}`),
  );
  const bare = all.filter(([, part]) => !part.enum && !/Example: |e\.g\. /.test(part.description ?? ''));
  expect([silent.map(([path]) => path), bare.map(([path]) => path)]).toEqual([[], []]);
});

test('It has a manifest that teaches it to an API server, with its short name and columns on paths that there are.', () => {
  const crd = siteVpn.crd();
  expect(crd.metadata.name).toBe('sitevpns.hybridcloud.dev');
  expect(crd.spec.names.shortNames).toEqual(['vpn']);
  const whole = crd.spec.versions[0]?.schema.openAPIV3Schema as Schema;
  for (const { jsonPath } of [...siteVpn.columns, ...siteVpn.wideColumns]) {
    const at = jsonPath
      .split('.')
      .slice(1)
      .reduce<Schema | undefined>((part, name) => part?.properties?.[name], whole);
    expect([jsonPath, at]).toEqual([jsonPath, expect.any(Object)]);
  }
});

const prefixes = tuple(
  integer({ min: 0, max: 255 }),
  integer({ min: 0, max: 3 }),
  constantFrom(8, 9, 15, 16, 17, 23, 24, 31, 32),
).map(([third, fourth, length]) => `10.7.${third}.${fourth * 64}/${length}`);

test('For any prefixes, our code and the CEL text say the same of what is canonical and what overlaps.', () => {
  assert(
    property(prefixes, prefixes, (one, other) => {
      const spec = changedVpn({ 'site.cidrs': [one, other] });
      const broken = brokenRules(schema, withDefaults(schema, spec)).join('\n');
      expect(broken.includes('must begin at its first address')).toBe(!isCanonical(one) || !isCanonical(other));
      expect(broken.includes('must not overlap')).toBe(overlaps(one, other));
      expect(overlaps(one, other)).toBe(contains(one, other) || contains(other, one));
      expect(parseSiteVpn(spec).ok).toBe(broken === '');
    }),
    { numRuns: 200 },
  );
});

test('A whole status is taken as it is.', () => {
  const status: SiteVpnStatus = {
    vpcID: 'vpc-0a1b2c3d',
    vpnGatewayID: 'vgw-0a1b2c3d',
    customerGatewayID: 'cgw-0a1b2c3d',
    vpnConnectionID: 'vpn-0a1b2c3d',
    tunnelsUp: '1/2',
    tunnels: [
      { name: 'tunnel1', outsideIP: '13.124.202.55', state: 'Up', since: '2026-01-05T09:00:00Z', acceptedRoutes: 3 },
      { name: 'tunnel2', outsideIP: '54.180.47.146', state: 'Down', message: 'IPSEC IS DOWN' },
    ],
    routes: [{ cidr: '192.168.0.0/20', state: 'available' }],
    routeTables: [{ id: 'rtb-0a1b2c3d', propagated: true, cidrs: [] }],
    device: { secretName: 'office-gateway', digest: '0123456789abcdef' },
    siteRouters: [
      {
        id: '5025071f-bc34-437a-960c-79f5d091c78f',
        routes: [{ destination: '10.26.0.0/16', nextHop: '192.168.0.10' }],
      },
    ],
    probe: {
      host: '10.26.1.10',
      port: 22,
      lastTime: '2026-01-05T09:00:00Z',
      outcome: 'Refused',
      consecutiveFailures: 0,
    },
  };
  expect(siteVpn.statusSchema.parse(status)).toEqual(status);
});
