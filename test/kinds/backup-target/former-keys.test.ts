// SPDX-License-Identifier: GPL-3.0-or-later
/** A bucket that gets another KMS key, or none: what was written before stays under the old one, and has to be read on. */
import { afterEach, expect, test } from '@jest/globals';
import { Aws } from '../../../src/clouds/aws/aws.ts';
import { read, write } from '../../../src/clouds/aws/request.ts';
import { putUserPolicy } from '../../../src/clouds/aws/iam/user-requests.ts';
import { unfenced } from '../../../src/wire/guard.ts';
import { createWire } from '../../../src/wire/wire.ts';
import { bucketName, manifestOf, region, userName } from './manifests.ts';
import { administrator, deliveredIn } from './rotating.ts';
import { account, conditionOf, isReady, makeStage, type Stage } from '../stage.ts';

const id = '1234abcd-12ab-34cd-56ef-1234567890ab';
const otherID = 'abcd1234-12ab-34cd-56ef-1234567890ab';
const [arn, otherArn] = [id, otherID].map((one) => `arn:aws:kms:${region}:${account}:key/${one}`);
const withKey = (kmsKeyID: string) => ({ encryption: { type: 'SSE-KMS', kmsKeyID } });
const withoutKey = { encryption: { type: 'SSE-S3', kmsKeyID: null } };
const { name } = manifestOf();

let stage: Stage;
afterEach(() => expect(conditionOf(stage.object(name), 'Synced')).toMatchObject({ status: 'True' }));

/** With the key that the Secret delivers, as a backup server has it. */
function backup() {
  const { id: accessKeyID, value: secretAccessKey } = deliveredIn(stage);
  const { aws, clock } = stage;
  const wire = createWire({ transport: aws.service, clock, fence: unfenced });
  return new Aws({ wire, clock }).bare({ region, account, credentials: { accessKeyID, secretAccessKey } });
}

const put = (Key: string) => backup().send(write('s3', 'PutObject', { Bucket: bucketName, Key, Body: 'a backup' }));
const get = (Key: string) => backup().send(read('s3', 'GetObject', { Bucket: bucketName, Key }));

async function settle(bucket: object, user = {}): Promise<void> {
  await stage.apply(manifestOf({ bucket, user }));
  await stage.until(name, (object) => isReady(object) && isSeen(object.metadata.generation, object.status));
}

function isSeen(generation: number | undefined, status: unknown): boolean {
  return (status as { observedGeneration?: number } | undefined)?.observedGeneration === generation;
}

function policies(): Record<string, string> {
  const user = stage.aws
    .account(account)
    .users()
    .find((one) => one.name === userName);
  return { ...user?.policies };
}

async function begun(): Promise<void> {
  stage = makeStage();
  for (const one of [id, otherID]) stage.aws.account(account).makeKey({ region, id: one });
  await settle(withKey(id));
  await put('vm/100');
}

test('From SSE-KMS to SSE-S3: backups of before are read with the same credentials.', async () => {
  await begun();
  await settle(withoutKey);
  await get('vm/100');
  await put('vm/101');
  expect(Object.values(policies()).join()).not.toContain('GenerateDataKey');
});

test('From one KMS key to another, and to another name of the policy at once: both are read, and nothing is written with the old one.', async () => {
  await begun();
  await settle(withKey(otherID), { policyName: 'renamed' });
  await put('vm/101');
  await get('vm/100');
  await get('vm/101');
  const [statement] = Object.values(policies()).map((text) =>
    (JSON.parse(text) as { Statement: { Sid: string }[] }).Statement.find(({ Sid }) => Sid.includes('Former')),
  );
  expect(statement).toMatchObject({ Action: 'kms:Decrypt', Resource: [arn] });
  // and back
  await settle(withKey(id));
  await get('vm/101');
  expect(Object.values(policies()).join()).toContain(`["${otherArn}"]`);
});

test('What somebody writes into that statement stays out when it is wider than a key.', async () => {
  await begun();
  await settle(withoutKey);
  const [[policyName, text] = ['', '']] = Object.entries(policies());
  const wider = text.replace(`["${arn}"]`, `["*","${arn}","arn:aws:kms:${region}:${account}:key/*"]`);
  expect(wider).not.toBe(text);
  await administrator(stage).send(putUserPolicy(userName, policyName, wider));
  const began = stage.clock.now();
  await stage.until(name, () => stage.clock.now() - began > 3_600_000);
  expect(policies()).toEqual({ [policyName]: text });
});
