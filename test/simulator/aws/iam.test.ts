// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { Client, newWorld, policy, tag, tags } from './client.ts';

const allowAll = { Effect: 'Allow', Action: '*', Resource: '*' };

test('A user has a path, tags and an id, and is found by any case of its name.', async () => {
  const { root } = newWorld();
  const made = await root.iam('CreateUser', {
    UserName: 'Bob',
    Path: '/op/',
    'Tags.member.1.Key': 'owner',
    'Tags.member.1.Value': 'a = b',
  });
  expect(tag(made.text, 'Arn')).toBe('arn:aws:iam::123456789012:user/op/Bob');
  expect(tag(made.text, 'UserId')).toMatch(/^AIDA[A-Z2-7]{17}$/);
  expect(tag((await root.iam('GetUser', { UserName: 'bob' })).text, 'Value')).toBe('a = b');
});

test('EntityAlreadyExists: names are unique without regard to case, and judged on the truth before anybody sees the user.', async () => {
  const { root, clock } = newWorld({ lagMs: 30_000 });
  await root.iam('CreateUser', { UserName: 'bob' });
  expect(await root.iam('GetUser', { UserName: 'bob' })).toMatchObject({ status: 404, code: 'NoSuchEntity' });
  expect(await root.iam('CreateUser', { UserName: 'BOB' })).toMatchObject({ status: 409, code: 'EntityAlreadyExists' });
  expect(tags((await root.iam('ListUsers')).text, 'UserName')).toEqual([]);
  await clock.advance(30_000);
  expect(tags((await root.iam('ListUsers')).text, 'UserName')).toEqual(['bob']);
});

test('NoSuchEntity: users, policies and keys that are not there.', async () => {
  const { root } = newWorld();
  await root.iam('CreateUser', { UserName: 'bob' });
  for (const [action, more] of [
    ['GetUser', { UserName: 'eve' }],
    ['DeleteUser', { UserName: 'eve' }],
    ['CreateAccessKey', { UserName: 'eve' }],
    ['ListAccessKeys', { UserName: 'eve' }],
    ['GetUserPolicy', { UserName: 'bob', PolicyName: 'none' }],
    ['DeleteUserPolicy', { UserName: 'bob', PolicyName: 'none' }],
    ['DeleteAccessKey', { UserName: 'bob', AccessKeyId: 'AKIAAAAAAAAAAAAAAAAA' }],
    ['UpdateAccessKey', { UserName: 'bob', AccessKeyId: 'AKIAAAAAAAAAAAAAAAAA', Status: 'Inactive' }],
    ['TagUser', { UserName: 'eve', 'Tags.member.1.Key': 'a', 'Tags.member.1.Value': 'b' }],
  ] as const)
    expect(await root.iam(action, more)).toMatchObject({ status: 404, code: 'NoSuchEntity' });
});

test("LimitExceeded: a third access key, whatever the others' status.", async () => {
  const { root } = newWorld();
  await root.iam('CreateUser', { UserName: 'bob' });
  const first = await root.iam('CreateAccessKey', { UserName: 'bob' });
  await root.iam('CreateAccessKey', { UserName: 'bob' });
  await root.iam('UpdateAccessKey', {
    UserName: 'bob',
    AccessKeyId: tag(first.text, 'AccessKeyId'),
    Status: 'Inactive',
  });
  expect(await root.iam('CreateAccessKey', { UserName: 'bob' })).toMatchObject({ status: 409, code: 'LimitExceeded' });
});

