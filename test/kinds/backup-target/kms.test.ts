// SPDX-License-Identifier: GPL-3.0-or-later
/** A bucket that is encrypted with somebody's KMS key: the key decides with, and what it lacks is said in words that mend it. */
import { expect, test } from '@jest/globals';
import { manifestOf, region } from './manifests.ts';
import { account, conditionOf, isReady, makeStage, type Stage } from '../stage.ts';

const id = '1234abcd-12ab-34cd-56ef-1234567890ab';
const arn = `arn:aws:kms:${region}:${account}:key/${id}`;
const manifest = manifestOf({ bucket: { encryption: { type: 'SSE-KMS', kmsKeyID: id, bucketKey: 'Enabled' } } });
const { name } = manifest;
const keyPolicy = (Principal: object) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal, Action: 'kms:*', Resource: '*' }],
  });
const onlyAdmins = keyPolicy({ AWS: `arn:aws:iam::${account}:role/admin` });

async function stalled(stage: Stage) {
  await stage.until(name, (object) => conditionOf(object, 'Stalled')?.status === 'True');
  return conditionOf(stage.object(name), 'Ready');
}

test('A key that is there and lets the account decide: Ready, and objects are encrypted with it through the bucket key.', async () => {
  const stage = makeStage();
  stage.aws.account(account).makeKey({ region, id });
  await stage.apply(manifest);
  await stage.until(name, isReady);
  const [bucket] = stage.aws.account(account).buckets();
  expect(bucket?.encryption).toMatchObject({ algorithm: 'aws:kms', kmsKeyID: id, bucketKey: true });
  expect(bucket?.objects[0]?.encryption).toMatchObject({ kmsKeyID: arn, bucketKey: true });
});

test('KMSAccessDenied: a key policy that keeps the backup user out; the message names right and key, and once the policy lets it in it is Ready.', async () => {
  const stage = makeStage();
  const home = stage.aws.account(account);
  home.makeKey({ region, id, policy: onlyAdmins });
  await stage.apply(manifest);
  const ready = await stalled(stage);
  expect(ready).toMatchObject({ status: 'False', reason: 'KMSAccessDenied' });
  expect(ready?.message).toContain(`kms:GenerateDataKey on ${arn}`);
  expect(ready?.message).toContain(
    'Allow kms:GenerateDataKey and kms:Decrypt to the backup user in the policy of that key',
  );
  home.makeKey({ region, id });
  await stage.until(name, isReady);
});

test('KMSKeyUnusable: no such key; once there is one it is Ready.', async () => {
  const stage = makeStage();
  await stage.apply(manifest);
  const ready = await stalled(stage);
  expect(ready).toMatchObject({ status: 'False', reason: 'KMSKeyUnusable' });
  expect(ready?.message).toContain('KMS.NotFoundException');
  expect(ready?.message).toContain('bucket.encryption.kmsKeyID');
  stage.aws.account(account).makeKey({ region, id });
  await stage.until(name, isReady);
});

test('KMSKeyUnusable: a key that is disabled later is told by the next validation.', async () => {
  const stage = makeStage();
  const key = stage.aws.account(account).makeKey({ region, id });
  await stage.apply(manifest);
  await stage.until(name, isReady);
  key.state = 'Disabled';
  expect(await stalled(stage)).toMatchObject({ status: 'False', reason: 'KMSKeyUnusable' });
  key.state = 'Enabled';
  await stage.until(name, isReady);
});
