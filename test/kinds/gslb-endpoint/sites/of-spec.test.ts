// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { parseGslbEndpoint } from '../../../../src/api/gslb-endpoint.ts';
import { sites as schema } from '../../../../src/api/gslb-endpoint/sites.ts';
import { planSitesOf, sitesToSee, sitesWanted } from '../../../../src/kinds/gslb-endpoint/sites/of-spec.ts';
import { certificate } from '../certificate/pieces.ts';
import { done, seoul, shown, tokyo } from './pieces.ts';

const domains = ['gslb.seojun.shop', '*.gslb.seojun.shop'];

function source(haproxy: object = {}, more: object = {}) {
  const parsed = parseGslbEndpoint({
    aws: { region: seoul },
    zone: { name: 'seojun.shop' },
    record: { name: 'gslb' },
    policy: 'Simple',
    endpoints: [
      { name: 'seoul', target: { type: 'LoadBalancer', loadBalancer: { name: 'seoul-alb', region: seoul } } },
    ],
    haproxy: { configMapName: 'gslb', servers: [{ name: 'seoul', address: '3.36.122.217', port: 80 }], ...haproxy },
    ...more,
  });
  if (!parsed.ok) throw new Error(parsed.message);
  const sites = schema.parse([
    {
      name: 'seoul',
      region: seoul,
      loadBalancer: 'seoul-alb',
      securityGroup: 'SG-ALB',
      vpc: { tag: { Name: 'MY-VPC' } },
    },
    { name: 'tokyo', region: tokyo, loadBalancer: 'tokyo-alb', targetGroup: 'TG-TOKYO' },
  ]);
  return { name: 'gslb', namespace: 'default', spec: { ...parsed.spec, sites } };
}

test('Sites get the configuration as user data, names that follow from what is said, and their region’s certificate once it is issued.', () => {
  const certificates = [
    { region: seoul, certificates: [certificate('arn')] },
    { region: tokyo, certificates: [certificate('arn', { status: 'PENDING_VALIDATION' })] },
  ];
  const { wishes, hold } = sitesWanted(source({}, { certificate: { domains } }), { certificates });
  expect(hold).toBeUndefined();
  expect(wishes).toMatchObject([
    {
      targetGroup: 'seoul-alb',
      groups: { balancer: 'SG-ALB', instance: 'SG-ALB-instances' },
      tls: true,
      certificate: 'arn',
    },
    {
      targetGroup: 'TG-TOKYO',
      groups: { balancer: 'tokyo-alb', instance: 'tokyo-alb-instances' },
      tls: true,
      port: 80,
    },
  ]);
  expect(wishes[1]?.certificate).toBeUndefined();
  expect(Buffer.from(wishes[0]?.userData ?? '', 'base64').toString()).toContain('3.36.122.217');
  expect(sitesWanted(source(), { certificates: [] }).wishes[0]).toMatchObject({ tls: false });
});

test('Another configuration has another digest, another port is the target group’s, and the same spec the same digest.', () => {
  const of = (haproxy: object) => sitesWanted(source(haproxy), { certificates: [] }).wishes[0];
  expect(of({})?.configuration).toBe(of({})?.configuration);
  expect(of({ balance: 'leastconn' })?.configuration).not.toBe(of({})?.configuration);
  expect(of({ listen: [{ port: 8080 }] })?.port).toBe(8080);
});

test('A configuration that no site can have is a matter for a person, and changes nothing.', () => {
  const tls = { certificatePaths: ['/etc/haproxy/certs/gslb.pem'] };
  const { wishes, hold } = sitesWanted(source({ listen: [{ port: 443, tls }] }), { certificates: [] });
  expect(wishes).toEqual([]);
  expect(hold).toMatchObject({ why: 'Blocked', reason: 'HaproxyNotForSites' });
  const broken = { ...source({ listen: [{ port: 443, tls }] }), absent: false };
  const at = { ...done(), certificates: [] };
  expect(shown(planSitesOf(broken, at))).toEqual(['Blocked HaproxyNotForSites']);
  expect(shown(planSitesOf({ ...broken, absent: true }, at))).toEqual([
    'DeleteLoadBalancer seoul',
    'DeleteLoadBalancer tokyo',
  ]);
});

test('What is looked at are the sites of the spec, and those that the status remembers; of what is deleted only what is left.', () => {
  const { spec } = source();
  const { wishes } = sitesWanted(source(), { certificates: [] });
  const last = [
    { name: 'seoul', region: seoul, loadBalancer: 'seoul-alb' },
    { name: 'oregon', region: 'us-west-2', loadBalancer: 'oregon-alb', targetGroup: 'TG-Oregon' },
  ];
  expect(sitesToSee({ spec, absent: false }, wishes, last)).toMatchObject([
    { name: 'seoul', wish: { loadBalancer: 'seoul-alb' }, vpc: { tag: { Name: 'MY-VPC' } } },
    { name: 'tokyo', wish: { targetGroup: 'TG-TOKYO' } },
    last[1] ?? {},
  ]);
  const going = sitesToSee({ spec, absent: true }, wishes, last);
  expect(going.map(({ wish }) => wish)).toEqual([undefined, undefined, undefined]);
  expect(going[0]).toEqual({ name: 'seoul', region: seoul, loadBalancer: 'seoul-alb', targetGroup: 'seoul-alb' });
});
