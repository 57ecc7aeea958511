// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { Client, newWorld, policy, tag, tags, type Answer } from './client.ts';

async function ready(options: Parameters<typeof newWorld>[0] = {}) {
  const made = newWorld(options);
  await made.root.bucket('a-bucket');
  const get = async (sub: string): Promise<Answer> => made.root.s3('GET', '/a-bucket', { query: { [sub]: '' } });
  const set = async (sub: string, body: string): Promise<Answer> => made.root.set('a-bucket', sub, body);
  return { ...made, get, set };
}

const arn = 'arn:aws:s3:::a-bucket';
const lifecycle = (...rules: string[]): string =>
  `<LifecycleConfiguration>${rules.map((rule) => `<Rule>${rule}</Rule>`).join('')}</LifecycleConfiguration>`;
const everything = '<ID>all</ID><Filter><Prefix></Prefix></Filter><Status>Enabled</Status>';

test("Settings are seen by reads only after the lag, and a new bucket's at once.", async () => {
  const { get, set, clock } = await ready({ lagMs: 5000 });
  expect((await get('publicAccessBlock')).status).toBe(200);
  await set('versioning', '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>');
  expect(tag((await get('versioning')).text, 'Status')).toBe('');
  await clock.advance(5000);
  expect(tag((await get('versioning')).text, 'Status')).toBe('Enabled');
});

test.each([
  ['NoSuchPublicAccessBlockConfiguration', 'publicAccessBlock'],
  ['OwnershipControlsNotFoundError', 'ownershipControls'],
  ['NoSuchTagSet', 'tagging'],
  ['NoSuchBucketPolicy', 'policy'],
  ['NoSuchLifecycleConfiguration', 'lifecycle'],
])('%s: after ?%s was deleted.', async (code, sub) => {
  const { root, get } = await ready();
  expect((await root.s3('DELETE', '/a-bucket', { query: { [sub]: '' } })).status).toBe(204);
  expect(await get(sub)).toMatchObject({ status: 404, code });
});

test('ObjectLockConfigurationNotFoundError: a bucket made without object lock; InvalidBucketState: one with it keeps its versions.', async () => {
  const { root, get } = await ready();
  expect(await get('object-lock')).toMatchObject({ status: 404, code: 'ObjectLockConfigurationNotFoundError' });
  const body =
    '<CreateBucketConfiguration><LocationConstraint>ap-northeast-2</LocationConstraint></CreateBucketConfiguration>';
  await root.s3('PUT', '/locked', { body, headers: { 'x-amz-bucket-object-lock-enabled': 'true' } });
  expect(tag((await root.s3('GET', '/locked', { query: { 'object-lock': '' } })).text, 'ObjectLockEnabled')).toBe(
    'Enabled',
  );
  const suspended = await root.set(
    'locked',
    'versioning',
    '<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>',
  );
  expect(suspended).toMatchObject({ status: 409, code: 'InvalidBucketState' });
});

test('InvalidRequest: settings without a checksum of their body.', async () => {
  const { root } = await ready();
  const body = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>';
  expect(await root.s3('PUT', '/a-bucket', { query: { versioning: '' }, body })).toMatchObject({
    status: 400,
    code: 'InvalidRequest',
  });
});

test.each([
  ['versioning', '<VersioningConfiguration><Status>On</Status></VersioningConfiguration>'],
  ['publicAccessBlock', '<PublicAccessBlockConfiguration><Block>true</Block></PublicAccessBlockConfiguration>'],
  [
    'publicAccessBlock',
    '<PublicAccessBlockConfiguration><BlockPublicAcls>maybe</BlockPublicAcls></PublicAccessBlockConfiguration>',
  ],
  ['ownershipControls', '<OwnershipControls><Rule><ObjectOwnership>Me</ObjectOwnership></Rule></OwnershipControls>'],
  [
    'encryption',
    '<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>rot13</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>',
  ],
  ['tagging', '<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>'],
  ['lifecycle', lifecycle('<ID>x</ID><Status>Enabled</Status><Expiration><Days>1</Days></Expiration>')],
  [
    'lifecycle',
    lifecycle(
      `${everything}<NoncurrentVersionExpiration><NewerNoncurrentVersions>1</NewerNoncurrentVersions></NoncurrentVersionExpiration>`,
    ),
  ],
  [
    'lifecycle',
    lifecycle(
      `${everything}<Expiration><Days>1</Days><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>`,
    ),
  ],
])('MalformedXML: ?%s with %s', async (sub, body) => {
  const { set } = await ready();
  expect(await set(sub, body)).toMatchObject({ status: 400, code: 'MalformedXML' });
});

