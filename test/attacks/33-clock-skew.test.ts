// SPDX-License-Identifier: GPL-3.0-or-later
/** Attack 33: a clock that was moved, so that signatures are too old or of a time to come. */
import { afterEach, expect, test } from '@jest/globals';
import { account, isReady, secretOf } from '../operator/bad-days/hands.ts';
import { target, worlds, type Worlds } from '../operator/worlds.ts';

let world: Worlds;
afterEach(() => world.end());

test.each([16, -24 * 60])(
  'an operator whose clock is %i minutes off works all the same, with one key, and says no secret.',
  async (minutes) => {
    world = worlds();
    const { clock } = world;
    const wrong = {
      now: () => clock.now() + minutes * 60_000,
      monotonic: () => clock.monotonic(),
      sleep: (ms: number, signal?: AbortSignal) => clock.sleep(ms, signal),
    };
    world.operator({ clock: wrong });
    world.kubernetes.install([target()]);
    await world.until(() => isReady(world), 300);
    expect(account(world).users()[0]?.keys).toHaveLength(1);
    expect(secretOf(world)).toBeDefined();
    const skewed = world.aws.calls.filter(({ status }) => status === 403);
    // it learns the right time from an answer, and is not refused again and again
    expect(skewed.length).toBeLessThanOrEqual(6);
  },
);
