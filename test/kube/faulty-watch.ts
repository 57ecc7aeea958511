// SPDX-License-Identifier: GPL-3.0-or-later
/** A reflector while everything goes wrong that can go wrong with lists and watches; then quiet. */
import { Reflector } from '../../src/kube/reflector.ts';
import { collectionSource } from '../../src/kube/source.ts';
import { widgets } from '../e2e/kube-world.ts';
import { seeded } from './seeded.ts';
import { aWorld, during, mirrors, place } from './simulated-world.ts';

export interface FaultyWatch {
  readonly seed: number;
  /** Times at which one more thing goes wrong. */
  readonly steps: number;
  /** Changes after each of them. */
  readonly changes: number;
  /** Objects that are changed. */
  readonly objects: number;
}

export interface WatchVerdict {
  readonly events: number;
  /** Whether the cache has exactly the objects of the API server, each in its last version. */
  readonly mirrors: boolean;
  /** Watches that are open once it was stopped. */
  readonly open: number;
}

export async function faultyWatch({ seed, steps, changes, objects }: FaultyWatch): Promise<WatchVerdict> {
  const random = seeded(seed);
  const world = aWorld();
  const { clock, kubernetes, client, put } = world;
  const { faults } = kubernetes;
  const reflector = new Reflector({ source: collectionSource(client, widgets), clock, random, onChange: () => {} });
  reflector.start();
  const trouble = [
    () => faults.cut(),
    () => faults.expire(),
    () => faults.brokenLine(),
    () => faults.silence(),
    () => faults.tear(),
    () => kubernetes.compact(),
    () => faults.staleLists(3),
    () => faults.watch({ replay: 0.5, reorder: 0.5, lagMs: 200 }),
    () => faults.request({ kind: 'error', status: 429, afterCalls: 2, action: 'watch widgets', count: 2 }),
    () => faults.request({ kind: 'error', status: 503, count: 3 }),
    () => faults.request({ kind: 'error', status: 410, action: 'list widgets', count: 2 }),
    () => faults.request({ kind: 'hang', action: 'watch widgets', count: 1 }),
    () => faults.request({ kind: 'reset', action: 'list widgets', count: 1 }),
    () => faults.request({ kind: 'requestLost', count: 2 }),
    () => kubernetes.restore(kubernetes.snapshot()),
  ];
  let events = 0;
  for (let step = 0; step < steps; step++) {
    trouble[Math.floor(random() * trouble.length)]?.();
    for (let change = 0; change < changes; change++) {
      const name = `w${Math.floor(random() * objects)}`;
      if (random() < 0.7) put(name, ++events % 10);
      else {
        events++;
        await during(clock, client.remove(widgets, { ...place, name })).catch(() => undefined);
      }
    }
    await clock.advance(Math.floor(random() * 4000));
  }
  faults.clear();
  await clock.advance(180_000);
  const same = mirrors(reflector, world);
  const stopping = reflector.stop();
  await clock.advance(1);
  await stopping;
  return { events, mirrors: same, open: faults.cut() };
}
