// SPDX-License-Identifier: GPL-3.0-or-later
/** One access key takes the place of another, look by look, under a virtual clock. */
import { expect, test } from '@jest/globals';
import { manifestOf } from './manifests.ts';
import { conditionOf, isReady, makeStage, type Manifest, type Stage, type StageOptions } from '../stage.ts';
import { deliveredIn, keysOf, passUntil } from './rotating.ts';

const day = 86_400_000;
const hour = 3_600_000;

async function ready(
  options: StageOptions = {},
  accessKey: object = {},
): Promise<{ stage: Stage; manifest: Manifest }> {
  const stage = makeStage(options);
  const manifest = manifestOf({ accessKey });
  await stage.apply(manifest);
  await stage.until(manifest.name, isReady);
  return { stage, manifest };
}

const rotation = (stage: Stage, { name }: Manifest) => conditionOf(stage.object(name), 'KeyRotation');
const shown = (stage: Stage, { name }: Manifest) =>
  (stage.object(name)?.status as { accessKey?: Record<string, unknown> } | undefined)?.accessKey;

test('After 90 days a new key is proven and delivered, the old one works on for a day, is made inactive, and goes.', async () => {
  const { stage, manifest } = await ready();
  const [old] = keysOf(stage);
  expect(rotation(stage, manifest)).toMatchObject({ status: 'True', reason: 'Scheduled' });
  await stage.clock.advance(90 * day - hour / 2);
  stage.outputs.steps.length = 0;
  await passUntil(stage, manifest, () => deliveredIn(stage).id !== old?.id, hour);
  const begun = stage.clock.now();
  await passUntil(stage, manifest, () => rotation(stage, manifest)?.reason === 'Overlap', hour);
  expect(shown(stage, manifest)).toMatchObject({ id: deliveredIn(stage).id, previous: { id: old?.id } });
  expect(keysOf(stage).map(({ status }) => status)).toEqual(['Active', 'Active']);
  await stage.clock.advance(day - hour / 4);
  await passUntil(stage, manifest, () => keysOf(stage)[0]?.status === 'Inactive', hour);
  expect(stage.clock.now() - begun).toBeGreaterThanOrEqual(day);
  await passUntil(stage, manifest, () => keysOf(stage).length === 1, hour);
  await passUntil(stage, manifest, () => rotation(stage, manifest)?.reason === 'Scheduled', hour);
  expect(keysOf(stage)).toMatchObject([{ id: deliveredIn(stage).id, status: 'Active' }]);
  expect(isReady(stage.object(manifest.name))).toBe(true);
  const changes = stage.outputs.steps.filter(({ step }) => step.do !== 'ValidateAccess').map(({ step }) => step.do);
  expect(changes).toEqual([
    'ReserveNextKey',
    'CreateAccessKey',
    'ProveAccessKey',
    'PromoteAccessKey',
    'DeactivateAccessKey',
    'DeleteAccessKey',
  ]);
});
