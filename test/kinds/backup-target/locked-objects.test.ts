// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { Aws } from '../../../src/clouds/aws/aws.ts';
import { write } from '../../../src/clouds/aws/request.ts';
import { unfenced } from '../../../src/wire/guard.ts';
import { createWire } from '../../../src/wire/wire.ts';
import { bucketName, manifestOf, region } from './manifests.ts';
import { account, conditionOf, isReady, makeStage } from '../stage.ts';

const day = 86_400_000;

test('A bucket whose objects are locked is not emptied: the deletion waits and says so, without a storm of calls, and ends by itself.', async () => {
  const stage = makeStage();
  const { clock, aws } = stage;
  const wire = createWire({ transport: aws.service, clock, fence: unfenced });
  const credentials = aws.account(account).rootKey;
  const root = new Aws({ wire, clock }).bare({ region, account, credentials });
  const by = (action: string, input: object) => root.send(write('s3', action, { Bucket: bucketName, ...input }));
  const lock = (rule: object) =>
    by('PutObjectLockConfiguration', { ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', ...rule } });
  const manifest = manifestOf({ deletionPolicy: 'Delete' });
  const { name } = manifest;
  await stage.apply({ ...manifest, annotations: { 'hybridcloud.dev/confirm-data-loss': bucketName } });
  await stage.until(name, isReady);
  await lock({ Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 1 } } });
  await by('PutObject', { Key: 'vm/100', Body: 'backup' });
  await lock({});
  await stage.remove(name);
  await stage.until(name, (object) => conditionOf(object, 'Stalled')?.status === 'True');
  expect(conditionOf(stage.object(name), 'Stalled')).toMatchObject({
    reason: 'ObjectsLocked',
    message: expect.stringContaining('vm/100'),
  });
  const deletions = () => aws.calls.filter(({ action }) => action === 'DeleteObjects').length;
  const [sent, began] = [deletions(), clock.now()];
  await stage.until(name, () => clock.now() - began >= 3_600_000);
  // one try each five minutes
  expect(deletions() - sent).toBeLessThanOrEqual(13);
  expect(
    aws
      .account(account)
      .buckets()[0]
      ?.objects.map(({ key }) => key),
  ).toEqual(['vm/100']);
  await clock.advance(day);
  await stage.until(name, () => false);
  expect(stage.object(name)).toBeUndefined();
  expect(aws.account(account).buckets()).toEqual([]);
});
