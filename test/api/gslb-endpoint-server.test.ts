// SPDX-License-Identifier: GPL-3.0-or-later
/** The simulated API server takes our CRD and judges GslbEndpoints. */
import { beforeAll, expect, test } from '@jest/globals';
import { record } from '../contract/kubernetes/contract.ts';
import type { Asked, JsonMap, Recorded, Sequence } from '../contract/kubernetes/exchange.ts';
import { merge, post, remove } from '../contract/kubernetes/requests/paths.ts';
import { simulatedServer } from '../contract/kubernetes/simulated.ts';
import { badGslbs } from './bad-gslb-endpoints.ts';
import { frozenGslbFields, frozenSite } from './frozen-fields.ts';
import { goodGslb, goodGslbs } from './good-gslb-endpoints.ts';

const path = '/apis/hybridcloud.dev/v1alpha1/namespaces/contract/gslbendpoints';

function attempt(title: string, spec: object, name = 'tried', query = '?dryRun=All'): Asked {
  const object = { apiVersion: 'hybridcloud.dev/v1alpha1', kind: 'GslbEndpoint', metadata: { name }, spec };
  return post(title, `${path}${query}`, JSON.parse(JSON.stringify(object)) as JsonMap);
}

const nested = (field: string, to: string | undefined) =>
  field.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), to);

function withSite(site: object): object {
  const servers = [{ name: 'london', address: '20.117.241.211' }];
  return { ...goodGslb(), haproxy: { configMapName: 'gslb', servers }, sites: [site] };
}

const onlySite = (site: object) => ({ spec: { sites: [site] } }) as unknown as JsonMap;

const sequence: Sequence = {
  name: 'GslbEndpoints',
  requests: [
    ...goodGslbs.map(({ name, spec }) => attempt(`good: ${name}`, spec)),
    ...badGslbs.map(({ name, spec }) => attempt(`bad: ${name}`, spec)),
    attempt('one to keep', goodGslb(), 'kept', ''),
    ...frozenGslbFields.map(({ field, to }) =>
      merge(`frozen: ${field}`, `${path}/kept`, { spec: nested(field, to) as JsonMap }),
    ),
    attempt('one with a site', withSite(frozenSite.site), 'standing', ''),
    ...frozenSite.changes.map(({ site }, at) => merge(`site: ${at}`, `${path}/standing`, onlySite(site))),
    merge('site: the same', `${path}/standing`, onlySite(frozenSite.same)),
    remove('taken away', path),
  ],
};

const answers = new Map<string, Recorded>();

beforeAll(async () => {
  const recorded = await record(simulatedServer(), { real: false, sequences: [sequence] });
  for (const one of recorded[sequence.name] ?? []) answers.set(one.title, one);
});

function messageOf(title: string): string {
  const body = answers.get(title)?.answer.body as { details?: { causes: { field: string; message: string }[] } };
  return (body.details?.causes ?? []).map(({ field, message }) => `${field}: ${message}`).join('\n');
}

test.each(goodGslbs.map(({ name }) => name))('The API server accepts a GslbEndpoint with %s.', (name) => {
  expect([messageOf(`good: ${name}`), answers.get(`good: ${name}`)?.answer.status]).toEqual(['', 201]);
});

test.each(badGslbs.map((one) => [one.name, one] as const))('It refuses one with %s.', (name, { message }) => {
  expect(answers.get(`bad: ${name}`)?.answer.status).toBe(422);
  expect(messageOf(`bad: ${name}`)).toContain(message);
});

test.each(frozenGslbFields)('It refuses a change of $field.', ({ field, message }) => {
  expect(messageOf(`frozen: ${field}`)).toContain(message);
});

test.each(frozenSite.changes.map(({ field }, at) => [field, at] as const))(
  'It refuses a change of the %s of a site, also where it was left out (%i).',
  (field, at) => {
    expect(answers.get('one with a site')?.answer.status).toBe(201);
    expect(messageOf(`site: ${at}`)).toContain(`sites.${field} cannot be changed`);
  },
);

test('It takes a site that says what was so already, and what can be changed.', () => {
  expect([messageOf('site: the same'), answers.get('site: the same')?.answer.status]).toEqual(['', 200]);
});
