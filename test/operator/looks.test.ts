// SPDX-License-Identifier: GPL-3.0-or-later
/** The unit that tests and the proof drive by hand: no timers, no watches. */
import { beforeEach, expect, test } from '@jest/globals';
import type { Engine } from '../../src/core/engine.ts';
import { Failure } from '../../src/core/failure.ts';
import type { KubeObject } from '../../src/core/objects.ts';
import type { AnyKind } from '../../src/kinds/index.ts';
import type { Outside } from '../../src/kinds/outside.ts';
import { Looks, type Known } from '../../src/operator/looks.ts';
import { calls, wishOf } from '../../src/operator/wish.ts';

const finalizer = 'hybridcloud.dev/finalizer';
let statuses: object[] = [];
let used: [string, string, readonly string[]][] = [];
let observe: () => Promise<unknown> = () => Promise.resolve({});

const kind = {
  kind: 'Widget',
  plural: 'widgets',
  finalizer,
  parse: (spec: unknown) => ({ ok: true, spec }),
  parseStatus: () => ({}),
  bound: (status: object) => status,
  secrets: () => ['a', 'b'],
  connect: () => Promise.resolve({}),
  observe: () => observe(),
  plan: () => ({ steps: [], serving: true }),
  after: (observed: unknown) => observed,
  calls: () => [],
  identity: (step: unknown) => step,
  drift: () => [],
  account: () => '',
  act: {},
  facts: () => ({ fields: {} }),
  probed: (known: unknown) => known,
} as unknown as AnyKind;

const engine = {
  clock: { now: () => 0, monotonic: () => 0, sleep: () => new Promise<void>(() => undefined) },
  random: () => 0.5,
  scrub: (text: string) => text,
  driftIntervalMs: 600_000,
  objects: {
    addFinalizer: (object: KubeObject) => Promise.resolve(object),
    removeFinalizer: (object: KubeObject) => Promise.resolve(object),
    writeStatus: (object: KubeObject, status: object) => {
      statuses.push(status);
      return Promise.resolve({ ...object, status });
    },
    note: () => undefined,
  },
} as unknown as Engine<Outside>;

function widget(metadata: object = {}, status?: unknown): KubeObject {
  const plain = { name: 'w', namespace: 'a', uid: 'u1', resourceVersion: '1', generation: 1, creationTimestamp: '' };
  return {
    apiVersion: 'x/v1',
    kind: 'Widget',
    metadata: { ...plain, finalizers: [finalizer], ...metadata },
    spec: {},
    status,
  };
}

const looks = () => new Looks({ kind, engine, onSecrets: (...given) => void used.push(given) });

beforeEach(() => {
  statuses = [];
  used = [];
  observe = () => Promise.resolve({});
});

test('A look names the Secrets to watch before it looks, and answers when to look again and what it wrote.', async () => {
  observe = () => {
    expect(used).toEqual([['a/w', 'a', ['a', 'b']]]);
    return Promise.resolve({});
  };
  const outcome = await looks().process('a/w', widget());
  expect(outcome).toMatchObject({ next: 'later', ms: 600_000, written: { metadata: { name: 'w' } } });
});

test('An object that is not there is forgotten, and uses no Secret any more.', async () => {
  const it = looks();
  await it.process('a/w', widget());
  expect(it.size).toBe(1);
  expect(await it.process('a/w', undefined)).toEqual({ next: 'gone' });
  expect(it.size).toBe(0);
  expect(used.at(-1)).toEqual(['a/w', '', []]);
});

test('Failures in a row are counted, so that Ready is doubted after the third; a success begins anew.', async () => {
  const it = looks();
  const ready = { type: 'Ready', status: 'True', reason: 'Available', message: 'm', lastTransitionTime: '' };
  const object = widget({}, { conditions: [ready] });
  const told = () => {
    const { conditions } = statuses.at(-1) as { conditions: { type: string; status: string }[] };
    return conditions.find(({ type }) => type === 'Ready')?.status;
  };
  const broken = () => Promise.reject(new Failure({ class: 'Transient', reason: 'TimedOut', message: 'm' }));
  observe = broken;
  for (const expected of ['True', 'True', 'True', 'Unknown', 'Unknown']) {
    expect(await it.process('a/w', object)).toMatchObject({ next: 'retry' });
    expect(told()).toBe(expected);
  }
  observe = () => Promise.resolve({});
  await it.process('a/w', object);
  observe = broken;
  await it.process('a/w', object);
  expect(told()).toBe('True');
});

