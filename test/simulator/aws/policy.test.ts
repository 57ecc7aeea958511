// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { conditionHolds } from '../../../src/simulator/aws/policy/condition.ts';
import { parsePolicy } from '../../../src/simulator/aws/policy/document.ts';
import { evaluate, type Caller } from '../../../src/simulator/aws/policy/evaluate.ts';
import { matchesArn, matchesPattern } from '../../../src/simulator/aws/policy/match.ts';
import { isPublic } from '../../../src/simulator/aws/policy/public.ts';

const context = new Map<string, readonly string[]>([
  ['aws:securetransport', ['true']],
  ['s3:prefix', ['home/bob']],
  ['aws:tagkeys', ['owner', 'team']],
  ['s3:max-keys', ['10']],
  ['aws:principalarn', ['arn:aws:iam::123456789012:user/op/bob']],
  ['aws:username', ['bob']],
  ['aws:sourceip', ['127.0.0.1']],
  ['aws:currenttime', ['2026-01-05T09:00:00Z']],
]);

test.each([
  ['StringEquals', 's3:prefix', ['home/bob'], true],
  ['StringEquals', 's3:prefix', ['home/*'], false],
  ['StringEquals', 'S3:Prefix', ['x', 'home/${aws:username}'], true],
  ['StringNotEquals', 's3:prefix', ['other'], true],
  ['StringNotEquals', 'missing', ['other'], true],
  ['StringEquals', 'missing', ['x'], false],
  ['StringEqualsIfExists', 'missing', ['x'], true],
  ['StringEqualsIfExists', 's3:prefix', ['x'], false],
  ['StringEqualsIgnoreCase', 's3:prefix', ['HOME/BOB'], true],
  ['StringLike', 's3:prefix', ['home/*'], true],
  ['StringLike', 's3:prefix', ['home/b?b'], true],
  ['StringNotLike', 's3:prefix', ['home/*'], false],
  ['Bool', 'aws:SecureTransport', ['true'], true],
  ['Bool', 'aws:SecureTransport', ['false'], false],
  ['BoolIfExists', 'missing', ['true'], true],
  ['ArnLike', 'aws:PrincipalArn', ['arn:aws:iam::*:user/op/*'], true],
  ['ArnLike', 'aws:PrincipalArn', ['arn:aws:iam:*'], false],
  ['ArnNotLike', 'aws:PrincipalArn', ['arn:aws:iam::*:user/op/*'], false],
  ['NumericLessThan', 's3:max-keys', ['11'], true],
  ['NumericLessThan', 's3:max-keys', ['10'], false],
  ['NumericLessThanEquals', 's3:max-keys', ['10'], true],
  ['DateLessThan', 'aws:CurrentTime', ['2026-02-01T00:00:00Z'], true],
  ['DateGreaterThan', 'aws:CurrentTime', ['2026-02-01T00:00:00Z'], false],
  ['IpAddress', 'aws:SourceIp', ['127.0.0.0/8'], true],
  ['NotIpAddress', 'aws:SourceIp', ['127.0.0.0/8'], false],
  ['ForAllValues:StringEquals', 'aws:TagKeys', ['owner', 'team', 'more'], true],
  ['ForAllValues:StringEquals', 'aws:TagKeys', ['owner'], false],
  ['ForAllValues:StringEquals', 'missing', ['owner'], true],
  ['ForAnyValue:StringEquals', 'aws:TagKeys', ['owner'], true],
  ['ForAnyValue:StringEquals', 'missing', ['owner'], false],
  ['Null', 'missing', ['true'], true],
  ['Null', 's3:prefix', ['true'], false],
  ['Null', 's3:prefix', ['false'], true],
] as const)('The condition %s of %s with %j is %s.', (operator, key, wanted, holds) => {
  expect(conditionHolds([operator, key, wanted], context)).toBe(holds);
});

