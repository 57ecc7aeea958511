// SPDX-License-Identifier: GPL-3.0-or-later
/** Somebody makes the bucket unfit for backups: it is told within the hour, and all is well by itself once it is undone. */
import { expect, test } from '@jest/globals';
import { Aws } from '../../../src/clouds/aws/aws.ts';
import { write } from '../../../src/clouds/aws/request.ts';
import type { AwsSession } from '../../../src/clouds/aws/session.ts';
import { unfenced } from '../../../src/wire/guard.ts';
import { createWire } from '../../../src/wire/wire.ts';
import { bucketName, manifestOf, region } from './manifests.ts';
import { account, conditionOf, isReady, makeStage, type Stage } from '../stage.ts';

type By = (action: string, input?: object) => Promise<unknown>;

/** One drift interval and a little: what is looked at with the other settings. */
const usualRing = 700;
/** What hardly ever changes. */
const slowRing = 3700;

interface Danger {
  readonly reason: string;
  readonly ring: number;
  readonly make: (by: By) => Promise<unknown>;
  readonly undo: (by: By) => Promise<unknown>;
}

const addRule = (rule: object) => async (by: By) => {
  const Rules = [{ ID: 'somebodys', Status: 'Enabled', Filter: { Prefix: '' }, ...rule }];
  await by('PutBucketLifecycleConfiguration', { LifecycleConfiguration: { Rules } });
};
const noRules = (by: By) => by('DeleteBucketLifecycle');
const statement = (more: object) => ({
  Sid: 'Somebodys',
  Effect: 'Deny',
  Principal: '*',
  Resource: [`arn:aws:s3:::${bucketName}`, `arn:aws:s3:::${bucketName}/*`],
  ...more,
});
const setPolicy = (one: object) => (by: By) =>
  by('PutBucketPolicy', { Policy: JSON.stringify({ Version: '2012-10-17', Statement: [one] }) });
const lock = (by: By, Rule?: object) =>
  by('PutObjectLockConfiguration', {
    ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', ...(Rule ? { Rule } : {}) },
  });
const tiering = { Id: 'somebodys', Status: 'Enabled', Tierings: [{ Days: 90, AccessTier: 'ARCHIVE_ACCESS' }] };
const payer = (Payer: string) => (by: By) => by('PutBucketRequestPayment', { RequestPaymentConfiguration: { Payer } });

const dangers: readonly Danger[] = [
  {
    reason: 'LifecycleExpiresBackups',
    ring: usualRing,
    make: addRule({ Expiration: { Days: 30 } }),
    undo: noRules,
  },
  {
    reason: 'LifecycleArchivesBackups',
    ring: usualRing,
    make: addRule({ Transitions: [{ Days: 30, StorageClass: 'DEEP_ARCHIVE' }] }),
    undo: noRules,
  },
  {
    reason: 'PolicyDeniesBackups',
    ring: usualRing,
    make: setPolicy(statement({ Action: 's3:ListBucket', Condition: { Null: { 's3:prefix': 'true' } } })),
    undo: (by) => by('DeleteBucketPolicy'),
  },
  {
    reason: 'RequesterPays',
    ring: slowRing,
    make: payer('Requester'),
    undo: payer('BucketOwner'),
  },
  {
    reason: 'ArchiveTiersEnabled',
    ring: slowRing,
    make: (by) =>
      by('PutBucketIntelligentTieringConfiguration', {
        Id: 'somebodys',
        IntelligentTieringConfiguration: tiering,
      }),
    undo: (by) => by('DeleteBucketIntelligentTieringConfiguration', { Id: 'somebodys' }),
  },
];

function rootOf({ aws, clock }: Stage): AwsSession {
  const wire = createWire({ transport: aws.service, clock, fence: unfenced });
  return new Aws({ wire, clock }).bare({ region, account, credentials: aws.account(account).rootKey });
}

async function ours(): Promise<{ stage: Stage; by: By; name: string; until: Until }> {
  const stage = makeStage();
  const manifest = manifestOf();
  await stage.apply(manifest);
  await stage.until(manifest.name, isReady);
  return { stage, by: byRoot(stage), name: manifest.name, until: untilOf(stage, manifest.name) };
}

