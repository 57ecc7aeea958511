// SPDX-License-Identifier: GPL-3.0-or-later
/** GslbEndpoints at the edges of what is allowed; the first is that of runbook 2. */
import { ignorable } from '../../src/api/gslb-endpoint/ignored.ts';
import { goodIgnoring, goodMaintenance } from './bad-shared.ts';
import { changed, type Spec } from './manifests.ts';

type Json = Spec[string];

const https = (host: string): Spec => ({ type: 'HTTPS', host, intervalSeconds: 30, failureThreshold: 1 });

export const balancer = (name: string, region: string): Spec => ({
  type: 'LoadBalancer',
  loadBalancer: { name, region },
});
export const addresses = (...list: string[]): Spec => ({ type: 'Addresses', addresses: list });

/** Runbook 2: Seoul and Tokyo behind load balancers. */
export function goodGslb(): Spec {
  return {
    aws: { region: 'ap-northeast-2' },
    zone: { name: 'seojun.shop' },
    record: { name: 'gslb' },
    policy: 'Failover',
    endpoints: [
      {
        name: 'seoul',
        role: 'Primary',
        setIdentifier: 'Seoul-Active',
        target: balancer('seoul-alb', 'ap-northeast-2'),
        healthCheck: https('seoul.seojun.shop'),
        provider: 'AWS',
      },
      {
        name: 'tokyo',
        role: 'Secondary',
        setIdentifier: 'Tokyo-Active',
        target: balancer('tokyo-alb', 'ap-northeast-1'),
        healthCheck: https('tokyo.seojun.shop'),
        provider: 'AWS',
      },
    ],
  };
}

export const changedGslb = (values: Parameters<typeof changed>[0]): Spec => changed(values, goodGslb());

/** Addresses under a policy, one endpoint for each of these. */
export function served(policy: string, ...endpoints: Spec[]): Spec {
  return changedGslb({
    policy,
    'record.ttlSeconds': 60,
    endpoints: endpoints.map((one, index) => ({
      name: ['seoul', 'london', 'oregon', 'hongkong'][index] ?? `site-${index}`,
      target: addresses(`3.36.122.${index + 1}`),
      ...one,
    })) as Json,
  });
}

export const checked = (change: Spec = {}): Spec => ({
  healthCheck: { type: 'TCP', address: '3.36.122.217', port: 443, ...change },
});
/** Failover of two addresses, the first with this check. */
export const withCheck = (healthCheck: Spec): Spec =>
  served('Failover', { role: 'Primary', healthCheck }, { role: 'Secondary' });

