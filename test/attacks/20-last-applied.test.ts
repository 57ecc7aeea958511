// SPDX-License-Identifier: GPL-3.0-or-later
/** Attack 20: secrets that users left in their own object's annotations, as kubectl does, spread by us. */
import { afterEach, expect, test } from '@jest/globals';
import { account, glide, isReady, remove } from '../operator/bad-days/hands.ts';
import { target, worlds, type Worlds } from '../operator/worlds.ts';

const canary = 'CANARY-in-an-annotation-0123456789';
let world: Worlds;
afterEach(() => world.end());

test('what stands in last-applied-configuration, in foreign annotations, labels and managedFields goes nowhere else.', async () => {
  world = worlds();
  const running = world.operator();
  const object = target() as { metadata: object };
  const annotations = {
    'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ spec: { token: canary } }),
    'example.com/note': canary,
  };
  world.kubernetes.install([{ ...object, metadata: { ...object.metadata, annotations, labels: { note: canary } } }]);
  await world.until(() => isReady(world));
  await glide(world, 400);
  await remove(world);
  const places = () => ({
    log: running.lines.join(''),
    calls: JSON.stringify(running.records),
    events: JSON.stringify(world.kubernetes.objects('events')),
    secrets: JSON.stringify(world.kubernetes.objects('secrets')),
    status: JSON.stringify(world.get()?.status ?? {}),
    aws: JSON.stringify([account(world).buckets(), account(world).users()]),
  });
  const before = places();
  for (let tries = 0; tries < 60 && world.get() !== undefined; tries++) await glide(world, 15);
  expect(world.get()).toBeUndefined();
  const shown = { ...places(), before: JSON.stringify(before), metrics: (await running.metrics.text()).text };
  expect(shown.log.length).toBeGreaterThan(100);
  expect(Object.entries(shown).filter(([, text]) => text.includes(canary))).toEqual([]);
});
