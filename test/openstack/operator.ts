// SPDX-License-Identifier: GPL-3.0-or-later
/** The whole engine between a simulated AWS and the real Keystone and Neutron. */
import { expect } from '@jest/globals';
import type { Transport } from '../../src/wire/call.ts';
import { undiciTransport } from '../../src/wire/undici-transport.ts';
import type { OpenStackSite } from '../contract/openstack/site.ts';
import { account, makeStage, statusOf } from '../kinds/stage.ts';

const keystone = 'https://keystone.test/v3';

/** What the spec names by https is there without; what the catalogue names is on this machine. */
function reaching(site: OpenStackSite, inner: Transport): Transport {
  const network = undiciTransport();
  return (request) => {
    const { href, hostname } = request.url;
    if (href.startsWith(keystone)) return network({ ...request, url: new URL(href.replace(keystone, site.keystone)) });
    return hostname === '127.0.0.1' ? network(request) : inner(request);
  };
}

/** A SiteVpn is made and taken away, and with it the route at the router of the site. */
export async function routesAndUnroutes(site: OpenStackSite): Promise<void> {
  const stage = makeStage({ kind: 'SiteVpn', around: (inner) => reaching(site, inner) });
  const region = 'ap-northeast-2';
  stage.aws.account(account).makeVpc({ region, cidr: '10.26.0.0/16', tags: { Name: 'MY-VPC' } });
  const data = Object.entries({
    applicationCredentialID: site.member.id,
    applicationCredentialSecret: site.member.secret,
  }).map(([key, value]) => [key, Buffer.from(value).toString('base64')] as const);
  const secrets = { group: '', version: 'v1', kind: 'Secret', plural: 'secrets', namespaced: true };
  const at = { namespace: 'default', name: 'neutron' };
  await stage.person.create(secrets, at, { metadata: at, data: Object.fromEntries(data) });
  await stage.apply({
    name: 'office',
    spec: {
      aws: { region },
      vpc: { tag: { Name: 'MY-VPC' } },
      site: { publicIP: '123.142.252.25', cidrs: ['192.168.0.0/20'] },
      openstack: {
        authURL: keystone,
        credentialsSecretRef: { name: 'neutron' },
        router: { name: 'office' },
        nextHop: '192.168.0.10',
      },
    },
  });
  await stage.until('office', (object) => statusOf(object, 'Synced') === 'True');
  expect(await routesOf(site)).toEqual(['10.26.0.0/16 192.168.0.10']);
  await stage.remove('office');
  await stage.until('office', () => false);
  expect(stage.object('office')).toBeUndefined();
  expect(await routesOf(site)).toEqual([]);
  const writes = stage.outputs.records.filter(({ call }) => call.service === 'neutron' && call.effect === 'write');
  expect(writes.map(({ call, result }) => `${call.action} ${result}`)).toEqual([
    'add_extraroutes 200',
    'remove_extraroutes 200',
  ]);
}

/** Past the operator. */
async function routesOf(site: OpenStackSite): Promise<string[]> {
  const { id, secret } = site.member;
  const identity = { methods: ['application_credential'], application_credential: { id, secret } };
  const login = await site.send({
    method: 'POST',
    url: new URL(`${site.keystone}/auth/tokens`),
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ auth: { identity } }),
  });
  const { text } = await site.send({
    method: 'GET',
    url: new URL(`${site.neutron}/v2.0/routers/${site.router}`),
    headers: { 'x-auth-token': login.headers['x-subject-token'] ?? '' },
  });
  const { router } = JSON.parse(text) as { router: { routes: { destination: string; nexthop: string }[] } };
  return router.routes.map(({ destination, nexthop }) => `${destination} ${nexthop}`);
}
