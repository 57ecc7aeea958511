// SPDX-License-Identifier: GPL-3.0-or-later
/** A controller for a kind of our own whose looks take as long as a test says, on a simulated API server in virtual time. */
import type { Engine } from '../../src/core/engine.ts';
import type { KubeObject } from '../../src/core/objects.ts';
import type { AnyKind } from '../../src/kinds/index.ts';
import type { Outside } from '../../src/kinds/outside.ts';
import { createKubeClient, type KubeClient } from '../../src/kube/client.ts';
import { plainConnection } from '../../src/kube/connection.ts';
import { createObjects } from '../../src/kube/objects.ts';
import { Controller } from '../../src/operator/controller.ts';
import { VirtualClock } from '../../src/simulator/kernel/clock.ts';
import { createKubernetes, type KubernetesWorld } from '../../src/simulator/kubernetes/index.ts';
import type { CallRecord } from '../../src/wire/call.ts';
import type { Fence } from '../../src/wire/guard.ts';
import { createWire } from '../../src/wire/wire.ts';
import { widgetCrd, widgets } from '../e2e/kube-world.ts';

export interface Looked {
  readonly key: string;
  readonly version: string;
  readonly beganMs: number;
}

export interface WidgetWorld {
  readonly clock: VirtualClock;
  readonly kubernetes: KubernetesWorld;
  readonly controller: Controller;
  /** Of the controller's client. */
  readonly records: CallRecord[];
  /** Looks, in the order in which they began. */
  readonly looks: Looked[];
  /** When each object got its first status, and the version that had it. */
  readonly told: Map<string, { readonly atMs: number; readonly version: string }>;
  /** When each object was first said to work, which the end of a look does. */
  readonly readyMs: Map<string, number>;
  readonly admin: KubeClient;
  make(key: string): Promise<void>;
  /** So much virtual time passes, in steps. */
  pass(ms: number, stepMs?: number): Promise<void>;
}

export interface WidgetChoice {
  /** Of every look. */
  readonly lookMs?: number;
  readonly workers?: number;
  readonly fence?: Fence;
}

export function placeOf(key: string): { namespace: string; name: string } {
  const [namespace = '', name = ''] = key.split('/');
  return { namespace, name };
}

export function conditionsOf(object: KubeObject | undefined): { type: string; reason: string }[] {
  const { conditions = [] } = (object?.status ?? {}) as { conditions?: { type: string; reason: string }[] };
  return conditions;
}

export function widgetWorld({ lookMs = 0, workers = 64, fence = { holds: () => true } }: WidgetChoice): WidgetWorld {
  const clock = new VirtualClock();
  const kubernetes = createKubernetes({ clock });
  kubernetes.install([
    widgetCrd,
    ...['a', 'b', 'c'].map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
  ]);
  const records: CallRecord[] = [];
  const looks: Looked[] = [];
  const told: WidgetWorld['told'] = new Map();
  const readyMs = new Map<string, number>();
  const clientWith = (options: { fence: Fence; onCall?: (record: CallRecord) => void }) =>
    createKubeClient({
      connection: plainConnection({ url: 'http://kubernetes.test', token: 'admin-token' }),
      wire: createWire({ transport: kubernetes.service, clock, ...options }),
    });
  const client = clientWith({ fence, onCall: (record) => void records.push(record) });
  const admin = clientWith({ fence: { holds: () => true } });
  const objects = createObjects({ client, resources: [widgets], note: () => undefined });
  const kind = {
    kind: 'Widget',
    plural: 'widgets',
    finalizer: 'hybridcloud.dev/finalizer',
    parse: (spec: unknown) => ({ ok: true, spec }),
    parseStatus: () => ({}),
    bound: (status: object) => status,
    secrets: () => [],
    connect: async (_: unknown, __: unknown, { object }: { object: KubeObject }) => {
      const { namespace, name, resourceVersion } = object.metadata;
      looks.push({ key: `${namespace}/${name}`, version: resourceVersion, beganMs: clock.monotonic() });
      await clock.sleep(lookMs);
      return {};
    },
    observe: () => Promise.resolve({}),
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
    clock,
    random: () => 0.5,
    scrub: (text: string) => text,
    driftIntervalMs: 600_000,
    objects: {
      ...objects,
      async writeStatus(object: KubeObject, status: object) {
        const answer = await objects.writeStatus(object, status);
        const { namespace, name } = object.metadata;
        const key = `${namespace}/${name}`;
        if (!told.has(key)) told.set(key, { atMs: clock.monotonic(), version: answer.metadata.resourceVersion });
        const ready = conditionsOf(answer).some(({ reason }) => reason === 'Available');
        if (ready && !readyMs.has(key)) readyMs.set(key, clock.monotonic());
        return answer;
      },
    },
  } as unknown as Engine<Outside>;
  const controller = new Controller({ kind, resource: widgets, engine, client, workers });
  return {
    clock,
    kubernetes,
    controller,
    records,
    looks,
    told,
    readyMs,
    admin,
    async make(key) {
      await admin.create(widgets, placeOf(key), { metadata: placeOf(key), spec: { size: 1 } });
    },
    async pass(ms, stepMs = 100) {
      for (let past = 0; past < ms; past += stepMs) {
        await clock.advance(stepMs);
        for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}
