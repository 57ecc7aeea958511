// SPDX-License-Identifier: GPL-3.0-or-later
/** SSE-KMS: whose key, whose rights. Named after the error codes of S3 and KMS. */
import { expect, test } from '@jest/globals';
import { accountID, Client, newWorld, policy, seoul, tag } from './client.ts';
import { rpc } from './rpc.ts';

const id = '1234abcd-12ab-34cd-56ef-1234567890ab';
const arn = `arn:aws:kms:${seoul}:${accountID}:key/${id}`;
const encryption = (key: string | undefined, bucketKey = false) =>
  `<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm>${key ? `<KMSMasterKeyID>${key}</KMSMasterKeyID>` : ''}</ApplyServerSideEncryptionByDefault><BucketKeyEnabled>${bucketKey}</BucketKeyEnabled></Rule></ServerSideEncryptionConfiguration>`;
const objects = { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: 'arn:aws:s3:::a-bucket/*' };
const useKey = (...Action: string[]) => ({ Effect: 'Allow', Action, Resource: arn });

async function ready(key: string | undefined = arn, bucketKey = false) {
  const made = newWorld();
  made.world.account(accountID).makeKey({ region: seoul, id });
  await made.root.bucket('a-bucket');
  expect((await made.root.set('a-bucket', 'encryption', encryption(key, bucketKey))).status).toBe(200);
  const put = (client: Client, name = 'o') => client.s3('PUT', `/a-bucket/${name}`, { body: 'x' });
  const get = (client: Client, name = 'o') => client.s3('GET', `/a-bucket/${name}`);
  return { ...made, put, get };
}

test.each([
  ['the ARN', arn],
  ['the id', id],
])('By %s: who may make data keys puts, who may decrypt gets; AccessDenied names the missing one.', async (_, key) => {
  const { root, put, get } = await ready(key);
  const writer = await root.user('writer', [objects, useKey('kms:GenerateDataKey')]);
  const reader = await root.user('reader', [objects, useKey('kms:Decrypt')]);
  const written = await put(writer);
  expect(written).toMatchObject({ status: 200 });
  expect(written.headers['x-amz-server-side-encryption-aws-kms-key-id']).toBe(arn);
  expect((await get(reader)).text).toBe('x');
  const [refusedPut, refusedGet] = [await put(reader), await get(writer)];
  expect([refusedPut.status, refusedPut.code, refusedGet.status]).toEqual([403, 'AccessDenied', 403]);
  expect(tag(refusedPut.text, 'Message')).toContain(`kms:GenerateDataKey on resource: ${arn} because`);
  expect(tag(refusedGet.text, 'Message')).toContain('no identity-based policy allows the kms:Decrypt action');
});

