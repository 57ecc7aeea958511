// SPDX-License-Identifier: GPL-3.0-or-later
/** Our controller and engine, whole, with a kind of one step. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Engine } from '../../../src/core/engine.ts';
import type { Kind } from '../../../src/core/kind.ts';
import type { Step } from '../../../src/core/step.ts';
import type { AnyKind } from '../../../src/kinds/index.ts';
import type { Outside } from '../../../src/kinds/outside.ts';
import { createKubeClient } from '../../../src/kube/client.ts';
import { plainConnection } from '../../../src/kube/connection.ts';
import { Lease } from '../../../src/kube/lease.ts';
import { createObjects } from '../../../src/kube/objects.ts';
import { Controller } from '../../../src/operator/controller.ts';
import { systemClock } from '../../../src/cli/system-clock.ts';
import { undiciTransport } from '../../../src/wire/undici-transport.ts';
import { createWire } from '../../../src/wire/wire.ts';
import { finalizer, things, type Start, type Started } from './side.ts';

interface Make extends Step {
  readonly do: 'Make';
}

interface Observed {
  readonly made: boolean;
  readonly now: number;
}

type ThingKind = Kind<{ readonly at?: string }, object, Observed, Make, Outside, Set<string>>;

function thingKind({ cloudMs, began }: Started): ThingKind {
  const cloud = new Set<string>();
  return {
    kind: 'Thing',
    plural: things.plural,
    finalizer,
    parse(spec) {
      began(spec as { at?: string });
      return { ok: true, spec: {} };
    },
    parseStatus: (status) => status ?? {},
    bound: (status) => status,
    secrets: () => [],
    connect: () => Promise.resolve(cloud),
    // an object that is Ready when this process begins exists: nothing is read for it, as all sides do
    observe: (known, { name, last }) =>
      Promise.resolve({ made: known.has(name) || 'conditions' in last, now: Date.now() }),
    plan: (desired, { made }) =>
      made
        ? { steps: [], serving: true }
        : {
            steps: [{ do: 'Make', effect: 'create', target: desired.name, once: 'thing', repeatable: true }],
            serving: { why: 'Waiting', reason: 'Making', message: 'It is being made' },
          },
    after: (observed) => (observed.made ? observed : { ...observed, made: true }),
    calls: () => [],
    identity: ({ target }) => [target],
    drift: () => [],
    account: () => 'bench',
    act: {
      async Make(known, { target }) {
        if (cloudMs > 0) await delay(cloudMs);
        known.add(target);
      },
    },
    facts: () => ({ fields: {} }),
    probed: (known) => known,
  };
}

export const start: Start = async (given) => {
  let lease: Lease | undefined;
  const clock = systemClock;
  const wire = createWire({ transport: undiciTransport(), clock, fence: { holds: () => lease?.holds() ?? false } });
  const client = createKubeClient({ connection: plainConnection({ url: given.url, token: 'token' }), wire });
  const held = new Promise<void>((onHeld) => {
    lease = new Lease({
      client,
      clock,
      random: Math.random,
      namespace: 'bench',
      name: 'bench',
      identity: 'bench',
      onHeld,
      onLost: () => undefined,
    });
  });
  lease?.start();
  await held;
  const resource = { ...things, kind: 'Thing', namespaced: true };
  const engine: Engine<Outside> = {
    outside: {} as Outside,
    objects: createObjects({ client, resources: [resource], note: () => undefined }),
    clock,
    random: Math.random,
    scrub: (text) => text,
    driftIntervalMs: 600_000,
  };
  const kind = thingKind(given) as unknown as AnyKind;
  const controller = new Controller({ kind, resource, engine, client, workers: 64 });
  controller.start();
  await controller.synced;
};
