// SPDX-License-Identifier: GPL-3.0-or-later
/** A kind with parts that can be changed quietly, parts whose change interrupts, and parts that get lost. */
import type { Maintenance } from '../../src/api/maintenance.ts';
import type { Engine } from '../../src/core/engine.ts';
import type { Desired, Kind } from '../../src/core/kind.ts';
import { newMemory } from '../../src/core/memory.ts';
import type { KubeObject, Note } from '../../src/core/objects.ts';
import type { Outcome } from '../../src/core/outcome.ts';
import { reconcile } from '../../src/core/reconcile.ts';
import { isDisrupting, type Step } from '../../src/core/step.ts';

/** 0: it is gone. What `is` bigger than 0 works. */
type Part = 'quiet' | 'loud';
type Parts = Readonly<Record<Part, readonly number[]>>;

export interface Spec {
  readonly maintenance?: Maintenance;
  readonly managementPolicy?: 'Apply' | 'Plan' | 'Observe';
  readonly to: number;
}

export type Change = Step & {
  readonly do: 'Change' | 'Remove';
  readonly part: Part;
  readonly at: number;
  readonly to: number;
};

export const finalizer = 'hybridcloud.dev/finalizer';
export const hour = 3600_000;
export const day = 24 * hour;
export const monday = Date.parse('2026-01-05T00:00:00Z');
/** What changes in the course of a test. */
export const play = {
  now: monday,
  world: { quiet: [], loud: [] } as Parts,
  acts: [] as { step: Change; at: number }[],
  notes: [] as Note[],
  object: {} as KubeObject,
  /** Whether the kind goes past what has to wait. */
  heeds: true,
  memory: newMemory(),
};

/** First what interrupts: whoever does not ask the kind to leave it out sees nothing else done. */
function plan({ spec, absent, withholds }: Desired<Spec, object>, observed: Parts) {
  const to = absent ? 0 : spec.to;
  const steps = (['loud', 'quiet'] as const).flatMap((part) =>
    observed[part].flatMap((is, at): Change[] => {
      if (is === to) return [];
      const interrupts = part === 'loud' && is > 0;
      const step = { target: `${part} ${at}`, part, at, to, ...(interrupts ? { risk: 'disrupts' as const } : {}) };
      return [absent ? { do: 'Remove', effect: 'delete', ...step } : { do: 'Change', effect: 'update', ...step }];
    }),
  );
  return {
    steps: play.heeds && withholds ? steps.filter((step) => !isDisrupting(step)) : steps,
    serving: true as const,
  };
}

function after(observed: Parts, { part, at, to }: Change): Parts {
  if (observed[part][at] === to) return observed;
  return { ...observed, [part]: observed[part].map((one, n) => (n === at ? to : one)) };
}

const act = (_: unknown, step: Change) => {
  play.acts.push({ step, at: play.now });
  play.world = after(play.world, step);
  return Promise.resolve();
};

export const kind: Kind<Spec, object, Parts, Change, undefined, object> = {
  kind: 'Machine',
  plural: 'machines',
  finalizer,
  parse: (spec) => ({ ok: true, spec: spec as Spec }),
  parseStatus: () => ({}),
  bound: (status) => status,
  secrets: () => [],
  connect: () => Promise.resolve({}),
  observe: () => Promise.resolve(play.world),
  plan,
  after: (observed, change) => ('do' in change ? after(observed, change) : observed),
  calls: () => [{ service: 'machines', action: 'Change', parameters: [] }],
  identity: ({ do: what, part, at, to }) => ({ what, part, at, to }),
  drift: () => [],
  account: () => 'a',
  act: { Change: act, Remove: act },
  facts: () => ({ fields: {} }),
  probed: (known) => known,
};

function change(next: Partial<KubeObject>): Promise<KubeObject> {
  const resourceVersion = String(Number(play.object.metadata.resourceVersion) + 1);
  play.object = { ...play.object, ...next, metadata: { ...play.object.metadata, ...next.metadata, resourceVersion } };
  return Promise.resolve(play.object);
}

export const engine = {
  outside: undefined,
  clock: { now: () => play.now, sleep: () => new Promise<void>(() => undefined) },
  random: () => 0.5,
  scrub: (text: string) => text,
  driftIntervalMs: 600_000,
  objects: {
    read: () => Promise.resolve(play.object),
    addFinalizer: () => change({ metadata: { ...play.object.metadata, finalizers: [finalizer] } }),
    removeFinalizer: () => change({ metadata: { ...play.object.metadata, finalizers: [] } }),
    annotate: (_: KubeObject, values: Record<string, string | null>) =>
      change({ metadata: { ...play.object.metadata, annotations: merged(values) } }),
    writeStatus: (_: KubeObject, status: object) => change({ status }),
    note: (_: KubeObject, note: Note) => void play.notes.push(note),
  },
} as unknown as Engine<undefined>;

function merged(values: Readonly<Record<string, string | null>>): Record<string, string> {
  const all = { ...play.object.metadata.annotations, ...values };
  return Object.fromEntries(Object.entries(all).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}

export const nights: Maintenance = {
  windows: [{ name: 'nights', start: '02:00', durationMinutes: 60, timeZone: 'Asia/Seoul' }],
  freeze: false,
};
export const frozen: Maintenance = { windows: [], freeze: true };
/** 17:00 to 18:00 in UTC. */
export const open = monday + 17.5 * hour;
export const closed = monday + 12 * hour;

export function make(spec: Spec, annotations: Record<string, string> = {}): void {
  play.object = {
    apiVersion: 'hybridcloud.dev/v1alpha1',
    kind: 'Machine',
    metadata: {
      name: 'm',
      namespace: 'default',
      uid: 'u',
      resourceVersion: '1',
      generation: 1,
      creationTimestamp: '2026-01-05T00:00:00Z',
      annotations,
    },
    spec,
  };
}

export const look = (): Promise<Outcome> =>
  reconcile({ engine, kind, memory: play.memory, attempt: 0 }, structuredClone(play.object));

/** Looks while there is something to do, and gives what it ends with. */
export async function settle(): Promise<Outcome> {
  for (let looks = 0; looks < 20; looks++) {
    const outcome = await look();
    if (outcome.next !== 'now') return outcome;
  }
  throw new Error('it does not settle');
}

export const condition = (type: string) =>
  (
    play.object.status as { conditions?: { type: string; status: string; reason: string; message: string }[] }
  ).conditions?.find((one) => one.type === type);
export const shownPlan = () =>
  (play.object.status as { plan?: { steps: { target: string; risk?: string; calls?: object[] }[] } }).plan;
export const done = () => play.acts.map(({ step }) => step.target);
export const allow = (until: number) => ({ 'hybridcloud.dev/allow-disruption-until': new Date(until).toISOString() });
