// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, test } from '@jest/globals';
import { changedNamespaces, decide, parseGrants, type Wanted } from '../../src/kube/namespace-grants.ts';

const role = 'arn:aws:iam::123456789012:role/backups';
const data = {
  'team-a': `# the backup team\nidentity\nrole ${role}\nendpoint https://S3.example.com\n`,
  'team-b': 'endpoint https://s3.example.com:8443/',
  'team-d': 'identity\nzone team-d.example.com',
  'team-e': 'identity\nzone Example.com.',
};
const grants = parseGrants('ops', data);
const wants = {
  identity: { use: 'identity' },
  role: { use: 'role', arn: role },
  endpoint: { use: 'endpoint', url: 'https://s3.example.com/' },
} as const;

describe('namespace grants', () => {
  test.each<[string, Wanted, boolean]>([
    ['ops', wants.identity, true],
    ['ops', { use: 'role', arn: 'arn:aws:iam::999999999999:role/any' }, true],
    ['team-a', wants.identity, true],
    ['team-a', wants.role, true],
    ['team-a', { use: 'role', arn: `${role}2` }, false],
    ['team-a', { use: 'role', arn: 'arn:aws:iam::123456789012:role/Backups' }, false],
    ['team-a', wants.endpoint, true],
    ['team-a', { use: 'endpoint', url: 'https://S3.EXAMPLE.com.:443/path?x' }, true],
    ['team-a', { use: 'endpoint', url: 'http://s3.example.com' }, false],
    ['team-a', { use: 'endpoint', url: 'https://s3.example.com.evil.test' }, false],
    ['team-a', { use: 'endpoint', url: 'https://s3.example.com@evil.test' }, false],
    ['team-a', { use: 'endpoint', url: 'https://evils3.example.com' }, false],
    ['team-a', { use: 'endpoint', url: 'not a url' }, false],
    ['team-b', wants.identity, false],
    ['team-b', wants.endpoint, false],
    ['team-b', { use: 'endpoint', url: 'https://s3.example.com:8443' }, true],
    ['team-a', { use: 'name', name: 'www.example.com' }, true],
    ['team-c', { use: 'name', name: 'www.example.com' }, false],
    ['team-d', { use: 'name', name: 'www.team-d.example.com' }, true],
    ['team-d', { use: 'name', name: 'team-d.example.com' }, true],
    ['team-d', { use: 'name', name: 'evilteam-d.example.com' }, false],
    ['team-d', { use: 'name', name: '*.example.com' }, false],
    ['team-e', { use: 'name', name: 'www.example.com' }, false],
    ['team-c', wants.identity, false],
    ['__proto__', wants.identity, false],
    ['constructor', wants.identity, false],
  ])('%s wants %j: %s', (namespace, wanted, allowed) => {
    expect(decide(grants, namespace, wanted).allowed).toBe(allowed);
  });

  test('nobody but the operator has any without a ConfigMap', () => {
    const none = parseGrants('ops', undefined);
    for (const wanted of Object.values(wants)) {
      expect(decide(none, 'team-a', wanted).allowed).toBe(false);
      expect(decide(none, 'ops', wanted).allowed).toBe(true);
    }
  });

  test('a refusal says what to do', () => {
    expect(decide(grants, 'team-c', wants.role)).toEqual({
      allowed: false,
      message: `namespace "team-c" may not use the role ${role}: ask the operator's administrator to grant it`,
    });
  });

  test.each([
    ['x', 'rolle arn', 'line 1: no grant'],
    ['x', 'identity yes', 'line 1: no grant'],
    ['x', '\n\nrole *', 'line 3: the role is no whole ARN'],
    ['x', 'role arn:aws:iam::123456789012:role/*', 'line 1: the role is no whole ARN'],
    ['x', `role ${role} ${role}`, 'line 1: more than one value'],
    ['x', `role ${role} external-id`, 'line 1: the external id is one word'],
    ['x', `role ${role} external-id a b`, 'line 1: the external id is one word'],
    ['x', `role ${role} external-id <a>`, 'line 1: the external id is one word'],
    ['x', 'endpoint s3.example.com', 'line 1: the endpoint is no URL'],
    ['x', 'endpoint file:///etc/passwd', 'line 1: the endpoint is no URL'],
    ['x', 'endpoint https://user:pw@s3.example.com', 'line 1: the endpoint is no URL'],
    ['Team_A', 'identity', 'key "Team_A": no name of a namespace'],
    ['*', 'identity', 'key "*": no name of a namespace'],
    ['x', 7, 'its value is no text'],
  ])('nonsense in key %j, %j, grants nothing and is reported: %s', (key, text, problem) => {
    const parsed = parseGrants('ops', { [key]: text });
    expect(parsed.problems).toEqual([expect.stringContaining(problem)]);
    for (const wanted of Object.values(wants)) expect(decide(parsed, key, wanted).allowed).toBe(false);
  });

  test.each<[string, string, string | undefined, object]>([
    ['team-a', 'role ROLE external-id a-1', undefined, { allowed: true, externalID: 'a-1' }],
    ['team-a', 'role ROLE external-id a-1', 'a-1', { allowed: true, externalID: 'a-1' }],
    ['team-a', 'role ROLE external-id a-1', 'b-2', { allowed: false }],
    ['team-a', 'role ROLE', undefined, { allowed: true }],
    ['team-a', 'role ROLE', 'b-2', { allowed: false }],
    ['ops', '', 'b-2', { allowed: true, externalID: 'b-2' }],
    ['ops', 'role ROLE external-id o-1', undefined, { allowed: true, externalID: 'o-1' }],
  ])('%s with the grant "%s" and the external id %s in the object', (namespace, line, externalID, decision) => {
    const given = parseGrants('ops', { [namespace]: line.replace('ROLE', role) });
    const wanted = { use: 'role', arn: role, ...(externalID === undefined ? {} : { externalID }) } as const;
    expect(given.problems).toEqual([]);
    expect(decide(given, namespace, wanted)).toMatchObject(decision);
    if (!('externalID' in decision)) expect(decide(given, namespace, wanted)).not.toHaveProperty('externalID');
  });

  test('a change names the namespaces that it concerns, and no others', () => {
    const before = parseGrants('ops', { a: 'identity', b: `role ${role}`, c: 'identity', d: 'identity' });
    const after = parseGrants('ops', {
      a: 'identity # still',
      b: `role ${role} external-id x-1`,
      c: '# none',
      e: 'identity',
    });
    expect(
      changedNamespaces(
        before,
        parseGrants('ops', { d: 'identity', c: 'identity', b: `role ${role}`, a: '\nidentity' }),
      ).size,
    ).toBe(0);
    expect([...changedNamespaces(before, after)].sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  test('a good line beside a bad one still counts', () => {
    const parsed = parseGrants('ops', { x: 'nonsense\nidentity' });
    expect([parsed.problems.length, decide(parsed, 'x', wants.identity).allowed]).toEqual([1, true]);
  });

  test('patterns take no time over long strings', () => {
    const started = performance.now();
    parseGrants('ops', {
      x: `role arn:aws${'-a'.repeat(50_000)}\nendpoint https://${'a.'.repeat(50_000)}\n${'x'.repeat(100_000)}`,
      ['a-'.repeat(50_000)]: '',
    });
    expect(performance.now() - started).toBeLessThan(200);
  });
});
