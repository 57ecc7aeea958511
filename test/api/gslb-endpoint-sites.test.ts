// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { Environment } from '@marcbachmann/cel-js';
import { z } from 'zod';
import { toSchema } from '../../src/api/crd.ts';
import { certificate, certificateRules, certificateStatus } from '../../src/api/gslb-endpoint/certificate.ts';
import { sites, siteRules, sitesStatus } from '../../src/api/gslb-endpoint/sites.ts';
import { withRules } from '../../src/api/rules.ts';
import type { Schema } from '../../src/api/structural.ts';

/** The part of a spec that these two are. */
const spec = withRules(
  z.object({
    zone: z.object({ name: z.string().max(253).optional() }),
    haproxy: z.object({}).optional(),
    certificate: certificate.optional(),
    sites: sites.optional(),
  }),
  [...certificateRules, ...siteRules],
);
const schema = toSchema(spec);
const environment = new Environment({ unlistedVariablesAreDyn: true });

/** Messages of the rules that the API server would refuse it with. */
function refused(part: Schema, value: unknown): readonly string[] {
  if (value === undefined) return [];
  const own = (part['x-kubernetes-validations'] ?? [])
    .filter(({ rule }) => !rule.includes('oldSelf'))
    .filter(({ rule }) => environment.evaluate(rule, { self: value }) !== true)
    .map(({ message }) => message);
  const fields = value as Readonly<Record<string, unknown>>;
  const below = Object.entries(part.properties ?? {}).flatMap(([name, field]) => refused(field, fields[name]));
  const { items } = part;
  return [...own, ...below, ...(items && Array.isArray(value) ? value.flatMap((one) => refused(items, one)) : [])];
}

const seoul = { name: 'seoul', region: 'ap-northeast-2', loadBalancer: 'seoul-alb', targetGroup: 'TG-Seoul' };
const tokyo = { name: 'tokyo', region: 'ap-northeast-1', loadBalancer: 'tokyo-alb', vpc: { tag: { Name: 'MY-VPC' } } };
const good = {
  zone: { name: 'seojun.shop' },
  haproxy: {},
  certificate: { domains: ['gslb.seojun.shop', '*.seojun.shop'], regions: ['us-east-1'] },
  sites: [
    { ...seoul, subnets: ['subnet-0a1b2c3d4e5f67890', 'subnet-0b2c3d4e5f678901a'], securityGroup: 'SG-ALB' },
    tokyo,
  ],
};

test('Certificates and sites as in the runbook are taken, with what was left out.', () => {
  expect(refused(schema, good)).toEqual([]);
  const { sites: made } = spec.parse(good);
  expect(made?.[1]).toMatchObject({ instanceType: 't3.micro', http: 'Redirect', healthCheckPath: '/' });
});

const site = (more: object) => ({ ...good, sites: [{ ...seoul, ...more }] });
const bad: readonly [string, object, RegExp][] = [
  ['no name at all', { ...good, certificate: { domains: [] } }, /at least one name/],
  ['a name twice', { ...good, certificate: { domains: ['a.seojun.shop', 'a.seojun.shop'] } }, /name twice/],
  ['a name of another zone', { ...good, certificate: { domains: ['gslb.seojun.example'] } }, /names of the zone only/],
  [
    'a name that only ends like the zone',
    { ...good, certificate: { domains: ['myseojun.shop'] } },
    /names of the zone only/,
  ],
  ['a star in the middle', { ...good, certificate: { domains: ['a.*.seojun.shop'] } }, /full domain names only/],
  ['a long first name', { ...good, certificate: { domains: [`${'a'.repeat(60)}.seojun.shop`] } }, /at most 64/],
  [
    'a zone for a region',
    { ...good, certificate: { ...good.certificate, regions: ['ap-northeast-2a'] } },
    /codes of AWS regions/,
  ],
  [
    'a region twice',
    { ...good, certificate: { ...good.certificate, regions: ['us-east-1', 'us-east-1'] } },
    /region twice/,
  ],
  ['sites without an HAProxy', { ...good, haproxy: undefined }, /sites need haproxy/],
  ['no sites in the list', { ...good, sites: [] }, /at least one site/],
  ['a site twice', { ...good, sites: [seoul, { ...tokyo, name: 'seoul' }] }, /sites must not have a name twice/],
  ['two of one load balancer', { ...good, sites: [seoul, { ...seoul, name: 'busan' }] }, /different names/],
  [
    'two of one target group',
    { ...good, sites: [seoul, { ...seoul, name: 'busan', loadBalancer: 'busan-alb' }] },
    /different names/,
  ],
  ['a name in capitals', site({ name: 'Seoul' }), /sites.name/],
  ['an internal load balancer', site({ loadBalancer: 'internal-alb' }), /internal-/],
  ['a load balancer with dots', site({ loadBalancer: 'seoul.alb' }), /letters, digits and hyphens/],
  ['one subnet', site({ subnets: ['subnet-0a1b2c3d4e5f67890'] }), /two zones/],
  [
    'a VPC by id and tag',
    site({ vpc: { id: 'vpc-0a1b2c3d4e5f67890', tag: { Name: 'a' } } }),
    /exactly one of id and tag/,
  ],
  ['a group that looks like an id', site({ securityGroup: 'sg-1' }), /must not begin with sg-/],
  ['a type of no cloud', site({ instanceType: 'big' }), /sites.instanceType/],
  ['a path that is none', site({ healthCheckPath: 'index.html' }), /sites.healthCheckPath/],
];

test.each(bad)('%s is refused, by the API server and by the operator alike.', (_, manifest, message) => {
  const given: unknown = JSON.parse(JSON.stringify(manifest));
  expect(refused(schema, given).join('\n')).toMatch(message);
  const parsed = spec.safeParse(given);
  expect(parsed.success).toBe(false);
  expect(parsed.error?.issues.map((issue) => issue.message).join('\n')).toMatch(message);
});

test('What is made cannot be moved: region, VPC, subnets and names are frozen.', () => {
  const frozen = JSON.stringify(schema).match(/cannot be changed: what was made/g) ?? [];
  expect(frozen).toHaveLength(10);
});

test('Status holds one certificate a region, and one entry a site.', () => {
  const arn = 'arn:aws:acm:ap-northeast-2:123456789012:certificate/0';
  expect(certificateStatus.safeParse([{ region: 'ap-northeast-2', arn, status: 'ISSUED' }]).success).toBe(true);
  expect(sitesStatus.safeParse([{ name: 'seoul', region: 'ap-northeast-2', phase: 'Serving' }]).success).toBe(true);
});