export const goodGslbs: readonly { readonly name: string; readonly spec: Spec }[] = [
  { name: 'the failover of the runbook', spec: goodGslb() },
  {
    name: 'the four addresses of the runbook in one answer',
    spec: served('Simple', { target: addresses('3.36.122.217', '20.117.241.211', '35.247.86.177', '47.242.248.113') }),
  },
  {
    name: 'weights from none to all',
    spec: served('Weighted', { weight: 0 }, { weight: 255 }, { weight: 1, ...checked() }),
  },
  {
    name: 'two regions by latency',
    spec: served('Latency', { region: 'ap-northeast-2' }, { region: 'eu-west-2', ...checked() }),
  },
  {
    name: 'a continent, a country, a state and the rest',
    spec: served(
      'Geolocation',
      { geolocation: { continent: 'AS' } },
      { geolocation: { country: 'KR' } },
      { geolocation: { country: 'US', subdivision: 'CA' } },
      { geolocation: { country: '*' } },
    ),
  },
  {
    name: 'four addresses of which the healthy are answered',
    spec: served('Multivalue', checked(), checked(), checked(), {}),
  },
  { name: 'one drained', spec: served('Multivalue', { state: 'Drained' }, {}) },
  { name: 'a failover by hand', spec: changedGslb({ failover: { prefer: 'Secondary' } }) },
  {
    name: 'a secondary that is preferred, and alone has a check',
    spec: changed(
      { failover: { prefer: 'Secondary' } },
      served('Failover', { role: 'Primary', ...checked() }, { role: 'Secondary', ...checked() }),
    ),
  },
  { name: 'a zone by its id', spec: changedGslb({ zone: { id: 'Z0123456789ABCDEFGHIJ' } }) },
  { name: 'the zone itself', spec: changedGslb({ 'record.name': '@' }) },
  { name: 'all names of the zone', spec: changedGslb({ 'record.name': '*' }) },
  { name: 'all names below one', spec: changedGslb({ 'record.name': '*.apps' }) },
  {
    name: 'a name of several parts, one in another alphabet',
    spec: changedGslb({ 'record.name': 'gslb.xn--9d0b5t.apps' }),
  },
  {
    name: 'other names under weights',
    spec: changed(
      { 'record.type': 'CNAME' },
      served(
        'Weighted',
        { weight: 1, target: { type: 'Hostname', hostname: 'www.example.net' } },
        { weight: 2, target: { type: 'Hostname', hostname: 'www.example.org' } },
      ),
    ),
  },
  {
    name: 'IPv6',
    spec: changed(
      { 'record.type': 'AAAA' },
      served('Multivalue', { target: addresses('2600:1f14::7'), ...checked({ address: '2600:1f14::7' }) }),
    ),
  },
  {
    name: 'an alias of CloudFront beside an address',
    spec: served(
      'Weighted',
      {
        weight: 1,
        target: {
          type: 'Alias',
          alias: { dnsName: 'd111111abcdef8.cloudfront.net', hostedZoneID: 'Z2FDTNDATAQYW2' },
          targetHealth: 'Ignore',
        },
      },
      { weight: 1 },
    ),
  },
  { name: 'a primary whose alias is evaluated, without a check', spec: changedGslb({ endpoints: unchecked() }) },
  {
    name: 'a check with all that there is',
    spec: withCheck({
      type: 'HTTPS',
      address: '3.36.122.217',
      host: 'seoul.seojun.shop',
      port: 8443,
      path: '/health?deep=yes&x=%20',
      searchString: 'all "is" well: Seoul',
      sni: 'Disabled',
      intervalSeconds: 10,
      failureThreshold: 10,
      checkerRegions: ['us-east-1', 'eu-west-1', 'ap-northeast-1'],
      latencyGraphs: 'Enabled',
      healthyWhen: 'Failing',
    }),
  },
  {
    name: 'a private endpoint that is known by another one, and by a check of others',
    spec: served(
      'Failover',
      {
        role: 'Primary',
        healthCheck: {
          type: 'Calculated',
          calculated: {
            endpoints: ['london'],
            healthCheckIDs: ['0a1b2c3d-1111-2222-3333-444455556666'],
            healthyAtLeast: 2,
          },
        },
      },
      { role: 'Secondary', ...checked() },
    ),
  },
  {
    name: 'a private endpoint that is known by an alarm',
    spec: withCheck({ type: 'CloudWatchAlarm', alarm: { name: 'Seoul DB lag > 5', region: 'ap-northeast-2' } }),
  },
  {
    name: 'fifty endpoints',
    spec: served(
      'Weighted',
      ...Array.from({ length: 50 }, (_, index): Spec => ({ name: `site-${index}`, weight: index })),
    ),
  },
  { name: 'nothing may go at once', spec: changedGslb({ safety: { maxRemovedPercent: 0 } }) },
  { name: 'left in place when deleted', spec: changedGslb({ deletionPolicy: 'Retain' }) },
  { name: 'windows of maintenance', spec: changedGslb({ maintenance: goodMaintenance }) },
  goodIgnoring(changedGslb, ignorable),
  { name: 'a freeze', spec: changedGslb({ maintenance: { freeze: true } }) },
];

function unchecked(): Json {
  const { endpoints } = goodGslb();
  return (endpoints as Spec[]).map(({ healthCheck: _checked, ...rest }) => rest);
}
