// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { Aws } from '../../../src/clouds/aws/aws.ts';
import { createBucket } from '../../../src/clouds/aws/s3/bucket-requests.ts';
import { unfenced } from '../../../src/wire/guard.ts';
import { createWire } from '../../../src/wire/wire.ts';
import { bucketName, manifestOf } from './manifests.ts';
import { account, conditionOf, isReady, makeStage, type Stage } from '../stage.ts';

const region = 'us-east-1';

async function somebodyMakesTheBucket(stage: Stage): Promise<void> {
  const wire = createWire({ transport: stage.aws.service, clock: stage.clock, fence: unfenced });
  const aws = new Aws({ wire, clock: stage.clock });
  const session = aws.bare({ region, account, credentials: stage.aws.account(account).rootKey });
  await session.send(createBucket(bucketName, region, { team: 'other' }));
}

test('in us-east-1 a bucket that somebody makes between our look and our create is not taken for ours', async () => {
  // there CreateBucket answers 200 for a bucket that the account has already (S3 API reference, CreateBucket)
  let raced = false;
  const stage: Stage = makeStage({
    around: (transport) => async (request) => {
      const creates = request.method === 'PUT' && request.url.pathname === '/' && request.url.search === '';
      if (creates && request.url.hostname.startsWith(bucketName) && !raced) {
        raced = true;
        await somebodyMakesTheBucket(stage);
      }
      return transport(request);
    },
  });
  const manifest = manifestOf({ aws: { region } });
  await stage.apply(manifest);
  await stage.until(manifest.name, (object) => conditionOf(object, 'Stalled')?.status === 'True');
  expect(raced).toBe(true);
  expect(conditionOf(stage.object(manifest.name), 'Ready')?.reason).toBe('NotOurs');
  const [bucket] = stage.aws.account(account).buckets();
  expect(bucket?.versioning).toBeUndefined();
  expect(stage.outputs.steps.map(({ step }) => step.do)).toEqual(['CreateBucket']);
  expect(stage.aws.account(account).users()).toEqual([]);
});

test('in us-east-1 a bucket of ours gets all its settings, one look later', async () => {
  const stage = makeStage();
  const manifest = manifestOf({ aws: { region } });
  await stage.apply(manifest);
  await stage.until(manifest.name, isReady);
  expect(stage.aws.account(account).buckets()[0]).toMatchObject({ versioning: 'Enabled', region });
});
