// SPDX-License-Identifier: GPL-3.0-or-later
/** The wall clock of the operator's machine jumps; AWS's does not. A jump ahead looks like a frozen machine: that process ends, and another starts. */
import { afterEach, expect, test } from '@jest/globals';
import type { Clock } from '../../../src/core/clock.ts';
import { target, worlds, type Worlds } from '../worlds.ts';
import {
  cloudWrites,
  deleteSecret,
  deliveredKey,
  glide,
  isReady,
  isSynced,
  keptUp,
  mostKeys,
  remove,
  stalledBy,
  userOf,
} from './hands.ts';

let world: Worlds;
afterEach(() => world.end());

const hour = 3_600_000;
const wellAgain = () => isReady(world) && isSynced(world) && stalledBy(world) === undefined;

/** The operator's own clock beside AWS's. */
function skewed(): { readonly clock: Clock; jump(ms: number): void } {
  let ahead = 0;
  const { clock } = world;
  return {
    clock: {
      now: () => clock.now() + ahead,
      monotonic: () => clock.monotonic(),
      sleep: (ms, signal) => clock.sleep(ms, signal),
    },
    jump: (ms) => {
      ahead += ms;
    },
  };
}

const jumps = [
  ['an hour ahead', hour],
  ['an hour back', -hour],
  ['a day ahead', 24 * hour],
  ['a day back', -24 * hour],
] as const;

test.each(jumps)(
  '%s, at rest: validations go on at their interval, no key is touched, and a deletion is not held up.',
  async (_, ms) => {
    world = worlds();
    const its = skewed();
    const { all, stop } = keptUp(world, { clock: its.clock });
    world.kubernetes.install([target()]);
    await world.until(wellAgain);
    await glide(world, 60);
    const key = deliveredKey(world);
    its.jump(ms);
    for (const { records } of all) records.length = 0;
    await glide(world, 1900);
    expect(world.condition('Ready')).toMatchObject({ status: 'True' });
    expect(wellAgain()).toBe(true);
    const writes = all.flatMap(cloudWrites);
    const canaries = writes.filter(({ call, result }) => call.action === 'PutObject' && result === 200);
    expect(canaries.length).toBeGreaterThanOrEqual(4);
    expect(canaries.length).toBeLessThanOrEqual(8);
    expect(new Set(writes.map(({ call }) => call.action))).toEqual(new Set(['PutObject', 'DeleteObject']));
    expect(userOf(world)?.keys.map(({ id }) => id)).toEqual([key]);
    await remove(world);
    await world.until(() => world.get() === undefined, 900);
    stop();
    expect(userOf(world)).toBeUndefined();
  },
);

test.each(jumps)('%s, in the middle of the creation and of a new key: it gets there, with one key.', async (_, ms) => {
  for (const afterCalls of [4, 17, 24]) {
    world = worlds();
    const its = skewed();
    const keys = mostKeys(() => world);
    let calls = 0;
    const { stop } = keptUp(world, {
      clock: its.clock,
      onRequest: ({ url }) => {
        keys.onRequest();
        if (url.host === 'aws.test' && ++calls === afterCalls) its.jump(ms);
      },
    });
    world.kubernetes.install([target()]);
    await world.until(wellAgain, 900);
    await deleteSecret(world);
    its.jump(-ms);
    await world.until(() => deliveredKey(world) !== '' && wellAgain() && userOf(world)?.keys.length === 1, 900);
    expect(deliveredKey(world)).toBe(userOf(world)?.keys[0]?.id);
    expect(keys.seen.most).toBeLessThanOrEqual(2);
    stop();
    if (afterCalls < 24) await world.end();
  }
});
