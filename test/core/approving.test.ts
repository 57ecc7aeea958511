// SPDX-License-Identifier: GPL-3.0-or-later
/** The engine around a kind with one thing, that can only be changed by replacing it. */
import { beforeEach, expect, test } from '@jest/globals';
import type { Engine } from '../../src/core/engine.ts';
import type { Kind } from '../../src/core/kind.ts';
import { newMemory } from '../../src/core/memory.ts';
import type { KubeObject } from '../../src/core/objects.ts';
import { reconcile } from '../../src/core/reconcile.ts';
import type { Scope } from '../../src/core/scope.ts';
import type { Step } from '../../src/core/step.ts';

interface Spec {
  readonly size: number;
  readonly managementPolicy?: 'Apply' | 'Plan' | 'Observe';
}

type Resize = Step & { readonly do: 'Resize'; readonly to: number };

const finalizer = 'hybridcloud.dev/finalizer';
let world = { size: 1 };
let writes: { policy: string; to: number }[] = [];
let object: KubeObject;

const kind: Kind<Spec, object, { size: number }, Resize, undefined, Scope> = {
  kind: 'Disk',
  plural: 'disks',
  finalizer,
  parse: (spec) => ({ ok: true, spec: spec as Spec }),
  parseStatus: () => ({}),
  bound: (status) => status,
  secrets: () => [],
  connect: (_outside, _desired, { scope }) => Promise.resolve(scope),
  observe: () => Promise.resolve({ ...world }),
  plan: ({ spec: { size } }, observed) => ({
    steps: observed.size === size ? [] : [{ do: 'Resize', effect: 'replace', to: size, target: 'the disk' }],
    serving: true,
  }),
  after: (observed, change) => ('do' in change && change.to !== observed.size ? { size: change.to } : observed),
  calls: () => [],
  identity: ({ do: what, to }) => ({ what, to }),
  drift: ({ spec }, { size }) =>
    spec.size === size ? [] : [{ path: 'size', want: String(spec.size), have: String(size) }],
  account: () => 'a',
  act: {
    Resize: ({ policy }, { to }) => {
      writes.push({ policy, to });
      world = { size: to };
      return Promise.resolve();
    },
  },
  facts: () => ({ fields: {} }),
  probed: (known) => known,
};

function change(next: Partial<KubeObject>): Promise<KubeObject> {
  const resourceVersion = String(Number(object.metadata.resourceVersion) + 1);
  object = { ...object, ...next, metadata: { ...object.metadata, ...next.metadata, resourceVersion } };
  return Promise.resolve(object);
}

const engine: Engine<undefined> = {
  outside: undefined,
  clock: { now: () => Date.UTC(2026, 0, 5, 9), monotonic: () => 0, sleep: () => new Promise<void>(() => undefined) },
  random: () => 0.5,
  scrub: (text) => text,
  driftIntervalMs: 600_000,
  objects: {
    read: () => Promise.resolve(object),
    annotate: (_object, given) => {
      const kept = Object.entries({ ...object.metadata.annotations, ...given }).filter(([, value]) => value !== null);
      return change({
        metadata: { ...object.metadata, annotations: Object.fromEntries(kept) as Record<string, string> },
      });
    },
    exists: () => Promise.resolve(false),
    addFinalizer: () => change({ metadata: { ...object.metadata, finalizers: [finalizer] } }),
    removeFinalizer: () => change({ metadata: { ...object.metadata, finalizers: [] } }),
    writeStatus: (_object, status) => change({ status }),
    note: () => undefined,
  },
};

const look = () => reconcile({ kind, engine, memory: newMemory(), attempt: 0 }, object);
const status = () =>
  object.status as {
    plan?: { hash: string };
    drift?: { path: string }[];
    conditions: { type: string; reason: string }[];
  };
const reason = (type: string) => status().conditions.find((one) => one.type === type)?.reason;
const approve = (hash = status().plan?.hash ?? '') =>
  engine.objects.annotate(object, { 'hybridcloud.dev/approve': hash });

beforeEach(() => {
  world = { size: 1 };
  writes = [];
  const metadata = { name: 'd', namespace: 'n', uid: 'u', resourceVersion: '1', generation: 1, creationTimestamp: '' };
  object = { apiVersion: 'x/v1', kind: 'Disk', metadata, spec: { size: 2 } };
});

test('Apply: a replacement waits for approval, with its difference shown; then it is made, and the approval is used up', async () => {
  for (let n = 0; n < 3; n++) await look();
  expect(writes).toEqual([]);
  expect(reason('Stalled')).toBe('ReplacementNeedsApproval');
  expect(status().drift).toMatchObject([{ path: 'size' }]);
  await approve();
  await look();
  await look();
  expect(writes).toEqual([{ policy: 'Apply', to: 2 }]);
  expect(reason('Synced')).toBe('Applied');
  expect(object.metadata.annotations).toEqual({});
});

test('Plan: what was approved is sent with the right to write, and nothing else is; an old approval does not serve again', async () => {
  await change({ spec: { size: 2, managementPolicy: 'Plan' } });
  await look();
  expect(reason('Synced')).toBe('ApprovalNeeded');
  const hash = status().plan?.hash;
  await approve();
  await change({ spec: { size: 3, managementPolicy: 'Plan' } });
  await look();
  expect(reason('Synced')).toBe('PlanStale');
  expect(writes).toEqual([]);
  await change({ spec: { size: 2, managementPolicy: 'Plan' } });
  await look();
  await look();
  expect(writes).toEqual([{ policy: 'Apply', to: 2 }]);
  world = { size: 1 };
  await look();
  await look();
  expect(status().plan?.hash).toBe(hash);
  expect(writes).toHaveLength(1);
});

test('Observe: an approval changes nothing', async () => {
  await change({ spec: { size: 2, managementPolicy: 'Observe' } });
  await look();
  await approve();
  for (let n = 0; n < 3; n++) await look();
  expect(writes).toEqual([]);
  expect(reason('Synced')).toBe('Drifted');
  expect(object.metadata.finalizers ?? []).toEqual([]);
});

test('a forged frozen set is worth nothing', async () => {
  await change({ spec: { size: 2, managementPolicy: 'Plan' } });
  await look();
  await change({ status: { ...status(), approved: { hash: 'cafe', at: '', steps: ['cafe', status().plan?.hash] } } });
  await approve('cafe');
  for (let n = 0; n < 3; n++) await look();
  expect(writes).toEqual([]);
  expect(reason('Synced')).toBe('PlanStale');
});
