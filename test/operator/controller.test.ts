// SPDX-License-Identifier: GPL-3.0-or-later
/** A kind of our own that always has one more thing to do, on a simulated API server whose watch may lag. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Engine } from '../../src/core/engine.ts';
import type { KubeObject } from '../../src/core/objects.ts';
import type { AnyKind } from '../../src/kinds/index.ts';
import type { Outside } from '../../src/kinds/outside.ts';
import { createKubeClient, type KubeClient } from '../../src/kube/client.ts';
import { plainConnection } from '../../src/kube/connection.ts';
import { createObjects } from '../../src/kube/objects.ts';
import { compareVersions } from '../../src/kube/resource-version.ts';
import { Controller } from '../../src/operator/controller.ts';
import { VirtualClock } from '../../src/simulator/kernel/clock.ts';
import { createKubernetes, type KubernetesWorld } from '../../src/simulator/kubernetes/index.ts';
import type { CallRecord } from '../../src/wire/call.ts';
import { unfenced } from '../../src/wire/guard.ts';
import { createWire } from '../../src/wire/wire.ts';
import { widgetCrd, widgets } from '../e2e/kube-world.ts';

const at = { namespace: 'default', name: 'w' };
let clock: VirtualClock;
let kubernetes: KubernetesWorld;
let client: KubeClient;
let controller: Controller;
let records: CallRecord[];
/** The versions that looks were given, and those that they wrote. */
let given: string[];
let written: string[];
let names: string[];
let fields: () => object;

const kind = {
  kind: 'Widget',
  plural: 'widgets',
  finalizer: 'hybridcloud.dev/finalizer',
  parse: (spec: unknown) => ({ ok: true, spec }),
  parseStatus: () => ({}),
  bound: (status: object) => status,
  secrets: () => [],
  connect: (_: unknown, __: unknown, { object }: { object: KubeObject }) => {
    given.push(object.metadata.resourceVersion);
    names.push(object.metadata.name);
    return Promise.resolve({});
  },
  observe: () => Promise.resolve({}),
  plan: () => ({ steps: [], serving: true }),
  after: (observed: unknown) => observed,
  calls: () => [],
  identity: (step: unknown) => step,
  drift: () => [],
  account: () => '',
  act: {},
  facts: () => ({ fields: fields() }),
  probed: (known: unknown) => known,
} as unknown as AnyKind;

beforeEach(() => {
  clock = new VirtualClock();
  kubernetes = createKubernetes({ clock });
  kubernetes.install([widgetCrd]);
  records = [];
  given = [];
  written = [];
  names = [];
  fields = () => ({});
  client = createKubeClient({
    connection: plainConnection({ url: 'http://kubernetes.test', token: 'admin-token' }),
    wire: createWire({ transport: kubernetes.service, clock, fence: unfenced, onCall: (it) => void records.push(it) }),
  });
  const objects = createObjects({ client, resources: [widgets], note: () => undefined });
  const engine = {
    clock,
    random: () => 0.5,
    scrub: (text: string) => text,
    driftIntervalMs: 600_000,
    objects: {
      ...objects,
      async writeStatus(object: KubeObject, status: object) {
        const answer = await objects.writeStatus(object, status);
        written.push(answer.metadata.resourceVersion);
        return answer;
      },
    },
  } as unknown as Engine<Outside>;
  controller = new Controller({ kind, resource: widgets, engine, client, workers: 1 });
});
afterEach(() => controller.stop());

