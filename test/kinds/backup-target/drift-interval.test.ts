// SPDX-License-Identifier: GPL-3.0-or-later
/** How soon drift is found that no watch tells of. */
import { afterEach, expect, test } from '@jest/globals';
import { bucketOf, glide, inS3, isReady, isSynced } from '../../operator/bad-days/hands.ts';
import { target, worlds, type Worlds } from '../../operator/worlds.ts';

let world: Worlds;
afterEach(() => world.end());

const bucket = { name: 'iksan-vm-backups' };

/** What the bucket's versioning is, so many seconds after somebody suspended it. */
async function suspended(spec: object, seconds: number): Promise<string | undefined> {
  world = worlds();
  world.operator();
  world.kubernetes.install([target({ bucket, ...spec })]);
  await world.until(() => isReady(world) && isSynced(world));
  // the first look at rest
  await glide(world, 700);
  await inS3(world, 'PutBucketVersioning', { VersioningConfiguration: { Status: 'Suspended' } });
  await glide(world, seconds);
  return bucketOf(world)?.versioning;
}

test('Drift is corrected within the interval of the object, and its jitter.', async () => {
  expect(await suspended({ driftIntervalSeconds: 120 }, 140)).toBe('Enabled');
});

test('An interval longer than that of the operator is kept, too, though the object is validated more often.', async () => {
  expect(await suspended({ driftIntervalSeconds: 7200 }, 1400)).toBe('Suspended');
});
