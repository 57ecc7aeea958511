// SPDX-License-Identifier: GPL-3.0-or-later
/** `status.serving` is what Route 53 answers: by all its policies, in whatever health the endpoints are. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { city, type City } from './city.ts';
import { answering, randomNames, tellHealth, type Named } from './served.ts';

let world: City;
beforeEach(async () => {
  world = await city({ aws: { quotas: { healthChecks: 1000 } } });
});
afterEach(() => world.end());

function differing(names: readonly Named[]): readonly object[] {
  return names.flatMap((one) => {
    const { serving = [], endpoints = [] } = world.status(one.name);
    const real = answering(world, one);
    const health = endpoints.map(({ name, health: is }) => `${name} ${is}`).join(', ');
    // a set to the API server, which keeps the order of before
    return serving.toSorted().join() === real.toSorted().join()
      ? []
      : [{ name: one.name, policy: one.policy, serving, real, health }];
  });
}

test.each([1, 2])(
  'Names of every policy, drawn with seed %i: who serves is told as Route 53 answers, healthy or not.',
  async (seed) => {
    const names = randomNames(seed, 5);
    world.kubernetes.install(names.map(({ manifest }) => manifest));
    world.operator();
    const isSettled = ({ name }: Named) => world.is('Synced', 'True', name);
    await world.until(() => names.every(isSettled), 3600);
    for (const round of [1, 2]) {
      tellHealth(world, names, seed * 10 + round);
      // each check is asked for at its turn, and again once the verdict may have turned
      await world.pass(720);
      expect(differing(names)).toEqual([]);
    }
  },
  120_000,
);