function byRoot(stage: Stage): By {
  const root = rootOf(stage);
  return (action, input = {}) => root.send(write('s3', action, { Bucket: bucketName, ...input }));
}

type Until = (holds: () => boolean, seconds: number) => Promise<void>;

/** Looks until it holds, and that within so many seconds. */
function untilOf(stage: Stage, name: string): Until {
  return async (holds, seconds) => {
    const end = stage.clock.now() + seconds * 1000;
    await stage.until(name, () => holds() || stage.clock.now() > end);
    expect(holds()).toBe(true);
  };
}

test.each(dangers)(
  '$reason: told within one look of its ring, stops Ready, and passes by itself.',
  async ({ reason, ring, make, undo }) => {
    const { stage, by, name, until } = await ours();
    const condition = (type: string) => conditionOf(stage.object(name), type);
    const fit = () => condition('FitForBackups')?.status;
    expect(condition('FitForBackups')).toMatchObject({ status: 'True', reason: 'Fit' });
    await make(by);
    await until(() => fit() === 'False', ring);
    expect(condition('FitForBackups')).toMatchObject({ reason });
    // repairs of what is ours come first; then a person is waited for
    await until(() => condition('Stalled')?.status === 'True', 60);
    expect(condition('Ready')).toMatchObject({ status: 'False', reason });
    expect(condition('Stalled')).toMatchObject({ reason, message: expect.stringMatching(/[.]$/) });
    await undo(by);
    await until(() => isReady(stage.object(name)) && fit() === 'True', usualRing);
    expect(condition('Stalled')).toMatchObject({ status: 'False' });
  },
);

test('Object Lock is told and stops nothing; with a default retention it does, until that is taken away.', async () => {
  const { stage, by, name, until } = await ours();
  const condition = (type: string) => conditionOf(stage.object(name), type);
  await lock(by);
  await until(() => condition('FitForBackups')?.status === 'False', slowRing);
  expect(condition('FitForBackups')).toMatchObject({ reason: 'ObjectLockEnabled' });
  expect(isReady(stage.object(name))).toBe(true);
  await lock(by, { DefaultRetention: { Mode: 'GOVERNANCE', Days: 7 } });
  await until(() => condition('Stalled')?.status === 'True', slowRing);
  expect(condition('Ready')).toMatchObject({ status: 'False', reason: 'ObjectLockRetention' });
  await lock(by);
  await until(() => isReady(stage.object(name)), usualRing);
});

test('A bucket that is unfit is not adopted: nothing in it changes, the reason says what to mend; once mended the adoption goes on.', async () => {
  const stage = makeStage();
  const by = byRoot(stage);
  await by('CreateBucket', { CreateBucketConfiguration: { LocationConstraint: region } });
  await addRule({ Expiration: { Days: 30 } })(by);
  const bucket = () => stage.aws.account(account).buckets()[0];
  const before = bucket();
  const manifest = manifestOf();
  const { name } = manifest;
  const until = untilOf(stage, name);
  const reason = () => conditionOf(stage.object(name), 'Stalled')?.reason;
  await stage.apply({ ...manifest, annotations: { 'hybridcloud.dev/adopt': bucketName } });
  await until(() => reason() === 'LifecycleExpiresBackups', 60);
  expect(conditionOf(stage.object(name), 'Stalled')?.message).toContain('Remove rule somebodys');
  expect(bucket()).toEqual(before);
  await noRules(by);
  await until(() => reason() === 'AdoptionNeedsApproval', 400);
});

test('What the identity may not see is told, and nothing else suffers.', async () => {
  const stage = makeStage();
  stage.aws.faults.add({
    kind: 'error',
    service: 's3',
    action: 'GetBucketRequestPayment',
    code: 'AccessDenied',
    status: 403,
  });
  const manifest = manifestOf();
  await stage.apply(manifest);
  await stage.until(manifest.name, isReady);
  expect(conditionOf(stage.object(manifest.name), 'FitForBackups')).toMatchObject({
    status: 'Unknown',
    reason: 'NotReadable',
    message: expect.stringContaining('s3:GetBucketRequestPayment'),
  });
});
