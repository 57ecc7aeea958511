// SPDX-License-Identifier: GPL-3.0-or-later
import { afterEach, expect, test } from '@jest/globals';
import { compareVersions } from '../../src/kube/resource-version.ts';
import { widgets } from '../e2e/kube-world.ts';
import { conditionsOf, placeOf, widgetWorld, type WidgetChoice, type WidgetWorld } from './widget-world.ts';

let world: WidgetWorld | undefined;

afterEach(async () => {
  const stopped = world?.controller.stop();
  await world?.pass(60_000, 5000);
  await stopped;
});

async function begin(choice: WidgetChoice): Promise<WidgetWorld> {
  world = widgetWorld(choice);
  world.controller.start();
  await world.pass(1000);
  return world;
}

const names = (namespace: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${namespace}/w${index}`);
const get = ({ kubernetes }: WidgetWorld, key: string) => {
  const { namespace, name } = placeOf(key);
  return kubernetes.objects('widgets', namespace).find((object) => object.metadata.name === name) as never;
};
const statusWrites = ({ records }: WidgetWorld) =>
  records.filter(({ call }) => call.action === 'patch widgets/status').length;

test('A burst of 100 is told within a second, though their looks take 2 s each and there are two workers for them.', async () => {
  const it = await begin({ lookMs: 2000, workers: 2 });
  const burst = names('a', 100);
  for (const key of burst) await it.make(key);
  await it.pass(1000);
  expect(it.told.size).toBe(100);
  expect(burst.filter((key) => conditionsOf(get(it, key)).length === 0)).toEqual([]);
  expect(statusWrites(it)).toBe(100);
});

test('Objects that come one by one, and two or three at once, cost no first status where their looks are quick.', async () => {
  const it = await begin({ lookMs: 100 });
  await it.make('a/alone');
  await it.pass(2000);
  for (const key of names('a', 3)) await it.make(key);
  await it.pass(2000);
  expect(it.looks).toHaveLength(4);
  expect(statusWrites(it)).toBe(4);
});

test('No look is given an object from before its first status, and each object is looked at once.', async () => {
  const it = await begin({ lookMs: 500, workers: 8 });
  it.kubernetes.faults.watch({ resource: 'widgets', lagMs: 300 });
  for (const key of names('a', 40)) await it.make(key);
  await it.pass(10_000);
  expect(new Set(it.looks.map(({ key }) => key)).size).toBe(40);
  expect(it.looks).toHaveLength(40);
  const early = it.looks.filter(
    ({ key, version }) => compareVersions(version, it.told.get(key)?.version ?? '') === 'older',
  );
  // those that came before there was a crowd were told by their look
  expect(early.map(({ key }) => key)).toEqual(names('a', 3));
});

test('One that changes while it waits to be told is looked at once, at what it is by then.', async () => {
  const it = await begin({ lookMs: 1000, workers: 8 });
  const burst = names('a', 30);
  for (const key of burst) await it.make(key);
  const place = placeOf('a/w29');
  await it.admin.patch(widgets, place, { type: 'merge', body: { spec: { size: 2 } } });
  await it.pass(20_000);
  const looks = it.looks.filter(({ key }) => key === 'a/w29');
  expect(looks.length).toBeLessThanOrEqual(2);
  const status = (get(it, 'a/w29') as { status: { observedGeneration: number } }).status;
  expect(status.observedGeneration).toBe(2);
});

test('One that is deleted, or paused, while it waits is not said to be looked at.', async () => {
  const it = await begin({ lookMs: 5000, workers: 1 });
  for (const key of names('a', 20)) await it.make(key);
  const annotations = { 'hybridcloud.dev/paused': 'true' };
  const place = placeOf('a/paused');
  await it.admin.create(widgets, place, { metadata: { ...place, annotations }, spec: { size: 1 } });
  await it.admin.remove(widgets, placeOf('a/w19'));
  await it.pass(150_000, 1000);
  expect(get(it, 'a/w19')).toBeUndefined();
  expect(conditionsOf(get(it, 'a/paused')).map(({ reason }) => reason)).toContain('Paused');
  expect(it.looks.map(({ key }) => key)).not.toContain('a/paused');
});

test('A process that has lost the lease tells nobody anything.', async () => {
  const fence = { leads: true, holds: () => fence.leads };
  const it = await begin({ lookMs: 1000, workers: 2, fence });
  fence.leads = false;
  for (const key of names('a', 50)) await it.make(key);
  await it.pass(5000);
  expect(it.told.size).toBe(0);
  expect(names('a', 50).filter((key) => conditionsOf(get(it, key)).length > 0)).toEqual([]);
});

test('Newcomers of one namespace wait for no more than one turn of each other one.', async () => {
  const it = widgetWorld({ lookMs: 5000, workers: 2 });
  world = it;
  for (const key of [...names('a', 300), ...names('b', 3)]) await it.make(key);
  it.controller.start();
  await it.pass(1000);
  const order = [...it.told.keys()];
  expect(order).toHaveLength(303);
  for (const [index, key] of names('b', 3).entries()) expect(order.indexOf(key)).toBeLessThanOrEqual(2 * index + 2);
});