test('AccessDenied: a key policy that neither grants nor hands over to the account stops whoever IAM lets in; one that names a user needs no IAM.', async () => {
  const { world, root, put } = await ready();
  const user = await root.user('u', [objects, useKey('kms:*')]);
  const only = await root.user('only', [objects]);
  const named = {
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${accountID}:user/only` },
    Action: 'kms:*',
    Resource: '*',
  };
  const locked = world.account(accountID).makeKey({ region: seoul, id, policy: policy(named) });
  expect(locked.arn).toBe(arn);
  const refused = await put(user);
  expect(refused.code).toBe('AccessDenied');
  expect(tag(refused.text, 'Message')).toContain('no resource-based policy allows the kms:GenerateDataKey action');
  expect((await put(only)).status).toBe(200);
});

test('KMS.NotFoundException: a key that is not there, of another region, or of another account by its id alone.', async () => {
  for (const key of [
    arn.replace('1234abcd', '00000000'),
    arn.replace(seoul, 'us-east-1'),
    id.replace('1234', '0000'),
  ]) {
    const { root, put } = await ready(key);
    expect(await put(root)).toMatchObject({ status: 400, code: 'KMS.NotFoundException' });
  }
});

test('KMS.DisabledException, KMS.KMSInvalidStateException: a key that is disabled, or waits for its deletion; later it is gone.', async () => {
  const { root, put, get, clock } = await ready();
  await put(root);
  await rpc(root, 'kms', 'DisableKey', { KeyId: id });
  expect(await put(root)).toMatchObject({ status: 400, code: 'KMS.DisabledException' });
  await rpc(root, 'kms', 'EnableKey', { KeyId: id });
  expect((await put(root)).status).toBe(200);
  await rpc(root, 'kms', 'ScheduleKeyDeletion', { KeyId: id, PendingWindowInDays: 7 });
  expect(await get(root)).toMatchObject({ status: 400, code: 'KMS.KMSInvalidStateException' });
  expect(await rpc(root, 'kms', 'EnableKey', { KeyId: id })).toMatchObject({ code: 'KMSInvalidStateException' });
  await clock.advance(8 * 86_400_000);
  expect(await get(root)).toMatchObject({ status: 400, code: 'KMS.NotFoundException' });
});

test('Without a key S3 uses the managed one: everybody of the account may, nobody else.', async () => {
  const { world, root, put, get, clock } = await ready('');
  const user = await root.user('u', [objects]);
  expect((await put(user)).status).toBe(200);
  const statement = { Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::a-bucket/*' };
  await root.s3('DELETE', '/a-bucket', { query: { publicAccessBlock: '' } });
  await root.set('a-bucket', 'policy', policy({ ...statement, Principal: { AWS: '210987654321' } }));
  const other = new Client(world, clock, world.account('210987654321').rootKey);
  expect(await get(other)).toMatchObject({ status: 403, code: 'AccessDenied' });
});

test('A bucket key puts the bucket into the encryption context, where an object stands without it.', async () => {
  for (const bucketKey of [true, false]) {
    const { root, put } = await ready(arn, bucketKey);
    const context = 'kms:EncryptionContext:aws:s3:arn';
    const Condition = { StringEquals: { [context]: 'arn:aws:s3:::a-bucket' } };
    const user = await root.user('u', [objects, { ...useKey('kms:GenerateDataKey'), Condition }]);
    const answer = await put(user);
    expect(answer.status).toBe(bucketKey ? 200 : 403);
    expect(answer.headers['x-amz-server-side-encryption-bucket-key-enabled']).toBe(bucketKey ? 'true' : undefined);
  }
});

test('KMS itself: keys are made, listed, described and get policies, and AccessDeniedException, NotFoundException, MalformedPolicyDocumentException are as its JSON has them.', async () => {
  const { root } = newWorld();
  const made = await rpc(root, 'kms', 'CreateKey', { Description: 'backups' });
  const { KeyId, KeyState } = made.body.KeyMetadata;
  expect([made.status, KeyState]).toEqual([200, 'Enabled']);
  expect((await rpc(root, 'kms', 'ListKeys')).body.Keys).toEqual([expect.objectContaining({ KeyId })]);
  expect((await rpc(root, 'kms', 'DescribeKey', { KeyId })).body.KeyMetadata.Description).toBe('backups');
  expect((await rpc(root, 'kms', 'GetKeyPolicy', { KeyId })).body.Policy).toContain(':root');
  const user = await root.user('u', [objects]);
  for (const action of ['CreateKey', 'ListKeys', 'DescribeKey', 'PutKeyPolicy', 'DisableKey', 'ScheduleKeyDeletion'])
    expect(await rpc(user, 'kms', action, { KeyId })).toMatchObject({ status: 400, code: 'AccessDeniedException' });
  expect(await rpc(root, 'kms', 'DescribeKey', { KeyId: id })).toMatchObject({ code: 'NotFoundException' });
  expect(await rpc(root, 'kms', 'PutKeyPolicy', { KeyId, Policy: '{' })).toMatchObject({
    code: 'MalformedPolicyDocumentException',
  });
  expect(await rpc(root, 'kms', 'Encrypt', { KeyId })).toMatchObject({ code: 'UnknownOperationException' });
  expect((await rpc(root, 'kms', 'PutKeyPolicy', { KeyId, Policy: policy() })).status).toBe(400);
});