async function pass(seconds: number): Promise<void> {
  for (let tenth = 0; tenth < seconds * 10; tenth++) {
    await clock.advance(100);
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
}

const make = () => client.create(widgets, at, { metadata: at, spec: { size: 1 } });
const annotate = (value: string) =>
  client.patch(widgets, at, { type: 'merge', body: { metadata: { annotations: { x: value } } } });

test('A status, written by us or by another, calls for no look; an annotation does.', async () => {
  controller.start();
  await make();
  await pass(2);
  expect(given).toHaveLength(1);
  const status = { ...at, subresource: 'status' as const };
  await client.patch(widgets, status, { type: 'merge', body: { status: { theirs: 1 } } });
  await pass(2);
  expect(given).toHaveLength(1);
  await annotate('1');
  await pass(2);
  expect(given).toHaveLength(2);
});

test('A key is held until the cache has seen our last write: no look is given an older object.', async () => {
  controller.start();
  await pass(1);
  kubernetes.faults.watch({ resource: 'widgets', lagMs: 4000 });
  let count = 0;
  fields = () => ({ count: ++count });
  await make();
  await pass(5);
  expect(given).toHaveLength(1);
  controller.wake('default/w');
  await pass(1);
  expect(controller.numbers().held).toBe(1);
  expect(given).toHaveLength(1);
  await pass(5);
  expect(given).toHaveLength(2);
  expect(controller.numbers().held).toBe(0);
  for (const [index, version] of given.slice(1).entries())
    expect(compareVersions(version, written[index] ?? '')).not.toBe('older');
});

test('A cache that does not catch up within 10 s is passed by: the API server is asked.', async () => {
  controller.start();
  await make();
  await pass(1);
  let count = 0;
  fields = () => ({ count: ++count });
  await annotate('1');
  await pass(1);
  kubernetes.faults.silence({ resource: 'widgets' });
  controller.wake('default/w');
  await pass(1);
  controller.wake('default/w');
  const before = given.length;
  records.length = 0;
  await pass(8);
  expect(given.length).toBe(before);
  await pass(3);
  expect(given.length).toBe(before + 1);
  expect(records.map(({ call }) => call.action)).toContain('get widgets');
  expect(compareVersions(given.at(-1) ?? '', written.at(-2) ?? '')).not.toBe('older');
});

test('A look whose write met a newer object is followed by one at what the API server has, not at the same old cache.', async () => {
  controller.start();
  await make();
  await pass(1);
  kubernetes.faults.silence({ resource: 'widgets' });
  const status = { ...at, subresource: 'status' as const };
  await client.patch(widgets, status, { type: 'merge', body: { status: { theirs: 1 } } });
  fields = () => ({ count: 7 });
  controller.wake('default/w');
  await pass(3);
  expect(given).toHaveLength(3);
  expect(compareVersions(given[2] ?? '', given[1] ?? '')).toBe('newer');
  expect(kubernetes.objects('widgets', 'default')[0]).toMatchObject({ status: { count: 7 } });
});

test('A watch that stands: once the API server was asked, no look goes back to the old cache, and the looks end.', async () => {
  let count = 0;
  fields = () => ({ count });
  controller.start();
  await make();
  await pass(1);
  kubernetes.faults.silence({ resource: 'widgets' });
  count = 1;
  controller.wake('default/w');
  await pass(1);
  controller.wake('default/w');
  // held, then live, and that one writes nothing: what the cache lacks is known only by what was read
  await pass(15);
  const before = given.length;
  for (let more = 0; more < 3; more++) {
    controller.wake('default/w');
    await pass(15);
  }
  expect(given).toHaveLength(before + 3);
  for (const version of given.slice(before)) expect(version).toBe(written.at(-1));
  expect(written).toHaveLength(2);
});

test('After a start those that were never told anything come first.', async () => {
  for (const name of ['a', 'b', 'c']) {
    const place = { namespace: 'default', name };
    await client.create(widgets, place, { metadata: place, spec: { size: 1 } });
    const conditions = [{ type: 'Ready', status: 'True', reason: 'R', message: '', lastTransitionTime: '' }];
    const body = { status: { conditions } };
    if (name !== 'c') await client.patch(widgets, { ...place, subresource: 'status' }, { type: 'merge', body });
  }
  controller.start();
  await pass(1);
  expect(names).toEqual(['c', 'a', 'b']);
});

test('What throws in a look is tried again with back-off, and the worker lives.', async () => {
  let broken = true;
  fields = () => {
    if (broken) throw new Error('a bug');
    return {};
  };
  controller.start();
  await make();
  await pass(5);
  const tries = given.length;
  expect(tries).toBeGreaterThan(1);
  broken = false;
  await pass(60);
  expect(written.length).toBeGreaterThan(0);
  expect(controller.numbers().queue.running).toBe(0);
});