test('What a look found not to work is said also by the status that says that saying it failed at first.', async () => {
  const ready = { type: 'Ready', status: 'True', reason: 'Available', message: 'm', lastTransitionTime: '' };
  const stale = { why: 'Blocked', reason: 'BackupsStale', message: 'Too old', blockedBy: [] };
  const broken = { ...kind, plan: () => ({ steps: [], serving: stale }) } as unknown as AnyKind;
  const { writeStatus } = engine.objects;
  let lost = 1;
  const objects: Engine<Outside>['objects'] = {
    ...engine.objects,
    writeStatus: (...given) =>
      lost-- > 0
        ? Promise.reject(new Failure({ class: 'Transient', reason: 'TimedOut', message: 'm' }))
        : writeStatus(...given),
  };
  const it = new Looks({ kind: broken, engine: { ...engine, objects }, onSecrets: () => undefined });
  expect(await it.process('a/w', widget({}, { conditions: [ready] }))).toMatchObject({ next: 'retry' });
  expect(statuses).toEqual([
    expect.objectContaining({
      conditions: expect.arrayContaining([
        expect.objectContaining({ type: 'Ready', status: 'False', reason: 'BackupsStale' }),
        expect.objectContaining({ type: 'Synced', status: 'Unknown', reason: 'TimedOut' }),
      ]),
    }),
  ]);
});

test('A successor of the same name inherits nothing.', async () => {
  const it = looks();
  observe = () => Promise.reject(new Failure({ class: 'Transient', reason: 'TimedOut', message: 'm' }));
  for (let n = 0; n < 5; n++) await it.process('a/w', widget());
  const ready = { type: 'Ready', status: 'True', reason: 'Available', message: 'm', lastTransitionTime: '' };
  await it.process('a/w', widget({ uid: 'u2' }, { conditions: [ready] }));
  expect(statuses.at(-1)).toMatchObject({
    conditions: expect.arrayContaining([expect.objectContaining({ type: 'Ready', status: 'True' })]),
  });
});

test('A paused object is not looked at, also when it is being deleted.', async () => {
  observe = () => Promise.reject(new Error('looked at'));
  const paused = { annotations: { 'hybridcloud.dev/paused': 'true' }, deletionTimestamp: '2026-01-01T00:00:00Z' };
  const outcome = await looks().process('a/w', widget(paused));
  expect(outcome).toMatchObject({ next: 'change' });
  statuses = [];
  await looks().process('a/w', widget(paused, (outcome.written as KubeObject).status));
  expect(statuses).toEqual([]);
});

test.each([
  ['a new generation', { generation: 2 }, true],
  ['another annotation', { annotations: { x: '1' } }, true],
  ['a deletion', { deletionTimestamp: '2026-01-01T00:00:00Z' }, true],
  ['a successor', { uid: 'u2' }, true],
  ['our finalizer taken off', { finalizers: [] }, true],
  ["another's finalizer", { finalizers: [finalizer, 'x/y'] }, false],
  ['a new version alone (a status)', { resourceVersion: '2' }, false],
])('%s calls for a look: %j %s', (_, metadata, expected) => {
  const before = wishOf(widget({ annotations: {} }), finalizer);
  expect(calls(before, wishOf(widget({ annotations: {}, ...metadata }), finalizer))).toBe(expected);
});

test('Our finalizer put on calls for no look, a first sight does.', () => {
  const without = wishOf(widget({ finalizers: [] }), finalizer);
  expect(calls(without, wishOf(widget(), finalizer))).toBe(false);
  expect(calls(undefined, without)).toBe(true);
});

test('One that is given what another one remembered goes on where that one was.', async () => {
  const known = new Map<string, Known>();
  observe = () => Promise.reject(new Failure({ class: 'Transient', reason: 'Throttled', message: 'slow down' }));
  await new Looks({ kind, engine, known }).process('a/w', widget());
  expect(known.get('a/w')).toMatchObject({ uid: 'u1', failures: 1 });
  const after = new Looks({ kind, engine, known: structuredClone(known) });
  expect(after.size).toBe(1);
  await after.process('a/w', undefined);
  expect(after.size).toBe(0);
  expect(known.size).toBe(1);
});