test('IllegalVersioningConfigurationException: no status.', async () => {
  const { set } = await ready();
  expect((await set('versioning', '<VersioningConfiguration/>')).code).toBe('IllegalVersioningConfigurationException');
});

test('InvalidTag: reserved and doubled keys.', async () => {
  const { set } = await ready();
  const tagging = (...keys: string[]): string =>
    `<Tagging><TagSet>${keys.map((key) => `<Tag><Key>${key}</Key><Value>v</Value></Tag>`).join('')}</TagSet></Tagging>`;
  expect((await set('tagging', tagging('aws:x'))).code).toBe('InvalidTag');
  expect((await set('tagging', tagging('a', 'a'))).code).toBe('InvalidTag');
  expect((await set('tagging', tagging('a', 'b'))).status).toBe(204);
});

test('Encryption comes back as it was set, and deleting it leads back to SSE-S3.', async () => {
  const { root, get, set } = await ready();
  const kms =
    '<ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>alias/k</KMSMasterKeyID></ApplyServerSideEncryptionByDefault><BucketKeyEnabled>true</BucketKeyEnabled>';
  await set('encryption', `<ServerSideEncryptionConfiguration><Rule>${kms}</Rule></ServerSideEncryptionConfiguration>`);
  expect((await get('encryption')).text).toContain(kms);
  await root.s3('DELETE', '/a-bucket', { query: { encryption: '' } });
  expect(tag((await get('encryption')).text, 'SSEAlgorithm')).toBe('AES256');
});

