// SPDX-License-Identifier: GPL-3.0-or-later
/** The simulated API server takes our CRD and judges GslbEndpoints. */
import { beforeAll, expect, test } from '@jest/globals';
import { record } from '../contract/kubernetes/contract.ts';
import type { Asked, JsonMap, Recorded, Sequence } from '../contract/kubernetes/exchange.ts';
import { merge, post, remove } from '../contract/kubernetes/requests/paths.ts';
import { simulatedServer } from '../contract/kubernetes/simulated.ts';
import { badGslbs } from './bad-gslb-endpoints.ts';
import { frozenGslbFields } from './frozen-fields.ts';
import { goodGslb, goodGslbs } from './good-gslb-endpoints.ts';

const path = '/apis/hybridcloud.dev/v1alpha1/namespaces/contract/gslbendpoints';

function attempt(title: string, spec: object, name = 'tried', query = '?dryRun=All'): Asked {
  const object = { apiVersion: 'hybridcloud.dev/v1alpha1', kind: 'GslbEndpoint', metadata: { name }, spec };
  return post(title, `${path}${query}`, JSON.parse(JSON.stringify(object)) as JsonMap);
}

const nested = (field: string, to: string | undefined) =>
  field.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), to);

const sequence: Sequence = {
  name: 'GslbEndpoints',
  requests: [
    ...goodGslbs.map(({ name, spec }) => attempt(`good: ${name}`, spec)),
    ...badGslbs.map(({ name, spec }) => attempt(`bad: ${name}`, spec)),
    attempt('one to keep', goodGslb(), 'kept', ''),
    ...frozenGslbFields.map(({ field, to }) =>
      merge(`frozen: ${field}`, `${path}/kept`, { spec: nested(field, to) as JsonMap }),
    ),
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
