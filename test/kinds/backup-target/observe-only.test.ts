// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { write } from '../../../src/clouds/aws/request.ts';
import { rootOf } from '../../operator/bad-days/hands.ts';
import { seeded } from '../../kube/seeded.ts';
import { bucketName, manifestOf, userName } from './manifests.ts';
import { conditionOf, isReady, makeStage } from '../stage.ts';

const bucket = { Bucket: bucketName };
const user = { UserName: userName, PolicyName: 'Proxmox-S3-Backup-Policy' };
const versioning = (Status: string) =>
  write('s3', 'PutBucketVersioning', { ...bucket, VersioningConfiguration: { Status } });
const byHand = [
  write('s3', 'DeleteBucketPolicy', bucket),
  write('s3', 'DeletePublicAccessBlock', bucket),
  write('s3', 'DeleteBucketLifecycle', bucket),
  write('s3', 'DeleteBucketOwnershipControls', bucket),
  write('s3', 'PutObject', { ...bucket, Key: 'vm/100', Body: 'backup' }),
  versioning('Suspended'),
  versioning('Enabled'),
  write('iam', 'DeleteUserPolicy', user),
  write('iam', 'PutUserPolicy', { ...user, PolicyDocument: '{"Version":"2012-10-17","Statement":[]}' }),
];

test('Observe: over 1,000 looks with drift at random no cloud write, by the wire’s own record and by the cloud’s log.', async () => {
  const stage = makeStage();
  const { name, spec } = manifestOf();
  await stage.apply({ name, spec });
  await stage.until(name, isReady);
  await stage.apply({ name, spec: { managementPolicy: 'Observe' } });
  stage.outputs.records.length = 0;
  stage.aws.calls.length = 0;
  const random = seeded(7);
  const root = rootOf(stage);
  let people = 0;
  const seen = new Set<string>();
  for (let look = 0; look < 1000; look++) {
    const change = random() < 0.1 ? byHand[Math.floor(random() * byHand.length)] : undefined;
    if (change)
      await root.send(change).then(
        () => people++,
        () => undefined,
      );
    await stage.clock.advance(Math.floor(random() * 200_000));
    await stage.look(name);
    const { drift = [] } = (stage.object(name)?.status ?? {}) as { drift?: { path: string }[] };
    for (const { path } of drift) seen.add(path);
  }
  const writes = stage.outputs.records.filter(({ call }) => call.effect === 'write' && call.service !== 'kubernetes');
  expect(writes).toEqual([]);
  expect(stage.aws.calls.filter(({ effect, applied }) => effect === 'write' && applied)).toHaveLength(people);
  expect(stage.aws.calls.length).toBeGreaterThan(1000);
  expect(seen.size).toBeGreaterThanOrEqual(6);
  expect(conditionOf(stage.object(name), 'Synced')).toMatchObject({ status: 'False', reason: 'Drifted' });
}, 120_000);