test.each([
  ['no JSON', 'x'],
  [
    'a resource of another bucket',
    policy({ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::other/*' }),
  ],
  ['an action of another service', policy({ Effect: 'Deny', Principal: '*', Action: 'iam:*', Resource: arn })],
  ['no principal', policy({ Effect: 'Deny', Action: 's3:*', Resource: arn })],
  [
    'a principal that does not exist',
    policy({
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::123456789012:user/nobody' },
      Action: 's3:*',
      Resource: arn,
    }),
  ],
  [
    'an unknown condition',
    policy({ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: arn, Condition: { Boole: { a: 'b' } } }),
  ],
])('MalformedPolicy: %s.', async (_, body) => {
  const { set } = await ready();
  expect(await set('policy', body)).toMatchObject({ status: 400, code: 'MalformedPolicy' });
});

test('MalformedPolicy: a user made a moment ago cannot be named before it is visible.', async () => {
  const { root, set, clock } = await ready({ lagMs: 5000 });
  await root.iam('CreateUser', { UserName: 'new' });
  const body = policy({
    Effect: 'Allow',
    Principal: { AWS: 'arn:aws:iam::123456789012:user/new' },
    Action: 's3:*',
    Resource: arn,
  });
  expect((await set('policy', body)).code).toBe('MalformedPolicy');
  await clock.advance(5000);
  expect((await set('policy', body)).status).toBe(204);
});

test('AccessDenied: a public policy under BlockPublicPolicy; without it everybody may read.', async () => {
  const { root, world, clock, set } = await ready();
  const open = policy({ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `${arn}/*` });
  expect(await set('policy', open)).toMatchObject({ status: 403, code: 'AccessDenied' });
  await root.s3('DELETE', '/a-bucket', { query: { publicAccessBlock: '' } });
  expect((await set('policy', open)).status).toBe(204);
  await root.s3('PUT', '/a-bucket/k', { body: 'x' });
  const anybody = new Client(world, clock, undefined);
  expect((await anybody.s3('GET', '/a-bucket/k')).text).toBe('x');
  await set(
    'publicAccessBlock',
    '<PublicAccessBlockConfiguration><RestrictPublicBuckets>true</RestrictPublicBuckets></PublicAccessBlockConfiguration>',
  );
  expect((await anybody.s3('GET', '/a-bucket/k')).code).toBe('AccessDenied');
});

test('AccessDenied: a TLS-only policy stops plain HTTP even for the root, who may still mend the policy.', async () => {
  const { root, set } = await ready({ secureTransport: 'by-scheme' });
  const tls = policy({
    Sid: 'TLS only',
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: [arn, `${arn}/*`],
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  });
  expect((await set('policy', tls)).status).toBe(204);
  expect((await root.s3('PUT', '/a-bucket/k', { body: 'x' })).status).toBe(200);
  const plain = await root.s3('PUT', '/a-bucket/k', { body: 'x', secure: false });
  expect(plain).toMatchObject({ status: 403, code: 'AccessDenied' });
  expect(plain.text).toContain('with an explicit deny in a resource-based policy');
  expect((await root.s3('DELETE', '/a-bucket', { query: { policy: '' }, secure: false })).status).toBe(204);
});

test('A bucket policy that names a user of the account grants; one that names the account only delegates.', async () => {
  const { root, set } = await ready();
  const bob = await root.user('bob', [{ Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' }]);
  const put = async () => (await bob.s3('PUT', '/a-bucket/k', { body: 'x' })).status;
  const grant = (principal: string): string =>
    policy({ Effect: 'Allow', Principal: { AWS: principal }, Action: 's3:PutObject', Resource: `${arn}/*` });
  await set('policy', grant('123456789012'));
  expect(await put()).toBe(403);
  await set('policy', grant('arn:aws:iam::123456789012:user/bob'));
  expect(await put()).toBe(200);
});

test.each([
  ['At least one action', everything],
  ['positive integer', `${everything}<Expiration><Days>0</Days></Expiration>`],
  [
    'positive integer',
    `${everything}<NoncurrentVersionExpiration><NoncurrentDays>0</NoncurrentDays></NoncurrentVersionExpiration>`,
  ],
  ['midnight', `${everything}<Expiration><Date>2026-01-01T10:00:00Z</Date></Expiration>`],
  [
    'less than or equal to 100',
    `${everything}<NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays><NewerNoncurrentVersions>101</NewerNoncurrentVersions></NoncurrentVersionExpiration>`,
  ],
  [
    'with Tags',
    '<Filter><Tag><Key>a</Key><Value>b</Value></Tag></Filter><Status>Enabled</Status><AbortIncompleteMultipartUpload><DaysAfterInitiation>1</DaysAfterInitiation></AbortIncompleteMultipartUpload>',
  ],
])('InvalidArgument or InvalidRequest: a lifecycle rule: %s.', async (words, rule) => {
  const { set } = await ready();
  const answer = await set('lifecycle', lifecycle(rule));
  expect(answer.code).toMatch(/^Invalid(Argument|Request)$/);
  expect(answer.text).toContain(words);
});

test('InvalidArgument: two lifecycle rules of one id.', async () => {
  const { set } = await ready();
  const rule = `${everything}<Expiration><Days>1</Days></Expiration>`;
  expect((await set('lifecycle', lifecycle(rule, rule))).code).toBe('InvalidArgument');
});

test('Lifecycle rules come back as they were given, with an id where none was.', async () => {
  const { get, set } = await ready();
  const filter =
    '<Filter><And><Prefix>p/</Prefix><Tag><Key>a</Key><Value>b</Value></Tag><ObjectSizeGreaterThan>5</ObjectSizeGreaterThan></And></Filter><Status>Enabled</Status>';
  const noncurrent =
    '<NoncurrentVersionExpiration><NoncurrentDays>3</NoncurrentDays><NewerNoncurrentVersions>2</NewerNoncurrentVersions></NoncurrentVersionExpiration>';
  const abort =
    '<Filter><Prefix></Prefix></Filter><Status>Enabled</Status><AbortIncompleteMultipartUpload><DaysAfterInitiation>1</DaysAfterInitiation></AbortIncompleteMultipartUpload>';
  await set('lifecycle', lifecycle(filter + noncurrent, abort));
  const { text } = await get('lifecycle');
  for (const part of [filter, noncurrent, abort]) expect(text).toContain(part);
  expect(new Set(tags(text, 'ID')).size).toBe(2);
});
