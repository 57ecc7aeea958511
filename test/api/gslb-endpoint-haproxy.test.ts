// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, test } from '@jest/globals';
import { Environment } from '@marcbachmann/cel-js';
import { assert, property } from 'fast-check';
import { toSchema } from '../../src/api/crd.ts';
import { haproxy, haproxyRules, haproxyStatus } from '../../src/api/gslb-endpoint/haproxy.ts';
import type { Schema } from '../../src/api/structural.ts';
import { everything, fourClouds } from '../kinds/gslb-endpoint/haproxy/models.ts';
import { anySpec } from '../kinds/gslb-endpoint/haproxy/arbitraries.ts';
import { badHaproxies, breakingOut } from './bad-gslb-haproxies.ts';

const schema = toSchema(haproxy);
const environment = new Environment({ unlistedVariablesAreDyn: true });

/** Also in what lists hold. */
function broken(part: Schema, value: unknown): readonly string[] {
  if (value === undefined) return [];
  const own = (part['x-kubernetes-validations'] ?? [])
    .filter(({ rule }) => !rule.includes('oldSelf'))
    .filter(({ rule }) => environment.evaluate(rule, { self: value }) !== true)
    .map(({ message }) => message);
  const fields = value as Readonly<Record<string, unknown>>;
  const below = Object.entries(part.properties ?? {}).flatMap(([name, field]) => broken(field, fields[name]));
  const { items } = part;
  return [...own, ...below, ...(items && Array.isArray(value) ? value.flatMap((one) => broken(items, one)) : [])];
}

/** As the API server sees it: with the defaults. */
function withDefaults(part: Schema, value: unknown): unknown {
  if (Array.isArray(value)) return part.items ? value.map((one) => withDefaults(part.items as Schema, one)) : value;
  if (typeof value !== 'object' || value === null) return value;
  const filled: Record<string, unknown> = { ...value };
  for (const [name, field] of Object.entries(part.properties ?? {})) {
    if (filled[name] === undefined && field.default !== undefined)
      filled[name] = JSON.parse(JSON.stringify(field.default));
    if (filled[name] !== undefined) filled[name] = withDefaults(field, filled[name]);
  }
  return filled;
}

describe('Every bad haproxy is refused by our code and by the CEL text:', () => {
  test.each(badHaproxies)('$name', ({ haproxy: written, message }) => {
    const result = haproxy.safeParse(written);
    expect(result.error?.issues.map((issue) => issue.message).join('\n')).toContain(message);
    expect(broken(schema, withDefaults(schema, written)).join('\n')).toContain(message);
  });
});

test.each(breakingOut)('No field of HAProxy takes what would break out of its line: %j', (text) => {
  const written = badHaproxies.filter(({ name }) => name.includes(JSON.stringify(text)));
  expect(written.length).toBeGreaterThanOrEqual(6);
  expect(written.filter((one) => haproxy.safeParse(one.haproxy).success)).toEqual([]);
});

test('Every rule is broken by at least one of them.', () => {
  const all = (part: Schema): readonly string[] => [
    ...(part['x-kubernetes-validations'] ?? [])
      .filter(({ rule }) => !rule.includes('oldSelf'))
      .map((one) => one.message),
    ...[...Object.values(part.properties ?? {}), ...(part.items ? [part.items] : [])].flatMap(all),
  ];
  expect(all(schema).filter((message) => !badHaproxies.some((bad) => message.includes(bad.message)))).toEqual([]);
});

test('Any good one passes our code and the CEL text, and both fill in the same defaults.', () => {
  const good = [{ servers: fourClouds }, everything].map((one) => ({ configMapName: 'gslb-haproxy', ...one }));
  const look = (written: object) => {
    const ours = haproxy.parse(written);
    expect(broken(schema, ours)).toEqual([]);
    expect(withDefaults(schema, written)).toEqual(ours);
  };
  for (const written of good) look(written);
  assert(
    property(anySpec, (written) => look({ configMapName: 'gslb-haproxy', ...written })),
    { numRuns: 50 },
  );
});

describe('Of the whole spec:', () => {
  const aws = { credentialsSecretRef: { name: 'aws' } };
  const addresses = [{ target: { type: 'Addresses' } }];
  const spec = (written: object, endpoints = addresses) => ({
    aws,
    endpoints,
    haproxy: haproxy.parse({ configMapName: 'gslb-haproxy', ...written }),
  });
  const brokenBy = (self: ReturnType<typeof spec>) =>
    haproxyRules
      .filter(({ rule, holds }) => {
        const kept = holds?.(self) ?? true;
        expect(environment.evaluate(rule, { self })).toBe(kept);
        return !kept;
      })
      .map(({ message }) => message);

  test('servers may be left out where an endpoint is an address or a name', () => {
    expect(brokenBy(spec({}))).toEqual([]);
    expect(brokenBy(spec({}, [{ target: { type: 'LoadBalancer' } }]))).toEqual([
      expect.stringContaining('haproxy.servers must be set where no endpoint is an address or a name'),
    ]);
    expect(brokenBy(spec({ servers: fourClouds }, [{ target: { type: 'LoadBalancer' } }]))).toEqual([]);
  });

  test('the Secret that is written is not the one with the credentials', () => {
    expect(brokenBy(spec({ secretRef: { name: 'aws' } }))).toEqual([
      expect.stringContaining('haproxy.secretRef.name must not be the Secret of aws.credentialsSecretRef'),
    ]);
  });
});

test('The status has room for what is told.', () => {
  const told = {
    configMapName: 'gslb-haproxy',
    secretName: 'gslb-haproxy-secret',
    digest: '0123456789abcdef',
    publishedAt: '2025-11-29T02:00:00Z',
    check: 'Accepted',
    checkedBy: '2.6.12-1+deb12u4',
  };
  expect(haproxyStatus.parse(told)).toEqual(told);
});
