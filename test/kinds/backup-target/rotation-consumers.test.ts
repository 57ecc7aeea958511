// SPDX-License-Identifier: GPL-3.0-or-later
/** Backups through a whole rotation, with the AWS SDK alone: one program reads the Secret each time, another only now and then. */
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, test } from '@jest/globals';
import { inProcess } from '../../simulator/aws/sdk.ts';
import { bucketName, manifestOf, region } from './manifests.ts';
import { deliveredIn, keysOf } from './rotating.ts';
import { isReady, makeStage, type Stage } from '../stage.ts';

const minute = 60_000;
const overlapHours = 1;

async function upload(stage: Stage, { id, value }: ReturnType<typeof deliveredIn>): Promise<string> {
  const client = new S3Client({
    region,
    credentials: { accessKeyId: id, secretAccessKey: value },
    requestHandler: inProcess(stage.aws.service) as never,
    maxAttempts: 1,
    systemClockOffset: stage.clock.now() - Date.now(),
  });
  try {
    await client.send(new PutObjectCommand({ Bucket: bucketName, Key: 'vm/100/index', Body: 'x' }));
    return 'ok';
  } catch (error) {
    return (error as Error).name;
  }
}

test.each([0, 300_000])(
  'Under a lag of %d ms no upload is refused, neither to a program that reads the Secret each time nor to one that reads it once per overlap.',
  async (lagMs) => {
    const stage = makeStage({ lagMs });
    const manifest = manifestOf({ accessKey: { rotationOverlapHours: overlapHours } });
    await stage.apply(manifest);
    await stage.until(manifest.name, isReady);
    await stage.clock.advance(20 * minute);
    const first = deliveredIn(stage).id;
    await stage.annotate(manifest.name, { 'hybridcloud.dev/rotate-after': new Date(stage.clock.now()).toISOString() });
    let slow = { ...deliveredIn(stage), readAt: stage.clock.now() };
    const answers: string[] = [];
    for (const end = stage.clock.now() + 100 * minute; stage.clock.now() < end; ) {
      const outcome = await stage.look(manifest.name);
      const wait = outcome?.next === 'later' ? outcome.ms : outcome?.next === 'retry' ? 5000 : 0;
      if (stage.clock.now() - slow.readAt >= overlapHours * 60 * minute - wait)
        slow = { ...deliveredIn(stage), readAt: stage.clock.now() };
      answers.push(await upload(stage, deliveredIn(stage)), await upload(stage, slow));
      await stage.clock.advance(wait);
      answers.push(await upload(stage, deliveredIn(stage)), await upload(stage, slow));
    }
    expect(new Set(answers)).toEqual(new Set(['ok']));
    expect(answers.length).toBeGreaterThan(60);
    expect(keysOf(stage).map(({ id }) => id)).toEqual([deliveredIn(stage).id]);
    expect(deliveredIn(stage).id).not.toBe(first);
  },
  60_000,
);