test('Wildcards are matched in linear time, stars of an ARN stay within their part.', () => {
  expect(matchesPattern('a*b*c', 'axxbyyc')).toBe(true);
  expect(matchesPattern('a*b*c', 'axxbyy')).toBe(false);
  const before = performance.now();
  expect(matchesPattern('*a'.repeat(50), `${'a'.repeat(20_000)}b`)).toBe(false);
  expect(performance.now() - before).toBeLessThan(1000);
  expect(matchesArn('arn:aws:s3:::bucket/*', 'arn:aws:s3:::bucket/a:b/c')).toBe(true);
  expect(matchesArn('arn:*:bucket', 'arn:aws:s3:::bucket')).toBe(false);
});

const bob: Caller = { kind: 'user', account: '1', arn: 'arn:aws:iam::1:user/bob' };
const question = { action: 's3:GetObject', resource: 'arn:aws:s3:::b/k', context, caller: bob };
const identity = (...statements: object[]) =>
  parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }), 'identity');
const resource = (...statements: object[]) =>
  parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }), 'resource');
const allow = { Effect: 'Allow', Action: '*', Resource: '*' };

test('NotAction and NotResource turn a match around.', () => {
  const ask = (statement: object) => evaluate(question, { identity: [identity(statement)], owner: '1' }).allowed;
  expect(ask({ Effect: 'Allow', NotAction: 's3:Delete*', Resource: '*' })).toBe(true);
  expect(ask({ Effect: 'Allow', NotAction: 's3:getobject', Resource: '*' })).toBe(false);
  expect(ask({ Effect: 'Allow', Action: 's3:*', NotResource: 'arn:aws:s3:::b/*' })).toBe(false);
  expect(ask({ Effect: 'Allow', Action: 's3:*', NotResource: 'arn:aws:s3:::c/*' })).toBe(true);
});

test('A Deny anywhere wins; across accounts both sides must allow.', () => {
  const everyone = { Principal: '*', Action: 's3:*', Resource: '*' };
  const deny = resource({ ...everyone, Effect: 'Deny' });
  expect(evaluate(question, { identity: [identity(allow)], resource: deny, owner: '1' })).toEqual({
    allowed: false,
    why: 'explicitResource',
  });
  expect(evaluate(question, { identity: [identity(allow, { ...allow, Effect: 'Deny' })], owner: '1' })).toEqual({
    allowed: false,
    why: 'explicitIdentity',
  });
  const grant = resource({ ...everyone, Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::1:root' } });
  expect(evaluate(question, { identity: [identity(allow)], owner: '2' })).toEqual({
    allowed: false,
    why: 'noResource',
  });
  expect(evaluate(question, { identity: [], resource: grant, owner: '2' })).toEqual({
    allowed: false,
    why: 'noIdentity',
  });
  expect(evaluate(question, { identity: [identity(allow)], resource: grant, owner: '2' }).allowed).toBe(true);
});

test('The root of an account is allowed everything but what a resource policy denies.', () => {
  const root = { ...question, caller: { kind: 'root', account: '1', arn: 'arn:aws:iam::1:root' } as const };
  expect(evaluate(root, { identity: [], owner: '1' }).allowed).toBe(true);
  const deny = resource({ Effect: 'Deny', Principal: '*', Action: '*', Resource: '*' });
  expect(evaluate(root, { identity: [], resource: deny, owner: '1' }).allowed).toBe(false);
});

test('Public is a grant to everyone that no fixed condition narrows; a Deny to everyone is not.', () => {
  const statement = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: '*' };
  expect(isPublic(resource(statement))).toBe(true);
  expect(isPublic(resource({ ...statement, Effect: 'Deny' }))).toBe(false);
  expect(isPublic(resource({ ...statement, Principal: { AWS: '123456789012' } }))).toBe(false);
  expect(
    isPublic(resource({ ...statement, Condition: { StringEquals: { 'aws:PrincipalAccount': '123456789012' } } })),
  ).toBe(false);
  expect(isPublic(resource({ ...statement, Condition: { StringLike: { 'aws:PrincipalArn': '*' } } }))).toBe(true);
  expect(isPublic(resource({ ...statement, Condition: { Bool: { 'aws:SecureTransport': 'true' } } }))).toBe(true);
});
