// SPDX-License-Identifier: GPL-3.0-or-later
/** With SSE-KMS the policy that the operator writes has two rights on one key, and nothing else of KMS. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { parseBackupTarget } from '../../../../src/api/backup-target.ts';
import { wantedUserPolicy } from '../../../../src/kinds/backup-target/plan/wanted.ts';
import { knownPolicy } from '../../../../src/simulator/aws/policy/cache.ts';
import { evaluate } from '../../../../src/simulator/aws/policy/evaluate.ts';
import { accountID, newWorld, seoul, type Client } from '../../../simulator/aws/client.ts';
import { rpc } from '../../../simulator/aws/rpc.ts';

const id = '1234abcd-12ab-34cd-56ef-1234567890ab';
const otherID = 'abcd1234-12ab-34cd-56ef-1234567890ab';
const arn = `arn:aws:kms:${seoul}:${accountID}:key/${id}`;
const otherArn = arn.replace(id, otherID);

function policyFor(kmsKeyID: string): string {
  const parsed = parseBackupTarget({
    aws: { region: seoul },
    bucket: { name: 'vm-backups', encryption: { type: 'SSE-KMS', kmsKeyID } },
    user: { name: 'backup' },
    accessKey: { secretRef: { name: 's3' } },
  });
  if (!parsed.ok) throw new Error(parsed.message);
  return wantedUserPolicy(parsed.spec, 'aws', accountID);
}

describe.each([
  ['the ARN', arn],
  ['the id', id],
])('The backup user of a bucket whose key is given by %s', (_, given) => {
  let backup: Client;

  beforeAll(async () => {
    const { world, root } = newWorld();
    for (const key of [id, otherID]) world.account(accountID).makeKey({ region: seoul, id: key });
    await root.bucket('vm-backups');
    const rule = `<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>${given}</KMSMasterKeyID></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>`;
    await root.set('vm-backups', 'encryption', rule);
    await root.iam('CreateUser', { UserName: 'backup' });
    await root.iam('PutUserPolicy', { UserName: 'backup', PolicyName: 'p', PolicyDocument: policyFor(given) });
    backup = await root.keyOf('backup');
    const withOther = {
      'x-amz-server-side-encryption': 'aws:kms',
      'x-amz-server-side-encryption-aws-kms-key-id': otherArn,
    };
    await root.s3('PUT', '/vm-backups/strange', { body: 'x', headers: withOther });
  });

  test('writes and reads with that key, as the bucket says.', async () => {
    const written = await backup.s3('PUT', '/vm-backups/chunk', { body: 'x' });
    expect(written.status).toBe(200);
    expect(written.headers['x-amz-server-side-encryption-aws-kms-key-id']).toBe(arn);
    expect((await backup.s3('GET', '/vm-backups/chunk')).text).toBe('x');
  });

  test('is denied what another key encrypts, and to write with it.', async () => {
    expect(await backup.s3('GET', '/vm-backups/strange')).toMatchObject({ status: 403, code: 'AccessDenied' });
    const headers = {
      'x-amz-server-side-encryption': 'aws:kms',
      'x-amz-server-side-encryption-aws-kms-key-id': otherArn,
    };
    const refused = await backup.s3('PUT', '/vm-backups/chunk', { body: 'x', headers });
    expect(refused).toMatchObject({ status: 403, code: 'AccessDenied' });
  });

  test.each(
    [id, otherID].flatMap((KeyId) =>
      [
        'DescribeKey',
        'GetKeyPolicy',
        'PutKeyPolicy',
        'EnableKey',
        'DisableKey',
        'ScheduleKeyDeletion',
        'CancelKeyDeletion',
      ].map((action) => [action, { KeyId }] as const),
    ),
  )('is denied %s on %j.', async (action, input) => {
    expect(await rpc(backup, 'kms', action, input)).toMatchObject({ status: 400, code: 'AccessDeniedException' });
  });

  test.each(['CreateKey', 'ListKeys'])('is denied %s.', async (action) => {
    expect(await rpc(backup, 'kms', action)).toMatchObject({ status: 400, code: 'AccessDeniedException' });
  });

  test.each([
    'kms:Encrypt',
    'kms:ReEncryptFrom',
    'kms:ReEncryptTo',
    'kms:GenerateDataKeyWithoutPlaintext',
    'kms:GenerateDataKeyPair',
    'kms:CreateGrant',
    'kms:RetireGrant',
    'kms:CreateAlias',
    'kms:TagResource',
    'kms:UpdateKeyDescription',
    'kms:EnableKeyRotation',
    'kms:ReplicateKey',
  ])('is denied %s by the evaluator, on its own key.', (action) => {
    const caller = { kind: 'user', account: accountID, arn: `arn:aws:iam::${accountID}:user/backup` } as const;
    const question = { action, resource: arn, caller, context: new Map() };
    const policies = { identity: [knownPolicy(policyFor(given), 'identity')], owner: accountID };
    expect(evaluate(question, policies)).toMatchObject({ allowed: false });
  });
});

test('Without SSE-KMS the policy names no right of KMS.', () => {
  const parsed = parseBackupTarget({
    aws: { region: seoul },
    bucket: { name: 'vm-backups' },
    user: { name: 'backup' },
    accessKey: { secretRef: { name: 's3' } },
  });
  expect(parsed.ok && wantedUserPolicy(parsed.spec, 'aws', accountID)).not.toContain('kms:');
});