test('LimitExceeded: inline policies of more than 2,048 characters together, white space not counted.', async () => {
  const { root } = newWorld();
  await root.iam('CreateUser', { UserName: 'bob' });
  const sized = (length: number): string => {
    const empty = policy({ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::' }).length;
    return policy({ Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::${'x'.repeat(length - empty)}` });
  };
  const put = async (PolicyName: string, PolicyDocument: string) =>
    root.iam('PutUserPolicy', { UserName: 'bob', PolicyName, PolicyDocument });
  expect(await put('a', sized(2049))).toMatchObject({ status: 409, code: 'LimitExceeded' });
  expect((await put('a', `${' '.repeat(500)}${sized(2048)}`)).status).toBe(200);
  expect((await put('b', sized(200))).code).toBe('LimitExceeded');
});

test('LimitExceeded: the quota of users, and more than 50 tags.', async () => {
  const { root } = newWorld({ quotas: { users: 1 } });
  await root.iam('CreateUser', { UserName: 'a' });
  expect((await root.iam('CreateUser', { UserName: 'b' })).code).toBe('LimitExceeded');
  const many = (from: number): Record<string, string> =>
    Object.fromEntries(
      Array.from({ length: 26 }, (_, i) => [
        [`Tags.member.${i + 1}.Key`, `k${from + i}`],
        [`Tags.member.${i + 1}.Value`, 'v'],
      ]).flat(),
    );
  await root.iam('TagUser', { UserName: 'a', ...many(0) });
  expect((await root.iam('TagUser', { UserName: 'a', ...many(26) })).code).toBe('LimitExceeded');
});

test('DeleteConflict: keys and policies go first.', async () => {
  const { root } = newWorld();
  const bob = await root.user('bob', [allowAll]);
  expect(await root.iam('DeleteUser', { UserName: 'bob' })).toMatchObject({ status: 409, code: 'DeleteConflict' });
  await root.iam('DeleteAccessKey', { UserName: 'bob', AccessKeyId: bob.credentials?.accessKeyID ?? '' });
  expect((await root.iam('DeleteUser', { UserName: 'bob' })).text).toContain('must delete policies first');
  await root.iam('DeleteUserPolicy', { UserName: 'bob', PolicyName: 'p' });
  expect((await root.iam('DeleteUser', { UserName: 'bob' })).status).toBe(200);
});

test.each([
  ['no JSON', 'x'],
  ['no statement', '{"Version":"2012-10-17"}'],
  ['an unknown field', policy({ Effect: 'Allow', Action: '*', Resource: '*', Foo: 1 })],
  ['an unknown effect', policy({ Effect: 'Maybe', Action: '*', Resource: '*' })],
  ['no resource', policy({ Effect: 'Allow', Action: 's3:GetObject' })],
  ['no action', policy({ Effect: 'Allow', Resource: '*' })],
  ['an action without a vendor', policy({ Effect: 'Allow', Action: 'GetObject', Resource: '*' })],
  ['a resource that is no ARN', policy({ Effect: 'Allow', Action: 's3:GetObject', Resource: 'bucket' })],
  ['a principal', policy({ Effect: 'Allow', Action: '*', Resource: '*', Principal: '*' })],
  ['an unknown condition operator', policy({ ...allowAll, Condition: { StringIs: { a: 'b' } } })],
  ['an unknown version', '{"Version":"2020-01-01","Statement":[]}'],
  ['two statements with one Sid', policy({ ...allowAll, Sid: 'A' }, { ...allowAll, Sid: 'A' })],
])('MalformedPolicyDocument: %s.', async (_, PolicyDocument) => {
  const { root } = newWorld();
  await root.iam('CreateUser', { UserName: 'bob' });
  const answer = await root.iam('PutUserPolicy', { UserName: 'bob', PolicyName: 'p', PolicyDocument });
  expect(answer).toMatchObject({ status: 400, code: 'MalformedPolicyDocument' });
});

test.each([
  ['a missing member', 'CreateUser', {}],
  ['a bad name', 'CreateUser', { UserName: 'a b' }],
  ['a long name', 'CreateUser', { UserName: 'a'.repeat(65) }],
  ['a path without slashes', 'CreateUser', { UserName: 'a', Path: 'op' }],
  ['a tag without a value', 'CreateUser', { UserName: 'a', 'Tags.member.1.Key': 'k' }],
  ['a page size out of range', 'ListUsers', { MaxItems: '1001' }],
  ['a status that is none', 'UpdateAccessKey', { UserName: 'a', AccessKeyId: 'AKIAAAAAAAAAAAAAAAAA', Status: 'On' }],
  ['a marker from elsewhere', 'ListUsers', { Marker: 'abc' }],
  ['a filter that is none', 'GetAccountAuthorizationDetails', { 'Filter.member.1': 'Users' }],
])('ValidationError: %s.', async (_, action, parameters) => {
  const { root } = newWorld();
  expect(await root.iam(action, parameters as Record<string, string>)).toMatchObject({
    status: 400,
    code: 'ValidationError',
  });
});

test.each([
  ['an unknown parameter', { UserName: 'a', Colour: 'red' }],
  ['a list index with a gap', { UserName: 'a', 'Tags.member.2.Key': 'k', 'Tags.member.2.Value': 'v' }],
  ['a structure where text belongs', { 'UserName.x': 'a' }],
])('InvalidQueryParameter: %s.', async (_, parameters) => {
  const { root } = newWorld();
  expect((await root.iam('CreateUser', parameters as unknown as Record<string, string>)).code).toBe(
    'InvalidQueryParameter',
  );
});

test('InvalidAction and MissingAction: what IAM does not know, or what the simulator does not do.', async () => {
  const { root } = newWorld();
  expect(await root.iam('AttachUserPolicy', { UserName: 'a', PolicyArn: 'x' })).toMatchObject({
    status: 400,
    code: 'InvalidAction',
  });
  expect((await root.query('iam', { Action: 'ListUsers', Version: '2009-01-01' })).code).toBe('InvalidAction');
  expect((await root.query('iam', {})).code).toBe('MissingAction');
});

test('InvalidInput: reserved and doubled tag keys.', async () => {
  const { root } = newWorld();
  expect(
    (await root.iam('CreateUser', { UserName: 'a', 'Tags.member.1.Key': 'aws:x', 'Tags.member.1.Value': 'v' })).code,
  ).toBe('InvalidInput');
  const doubled = {
    'Tags.member.1.Key': 'x',
    'Tags.member.1.Value': 'v',
    'Tags.member.2.Key': 'X',
    'Tags.member.2.Value': 'v',
  };
  expect((await root.iam('CreateUser', { UserName: 'a', ...doubled })).code).toBe('InvalidInput');
});

test('Account details come in pages that together name every user once, with policies and tags.', async () => {
  const { root } = newWorld();
  for (const name of ['a', 'b', 'c', 'd', 'e'])
    await root.iam('CreateUser', { UserName: name, 'Tags.member.1.Key': 'k', 'Tags.member.1.Value': name });
  await root.iam('PutUserPolicy', { UserName: 'c', PolicyName: 'p', PolicyDocument: policy(allowAll) });
  const seen: string[] = [];
  let documents = '';
  let marker: string | undefined;
  do {
    const page = await root.iam('GetAccountAuthorizationDetails', {
      'Filter.member.1': 'User',
      MaxItems: '2',
      ...(marker ? { Marker: marker } : {}),
    });
    seen.push(...tags(page.text, 'UserName'));
    documents += tags(page.text, 'PolicyDocument').join('');
    marker = tag(page.text, 'IsTruncated') === 'true' ? tag(page.text, 'Marker') : undefined;
  } while (marker);
  expect(seen).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(decodeURIComponent(documents)).toBe(policy(allowAll));
});

test('A new key and a new policy are honoured only after the lag.', async () => {
  const { root, clock } = newWorld({ lagMs: (service) => (service === 'iam' ? 5000 : 0) });
  const bob = await root.user('bob', [{ Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' }]);
  expect((await bob.sts('GetCallerIdentity')).code).toBe('InvalidClientTokenId');
  expect((await bob.s3('GET', '/')).code).toBe('InvalidAccessKeyId');
  await clock.advance(5000);
  expect((await bob.s3('GET', '/')).status).toBe(200);
  await root.iam('DeleteUserPolicy', { UserName: 'bob', PolicyName: 'p' });
  expect((await bob.s3('GET', '/')).status).toBe(200);
  await clock.advance(5000);
  expect((await bob.s3('GET', '/')).code).toBe('AccessDenied');
});

test('A deleted user is still listed until the lag has passed, and its key still works.', async () => {
  const { root, clock } = newWorld();
  const bob = await root.user('bob', []);
  await root.iam('DeleteUserPolicy', { UserName: 'bob', PolicyName: 'p' });
  root.world.setLag(60_000);
  await root.iam('DeleteAccessKey', { UserName: 'bob', AccessKeyId: bob.credentials?.accessKeyID ?? '' });
  await root.iam('DeleteUser', { UserName: 'bob' });
  expect(tags((await root.iam('ListUsers')).text, 'UserName')).toEqual(['bob']);
  expect((await bob.sts('GetCallerIdentity')).status).toBe(200);
  expect((await root.iam('DeleteUser', { UserName: 'bob' })).code).toBe('NoSuchEntity');
  await clock.advance(60_000);
  expect(tags((await root.iam('ListUsers')).text, 'UserName')).toEqual([]);
  expect((await bob.sts('GetCallerIdentity')).code).toBe('InvalidClientTokenId');
});

test('A key says when it was last used.', async () => {
  const { root } = newWorld();
  const bob = await root.user('bob', []);
  const AccessKeyId = bob.credentials?.accessKeyID ?? '';
  expect(tag((await root.iam('GetAccessKeyLastUsed', { AccessKeyId })).text, 'ServiceName')).toBe('N/A');
  await bob.sts('GetCallerIdentity');
  expect(tag((await root.iam('GetAccessKeyLastUsed', { AccessKeyId })).text, 'ServiceName')).toBe('sts');
});

test("AccessDenied: IAM calls are authorised on the user's ARN with its path, and on its tags.", async () => {
  const { root } = newWorld();
  const operator = await root.user('op', [
    {
      Effect: 'Allow',
      Action: ['iam:CreateUser', 'iam:TagUser'],
      Resource: 'arn:aws:iam::123456789012:user/op/*',
      Condition: { StringEquals: { 'aws:RequestTag/owner': 'us' } },
    },
    {
      Effect: 'Allow',
      Action: 'iam:DeleteUser',
      Resource: '*',
      Condition: { StringEquals: { 'aws:ResourceTag/owner': 'us' } },
    },
  ]);
  const owner = { 'Tags.member.1.Key': 'owner', 'Tags.member.1.Value': 'us' };
  expect((await operator.iam('CreateUser', { UserName: 'x', Path: '/op/', ...owner })).status).toBe(200);
  const refused = await operator.iam('CreateUser', { UserName: 'y', Path: '/other/', ...owner });
  expect(refused).toMatchObject({ status: 403, code: 'AccessDenied' });
  expect(refused.text).toContain(
    'User: arn:aws:iam::123456789012:user/op is not authorized to perform: iam:CreateUser on resource: arn:aws:iam::123456789012:user/other/y because no identity-based policy allows the iam:CreateUser action',
  );
  expect((await operator.iam('CreateUser', { UserName: 'y', Path: '/op/' })).code).toBe('AccessDenied');
  await root.iam('CreateUser', { UserName: 'foreign' });
  expect((await operator.iam('DeleteUser', { UserName: 'foreign' })).code).toBe('AccessDenied');
  expect((await operator.iam('DeleteUser', { UserName: 'x' })).status).toBe(200);
});

test('AccessDenied: a role is assumed only with its external id, and only by whom it trusts.', async () => {
  const { root, world, clock } = newWorld();
  const statement = {
    Effect: 'Allow',
    Principal: { AWS: 'arn:aws:iam::111111111111:root' },
    Action: 'sts:AssumeRole',
    Condition: { StringEquals: { 'sts:ExternalId': 'ours' } },
  };
  await root.iam('CreateRole', { RoleName: 'backup', AssumeRolePolicyDocument: policy(statement) });
  const other = new Client(world, clock, world.account('111111111111').rootKey);
  const caller = await other.user('caller', [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }]);
  const ask = { RoleArn: 'arn:aws:iam::123456789012:role/backup', RoleSessionName: 'me' };
  expect((await caller.sts('AssumeRole', ask)).code).toBe('AccessDenied');
  expect((await caller.sts('AssumeRole', { ...ask, ExternalId: 'theirs' })).code).toBe('AccessDenied');
  expect((await caller.sts('AssumeRole', { ...ask, ExternalId: 'ours' })).status).toBe(200);
  const inside = await root.user('inside', [allowAll]);
  expect((await inside.sts('AssumeRole', { ...ask, ExternalId: 'ours' })).code).toBe('AccessDenied');
  expect((await root.sts('AssumeRole', { ...ask, ExternalId: 'ours' })).code).toBe('AccessDenied');
});
