// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * One tenant floods, others go on as if nothing were: the 99th percentile of their waiting, creation to first status and creation to the end
 * of the look, at most doubles. Time is virtual and computing costs none of it: what is measured is whose turn it is.
 */
import { afterEach, expect, test } from '@jest/globals';
import { widgets } from '../e2e/kube-world.ts';
import { placeOf, widgetWorld, type WidgetWorld } from './widget-world.ts';

const lookMs = 400;
let world: WidgetWorld | undefined;

afterEach(async () => {
  const stopped = world?.controller.stop();
  await world?.pass(60_000, 5000);
  await stopped;
});

function p99(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.99) - 1] ?? Number.NaN;
}

/** Another tenant makes an object every 50 ms, 40 of them; `meanwhile` is what the flooding one does in each of those. */
async function waits(it: WidgetWorld, meanwhile: () => Promise<void>): Promise<{ told: number; looked: number }> {
  const madeMs = new Map<string, number>();
  for (let index = 0; index < 40; index++) {
    const key = `${index % 2 ? 'b' : 'c'}/w${index}`;
    madeMs.set(key, it.clock.monotonic());
    await it.make(key);
    await meanwhile();
    await it.pass(50, 25);
  }
  for (let tries = 0; [...madeMs.keys()].some((key) => !it.readyMs.has(key)) && tries < 400; tries++)
    await it.pass(25, 25);
  const since = (at: (key: string) => number) => [...madeMs].map(([key, made]) => at(key) - made);
  return {
    told: p99(since((key) => it.told.get(key)?.atMs ?? Number.POSITIVE_INFINITY)),
    looked: p99(since((key) => it.readyMs.get(key) ?? Number.POSITIVE_INFINITY)),
  };
}

async function begin(): Promise<WidgetWorld> {
  world = widgetWorld({ lookMs, workers: 16 });
  world.controller.start();
  await world.pass(500);
  return world;
}

async function alone(): Promise<{ told: number; looked: number }> {
  const it = await begin();
  const found = await waits(it, () => Promise.resolve());
  const stopped = it.controller.stop();
  await it.pass(5000, 1000);
  await stopped;
  return found;
}

test('5,000 objects of one tenant at most double the waiting of the others.', async () => {
  const before = await alone();
  const it = await begin();
  for (let index = 0; index < 5000; index++) await it.make(`a/flood${index}`);
  const under = await waits(it, () => Promise.resolve());

  const { queue, first } = it.controller.numbers();
  // it was a flood: most of it still waits
  expect(queue.ready.change + first).toBeGreaterThan(3000);
  expect(under.told).toBeLessThanOrEqual(2 * Math.max(before.told, lookMs));
  expect(under.looked).toBeLessThanOrEqual(2 * before.looked);
});

test('An object that is edited 100 times a second costs the others nothing, and is not looked at 100 times a second.', async () => {
  const before = await alone();
  const it = await begin();
  await it.make('a/edited');
  let edits = 0;
  const edit = () => {
    const body = { spec: { size: ++edits % 10 } };
    return it.admin.patch(widgets, placeOf('a/edited'), { type: 'merge', body });
  };
  const under = await waits(it, async () => {
    for (let five = 0; five < 5; five++) await edit();
  });
  expect(edits).toBe(200);
  expect(under.looked).toBeLessThanOrEqual(2 * before.looked);
  // one at a time, each as long as a look takes
  const looks = it.looks.filter(({ key }) => key === 'a/edited').length;
  expect(looks).toBeLessThanOrEqual(12);
});
